// Standing bars along time or numbers, one slot a row; absent rows of a regular series stay empty.

import Cells

/// Draws a view as standing bars.
struct ColumnBarChart {
  let view: ChartView

  private var data: ChartData { view.data }

  func draw(in area: CellRect, on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    let window = view.validWindow
    let shown = view.drawn(limit: LineChart.seriesLimit)
    let summary = Summary(view: view, series: shown, hasEndLabels: false, isBars: true)
    let isTime: Bool = if case .time = data.placeKind { true } else { false }
    let layout = PlotLayout(
      area: area, view: view, hasSummary: !summary.isEmpty, isLegend: shown.count > 1,
      hasContext: isTime)
    let least = shown.map { data.series[$0].least }.min() ?? 0
    let most = shown.map { data.series[$0].most }.max() ?? 0
    let isWhole = shown.allSatisfy { data.series[$0].isWhole }
    let ticks = RowTicks.fitted(rows: layout.body.rows) { rows in
      RowTicks(
        least: min(least, 0), most: max(most, 0), rows: rows,
        dotsPerRow: BarPainter.dotsUp(isUnicode: isUnicode), startsAtZero: true, isWhole: isWhole,
        labelWidth: max(area.columns / 4, 5))
    }
    var frame = PlotFrame(body: layout.body, ticks: ticks)

    let places = SlotPlaces(data: data, window: window)
    let slots = BarSlots(
      slots: places.count, series: shown.count, columns: frame.plot.columns, hasGaps: true)
    frame.trim(to: slots.columns)
    frame.drawAxis(on: &grid)
    var axis = ColumnAxis(ticks: [])
    if shown.isEmpty || window.isEmpty {
      frame.drawNote(data.series.isEmpty ? "no columns" : view.emptyNote, on: &grid)
    } else {
      axis = self.axis(places, slots)
      if let cursor = view.validCursor, window.contains(cursor) {
        axis.cursor = slots.cell(of: places.slot(of: cursor))
      }
      let highlight = view.validCursor.flatMap {
        window.contains($0) ? slots.group(of: places.slot(of: $0)) : nil
      }
      BarPainter(frame: frame, slots: slots, series: shown, isAlone: shown.count == 1).draw(
        on: &grid, highlight: highlight
      ) { slot, number in
        guard let position = places.position(of: slot) else { return .nan }
        return extreme(data.series[shown[number]].values[data.entries(at: position)])
      }
    }
    axis.draw(below: frame.plot, corner: frame.axisColumn, in: area, layout, on: &grid)
    if let row = layout.summary { summary.draw(in: row, on: &grid) }
    layout.drawTexts(view, span: view.span, footer: footer(slots), on: &grid)
  }

  /// The value furthest from zero: of several rows at one place none may hide another.
  private func extreme(_ values: ArraySlice<Double>) -> Double {
    var found = Double.nan
    for value in values where !value.isNaN && (found.isNaN || abs(value) > abs(found)) {
      found = value
    }
    return found
  }

  private func axis(_ places: SlotPlaces, _ slots: BarSlots) -> ColumnAxis {
    let cells = slots.columns
    var axis: ColumnAxis
    switch data.placeKind {
    case .time(let dateOnly):
      axis = ColumnAxis(
        times: TimeTicks(
          start: places.first, end: places.last, cells: cells, isDateOnly: dateOnly,
          cell: { slots.cell(of: places.slot(at: $0)) }), isDateOnly: dateOnly)
    case .number(let isInteger):
      // A tick stands under the bar of its value; between irregular places there is none.
      let scale = PlaceScale(start: places.first, end: places.last, columns: cells)
      axis = ColumnAxis(
        ticks: columnTicks(scale, cells: cells, dotsPerCell: 1, isWhole: isInteger).map {
          Tick(cell: slots.cell(of: places.slot(at: $0.value)), label: $0.label, value: $0.value)
        })
    case .rows:
      axis = ColumnAxis(
        ticks: columnTicks(
          PlaceScale(start: 1, end: Double(max(places.count, 1)), columns: cells), cells: cells,
          dotsPerCell: 1, isWhole: true
        ).map { Tick(cell: slots.cell(of: Int($0.value) - 1), label: $0.label, value: $0.value) })
    }
    for group in 0..<slots.groupCount
    where slots.slots(of: group).allSatisfy({ places.position(of: $0) == nil }) {
      let first = group * slots.groupColumns
      axis.missing.formUnion(first..<(first + slots.groupColumns))
    }
    return axis
  }

  private func footer(_ slots: BarSlots) -> String {
    let text = view.footer(dotColumns: 0)
    guard slots.groupCount > 0, slots.groupCount < slots.slotCount else { return text }
    let share = fixed(Double(slots.slotCount) / Double(slots.groupCount), significant: 2)
    let noun = data.step?.unitName(isTemporal: data.x?.isTemporal ?? false) ?? "row"
    return "\(text); 1 bar = \(share) \(noun)s, drawn to their extreme"
  }
}

extension ChartView {
  /// Why there is nothing to draw.
  var emptyNote: String {
    if data.series.isEmpty { return "no columns" }
    if data.series.indices.contains(where: { data.series[$0].count > 0 }) {
      return "all series are hidden"
    }
    let rows = data.places.count + data.placeless
    if rows == 0 { return "no rows" }
    if data.places.isEmpty { return "no row has a value for the axis" }
    return "no values: \(counted(rows, "row")), all null"
  }
}

/// Which slot of a bar chart each position takes.
struct SlotPlaces {
  private let data: ChartData
  private let window: Range<Int>
  /// Positions by slot, if the series is regular and has absent rows.
  private var positions: [Int?]?

  /// More slots than this are not worth keeping empty.
  private static let limit = 200_000

  init(data: ChartData, window: Range<Int>) {
    self.data = data
    self.window = window
    guard data.absent > 0, let step = data.step, let first = data.place(at: window.lowerBound),
      let last = data.place(at: window.upperBound - 1)
    else { return }
    let count = step.steps(from: first, to: last) + 1
    guard count > 0, count < Self.limit else { return }
    var positions = [Int?](repeating: nil, count: count)
    for position in window {
      guard let place = data.place(at: position) else { continue }
      let slot = step.steps(from: first, to: place)
      if slot >= 0, slot < count { positions[slot] = position }
    }
    self.positions = positions
  }

  var count: Int { positions?.count ?? window.count }
  var first: Double { data.place(at: window.lowerBound) ?? 0 }
  var last: Double { data.place(at: window.upperBound - 1) ?? 0 }

  func position(of slot: Int) -> Int? {
    guard slot >= 0, slot < count else { return nil }
    guard let positions else { return window.lowerBound + slot }
    return positions[slot]
  }

  func slot(of position: Int) -> Int {
    guard positions != nil, let place = data.place(at: position) else {
      return position - window.lowerBound
    }
    return slot(at: place)
  }

  /// The slot of a place: its own, or the first one after it.
  func slot(at place: Double) -> Int {
    if positions != nil, let step = data.step {
      return min(max(step.steps(from: first, to: place), 0), max(count - 1, 0))
    }
    var low = window.lowerBound
    var high = window.upperBound
    while low < high {
      let middle = (low + high) / 2
      if (data.place(at: middle) ?? 0) < place { low = middle + 1 } else { high = middle }
    }
    return min(low - window.lowerBound, max(count - 1, 0))
  }
}
