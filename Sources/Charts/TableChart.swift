// The values themselves, exact, as rows and columns.

import Cells

/// Draws a view as a table.
struct TableChart {
  let view: ChartView

  func draw(in area: CellRect, on grid: inout CellGrid) {
    let columns = (view.data.x.map { [$0] } ?? []) + view.data.columns
    let layout = PlotLayout(area: area, view: view, hasSummary: false, hasContext: false)
    let top = layout.title == nil ? area : area.dropTop(1)
    let body = layout.footer == nil ? top : top.dropBottom(1)
    let window = view.validWindow
    let rows = max(body.rows - 1, 0)
    let cursor = min(
      max(view.validCursor ?? window.lowerBound, window.lowerBound), max(window.upperBound - 1, 0))
    let first = min(
      max(cursor - rows / 2, window.lowerBound), max(window.upperBound - rows, window.lowerBound))
    let shown = first..<min(first + rows, window.upperBound)
    if columns.isEmpty || window.isEmpty {
      grid.writeShortened(
        columns.isEmpty ? "no columns" : "no rows", column: body.column,
        row: body.row + min(1, max(body.rows - 1, 0)),
        columns: body.columns, style: CellStyle(.muted))
    }
    var left = body.column
    for column in columns {
      let texts = shown.map { column.text(at: $0) }
      let width = min(
        max(cellWidth(of: column.name), texts.map { cellWidth(of: $0) }.max() ?? 0),
        max(body.columns / 2, 8))
      guard left < body.endColumn else { break }
      let room = min(width, body.endColumn - left)
      let isNumber = if case .number = column.kind { true } else { false }
      write(
        column.name, left, body.row, room, right: isNumber,
        CellStyle(.header, on: .background, .bold), on: &grid)
      for (line, text) in texts.enumerated() {
        let ink: Ink =
          text == "null" ? .null : isNumber ? .number : column.isTemporal ? .date : .text
        write(text, left, body.row + 1 + line, room, right: isNumber, CellStyle(ink), on: &grid)
      }
      left += width + 2
    }
    if let cursor = view.validCursor, shown.contains(cursor) {
      let row = CellRect(
        column: body.column, row: body.row + 1 + cursor - first, columns: body.columns, rows: 1)
      grid.restyle(row) { $0.ground = .select }
    }
    var footer = view.footer
    if shown.count < view.positionCount, !shown.isEmpty {
      footer =
        "rows \(exactText(Double(shown.lowerBound + 1))) to \(exactText(Double(shown.upperBound)))"
        + " of \(exactText(Double(view.positionCount)))"
    }
    layout.drawTexts(view, span: "", footer: footer, on: &grid)
  }

  private func write(
    _ text: String, _ column: Int, _ row: Int, _ columns: Int, right: Bool, _ style: CellStyle,
    on grid: inout CellGrid
  ) {
    if right, cellWidth(of: text) <= columns {
      grid.writeRight(
        text, endingBefore: column + columns, row: row, columns: columns, style: style)
    } else {
      grid.writeShortened(text, column: column, row: row, columns: columns, style: style)
    }
  }
}
