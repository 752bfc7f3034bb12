import Cells
import Testing

@Suite struct `A cell grid` {
  @Test func `ignores what lies outside`() {
    var grid = CellGrid(size: CellSize(columns: 3, rows: 2))
    for (column, row) in [(-1, 0), (3, 0), (0, -1), (0, 2), (Int.max, Int.min)] {
      grid[column, row] = Cell("x")
      #expect(grid[column, row] == .blank)
    }
    #expect(grid == CellGrid(size: grid.size))
  }

  @Test func `clips text to the columns given and to its edge`() {
    var grid = CellGrid(size: CellSize(columns: 6, rows: 3))
    #expect(grid.write("abcdef", column: 1, row: 0, columns: 3) == 3)
    #expect(grid.write("abcdef", column: 4, row: 1) == 2)
    #expect(grid.write("abcdef", column: -4, row: 2) == 6)
    #expect(grid.text == " abc\n    ab\nef")
  }

  @Test func `never shows half of a wide glyph`() {
    var grid = CellGrid(size: CellSize(columns: 4, rows: 1))
    #expect(grid.write("漢字", column: 0, row: 0, columns: 3) == 2)
    grid.write("字", column: 2, row: 0)
    #expect(grid.text == "漢字")
    grid[1, 0] = Cell("x")
    #expect(grid.text == " x字")
    grid[2, 0] = Cell("y")
    #expect(grid.text == " xy")
  }

  @Test func `cuts wide glyphs at its own edge`() {
    var grid = CellGrid(size: CellSize(columns: 3, rows: 1))
    #expect(grid.write("漢字", column: 0, row: 0) == 2)
    #expect(grid.write("字", column: 2, row: 0) == 0)
    #expect(grid.text == "漢")
  }

  @Test func `aligns to the right by width`() {
    var grid = CellGrid(size: CellSize(columns: 8, rows: 3))
    grid.writeRight("1,204", endingBefore: 8, row: 0, columns: 8)
    grid.writeRight("漢字", endingBefore: 8, row: 1, columns: 8)
    grid.writeRight("1,204,553", endingBefore: 8, row: 2, columns: 5)
    #expect(grid.text == "   1,204\n    漢字\n   1,204")
  }

  @Test(arguments: [
    ("fits", 6, "fits"), ("exactly", 7, "exactly"), ("too long", 6, "too l…"), ("漢字漢", 4, "漢…"),
    ("x", 0, ""),
  ])
  func `shortens text with an ellipsis`(text: String, columns: Int, shown: String) {
    var grid = CellGrid(size: CellSize(columns: 10, rows: 1))
    let used = grid.writeShortened(text, column: 0, row: 0, columns: columns)
    #expect(grid.text == shown)
    #expect(used == cellWidth(of: shown))
  }

  @Test func `fills and restyles areas that reach beyond it`() {
    var grid = CellGrid(size: CellSize(columns: 4, rows: 3))
    let area = CellRect(column: 2, row: 1, columns: 50, rows: 50)
    grid.fill(area, with: Cell("·", style: CellStyle(.faint)))
    grid.restyle(area.top(1)) { $0.ground = .select }
    #expect(grid.text == "\n  ··\n  ··")
    #expect(grid.inkText == "\n  SS\n  ff")
  }

  @Test(arguments: [
    (0.0, "····", "...."), (0.001, "▏···", "#..."), (0.5, "██··", "##.."), (0.71, "██▉·", "###."),
    (0.999, "███▉", "###."), (1.0, "████", "####"), (Double.nan, "····", "...."),
    (Double.infinity, "████", "####"), (-3.0, "····", "...."),
  ])
  func `draws a share as a bar`(fraction: Double, blocks: String, plain: String) {
    for (glyphs, expected) in [(Glyphs.unicode, blocks), (.ascii, plain)] {
      var grid = CellGrid(size: CellSize(columns: 4, rows: 1), glyphs: glyphs)
      grid.bar(fraction, in: grid.area, ink: .running)
      #expect(grid.text == expected)
    }
  }

  @Test func `keeps to possible sizes`() {
    #expect(CellGrid(size: CellSize(columns: -1, rows: 5)).text == "\n\n\n\n")
    #expect(CellGrid(size: CellSize(columns: .max, rows: .max)).size.columns == 2_000)
  }
}
