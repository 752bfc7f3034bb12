// Calendars by arithmetic, and ticks on them.

import Cells
import Foundation
import TestSupport
import Testing

@testable import Charts

@Suite struct `A civil date` {
  @Test(
    arguments: [
      ("1970-01-01", 0), ("2000-02-29", 951_782_400), ("1900-03-01", -2_203_891_200),
      ("2020-12-31", 1_609_372_800), ("0001-01-01", -62_135_596_800),
      ("9999-12-31", 253_402_214_400),
    ] as [(String, Double)])
  func `is the day of its seconds`(text: String, seconds: Double) {
    #expect(CivilTime(seconds: seconds).isoDate == text)
    #expect(CivilTime(seconds: seconds).seconds == seconds)
  }

  @Test func `comes back from its day number`() {
    forAll(cases: 5_000) { random in
      let number = Int.random(in: -3_000_000...3_000_000, using: &random)
      let date = CivilTime(dayNumber: number)
      return date.dayNumber == number && (1...12).contains(date.month)
        && (1...31).contains(date.day)
        ? nil : "day \(number) gives \(date)"
    }
  }

  @Test func `knows its weekday`() {
    #expect(CivilTime(year: 2022, month: 1, day: 10).weekdayName == "Mon")
    #expect(CivilTime(year: 1969, month: 12, day: 31).weekdayName == "Wed")
  }

  @Test func `shows fractions of a second only where there are some`() {
    #expect(instantText(0, dateOnly: false) == "1970-01-01 00:00:00Z")
    #expect(instantText(1.25, dateOnly: false) == "1970-01-01 00:00:01.25Z")
    #expect(instantText(86_400, dateOnly: true) == "1970-01-02")
  }
}

@Suite struct `Time ticks` {
  private func ticks(_ start: String, days: Double, cells: Int) -> TimeTicks {
    let first = ChartFixtures.day(start) ?? 0
    let end = first + days * 86_400
    let scale = PlaceScale(start: first, end: end, columns: cells)
    return TimeTicks(start: first, end: end, cells: cells, isDateOnly: true, cell: scale.column)
  }

  @Test func `stand at quarters over two years, with years below`() {
    let found = ticks("2020-01-23", days: 814, cells: 73)
    #expect(
      found.ticks.map(\.label) == ["Apr", "Jul", "Oct", "Jan", "Apr", "Jul", "Oct", "Jan", "Apr"])
    #expect(found.ticks.compactMap(\.boundary) == ["2021", "2022"])
    #expect(found.context == "2020")
  }

  @Test(arguments: [
    ("2024-02-26", 4.0, "Mon 26 Tue 27 Wed 28 Thu 29 Fri 1"),
    ("2024-01-30", 3, "Tue 30 Wed 31 Thu 1 Fri 2"),
  ])
  func `name days across a month's end`(start: String, days: Double, text: String) {
    #expect(ticks(start, days: days, cells: 60).ticks.map(\.label).joined(separator: " ") == text)
  }

  @Test func `always leave two labels that do not touch, and a first year`() {
    forAll(cases: 600) { random in
      let exponent = Double.random(in: 0...9.8, using: &random)
      let span = pow(10.0, exponent).rounded()
      let start = Double.random(in: -1e9...2e9, using: &random).rounded()
      let cells = Int.random(in: 24...160, using: &random)
      let isDateOnly = span >= 86_400 && Bool.random(using: &random)
      let first = isDateOnly ? (start / 86_400).rounded() * 86_400 : start
      let last = isDateOnly ? first + max((span / 86_400).rounded(), 1) * 86_400 : start + span
      let x = ChartColumn(
        name: "t", kind: .temporal(dateOnly: isDateOnly), values: [first, last])
      let chart = ChartView(
        title: "", x: x, series: [ChartFixtures.whole("v", [1, 2])], mark: .line)
      let lines = chart.text(cells + 3, 10, .ascii).split(
        separator: "\n", omittingEmptySubsequences: false)
      guard lines.count == 10 else { return "only \(lines.count) lines" }
      let labels = lines[7].split(separator: " ").joined(separator: " ")
      let year = String(CivilTime(seconds: first).year)
      let joined = lines[7] + lines[8]
      if !joined.contains(year) { return "no \(year) in |\(lines[7])|\(lines[8])|" }
      let count = lines[7].split(separator: " ").count
      return count >= 2 ? nil : "\(first) for \(last - first) s in \(cells): \(labels)"
    }
  }

  @Test func `name the zone where there is a time of day`() {
    let x = ChartColumn(name: "t", kind: .temporal(dateOnly: false), values: [0, 3_600, 7_200])
    let chart = ChartView(
      title: "", x: x, series: [ChartFixtures.whole("v", [1, 2, 3])], mark: .line)
    #expect(chart.text(60, 12).contains("UTC"))
    #expect(chart.text(60, 12).contains("1 Jan 1970"))
  }
}
