// What survives reduction: everything that shows.

import TestSupport
import Testing

@testable import Charts

/// A random series of a kind that charts meet: walks, noise, plateaus, spikes, with holes.
private func randomSeries(_ random: inout SplitMix64, holes: Bool) -> [Double?] {
  let count = Int.random(in: 1...900, using: &random)
  let kind = Int.random(in: 0..<4, using: &random)
  var walk = 0.0
  return (0..<count).map { _ in
    if holes, Int.random(in: 0..<20, using: &random) == 0 { return nil }
    switch kind {
    case 0:
      walk += Double.random(in: -1...1, using: &random)
      return walk
    case 1: return Double.random(in: -1e9...1e9, using: &random)
    case 2: return Double(Int.random(in: 0...2, using: &random))
    default: return Int.random(in: 0..<200, using: &random) == 0 ? 1e6 : 1
    }
  }
}

private struct Drawing {
  var data: ChartData
  var places: PlaceScale
  var values: ValueScale
  var canvas: DotCanvas

  init(_ random: inout SplitMix64, holes: Bool) {
    let values = randomSeries(&random, holes: holes)
    var place = 0.0
    let x = values.map { _ -> Double? in
      place += [1, 1, 1, 1, 0, 7][Int.random(in: 0..<6, using: &random)]
      return place
    }
    data = ChartData(
      x: ChartFixtures.whole("x", x), series: [ChartFixtures.real("y", values)])
    let isUnicode = Bool.random(using: &random)
    let columns = Int.random(in: 1...120, using: &random)
    let rows = Int.random(in: 1...30, using: &random)
    let least = data.series[0].count > 0 ? data.series[0].least : 0
    let most = data.series[0].count > 0 ? data.series[0].most : 0
    let ticks = RowTicks(
      least: least, most: most, rows: rows, dotsPerRow: DotCanvas.dotsUp(isUnicode: isUnicode),
      startsAtZero: false, isWhole: false)
    self.values = ticks.scale
    canvas = DotCanvas(columns: columns, rows: ticks.rows, seriesCount: 1, isUnicode: isUnicode)
    places = PlaceScale(
      start: data.places.first ?? 0, end: data.places.last ?? 0, columns: canvas.dotColumns)
  }

  var reduced: [ColumnSummary] {
    reduce(data, series: 0, entries: data.places.indices, scale: places)
  }

  /// The picture from the reduced series.
  func drawn(_ texture: Texture) -> DotCanvas {
    var canvas = canvas
    var path = LinePath(series: 0, texture: texture)
    let ends = [data.series[0].leastEntry, data.series[0].mostEntry].compactMap { $0 }
    path.solidColumns = Set(ends.map { places.column(data.places[$0]) })
    path.draw(reduced, scale: values, on: &canvas)
    return canvas
  }

  /// The picture from every point, one after the other.
  func drawnFromAllPoints() -> DotCanvas {
    var canvas = canvas
    var previous: (entry: Int, column: Int, dot: Int)?
    func fill(_ column: Int, _ from: Int, _ to: Int) {
      for row in min(from, to)...max(from, to) { canvas.set(0, column: column, row: row) }
    }
    for entry in data.places.indices where !data.series[0].values[entry].isNaN {
      let column = places.column(data.places[entry])
      let dot = values.dot(data.series[0].values[entry])
      fill(column, dot, dot)
      if let from = previous {
        if from.column == column {
          fill(column, from.dot, dot)
        } else if !data.isGap(from: from.entry, to: entry) {
          var last = from.dot
          let across = column - from.column
          for step in 1...across {
            let doubled = 2 * (dot - from.dot) * step + across
            let next = from.dot + floorDivide(doubled, 2 * across)
            fill(from.column + step, next > last ? last + 1 : next < last ? last - 1 : next, next)
            last = next
          }
        }
      }
      previous = (entry, column, dot)
    }
    return canvas
  }
}

extension DotCanvas {
  fileprivate var dots: [[Bool]] {
    (0..<dotRows).map { row in (0..<dotColumns).map { isSet(0, column: $0, row: row) } }
  }

  fileprivate var highest: Int? { dots.lastIndex { $0.contains(true) } }
  fileprivate var lowest: Int? { dots.firstIndex { $0.contains(true) } }
}

@Suite struct `A reduced series` {
  @Test func `looks as if every point had been drawn`() {
    forAll(cases: 400) { random in
      let drawing = Drawing(&random, holes: Bool.random(using: &random))
      return drawing.drawn(.solid).dots == drawing.drawnFromAllPoints().dots
        ? nil : "\(drawing.data.places.count) points differ in \(drawing.canvas.columns) columns"
    }
  }

  @Test func `keeps its highest and lowest value, in every texture`() {
    forAll(cases: 400) { random in
      let drawing = Drawing(&random, holes: Bool.random(using: &random))
      let series = drawing.data.series[0]
      guard series.count > 0 else { return nil }
      let texture = Texture(series: Int.random(in: 0..<5, using: &random))
      let canvas = drawing.drawn(texture)
      if canvas.highest != drawing.values.dot(series.most) { return "\(texture) lost its peak" }
      return canvas.lowest == drawing.values.dot(series.least) ? nil : "\(texture) lost its low"
    }
  }

  @Test func `has one summary a column, found in any order of rows`() {
    let values: [Double?] = (0..<100).map { Double(($0 * 37) % 100) }
    let ascending = ChartData(
      x: ChartFixtures.days(100), series: [ChartFixtures.real("y", values)])
    let descending = ChartData(
      x: ChartColumn(
        name: "day", kind: .temporal(dateOnly: true),
        values: ChartFixtures.days(100).values.reversed()),
      series: [ChartFixtures.real("y", values.reversed())])
    let scale = PlaceScale(start: ascending.places[0], end: ascending.places[99], columns: 30)
    #expect(
      reduce(ascending, series: 0, entries: 0..<100, scale: scale)
        == reduce(descending, series: 0, entries: 0..<100, scale: scale))
  }
}
