// The screen as a value: a grid of cells that views draw on.
//
// Drawing never fails: what lies outside is ignored, and what does not fit is clipped.

/// A grid of cells.
public struct CellGrid: Hashable, Sendable {
  /// How large it is; at most 2,000 columns and 1,000 rows.
  public let size: CellSize
  /// The signs to draw with.
  public let glyphs: Glyphs
  /// Where the hardware cursor rests: on the selected row, which screen readers follow.
  public var cursor: CellPoint?

  /// All cells, row by row.
  private(set) var cells: [Cell]

  /// A blank grid; a size beyond what is possible is cut down.
  public init(size: CellSize, glyphs: Glyphs = .unicode) {
    self.size = CellSize(
      columns: min(max(size.columns, 0), 2_000), rows: min(max(size.rows, 0), 1_000))
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
  }

  /// The whole grid as an area.
  public var area: CellRect { CellRect(size: size) }

  /// One cell; outside it is blank, and what is put there is lost.
  ///
  /// A wide glyph takes the cell to its right along; half of one never remains.
  public subscript(column: Int, row: Int) -> Cell {
    get {
      guard let index = index(column, row) else { return .blank }
      return cells[index]
    }
    set {
      guard !newValue.isContinuation else { return }
      put(newValue.glyph, width: newValue.glyph.cellWidth, newValue.style, column, row)
    }
  }

  /// Fills an area with copies of a cell.
  public mutating func fill(_ area: CellRect, with cell: Cell) {
    let inside = area.intersection(self.area)
    let width = max(1, cell.glyph.cellWidth)
    for row in inside.row..<inside.endRow {
      for column in stride(from: inside.column, to: inside.endColumn - width + 1, by: width) {
        put(cell.glyph, width: width, cell.style, column, row)
      }
    }
  }

  /// Changes how cells look, and leaves what they say: for the selected row, and the like.
  public mutating func restyle(_ area: CellRect, style change: (inout CellStyle) -> Void) {
    let inside = area.intersection(self.area)
    for row in inside.row..<inside.endRow {
      for column in inside.column..<inside.endColumn {
        let index = row * size.columns + column
        // Both halves of a wide glyph look alike: the left one decides.
        guard !cells[index].isContinuation else { continue }
        change(&cells[index].style)
        if column + 1 < size.columns, cells[index + 1].isContinuation {
          cells[index + 1].style = cells[index].style
        }
      }
    }
  }

  // MARK: Placing one glyph

  private func index(_ column: Int, _ row: Int) -> Int? {
    guard column >= 0, column < size.columns, row >= 0, row < size.rows else { return nil }
    return row * size.columns + column
  }

  /// Puts a glyph whose width is known; blanks the other half of any wide glyph it cuts.
  mutating func put(_ glyph: Character, width: Int, _ style: CellStyle, _ column: Int, _ row: Int) {
    guard let index = index(column, row) else { return }
    let last = column + width - 1
    guard width > 0, last < size.columns else { return }
    if cells[index].isContinuation, column > 0 { cells[index - 1].glyph = " " }
    if last + 1 < size.columns, cells[index + width].isContinuation {
      cells[index + width].glyph = " "
    }
    cells[index] = Cell(glyph, style: style)
    if width == 2 { cells[index + 1] = .continuation(style: style) }
  }
}
