// The kinds of "no value", and how each is said.

import Cells
import Testing

@testable import Charts

@Suite struct `A gap` {
  private func chart(_ days: [Int], _ values: [Double?], name: String = "v") -> ChartView {
    let all = ChartFixtures.days(400).values
    return ChartView(
      title: "gaps",
      x: ChartColumn(name: "day", kind: .temporal(dateOnly: true), values: days.map { all[$0] }),
      series: [ChartFixtures.whole(name, values)], mark: .line)
  }

  @Test func `is a row that a regular series lacks`() {
    let days = Array(0..<20) + Array(23..<40)
    let chart = chart(days, days.map { Double($0) })
    #expect(
      chart.footer == "37 days, 3 missing, 1 zero; missing 2024-01-21, 2024-01-22, 2024-01-23")
    #expect(chart.text(60, 16).contains("╌"))
    #expect(chart.text(60, 16, .ascii).split(separator: "\n")[12].contains("."))
  }

  @Test func `is a null, told from a zero`() {
    let chart = chart(Array(0..<6), [0, 1, nil, 3, 0, 5])
    #expect(chart.footer == "6 days, 0 missing, 1 null, 2 zeros")
    var looking = chart
    looking.cursor = 2
    #expect(looking.readout == "2024-01-03   v null")
    looking.cursor = 4
    #expect(looking.readout == "2024-01-05   v 0")
  }

  @Test func `breaks the line`() {
    let data = chart(Array(0..<6), [1, 1, nil, nil, 1, 1]).data
    let scale = PlaceScale(start: data.places[0], end: data.places[5], columns: 60)
    let summaries = reduce(data, series: 0, entries: 0..<6, scale: scale)
    #expect(summaries.filter { !$0.isEmpty }.map(\.breaksBefore) == [false, false, true, false])
  }

  @Test func `is where a total stops being reported`() {
    let values: [Double?] = (1...20).map { Double($0 * 100) } + [0, 0, 0]
    let chart = chart(Array(0..<23), values, name: "recovered")
    #expect(
      chart.footer
        == "23 days, 0 missing, recovered ends 2024-01-20, then 0 read as missing")
    #expect(chart.text(60, 16).contains("╳"))
    var looking = chart
    looking.cursor = 21
    #expect(looking.readout == "2024-01-22   recovered 0, read as missing")
  }

  @Test func `is not a count that falls to zero`() {
    let chart = chart(Array(0..<10), [1, 9, 3, 7, 2, 8, 4, 6, 0, 0])
    #expect(chart.footer == "10 days, 0 missing, 2 zeros")
  }

  @Test func `is not the different length of months`() {
    let months = (0..<24).map { CivilTime(year: 2020 + $0 / 12, month: $0 % 12 + 1).seconds }
    let data = ChartData(
      x: ChartColumn(name: "month", kind: .temporal(dateOnly: true), values: months),
      series: [ChartFixtures.whole("v", months.map { _ in 1 })])
    #expect(data.step == .months(1))
    #expect(data.absent == 0)
  }

  @Test func `counts what cannot be drawn`() {
    let chart = ChartView(
      title: "", x: ChartFixtures.days(4),
      series: [ChartFixtures.real("v", [1, .infinity, .nan, 2])],
      mark: .line)
    #expect(chart.footer == "4 days, 0 missing, 1 null, 1 infinite")
  }
}
