// How the palette is drawn: a box with the typed text and what it leaves.

import Cells
import ETLKit

extension PaletteState {
  func draw(_ state: ConsoleState, over area: CellRect, on grid: inout CellGrid) {
    let entries = self.entries(state)
    let box = Popup.draw(
      "command", over: area,
      columns: area.columns >= 70 ? min(area.columns - 6, 100) : area.columns,
      rows: min(area.rows, max(5, min(20, entries.count + 3))), on: &grid)
    guard !box.isEmpty else { return }
    let list = box.dropTop(1)
    let start = max(0, index - list.rows + 1)
    for (offset, entry) in entries.dropFirst(start).prefix(list.rows).enumerated() {
      let line = CellRect(
        column: list.column, row: list.row + offset, columns: list.columns, rows: 1)
      let isSelected = start + offset == index
      let nameWidth = max(10, min(26, line.columns / 3))
      grid.writeShortened(
        (isSelected ? ">" : " ") + entry.name, column: line.column, row: line.row,
        columns: nameWidth, style: CellStyle(.popup))
      grid.writeShortened(
        entry.help, column: line.column + nameWidth + 1, row: line.row,
        columns: line.columns - nameWidth - 8, style: CellStyle(.muted))
      if let key = entry.key {
        grid.writeRight(
          key.name(grid.glyphs), endingBefore: line.endColumn, row: line.row, columns: 6,
          style: CellStyle(.key))
      }
      if isSelected { grid.restyle(line) { $0.ground = .select } }
    }
    if entries.isEmpty, !list.isEmpty {
      grid.write(
        "no command of that name", column: list.column, row: list.row, columns: list.columns,
        style: CellStyle(.muted))
    }
    field.draw(
      lead: ": ", placeholder: "a command, a pipeline, a run's number", in: box.top(1), on: &grid)
  }
}
