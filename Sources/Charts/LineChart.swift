// Lines: values along an axis, joined where no value is missing between them.

import Cells

/// Draws a view as lines.
struct LineChart {
  let view: ChartView

  /// As many series as there are inks.
  static let seriesLimit = 8

  private var data: ChartData { view.data }

  func draw(in area: CellRect, on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    let across = DotCanvas.dotsAcross(isUnicode: isUnicode)
    let entries = data.entries(in: view.validWindow)
    let drawn = view.drawn(limit: Self.seriesLimit)
    let start = entries.first.map { data.places[$0] } ?? 0
    let end = entries.last.map { data.places[$0] } ?? 0

    let labels = EndLabels(
      view: view, series: drawn, columns: area.columns, isUnicode: isUnicode)
    let summary = Summary(view: view, series: drawn, hasEndLabels: labels.width > 0)
    let layout = PlotLayout(
      area: area, view: view, hasSummary: !summary.isEmpty, isLegend: drawn.count > 1,
      hasContext: isTime)
    let panels = panels(drawn, rows: layout.body.rows)
    let frames = frames(
      panels, layout.body, entries, labelWidth: labels.width, isUnicode: isUnicode)
    guard let lowest = frames.last else { return }
    let scale = PlaceScale(start: start, end: end, columns: lowest.plot.columns * across)

    for (frame, panel) in zip(frames, panels) {
      frame.drawAxis(on: &grid)
      guard !panel.isEmpty, !entries.isEmpty else {
        frame.drawNote(view.emptyNote, on: &grid)
        continue
      }
      LinePanel(
        view: view, series: panel, frame: frame, scale: scale, entries: entries,
        showsName: frames.count > 1
      ).draw(labels: labels, in: area, on: &grid)
    }
    var axis = ColumnAxis(
      data.placeKind, scale: scale, cells: lowest.plot.columns, dotsPerCell: across)
    if entries.isEmpty { axis = ColumnAxis(ticks: []) }
    axis.missing = missingCells(scale, entries: entries, dotsPerCell: across)
    if let cursor = view.validCursor, view.validWindow.contains(cursor),
      let place = data.place(at: cursor)
    {
      axis.cursor = scale.column(place) / across
    }
    axis.draw(below: lowest.plot, corner: lowest.axisColumn, in: area, layout, on: &grid)
    if let row = layout.summary { summary.draw(in: row, on: &grid) }
    layout.drawTexts(
      view, span: view.span,
      footer: view.footer(
        dotColumns: scale.columns, columnName: isUnicode ? "dot column" : "column",
        own: panels.count > 1),
      on: &grid)
  }

  private var isTime: Bool {
    guard case .time = data.placeKind else { return false }
    return true
  }

  /// Series whose ranges are too far apart for one axis get one each, if there is room.
  private func panels(_ drawn: [Int], rows: Int) -> [[Int]] {
    guard drawn.count > 1, rows / drawn.count >= 4 else { return [drawn] }
    let sizes = drawn.map { max(abs(data.series[$0].most), abs(data.series[$0].least)) }
      .filter { $0 > 0 }
    guard let largest = sizes.max(), let smallest = sizes.min(), largest > smallest * 50 else {
      return [drawn]
    }
    return drawn.map { [$0] }
  }

  private func frames(
    _ panels: [[Int]], _ body: CellRect, _ entries: Range<Int>, labelWidth: Int, isUnicode: Bool
  ) -> [PlotFrame] {
    var rest = body
    var bodies: [(CellRect, RowTicks)] = []
    for (number, panel) in panels.enumerated() {
      let rows = (rest.rows + (panels.count - number) - 1) / (panels.count - number)
      // A free row keeps a panel's top clear of the one above.
      let own = rest.top(rows).dropTop(panels.count > 1 && number > 0 && rows > 4 ? 1 : 0)
      rest = rest.dropTop(rows)
      bodies.append((own, ticks(panel, own, entries, isUnicode: isUnicode)))
    }
    let gutter = bodies.map { PlotFrame.gutter($0.1) }.max()
    let margin = panels.count == 1 ? labelWidth : 0
    return bodies.map { PlotFrame(body: $0.0, ticks: $0.1, gutter: gutter, right: margin) }
  }

  private func ticks(
    _ panel: [Int], _ body: CellRect, _ entries: Range<Int>, isUnicode: Bool
  ) -> RowTicks {
    var least = Double.infinity
    var most = -Double.infinity
    for index in panel {
      let series = data.series[index]
      guard view.fitsWindow, view.window != nil else {
        least = min(least, series.least)
        most = max(most, series.most)
        continue
      }
      for value in series.values[entries] where !value.isNaN {
        least = min(least, value)
        most = max(most, value)
      }
    }
    guard least <= most else {
      var ticks = RowTicks(
        least: 0, most: 0, rows: body.rows, dotsPerRow: 4, startsAtZero: true, isWhole: true)
      ticks.ticks = []
      return ticks
    }
    let isWhole = panel.allSatisfy { data.series[$0].isWhole }
    return RowTicks.fitted(rows: body.rows) { rows in
      RowTicks(
        least: least, most: most, rows: rows, dotsPerRow: DotCanvas.dotsUp(isUnicode: isUnicode),
        startsAtZero: false, isWhole: isWhole, labelWidth: max(body.columns / 4, 5))
    }
  }

  /// Cells that lie wholly in a span where a regular series has no rows.
  private func missingCells(_ scale: PlaceScale, entries: Range<Int>, dotsPerCell: Int) -> Set<Int>
  {
    var cells: Set<Int> = []
    guard data.absent > 0, entries.count > 1 else { return cells }
    for entry in entries.dropFirst()
    where (data.step?.absent(between: data.places[entry - 1], and: data.places[entry]) ?? 0) > 0 {
      let left = scale.column(data.places[entry - 1]) / dotsPerCell + 1
      let right = scale.column(data.places[entry]) / dotsPerCell
      if left < right { cells.formUnion(left..<right) }
    }
    return cells
  }
}
