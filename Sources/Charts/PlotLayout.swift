// Where the parts of a chart go: title, summary, plot, axis, labels, footer.

import Cells

/// The rows of a chart, from top to bottom; parts with no room are absent.
struct PlotLayout {
  var title: CellRect?
  var summary: CellRect?
  /// Everything between, with the room for the labels on the left.
  var body: CellRect
  var axisRow: Int?
  var labelRow: Int?
  var contextRow: Int?
  var footer: CellRect?

  /// Divides an area; a summary that is a legend is kept even where rows are few.
  init(area: CellRect, view: ChartView, hasSummary: Bool, isLegend: Bool = false, hasContext: Bool)
  {
    var rest = area
    let rows = area.rows
    if view.showsFooter, rows >= 6 {
      footer = rest.bottom(1)
      rest = rest.dropBottom(1)
    }
    if view.showsTitle, !view.title.isEmpty, rows >= 7 {
      title = rest.top(1)
      rest = rest.dropTop(1)
    }
    if hasSummary, rows >= (isLegend ? 8 : 12) {
      summary = rest.top(1)
      rest = rest.dropTop(1)
    }
    if hasContext, rows >= 8 {
      contextRow = rest.endRow - 1
      rest = rest.dropBottom(1)
    }
    if rows >= 4 {
      labelRow = rest.endRow - 1
      rest = rest.dropBottom(1)
    }
    if rows >= 3 {
      axisRow = rest.endRow - 1
      rest = rest.dropBottom(1)
    }
    body = rest
  }

  /// Draws what surrounds the plot.
  func drawTexts(_ view: ChartView, span: String, footer text: String, on grid: inout CellGrid) {
    if let title {
      let used = grid.writeShortened(
        view.title, column: title.column, row: title.row, columns: title.columns,
        style: CellStyle(.title, on: .background, .bold))
      if span.count + 2 <= title.columns - used {
        grid.writeRight(
          span, endingBefore: title.endColumn, row: title.row, columns: span.count,
          style: CellStyle(.muted))
      }
    }
    guard let footer else { return }
    let isReadout = view.validCursor != nil
    grid.writeShortened(
      isReadout ? view.readout : text, column: footer.column, row: footer.row,
      columns: footer.columns, style: CellStyle(isReadout ? .text : .muted))
  }
}

/// The vertical axis and its place.
struct PlotFrame {
  /// The cells the data is drawn in.
  var plot: CellRect
  /// The column of the axis, left of the plot.
  var axisColumn: Int?
  var ticks: RowTicks

  /// Fits ticks into a body and leaves room for their labels: the gutter given, or their own need.
  init(body: CellRect, ticks: RowTicks, gutter: Int? = nil, right margin: Int = 0) {
    self.ticks = ticks
    let widest = ticks.ticks.map(\.label.count).max() ?? 0
    let wanted = gutter ?? Self.gutter(ticks)
    let hasLabels = widest > 0 && body.columns - wanted - margin >= 6
    let used = hasLabels ? wanted : 0
    axisColumn = hasLabels ? body.column + used - 1 : nil
    plot = body.dropLeft(used).dropRight(margin).dropTop(max(body.rows - ticks.rows, 0))
  }

  /// Gives up columns on the right that no slot uses, so that the axis ends with the data.
  mutating func trim(to columns: Int) {
    plot = plot.left(max(columns, min(plot.columns, 40)))
  }

  static func gutter(_ ticks: RowTicks) -> Int { (ticks.ticks.map(\.label.count).max() ?? 0) + 2 }

  /// The grid row of a row counted from the bottom of the plot.
  func gridRow(_ row: Int) -> Int { plot.endRow - 1 - row }

  /// Draws axis, labels and grid lines; the data is drawn over them.
  func drawAxis(on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    let line: Character = isUnicode ? "│" : "|"
    for row in plot.row..<plot.endRow {
      if let axisColumn { grid[axisColumn, row] = Cell(line, style: CellStyle(.axis)) }
    }
    for tick in ticks.ticks where tick.cell < plot.rows {
      let row = gridRow(tick.cell)
      if let axisColumn {
        let joint: Character = isUnicode ? (tick.cell == 0 ? "┼" : "┤") : "+"
        grid[axisColumn, row] = Cell(joint, style: CellStyle(.axis))
        grid.writeRight(
          tick.label, endingBefore: axisColumn, row: row, columns: tick.label.count,
          style: CellStyle(.muted))
      }
      guard tick.cell > 0 else { continue }
      let stride = isUnicode ? 2 : 4
      for column in plot.column..<plot.endColumn where (column - plot.column) % stride == stride - 2
      {
        grid[column, row] = Cell(isUnicode ? "┈" : ".", style: CellStyle(.grid))
      }
    }
    if let offset = ticks.offset {
      // Above the plot, over the labels: every row reads "this plus its label".
      grid.write(
        "\(offset) plus", column: (axisColumn ?? plot.column) - gutterColumns, row: plot.row - 1,
        columns: plot.columns + gutterColumns, style: CellStyle(.muted))
    }
  }

  private var gutterColumns: Int { axisColumn == nil ? 0 : Self.gutter(ticks) - 1 }

  /// Draws a sentence where the data would be.
  func drawNote(_ text: String, on grid: inout CellGrid) {
    let column = plot.column + max((plot.columns - text.count) / 2, 0)
    grid.writeShortened(
      text, column: column, row: plot.row + plot.rows / 2,
      columns: plot.columns - (column - plot.column), style: CellStyle(.muted))
  }
}
