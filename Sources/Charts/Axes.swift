// The horizontal axis: ticks, two rows of labels that never touch, missing spans, the cursor.

import Cells

/// A horizontal axis, in cells from the left of the plot.
struct ColumnAxis {
  struct Mark: Hashable {
    var cell: Int
    var label: String
    /// What begins here, for the second row.
    var boundary: String?
  }

  var marks: [Mark] = []
  /// What the left end belongs to.
  var context = ""
  /// The same in fewer letters.
  var shortContext = ""
  /// What ends the second row, as the zone of a clock.
  var zone = ""
  /// Cells in which rows are missing.
  var missing: Set<Int> = []
  /// The cell of the cursor.
  var cursor: Int?

  var hasContext: Bool {
    !context.isEmpty || !zone.isEmpty || marks.contains { $0.boundary != nil }
  }

  /// An axis for places.
  init(_ kind: PlaceKind, scale: PlaceScale, cells: Int, dotsPerCell: Int) {
    switch kind {
    case .time(let dateOnly):
      self.init(
        times: TimeTicks(
          start: scale.start, end: scale.end, cells: cells, isDateOnly: dateOnly,
          cell: { scale.column($0) / dotsPerCell }), isDateOnly: dateOnly)
    case .number(let isInteger):
      self.init(
        ticks: columnTicks(scale, cells: cells, dotsPerCell: dotsPerCell, isWhole: isInteger))
    case .rows:
      self.init(ticks: columnTicks(scale, cells: cells, dotsPerCell: dotsPerCell, isWhole: true))
    }
  }

  init(ticks: [Tick]) { marks = ticks.map { Mark(cell: $0.cell, label: $0.label) } }

  init(times: TimeTicks, isDateOnly: Bool) {
    marks = times.ticks.map { Mark(cell: $0.cell, label: $0.label, boundary: $0.boundary) }
    context = times.context
    shortContext = times.context.isEmpty ? "" : times.year
    zone = isDateOnly ? "" : "UTC"
  }

  /// Draws the axis below a plot.
  func draw(
    below plot: CellRect, corner: Int?, in area: CellRect, _ layout: PlotLayout,
    on grid: inout CellGrid
  ) {
    let isUnicode = grid.glyphs.isUnicode
    if let row = layout.axisRow {
      if let corner {
        grid[corner, row] = Cell(isUnicode ? "└" : "+", style: CellStyle(.axis))
      }
      for cell in 0..<plot.columns {
        let isMissing = missing.contains(cell)
        let glyph: Character = isMissing ? (isUnicode ? "╌" : ".") : grid.glyphs.rule
        grid[plot.column + cell, row] = Cell(glyph, style: CellStyle(isMissing ? .warn : .axis))
      }
      for mark in marks where mark.cell >= 0 && mark.cell < plot.columns {
        let isHeavy = mark.boundary != nil
        grid[plot.column + mark.cell, row] = Cell(
          isUnicode ? (isHeavy ? "╂" : "┬") : "+", style: CellStyle(.axis))
      }
      if let cursor, cursor >= 0, cursor < plot.columns {
        grid[plot.column + cursor, row] = Cell(
          isUnicode ? "▴" : "^", style: CellStyle(.crosshair, on: .background, .bold))
      }
    }
    if let row = layout.labelRow { drawLabels(row: row, plot: plot, in: area, on: &grid) }
    if let row = layout.contextRow { drawContext(row: row, plot: plot, in: area, on: &grid) }
  }

  /// Labels by importance: boundaries, the first, the last, then the rest; none touches another.
  private func drawLabels(row: Int, plot: CellRect, in area: CellRect, on grid: inout CellGrid) {
    func rank(_ index: Int) -> Int {
      if marks[index].boundary != nil { return 0 }
      return index == 0 ? 1 : index == marks.count - 1 ? 2 : 3
    }
    var taken: [Range<Int>] = []
    let order = marks.indices.sorted { (rank($0), $0) < (rank($1), $1) }
    for index in order {
      let mark = marks[index]
      let width = cellWidth(of: mark.label)
      guard width > 0, width <= area.columns else { continue }
      let wanted = plot.column + mark.cell - (width - 1) / 2
      let start = max(min(wanted, area.endColumn - width), area.column)
      let range = start..<(start + width)
      guard
        !taken.contains(where: {
          $0.lowerBound < range.upperBound + 1 && range.lowerBound < $0.upperBound + 1
        })
      else { continue }
      taken.append(range)
      grid.write(mark.label, column: start, row: row, columns: width, style: CellStyle(.muted))
    }
  }

  private func drawContext(row: Int, plot: CellRect, in area: CellRect, on grid: inout CellGrid) {
    let bar: Character = grid.glyphs.isUnicode ? "▏" : "|"
    let end = area.endColumn
    var next = area.column
    let first = marks.first { $0.boundary != nil }
    for text in [context, shortContext] where !text.isEmpty {
      let width = cellWidth(of: text)
      // Left of the first boundary, if need be below the labels of the other axis; that boundary
      // may give way by three columns, but not by more, and not to a year it names itself.
      let limit = first.map { plot.column + $0.cell } ?? end
      let start = max(min(plot.column, limit - width - 1), area.column)
      guard start + width + 1 <= limit + 3, start + width <= end,
        start + width < limit || text == context || !(first?.boundary?.hasSuffix(text) ?? false)
      else { continue }
      grid.write(text, column: start, row: row, columns: width, style: CellStyle(.muted))
      next = start + width + 1
      break
    }
    for (number, mark) in marks.enumerated() {
      guard let boundary = mark.boundary else { continue }
      let text = "\(bar)\(boundary)"
      let width = cellWidth(of: text)
      var column = plot.column + mark.cell
      if column < next, marks[..<number].allSatisfy({ $0.boundary == nil }), next - column <= 3 {
        column = next
      }
      guard column >= next, column + width <= end else { continue }
      next = column + grid.write(text, column: column, row: row, style: CellStyle(.muted)) + 1
    }
    if !zone.isEmpty, end - zone.count >= next {
      grid.writeRight(
        zone, endingBefore: end, row: row, columns: zone.count, style: CellStyle(.muted))
    }
  }
}
