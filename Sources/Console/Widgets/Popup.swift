// The only boxes on the screen: what lies over it for a moment.

import Cells

enum Popup {
  /// Clears a box in the middle of an area and frames it; returns its inside.
  static func draw(
    _ title: String, over area: CellRect, columns: Int, rows: Int, on grid: inout CellGrid
  ) -> CellRect {
    let width = min(max(columns, 0), area.columns)
    let height = min(max(rows, 0), area.rows)
    let box = CellRect(
      column: area.column + (area.columns - width) / 2,
      row: area.row + (area.rows - height) / 3, columns: width, rows: height)
    grid.fill(box, with: Cell(" ", style: CellStyle(.popup)))
    guard width >= 4, height >= 3 else { return box }
    let style = CellStyle(.rule)
    let glyphs = grid.glyphs
    for row in [box.row, box.endRow - 1] {
      grid.fill(
        CellRect(column: box.column, row: row, columns: width, rows: 1),
        with: Cell(glyphs.rule, style: style))
    }
    for column in [box.column, box.endColumn - 1] {
      grid.fill(
        CellRect(column: column, row: box.row, columns: 1, rows: height),
        with: Cell(glyphs.divider, style: style))
    }
    grid[box.column, box.row] = Cell(glyphs.cornerTopLeft, style: style)
    grid[box.endColumn - 1, box.row] = Cell(glyphs.cornerTopRight, style: style)
    grid[box.column, box.endRow - 1] = Cell(glyphs.cornerBottomLeft, style: style)
    grid[box.endColumn - 1, box.endRow - 1] = Cell(glyphs.cornerBottomRight, style: style)
    let room = max(0, width - 6)
    let titled = " \(title) "
    grid.writeShortened(
      titled, column: box.column + 2, row: box.row, columns: min(cellWidth(of: titled), room),
      style: CellStyle(.title, on: .background, .bold))
    return CellRect(
      column: box.column + 2, row: box.row + 1, columns: width - 4, rows: height - 2)
  }
}
