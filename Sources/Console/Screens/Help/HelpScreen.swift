// How help is drawn: a box over the screen, in two columns where they fit.

import Cells
import ETLKit

extension HelpState {
  func draw(_ state: ConsoleState, over area: CellRect, on grid: inout CellGrid) {
    let box = Popup.draw(
      "help · \(screen.title.lowercased())", over: area,
      columns: area.columns >= 70 ? min(area.columns - 4, 124) : area.columns,
      rows: area.rows, on: &grid)
    guard !box.isEmpty else { return }
    let body = box.dropBottom(box.rows >= 4 ? 2 : 1)
    if field.isEmpty, body.columns >= 64 {
      drawTwoColumns(in: body, on: &grid)
    } else {
      drawList(in: body, on: &grid)
    }
    field.draw(
      lead: "> ", placeholder: "type to search all keys", in: box.bottom(1), on: &grid)
  }

  private var ownCount: Int { Commands.own(screen).count }

  private func drawTwoColumns(in area: CellRect, on grid: inout CellGrid) {
    let lines = matches
    let split = min(ownCount, lines.count)
    let left = area.left(area.columns / 2 - 1)
    let right = area.dropLeft(area.columns / 2)
    drawColumn("HERE", Array(lines[..<split]), from: 0, in: left, on: &grid)
    drawColumn("EVERYWHERE", Array(lines[split...]), from: split, in: right, on: &grid)
  }

  private func drawColumn(
    _ title: String, _ lines: [HelpLine], from first: Int, in area: CellRect,
    on grid: inout CellGrid
  ) {
    grid.write(
      title, column: area.column, row: area.row, columns: area.columns, style: CellStyle(.header))
    let body = area.dropTop(1)
    // The column that holds the selected line scrolls with it.
    let selected = index - first
    let start = lines.indices.contains(selected) ? max(0, selected - body.rows + 1) : 0
    for (offset, line) in lines.dropFirst(start).prefix(body.rows).enumerated() {
      draw(
        line,
        in: CellRect(
          column: body.column, row: body.row + offset, columns: body.columns, rows: 1),
        isSelected: first + start + offset == index, isShort: body.columns < 56, on: &grid)
    }
  }

  private func drawList(in area: CellRect, on grid: inout CellGrid) {
    let lines = matches
    if lines.isEmpty {
      grid.write(
        "no key does that", column: area.column, row: area.row, columns: area.columns,
        style: CellStyle(.muted))
    }
    let start = max(0, index - area.rows + 1)
    for (offset, line) in lines.dropFirst(start).prefix(area.rows).enumerated() {
      draw(
        line,
        in: CellRect(
          column: area.column, row: area.row + offset, columns: area.columns, rows: 1),
        isSelected: start + offset == index, isShort: false, on: &grid)
    }
  }

  private func draw(
    _ line: HelpLine, in area: CellRect, isSelected: Bool, isShort: Bool, on grid: inout CellGrid
  ) {
    let keys = line.keys.prefix(3).map { $0.name(grid.glyphs) }.joined(separator: " ")
    let keyWidth = min(10, area.columns / 3)
    grid.writeShortened(
      keys, column: area.column, row: area.row, columns: keyWidth,
      style: CellStyle(.key, on: .background, .bold))
    let elsewhere = line.screen.map { $0 == screen ? "" : " (\($0.title))" } ?? ""
    grid.writeShortened(
      (isShort ? line.name : line.help) + elsewhere, column: area.column + keyWidth + 1,
      row: area.row,
      columns: area.columns - keyWidth - 1, style: CellStyle(.popup))
    if isSelected { grid.restyle(area) { $0.ground = .select } }
  }
}
