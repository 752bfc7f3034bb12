import Cells
import Testing

@Suite struct `The width of text` {
  @Test(arguments: [
    ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한국", 4), ("ｶﾅ", 2), ("ＡＢ", 4),
    ("😀", 2), ("❤️", 1), ("👍🏽", 2), ("👨‍👩‍👧", 6), ("🇩🇪", 2), ("①●─█", 4), ("✓▸∙↻✗⊘", 6), ("عربي", 4),
    ("\u{3000}", 2), ("\u{1112}\u{1161}\u{11ab}", 2), ("a\u{20dd}", 1), ("می‌خواهم", 7),
  ])
  func `counts columns, ambiguous signs as one`(text: String, columns: Int) {
    #expect(cellWidth(of: text) == columns)
  }

  @Test func `drops marks beyond what one cell can hold`() {
    var grid = CellGrid(size: CellSize(columns: 2, rows: 1))
    grid.write("a" + String(repeating: "\u{301}", count: 1_000) + "b", column: 0, row: 0)
    #expect(grid[0, 0].glyph.unicodeScalars.count == 5)
    #expect(grid[1, 0].glyph == "b")
  }
}
