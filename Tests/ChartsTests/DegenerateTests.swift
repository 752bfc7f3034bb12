// Inputs that break other tools: every one is drawn, at every size, and says something.

import Cells
import Testing

@testable import Charts

@Suite struct `Any data` {
  struct Input: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var x: ChartColumn?
    var series: [ChartColumn]
  }

  static let inputs: [Input] = {
    let days = ChartFixtures.days
    let whole = ChartFixtures.whole
    let real = ChartFixtures.real
    func time(_ values: [Double?]) -> ChartColumn {
      ChartColumn(name: "t", kind: .temporal(dateOnly: false), values: values)
    }
    return [
      Input(testDescription: "no columns", x: nil, series: []),
      Input(testDescription: "no rows", x: days(0, "2024-01-01"), series: [whole("v", [])]),
      Input(testDescription: "one row", x: days(1, "2024-01-01"), series: [whole("v", [42])]),
      Input(
        testDescription: "all equal", x: days(30, "2024-01-01"),
        series: [whole("v", Array(repeating: 100, count: 30))]),
      Input(
        testDescription: "all zero", x: days(30, "2024-01-01"),
        series: [whole("v", Array(repeating: 0, count: 30))]),
      Input(
        testDescription: "all null", x: days(30, "2024-01-01"),
        series: [whole("v", Array(repeating: nil, count: 30))]),
      Input(testDescription: "no places", x: time([nil, nil]), series: [whole("v", [1, 2])]),
      Input(
        testDescription: "outlier", x: days(9, "2024-01-01"),
        series: [real("v", [1, 2, 3, 1e18, 2, 1, 3, 2, 1])]),
      Input(
        testDescription: "extremes", x: days(3, "2024-01-01"),
        series: [whole("v", [Double(Int64.min), 0, Double(Int64.max)])]),
      Input(
        testDescription: "huge", x: days(3, "2024-01-01"),
        series: [real("v", [-1e300, 1e300, 1.7e308])]),
      Input(
        testDescription: "tiny", x: days(3, "2024-01-01"),
        series: [real("v", [.leastNonzeroMagnitude, .leastNormalMagnitude / 4, 0])]),
      Input(
        testDescription: "close", x: days(3, "2024-01-01"),
        series: [real("v", [1, 1.0000000000000002, 1])]),
      Input(
        testDescription: "not finite", x: days(4, "2024-01-01"),
        series: [real("v", [.nan, .infinity, -.infinity, 1])]),
      Input(
        testDescription: "duplicates", x: time([0, 0, 0, 60, 60]),
        series: [whole("v", [1, 9, 5, 2, 8])]),
      Input(testDescription: "one place", x: time([7, 7, 7]), series: [whole("v", [1, 9, 5])]),
      Input(
        testDescription: "descending", x: time([300, 200, 100]), series: [whole("v", [1, 2, 3])]),
      Input(
        testDescription: "far years", x: time([-62_135_596_800, 253_402_300_799]),
        series: [whole("v", [1, 2])]),
      Input(
        testDescription: "no calendar", x: time([-1e17, 1e17, 9e18]),
        series: [whole("v", [1, 2, 3])]),
      Input(
        testDescription: "microseconds", x: time([0, 0.000001, 0.000002]),
        series: [whole("v", [1, 2, 3])]),
      Input(
        testDescription: "numbers", x: real("x", [-9.2e18, 0.5, 9.2e18]),
        series: [real("v", [-5, 0, 5])]),
      Input(
        testDescription: "negative", x: days(5, "2024-01-01"),
        series: [real("v", [-1, -2, -3, -2, -1])]),
      Input(
        testDescription: "words", x: ChartFixtures.words("w", ["ä", nil, "", "日本語", "\u{1b}[31m"]),
        series: [real("v", [1, -2, nil, 0, 4])]),
      Input(testDescription: "words only", x: nil, series: [ChartFixtures.words("w", ["a", "b"])]),
      Input(
        testDescription: "short", x: days(9, "2024-01-01"),
        series: [whole("v", [1]), whole("w", [])]),
      Input(
        testDescription: "twelve", x: days(9, "2024-01-01"),
        series: (0..<12).map { n in whole("s\(n)", (0..<9).map { Double($0 * n) }) }),
      Input(testDescription: "rows", x: nil, series: [whole("v", [3, 1, 2])]),
    ]
  }()

  static let sizes = [
    (1, 1), (2, 1), (1, 50), (3, 3), (20, 1), (7, 5), (12, 4), (40, 10), (80, 24), (160, 48),
  ]

  @Test(arguments: inputs, ChartMark.allCases)
  func `is drawn at every size without a blank picture`(input: Input, mark: ChartMark) {
    var chart = ChartView(title: "title", x: input.x, series: input.series, mark: mark)
    for (columns, rows) in Self.sizes {
      let looks: [(cursor: Int?, window: Range<Int>?)] = [
        (nil, nil), (0, 0..<1), (chart.positionCount - 1, 1..<3), (99, 50..<60),
      ]
      for (number, look) in looks.enumerated() {
        (chart.cursor, chart.window) = (look.cursor, look.window)
        let text = chart.text(columns, rows, number % 2 == 0 ? .unicode : .ascii)
        guard columns >= 12, rows >= 3 else { continue }
        #expect(text.contains { $0 != " " && $0 != "\n" }, "blank at \(columns)x\(rows)")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == rows)
      }
    }
  }

  @Test(arguments: inputs, ChartMark.allCases)
  func `is plain ASCII where that is asked for`(input: Input, mark: ChartMark) {
    var chart = ChartView(title: "title", x: input.x, series: input.series, mark: mark)
    chart.cursor = 0
    for (columns, rows) in Self.sizes {
      let text = chart.text(columns, rows, .ascii)
      #expect(
        text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7e).contains($0.value) }, "\(text)"
      )
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    }
  }

  @Test(arguments: inputs)
  func `stays inside its area`(input: Input) {
    for mark in ChartMark.allCases {
      let chart = ChartView(title: "title", x: input.x, series: input.series, mark: mark)
      var grid = CellGrid(size: CellSize(columns: 60, rows: 20))
      let area = CellRect(column: 10, row: 4, columns: 37, rows: 11)
      chart.draw(in: area, on: &grid)
      for row in 0..<20 {
        for column in 0..<60 where !area.contains(CellPoint(column: column, row: row)) {
          #expect(grid[column, row] == .blank, "\(mark) wrote at \(column), \(row)")
        }
      }
    }
  }

  @Test func `of one value has one row of marks, on its own label`() {
    for (name, value, label) in [
      ("hundred", 100.0, "100"), ("zero", 0, "0"), ("neg", -3.5, "-3.5"),
    ] {
      let chart = ChartView(
        title: name, x: ChartFixtures.days(30),
        series: [ChartFixtures.real(name, Array(repeating: value, count: 30))], mark: .line)
      for (columns, rows) in [(80, 24), (40, 10)] {
        let lines = chart.text(columns, rows, .ascii).split(
          separator: "\n", omittingEmptySubsequences: false)
        let marked = lines.filter { $0.contains("____") }
        #expect(marked.count == 1)
        #expect(marked.first.map { $0.hasPrefix(" \(label)+") && $0.count == columns } ?? false)
      }
    }
  }

  @Test func `of one row shows its value`() {
    for mark in [ChartMark.line, .bar, .histogram] {
      let chart = ChartView(
        title: "single", x: ChartFixtures.days(1), series: [ChartFixtures.whole("v", [42])],
        mark: mark)
      for (columns, rows) in [(80, 24), (40, 10)] {
        #expect(chart.text(columns, rows).contains("42"))
        #expect(chart.text(columns, rows, .ascii).contains("42"))
      }
    }
  }
}
