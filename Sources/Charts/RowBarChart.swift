// Lying bars, one a named row, with the value behind each.

import Cells

/// Draws a view whose x is words as lying bars.
struct RowBarChart {
  let view: ChartView

  private var data: ChartData { view.data }

  func draw(in area: CellRect, on grid: inout CellGrid) {
    let drawn = view.drawn(limit: 4)
    let window = view.validWindow
    let summary = Summary(
      view: view, series: drawn.count > 1 ? drawn : [], hasEndLabels: false, isBars: true)
    let layout = PlotLayout(
      area: area, view: view, hasSummary: !summary.isEmpty, isLegend: true, hasContext: false)
    let isTall = layout.body.rows >= 5
    let body =
      isTall
      ? layout.body
      : CellRect(
        column: layout.body.column, row: layout.body.row, columns: layout.body.columns,
        rows: area.rows - (layout.body.row - area.row) - (layout.footer == nil ? 0 : 1))
    let perBar = max(drawn.count, 1)
    let shown = visible(window, rows: max(body.rows / perBar, 1))
    var footer = view.footer(dotColumns: 0)
    if shown.count < window.count {
      footer += "; bars \(shown.lowerBound + 1) to \(shown.upperBound)"
    }
    defer { layout.drawTexts(view, span: "", footer: footer, on: &grid) }
    if let row = layout.summary { summary.draw(in: row, on: &grid) }

    let names = shown.map { data.name(at: $0) }
    let nameWidth = min(names.map { cellWidth(of: $0) }.max() ?? 0, max(body.columns / 3, 4))
    let left = nameWidth + 1
    guard !drawn.isEmpty, !shown.isEmpty else {
      let frame = PlotFrame(
        body: body,
        ticks: RowTicks(
          least: 0, most: 0, rows: body.rows, dotsPerRow: 8, startsAtZero: true, isWhole: true))
      frame.drawAxis(on: &grid)
      frame.drawNote(view.emptyNote, on: &grid)
      return
    }
    let least = min(drawn.map { data.series[$0].least }.min() ?? 0, 0)
    let most = max(drawn.map { data.series[$0].most }.max() ?? 0, 0)
    let texts = drawn.flatMap { index in shown.map { valueText(index, $0) } }
    let valueWidth = min((texts.map(\.count).max() ?? 0) + 1, max(body.columns / 3, 0))
    let bars = CellRect(
      column: body.column + left + 1, row: body.row,
      columns: max(body.columns - left - 1 - valueWidth, 0),
      rows: body.rows)
    let scale = BarScale(least: least, most: most, columns: bars.columns)
    for (number, position) in shown.enumerated() {
      for (line, index) in drawn.enumerated() {
        let row = body.row + number * perBar + line
        guard row < body.endRow else { continue }
        let isLit = view.validCursor == position
        if line == 0 {
          grid.writeShortened(
            names[number], column: body.column, row: row, columns: nameWidth,
            style: CellStyle(.text, on: .background, isLit ? .reverse : []))
        }
        if scale.zeroCell == 0 {
          grid[body.column + left, row] = Cell(grid.glyphs.divider, style: CellStyle(.axis))
        }
        drawBar(index, position, row, bars, scale, valueWidth, isAlone: drawn.count == 1, on: &grid)
      }
    }
    if isTall { drawAxis(bars, scale, corner: body.column + left, in: area, layout, on: &grid) }
  }

  /// The positions in view: those of the window around the cursor.
  private func visible(_ window: Range<Int>, rows: Int) -> Range<Int> {
    guard window.count > rows else { return window }
    let cursor = min(
      max(view.validCursor ?? window.lowerBound, window.lowerBound), window.upperBound - 1)
    let start = min(max(cursor - rows / 2, window.lowerBound), window.upperBound - rows)
    return start..<(start + rows)
  }

  private func valueText(_ series: Int, _ position: Int) -> String {
    let entries = data.entries(at: position)
    guard let entry = entries.first, !data.series[series].values[entry].isNaN else { return "null" }
    let exact = exactText(data.series[series].values[entry])
    return exact.count <= 14 ? exact : shortText(data.series[series].values[entry])
  }

  private func drawBar(
    _ series: Int, _ position: Int, _ row: Int, _ bars: CellRect, _ scale: BarScale,
    _ valueWidth: Int, isAlone: Bool, on grid: inout CellGrid
  ) {
    let isUnicode = grid.glyphs.isUnicode
    let value = data.entries(at: position).first.map { data.series[series].values[$0] } ?? .nan
    let parts = isUnicode ? 8 : 2
    let length = value.isNaN ? 0 : Int((abs(value) / scale.perCell * Double(parts)).rounded())
    // What has begun shows.
    let filled = value.isNaN || value == 0 ? 0 : max(length, 1)
    let ink: Ink = view.validCursor == position ? .crosshair : isAlone ? .bar : .series(series)
    let body = BarPieces.body(series, isUnicode: isUnicode)
    let cells = (filled + parts - 1) / parts
    for cell in 0..<cells {
      let part = min(filled - cell * parts, parts)
      let column = value < 0 ? scale.zeroCell - 1 - cell : scale.zeroCell + cell
      guard column >= 0, column < bars.columns else { continue }
      let glyph = piece(part, parts, startsInside: value < 0, body, isUnicode)
      grid[bars.column + column, row] = Cell(glyph, style: CellStyle(ink))
    }
    let after = bars.column + scale.zeroCell + (value > 0 ? cells + 1 : value < 0 ? 1 : 0)
    grid.write(
      valueText(series, position), column: after, row: row, columns: bars.columns + valueWidth,
      style: CellStyle(value.isNaN ? .null : .number))
  }

  private func piece(
    _ filled: Int, _ parts: Int, startsInside: Bool, _ body: Character, _ isUnicode: Bool
  ) -> Character {
    guard filled < parts else { return body }
    guard isUnicode else { return body == "#" ? "=" : body }
    if startsInside { return "▐" }
    let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return body == "█" ? eighths[min(max(filled - 1, 0), 6)] : body
  }

  private func drawAxis(
    _ bars: CellRect, _ scale: BarScale, corner: Int, in area: CellRect, _ layout: PlotLayout,
    on grid: inout CellGrid
  ) {
    guard bars.columns > 0 else { return }
    var ticks = columnTicks(
      scale.places, cells: bars.columns, dotsPerCell: 1, isWhole: data.series.allSatisfy(\.isWhole))
    if scale.isFlat { ticks = [Tick(cell: 0, label: "0", value: 0)] }
    ColumnAxis(ticks: ticks).draw(below: bars, corner: corner, in: area, layout, on: &grid)
  }
}

/// The horizontal scale of lying bars; zero lies on a cell's edge, so that all bars start alike.
private struct BarScale {
  var zeroCell = 0
  var perCell = 1.0
  let columns: Int
  let isFlat: Bool

  init(least: Double, most: Double, columns: Int) {
    self.columns = columns
    isFlat = !(most > least) || columns < 2
    guard !isFlat else { return }
    if least < 0 {
      let share = -least / (most - least)
      zeroCell = min(max(Int((share * Double(columns)).rounded()), 1), columns - (most > 0 ? 1 : 0))
    }
    let right = columns - zeroCell
    perCell = max(
      right > 0 ? most / Double(right) : 0, zeroCell > 0 ? -least / Double(zeroCell) : 0)
  }

  var places: PlaceScale {
    PlaceScale(
      start: -Double(zeroCell) * perCell, end: Double(columns - zeroCell) * perCell,
      columns: columns)
  }
}
