// The lines of one vertical axis, drawn into their cells.

import Cells

/// Some series on one axis.
struct LinePanel {
  let view: ChartView
  let series: [Int]
  let frame: PlotFrame
  let scale: PlaceScale
  let entries: Range<Int>
  let showsName: Bool

  /// Signs of series in ASCII, where there are no dots to tell them by.
  static let signs: [Character] = ["*", "o", "+", "x", "#", "@", "%", "&"]

  private var data: ChartData { view.data }

  func draw(labels: EndLabels, in area: CellRect, on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    let plot = frame.plot
    var canvas = DotCanvas(
      columns: plot.columns, rows: plot.rows, seriesCount: series.count, isUnicode: isUnicode)
    var pointCells: [(slot: Int, column: Int, row: Int)] = []
    for (slot, index) in series.enumerated() {
      let summaries = reduce(data, series: index, entries: entries, scale: scale)
      var path = LinePath(series: slot, texture: isAlone ? .solid : Texture(series: index))
      path.solidColumns = extremeColumns(index)
      path.draw(summaries, scale: frame.ticks.scale, on: &canvas)
      pointCells += points(slot, summaries, on: canvas)
    }
    compose(canvas, on: &grid)
    drawPoints(pointCells, canvas, on: &grid)
    drawLetters(canvas, on: &grid)
    drawEnds(on: &grid)
    if showsName, let index = series.first {
      drawName(index, on: &grid)
    } else if labels.width > 0 {
      labels.draw(beside: frame, on: &grid)
    }
    drawCrosshair(canvas, on: &grid)
  }

  private var isAlone: Bool { series.count == 1 }

  private func drawName(_ index: Int, on grid: inout CellGrid) {
    let plot = frame.plot
    let name = data.series[index].name
    // Blanks around it keep the name clear of a grid line.
    let used = grid.writeShortened(
      " \(name) ", column: plot.column, row: plot.row, columns: plot.columns,
      style: CellStyle(.series(index), on: .background, .bold))
    let values = data.series[index].values
    guard let last = entries.last(where: { !values[$0].isNaN }) else { return }
    // A series that ended before the others says when.
    let end = last == entries.upperBound - 1 ? "" : "(\(data.nameOfEntry(last))) "
    let value = view.valueText(data.series[index], data.entries(at: data.position(of: last)))
    let text = " latest \(value) \(end)"
    guard used + text.count < plot.columns else { return }
    grid.write(text, column: plot.column + used, row: plot.row, style: CellStyle(.muted))
  }

  private func extremeColumns(_ index: Int) -> Set<Int> {
    let ends = [data.series[index].leastEntry, data.series[index].mostEntry]
    return Set(
      ends.compactMap { $0 }.filter(entries.contains).map { scale.column(data.places[$0]) })
  }

  private func compose(_ canvas: DotCanvas, on grid: inout CellGrid) {
    var owners = CellOwners(seriesCount: series.count)
    var steep = [Bool](repeating: false, count: canvas.columns)
    if !canvas.isUnicode {
      for column in 0..<canvas.columns {
        steep[column] = (0..<canvas.rows).count { canvas.dots(column: column, row: $0) != 0 } > 1
      }
    }
    for column in 0..<canvas.columns {
      for row in 0..<canvas.rows {
        let dots = canvas.dots(column: column, row: row)
        guard dots != 0 else { continue }
        let present = series.indices.filter { canvas.dots($0, column: column, row: row) != 0 }
        let focused = present.first { series[$0] == view.focused }
        guard let owner = focused ?? owners.owner(among: present) else { continue }
        let glyph: Character =
          canvas.isUnicode
          ? DotCanvas.braille(dots)
          : isAlone
            ? DotCanvas.level(dots, isSteep: steep[column])
            : Self.signs[series[owner] % Self.signs.count]
        grid[frame.plot.column + column, frame.gridRow(row)] = Cell(
          glyph,
          style: CellStyle(.series(series[owner]), on: .background, focused == nil ? [] : .bold))
      }
    }
  }

  /// Cells of points that stand alone, or of all points if they stand far apart.
  private func points(
    _ slot: Int, _ summaries: [ColumnSummary], on canvas: DotCanvas
  ) -> [(slot: Int, column: Int, row: Int)] {
    let across = DotCanvas.dotsAcross(isUnicode: canvas.isUnicode)
    let up = DotCanvas.dotsUp(isUnicode: canvas.isUnicode)
    let filled = summaries.indices.filter { !summaries[$0].isEmpty }
    let isSparse = filled.count * 3 <= canvas.columns && entries.count * 3 <= canvas.columns
    var cells: [(slot: Int, column: Int, row: Int)] = []
    for (number, column) in filled.enumerated() {
      let joinsNext = number + 1 < filled.count && !summaries[filled[number + 1]].breaksBefore
      let joinsPrevious = number > 0 && !summaries[column].breaksBefore
      guard isSparse || (!joinsNext && !joinsPrevious) else { continue }
      let dot = frame.ticks.scale.dot(summaries[column].last)
      guard dot >= 0, dot < canvas.dotRows else { continue }
      cells.append((slot, column / across, dot / up))
    }
    return cells
  }

  private func drawPoints(
    _ points: [(slot: Int, column: Int, row: Int)], _ canvas: DotCanvas, on grid: inout CellGrid
  ) {
    for point in points {
      let index = series[point.slot]
      let dots = canvas.dots(column: point.column, row: point.row)
      // In braille the mark stays at the height of its dots: the row of dots becomes two high.
      let glyph: Character =
        canvas.isUnicode
        ? DotCanvas.braille(
          dots | Self.thickened(canvas.dots(point.slot, column: point.column, row: point.row)))
        : isAlone ? "o" : Self.signs[index % Self.signs.count]
      grid[frame.plot.column + point.column, frame.gridRow(point.row)] = Cell(
        glyph, style: CellStyle(.series(index), on: .background, .bold))
    }
  }

  /// Two by two dots around the lowest dot of a cell.
  private static func thickened(_ dots: UInt8) -> UInt8 {
    if dots & 0xc0 != 0 { return 0xe4 }
    if dots & 0x24 != 0 { return 0x36 }
    return dots & 0x12 != 0 ? 0x36 : 0x1b
  }

  /// Beyond the five textures a letter tells a line every twelve columns.
  private func drawLetters(_ canvas: DotCanvas, on grid: inout CellGrid) {
    guard canvas.isUnicode else { return }
    for (slot, index) in series.enumerated() where index >= Texture.allCases.count {
      let letter = Character(Unicode.Scalar(UInt8(97 + index)))
      for column in stride(from: 2 + slot, to: canvas.columns, by: 12) {
        guard
          let row = (0..<canvas.rows).first(where: {
            canvas.dots(slot, column: column, row: $0) != 0
          })
        else { continue }
        grid[frame.plot.column + column, frame.gridRow(row)] = Cell(
          letter, style: CellStyle(.series(index)))
      }
    }
  }

  /// Marks where a series stopped reporting.
  private func drawEnds(on grid: inout CellGrid) {
    let isUnicode = grid.glyphs.isUnicode
    for index in series {
      guard let end = data.series[index].discontinuation, entries.contains(end.lastEntry) else {
        continue
      }
      let across = DotCanvas.dotsAcross(isUnicode: isUnicode)
      let column = scale.column(data.places[end.lastEntry]) / across + 1
      let row = frame.ticks.scale.dot(end.lastValue) / DotCanvas.dotsUp(isUnicode: isUnicode)
      guard column < frame.plot.columns, row >= 0, row < frame.plot.rows else { continue }
      grid[frame.plot.column + column, frame.gridRow(row)] = Cell(
        isUnicode ? "╳" : "x", style: CellStyle(.series(index), on: .background, .bold))
    }
  }

  private func drawCrosshair(_ canvas: DotCanvas, on grid: inout CellGrid) {
    guard let cursor = view.validCursor, view.validWindow.contains(cursor),
      let place = data.place(at: cursor)
    else { return }
    let column = scale.column(place) / DotCanvas.dotsAcross(isUnicode: canvas.isUnicode)
    let up = DotCanvas.dotsUp(isUnicode: canvas.isUnicode)
    var valueRows: Set<Int> = []
    for entry in data.entries(at: cursor) {
      for index in series {
        let value = data.series[index].values[entry]
        if !value.isNaN { valueRows.insert(floorDivide(frame.ticks.scale.dot(value), up)) }
      }
    }
    for row in 0..<canvas.rows {
      let place = (frame.plot.column + column, frame.gridRow(row))
      if valueRows.contains(row) {
        grid[place.0, place.1].style.emphasis.insert(.reverse)
      } else if canvas.dots(column: column, row: row) == 0 {
        grid[place.0, place.1] = Cell(canvas.isUnicode ? "┊" : ":", style: CellStyle(.crosshair))
      }
    }
  }
}
