// Series the chart tests share.

import Cells
import Charts
import Foundation
import TestSupport

/// Days and totals of one country, from a file.
enum ChartFixtures {
  static let totals: [ChartColumn] = {
    let text =
      (try? String(contentsOf: Fixtures.url("charts/us-daily.csv"), encoding: .utf8)) ?? ""
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    return [
      ChartColumn(
        name: "date", kind: .temporal(dateOnly: true), values: rows.map { day(String($0[0])) }),
      whole("cases", rows.map { Double($0[1]) }), whole("deaths", rows.map { Double($0[2]) }),
    ]
  }()

  /// New cases a day.
  static let daily: ChartColumn = {
    let values = totals[1].values
    return whole(
      "new cases",
      values.indices.map { index in
        guard index > 0, let now = values[index], let before = values[index - 1] else { return nil }
        return now - before
      })
  }()

  static func day(_ text: String) -> Double? {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { return nil }
    var date = DateComponents()
    (date.year, date.month, date.day) = (parts[0], parts[1], parts[2])
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
    return calendar.date(from: date)?.timeIntervalSince1970
  }

  static func days(_ count: Int, from start: String = "2024-01-01") -> ChartColumn {
    let first = day(start) ?? 0
    return ChartColumn(
      name: "day", kind: .temporal(dateOnly: true),
      values: (0..<count).map { first + Double($0) * 86_400 })
  }

  static func whole(_ name: String, _ values: [Double?]) -> ChartColumn {
    ChartColumn(name: name, kind: .number(isInteger: true), values: values)
  }

  static func real(_ name: String, _ values: [Double?]) -> ChartColumn {
    ChartColumn(name: name, kind: .number(isInteger: false), values: values)
  }

  static func words(_ name: String, _ texts: [String?]) -> ChartColumn {
    ChartColumn(name: name, kind: .text, texts: texts)
  }
}

extension ChartView {
  /// The picture as text.
  func text(_ columns: Int, _ rows: Int, _ glyphs: Glyphs = .unicode) -> String {
    grid(columns, rows, glyphs).text
  }

  func grid(_ columns: Int, _ rows: Int, _ glyphs: Glyphs = .unicode) -> CellGrid {
    var grid = CellGrid(size: CellSize(columns: columns, rows: rows), glyphs: glyphs)
    draw(in: CellRect(size: grid.size), on: &grid)
    return grid
  }
}

/// The number a label says, the other way round than it was made.
func parsedLabel(_ label: String) -> Double? {
  let units: [Character: String] = ["k": "e3", "M": "e6", "G": "e9", "T": "e12"]
  guard let last = label.last, let exponent = units[last] else { return Double(label) }
  return Double(label.dropLast() + exponent)
}
