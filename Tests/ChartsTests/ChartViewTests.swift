// What a chart says: read-outs, footers, reasons; and which mark suits which columns.

import Cells
import TestSupport
import Testing

@testable import Charts

@Suite struct `A chart` {
  private let totals = ChartFixtures.totals

  private func line() -> ChartView {
    ChartView(title: "us", x: totals[0], series: Array(totals.dropFirst()), mark: .line)
  }

  @Test func `reads out exact values under its cursor`() {
    var chart = line()
    chart.cursor = 104
    #expect(chart.readout == "2021-03-15   cases 29,514,609   deaths 535,250")
    chart.cursor = 10_000
    #expect(chart.readout == "")
  }

  @Test func `reads out several rows at one place as a range`() {
    var chart = ChartView(
      title: "", x: ChartFixtures.whole("x", [1, 1, 2]),
      series: [ChartFixtures.whole("v", [5, 9, 3])],
      mark: .line)
    chart.cursor = 0
    #expect(chart.positionCount == 2)
    #expect(chart.readout == "1   v 5 to 9 (2 rows)")
    #expect(chart.rows(at: 0) == [0, 1])
    #expect(chart.footer == "3 rows at 2 places")
  }

  @Test func `says what a column of dots stands for`() {
    #expect(line().footer == "502 days, 0 missing; 1 dot column = 3.5 days")
  }

  @Test func `gives the rows behind a position in any order of rows`() {
    let chart = ChartView(
      title: "", x: ChartFixtures.whole("x", [3, 1, 2]),
      series: [ChartFixtures.whole("v", [30, 10, 20])],
      mark: .line)
    #expect(chart.rows(at: 0) == [1])
    #expect(chart.rows(at: 2) == [0])
  }

  @Test func `keeps its vertical axis through a zoom unless told to fit`() {
    var chart = ChartView(
      title: "", x: ChartFixtures.days(100),
      series: [ChartFixtures.whole("v", (0..<100).map { Double($0) })],
      mark: .line)
    chart.window = 0..<10
    #expect(chart.text(40, 16).contains("80┤"))
    chart.fitsWindow = true
    #expect(!chart.text(40, 16).contains("80┤"))
  }

  @Test func `is equal to a copy and differs by its cursor`() {
    let chart = line()
    var other = chart
    #expect(chart == other)
    #expect(chart.hashValue == other.hashValue)
    other.cursor = 1
    #expect(chart != other)
    #expect(
      chart == ChartView(title: "us", x: totals[0], series: Array(totals.dropFirst()), mark: .line))
  }

  @Test func `knows where to jump: extremes, ends and gaps`() {
    let chart = ChartView(
      title: "", x: ChartFixtures.days(8),
      series: [ChartFixtures.whole("v", [3, 1, 2, nil, 2, 9, 4, 5])], mark: .line)
    #expect(chart.landmarks == [0, 1, 2, 4, 5, 7])
  }

  @Test func `leaves title and footer to its pane if told so`() {
    var chart = line()
    (chart.showsTitle, chart.showsFooter) = (false, false)
    let text = chart.text(80, 24)
    #expect(!text.contains("us "))
    #expect(!text.contains("502 days"))
  }
}

@Suite struct `A histogram` {
  private func bins(_ values: [Double?], whole: Bool = true) -> HistogramBins {
    let column = whole ? ChartFixtures.whole("v", values) : ChartFixtures.real("v", values)
    return ChartData(x: nil, series: [column]).histogram
  }

  @Test func `of one value has one bin`() {
    let bins = bins(Array(repeating: 100, count: 30))
    #expect(bins.count == 1)
    #expect(bins.readout(0, name: "v") == "v 100   30 rows, 100 %")
  }

  @Test func `names whole numbers by themselves`() {
    let bins = bins((0..<600).map { Double($0 % 6 + 1) })
    #expect(bins.bins.map(\.count) == Array(repeating: 100, count: 6))
    #expect(bins.readout(2, name: "dice") == "dice 3   100 rows, 17 %")
  }

  @Test func `says the edges of a bin`() {
    var chart = ChartView(title: "", x: nil, series: [ChartFixtures.daily], mark: .histogram)
    chart.cursor = 2
    #expect(chart.readout.hasPrefix("new cases "))
    #expect(chart.readout.contains(" to below "))
  }

  @Test func `loses no value, whatever the values are`() {
    forAll(cases: 500) { random in
      let count = Int.random(in: 1...300, using: &random)
      let isWhole = Bool.random(using: &random)
      let size = Double(
        sign: .plus, exponent: Int.random(in: -40...60, using: &random), significand: 1)
      let values: [Double?] = (0..<count).map { _ in
        var value = Double.random(in: -1...1, using: &random)
        if Int.random(in: 0..<30, using: &random) == 0 { value *= 1e6 }
        value *= size
        return isWhole ? value.rounded() : value
      }
      let bins = bins(values, whole: isWhole)
      let sum = bins.bins.reduce(0) { $0 + $1.count }
      if sum != count { return "\(count) values, \(sum) counted" }
      if bins.count > HistogramBins.limit + 2 { return "\(bins.count) bins" }
      var counts = [Int](repeating: 0, count: bins.count)
      for value in values { if let value, let index = bins.index(of: value) { counts[index] += 1 } }
      return counts == bins.bins.map(\.count) ? nil : "bins disagree with their edges"
    }
  }

  @Test func `folds far values into its end bins and says so`() {
    let values: [Double?] = (0..<1_000).map { Double($0 % 100) } + [1e9]
    let chart = ChartView(
      title: "", x: nil, series: [ChartFixtures.whole("v", values)], mark: .histogram)
    #expect(chart.footer.contains("1 folded into the end bins"))
    #expect(chart.text(80, 24).contains("≥"))
    #expect(chart.text(80, 24, .ascii).contains(">="))
  }
}

@Suite struct `An instant chart` {
  @Test func `of a time and numbers is a line`() {
    let chart = ChartView.instant(title: "us", columns: ChartFixtures.totals)
    #expect(chart.mark == .line)
    #expect(chart.reason == "date is a time, cases, deaths numbers: line, cumulative")
  }

  @Test func `of names and a number is bars`() {
    let chart = ChartView.instant(
      title: "",
      columns: [
        ChartFixtures.words("country", ["ES", "FR"]), ChartFixtures.real("deaths", [1.9, 0.7]),
      ])
    #expect(chart.mark == .bar)
    #expect(chart.reason == "country names the rows, deaths is a number: bars")
  }

  @Test func `of words counts them`() {
    let chart = ChartView.instant(
      title: "", columns: [ChartFixtures.words("state", ["a", "b", "b"])])
    #expect(chart.mark == .bar)
    #expect(chart.x?.texts == ["b", "a"])
    #expect(chart.series[0].values == [2, 1])
    #expect(chart.reason == "state is words, 2 kinds: rows of each, most first")
  }

  @Test func `of a number is a histogram`() {
    let chart = ChartView.instant(title: "", columns: [ChartFixtures.real("delay", [3, 1, 2, 2])])
    #expect(chart.mark == .histogram)
    #expect(chart.reason == "delay is a number and nothing orders it: histogram")
  }

  @Test func `of a time alone counts rows, with none left out`() {
    let days = ChartFixtures.days(5).values
    let chart = ChartView.instant(
      title: "",
      columns: [
        ChartColumn(
          name: "seen", kind: .temporal(dateOnly: true), values: [days[0], days[0], days[3]])
      ])
    #expect(chart.mark == .bar)
    #expect(chart.series[0].values == [2, 0, 0, 1])
    #expect(chart.reason == "seen is a time and nothing is measured: rows a day")
  }

  @Test func `of an ascending number and another is a line`() {
    let chart = ChartView.instant(
      title: "",
      columns: [ChartFixtures.whole("t", [1, 2, 3]), ChartFixtures.real("v", [5, 4, 6])])
    #expect(chart.mark == .line)
    #expect(chart.reason == "t ascends, v follow it: line")
  }

  @Test func `of keys is a table that says so`() {
    let chart = ChartView.instant(title: "", columns: [ChartFixtures.whole("trade_id", [7, 3, 5])])
    #expect(chart.mark == .table)
    #expect(chart.reason == "trade_id looks like an identifier: table")
  }

  @Test func `of nothing is a table`() {
    #expect(ChartView.instant(title: "", columns: []).mark == .table)
  }

  @Test func `offers the marks that fit, best first`() {
    let time = ChartFixtures.days(3)
    let number = ChartFixtures.whole("v", [1, 2, 3])
    let words = ChartFixtures.words("w", ["a"])
    #expect(ChartView.fittingMarks(x: time, series: [number]) == [.line, .bar, .histogram, .table])
    #expect(ChartView.fittingMarks(x: words, series: [number]) == [.bar, .histogram, .table])
    #expect(ChartView.fittingMarks(x: nil, series: [number]) == [.histogram, .line, .bar, .table])
    #expect(ChartView.fittingMarks(x: time, series: [words]) == [.table])
  }
}
