// Whole pictures of real data, as text.

import Cells
import TestSupport
import Testing

@testable import Charts

@Suite struct `The picture` {
  struct Size: Sendable, CustomTestStringConvertible {
    var columns: Int
    var rows: Int
    var glyphs: Glyphs
    var testDescription: String { "\(columns)x\(rows)-\(glyphs.isUnicode ? "unicode" : "ascii")" }
  }

  static let sizes = [
    Size(columns: 80, rows: 24, glyphs: .unicode), Size(columns: 40, rows: 10, glyphs: .unicode),
    Size(columns: 80, rows: 24, glyphs: .ascii), Size(columns: 40, rows: 10, glyphs: .ascii),
  ]

  private func expect(_ chart: ChartView, _ name: String, _ size: Size) {
    let text = chart.text(size.columns, size.rows, size.glyphs)
    expectSnapshot(text, named: "\(name).\(size.testDescription)")
  }

  private let date = ChartFixtures.totals[0]

  @Test(arguments: sizes) func `of daily values as a line`(size: Size) {
    expect(
      ChartView(title: "us: new cases a day", x: date, series: [ChartFixtures.daily], mark: .line),
      "line.daily", size)
  }

  @Test(arguments: sizes) func `of two totals`(size: Size) {
    expect(ChartView.instant(title: "us", columns: ChartFixtures.totals), "line.totals", size)
  }

  @Test(arguments: sizes) func `of a zoom with a cursor`(size: Size) {
    var chart = ChartView(
      title: "us: new cases a day", x: date, series: [ChartFixtures.daily], mark: .line)
    chart.window = 380..<410
    chart.cursor = 405
    expect(chart, "line.zoom", size)
  }

  @Test(arguments: sizes) func `of daily values as bars`(size: Size) {
    expect(
      ChartView(title: "us: new cases a day", x: date, series: [ChartFixtures.daily], mark: .bar),
      "bar.daily", size)
  }

  @Test(arguments: sizes) func `of named rows`(size: Size) {
    let names = ChartFixtures.words(
      "country", ["ES", "PL", "DE", "FR", "IT", "SE", "a very long name"])
    let values = ChartFixtures.real("deaths", [1.92, 1.4, 0.81, nil, -0.52, 0.31, 0])
    expect(
      ChartView(title: "deaths per 100k", x: names, series: [values], mark: .bar), "bar.names", size
    )
  }

  @Test(arguments: sizes) func `of a distribution`(size: Size) {
    expect(
      ChartView(title: "new cases a day", x: nil, series: [ChartFixtures.daily], mark: .histogram),
      "histogram.daily", size)
  }

  @Test(arguments: sizes) func `of the values themselves`(size: Size) {
    var chart = ChartView(
      title: "us", x: date, series: Array(ChartFixtures.totals.dropFirst()), mark: .table)
    chart.cursor = 104
    expect(chart, "table.totals", size)
  }

  @Test(arguments: sizes) func `of ticks far from zero`(size: Size) {
    let time = ChartFixtures.whole("t", [1, 2, 3, 4, 5])
    let values = ChartFixtures.real("v", (0..<5).map { 1_000_000_000 + Double($0) / 4 })
    var chart = ChartView(title: "offset", x: time, series: [values], mark: .line)
    chart.cursor = 1
    expect(chart, "line.offset", size)
  }

  @Test(arguments: sizes) func `of five lines`(size: Size) {
    // Triangles, so that the picture does not depend on a library's sine.
    let series = (0..<5).map { number in
      ChartFixtures.real(
        "line \(number + 1)",
        (0..<90).map { day in
          let period = 30 + number * 13
          let phase = (day + number * 11) % period
          return 10_000 + Double(min(phase, period - phase)) * 900
        })
    }
    expect(
      ChartView(title: "five", x: ChartFixtures.days(90), series: series, mark: .line), "line.five",
      size)
  }
}
