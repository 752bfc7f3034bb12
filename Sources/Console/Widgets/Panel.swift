// The titled rule above a pane. The focused pane's is heavy, so focus shows without colour.

import Cells

enum Panel {
  /// Draws the rule in the first row of an area; what remains is the pane's inside.
  static func draw(
    _ wholeTitle: String, note wholeNote: String = "", in area: CellRect, isFocused: Bool,
    on grid: inout CellGrid
  ) -> CellRect {
    guard !area.isEmpty else { return area }
    let title = String(wholeTitle.prefix(area.columns))
    let note = String(wholeNote.prefix(area.columns))
    let line = area.top(1)
    let ink: Ink = isFocused ? .ruleFocus : .rule
    let glyph = isFocused ? grid.glyphs.ruleFocus : grid.glyphs.rule
    grid.fill(line, with: Cell(glyph, style: CellStyle(ink)))
    let titleStyle = isFocused ? CellStyle(.title, on: .background, .bold) : CellStyle(.muted)
    let room = max(0, area.columns - 4)
    let noteWidth = note.isEmpty ? 0 : cellWidth(of: note)
    let titleWidth = min(cellWidth(of: title), room)
    if titleWidth > 0 {
      grid.write(" ", column: area.column + 1, row: area.row, style: titleStyle)
      let used = grid.writeShortened(
        title, column: area.column + 2, row: area.row, columns: room, style: titleStyle)
      grid.write(" ", column: area.column + 2 + used, row: area.row, style: titleStyle)
    }
    // The note gives way to the title.
    if noteWidth > 0, titleWidth + noteWidth + 4 <= room {
      let end = area.endColumn - 2
      grid.write(
        " \(note) ", column: end - noteWidth - 1, row: area.row, columns: noteWidth + 2,
        style: CellStyle(.muted))
    }
    return area.dropTop(1)
  }

  /// The line between two panes side by side.
  static func divide(_ area: CellRect, on grid: inout CellGrid) {
    grid.fill(area, with: Cell(grid.glyphs.divider, style: CellStyle(.rule)))
  }

  /// A sentence in an empty pane: what is missing, and what to type.
  static func help(_ lines: [String], in area: CellRect, on grid: inout CellGrid) {
    var row = area.row
    for line in lines {
      for piece in TextFlow.wrap(line, columns: max(1, area.columns - 4)) {
        guard row < area.endRow else { return }
        grid.write(
          piece, column: area.column + 2, row: row, columns: area.columns - 2,
          style: CellStyle(.muted))
        row += 1
      }
    }
  }
}
