// A histogram as standing bars with the bins' edges below.

import Cells

/// Draws a view as a histogram of its first series.
struct HistogramChart {
  let view: ChartView

  func draw(in area: CellRect, on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    let histogram = view.data.histogram
    let window = view.validWindow
    let layout = PlotLayout(area: area, view: view, hasSummary: false, hasContext: false)
    // Bins share a bar where columns are short; their counts add up.
    let probe = frame(layout.body, most: Double(histogram.total), isUnicode: isUnicode)
    let merged = max(
      (window.count + max(probe.plot.columns, 1) - 1) / max(probe.plot.columns, 1), 1)
    let groups = stride(from: window.lowerBound, to: window.upperBound, by: merged).map {
      $0..<min($0 + merged, window.upperBound)
    }
    let counts = groups.map { group in
      histogram.bins[group].reduce(0.0) { $0 + Double($1.count) }
    }
    var frame = frame(layout.body, most: counts.max() ?? 0, isUnicode: isUnicode)
    let slots = BarSlots(
      slots: groups.count, series: 1, columns: frame.plot.columns, hasGaps: false)
    frame.trim(to: slots.columns)
    frame.drawAxis(on: &grid)
    var axis = ColumnAxis(ticks: [])
    if groups.isEmpty {
      frame.drawNote(view.emptyNote, on: &grid)
    } else {
      axis = self.axis(histogram, groups, slots, isUnicode: isUnicode)
      let highlight = view.validCursor.flatMap { cursor in groups.firstIndex { $0.contains(cursor) }
      }
      axis.cursor = highlight.map { slots.cell(of: $0) }
      BarPainter(frame: frame, slots: slots, series: [0], isAlone: true).draw(
        on: &grid, highlight: highlight
      ) { slot, _ in counts.indices.contains(slot) ? counts[slot] : .nan }
    }
    axis.draw(below: frame.plot, corner: frame.axisColumn, in: area, layout, on: &grid)
    var footer = view.footer
    if merged > 1 { footer += "; 1 bar = \(merged) bins" }
    layout.drawTexts(view, span: "", footer: footer, on: &grid)
  }

  private func frame(_ body: CellRect, most: Double, isUnicode: Bool) -> PlotFrame {
    PlotFrame(
      body: body,
      ticks: RowTicks(
        least: 0, most: most, rows: body.rows, dotsPerRow: BarPainter.dotsUp(isUnicode: isUnicode),
        startsAtZero: true, isWhole: true))
  }

  /// Single values are named below their bars, edges at the left of theirs.
  private func axis(
    _ histogram: HistogramBins, _ groups: [Range<Int>], _ slots: BarSlots, isUnicode: Bool
  ) -> ColumnAxis {
    let edges = groups.compactMap { histogram.bins[$0.lowerBound].low.map { abs($0.value) } }
    let style = LabelStyle(step: histogram.width, largest: edges.max() ?? 1)
    var ticks: [Tick] = []
    for (number, group) in groups.enumerated() {
      let bin = histogram.bins[group.lowerBound]
      let isFoldedTail = bin.high == nil && histogram.count > 1
      let label: String
      if let low = bin.low {
        label = (isFoldedTail ? (isUnicode ? "≥" : ">=") : "") + style.text(low)
      } else {
        label = "<" + (bin.high.map(style.text) ?? "")
      }
      let isNamed = histogram.isSingle || bin.low == nil || isFoldedTail
      let cell = isNamed ? slots.cell(of: number) : number * slots.groupColumns
      ticks.append(Tick(cell: cell, label: label, value: bin.low?.value ?? 0))
    }
    return ColumnAxis(ticks: evenly(ticks, tails: histogram.folded > 0))
  }

  /// Every n-th tick, the least n at which labels keep two blanks; folded ends always.
  private func evenly(_ ticks: [Tick], tails: Bool) -> [Tick] {
    let widest = ticks.map(\.label.count).max() ?? 0
    guard ticks.count > 1 else { return ticks }
    let distance = max(ticks[ticks.count - 1].cell - ticks[ticks.count - 2].cell, 1)
    let every = [1, 2, 4, 5, 10, 20, 25, 50, 100].first { $0 * distance >= widest + 2 } ?? 100
    return ticks.enumerated().filter { index, tick in
      if tails, tick.label.hasPrefix("<") || tick.label.hasPrefix("≥") || tick.label.hasPrefix(">=")
      {
        return true
      }
      guard isAligned(ticks) else { return index % every == 0 }
      return (index + offset(ticks, every)) % every == 0
    }.map(\.element)
  }

  private func isAligned(_ ticks: [Tick]) -> Bool {
    !view.data.histogram.isSingle && ticks.count > 2
  }

  /// Shifts the labelled edges to round ones: with zero among them, zero is labelled.
  private func offset(_ ticks: [Tick], _ every: Int) -> Int {
    let step = ticks[2].value - ticks[1].value
    guard step > 0 else { return 0 }
    let first = (ticks[1].value / step).rounded() - 1
    guard abs(first) < 1e15 else { return 0 }
    let index = Int(first)
    return index - floorDivide(index, every) * every
  }
}
