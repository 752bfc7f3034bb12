// Inputs on which other tools drew nothing or nonsense (`fixtures/cases`), with what must be seen.

import Cells
import Foundation
import TestSupport
import Testing

@testable import Charts

/// A column of a file of `fixtures/cases`, by name; days become times.
private func column(_ name: String, of file: String) throws -> ChartColumn {
  let text = try String(contentsOf: Fixtures.url("cases/\(file)"), encoding: .utf8)
  let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
  let place = try #require(lines.first?.firstIndex(of: name))
  let fields = lines.dropFirst().map { $0[place] }
  return name == "day"
    ? ChartColumn(
      name: name, kind: .temporal(dateOnly: true), values: fields.map(ChartFixtures.day))
    : ChartFixtures.real(name, fields.map(Double.init))
}

private let looks: [(columns: Int, rows: Int, glyphs: Glyphs)] = [
  (80, 24, .unicode), (80, 24, .ascii), (40, 10, .unicode), (40, 10, .ascii),
]

@Suite struct `Case 47, nothing but the same value` {
  @Test(arguments: [("hundred", "100"), ("zero", "0"), ("neg", "-3.5")])
  func `is drawn with its own label, by every mark`(name: String, label: String) throws {
    let (day, values) = (
      try column("day", of: "47-constant.csv"), try column(name, of: "47-constant.csv")
    )
    for mark in [ChartMark.line, .bar, .histogram] {
      for (columns, rows, glyphs) in looks {
        let chart = ChartView(title: name, x: day, series: [values], mark: mark)
        let text = chart.text(columns, rows, glyphs)
        // Bars begin at 0, whose ticks need not hit the value; the reader has the read-out.
        if mark != .bar { #expect(text.contains(label), "\(mark)\n\(text)") }
        for word in ["nan", "inf", "BADPREC"] { #expect(!text.contains(word), "\(text)") }
      }
    }
  }

  @Test func `has one bin with all of its rows`() throws {
    let values = try column("hundred", of: "47-constant.csv")
    let chart = ChartView(title: "", x: nil, series: [values], mark: .histogram)
    #expect(chart.positionCount == 1)
    #expect(chart.rows(at: 0).count == 30)
  }

  @Test(arguments: [ChartMark.line, .bar, .histogram])
  func `is a single point whose value can be read`(mark: ChartMark) throws {
    let chart = ChartView(
      title: "single", x: try column("day", of: "47-single.csv"),
      series: [try column("v", of: "47-single.csv")], mark: mark)
    for (columns, rows, glyphs) in looks {
      #expect(chart.text(columns, rows, glyphs).contains("42"))
    }
  }
}

@Suite struct `Case 50, tick labels far from zero` {
  private func chart(_ file: String) throws -> ChartView {
    var chart = ChartView(
      title: "v", x: try column("t", of: file), series: [try column("v", of: file)], mark: .line)
    chart.cursor = 1
    return chart
  }

  /// The labels of the vertical axis.
  private func labels(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      guard let end = line.firstIndex(where: { "┤┼".contains($0) }) else { return nil }
      let label = line[..<end].trimmingCharacters(in: .whitespaces)
      return label.isEmpty ? nil : label
    }
  }

  @Test func `differ from each other and read back`() throws {
    let chart = try chart("50-offset.csv")
    let found = labels(chart.text(80, 24))
    #expect(found.count > 2)
    #expect(Set(found.compactMap(parsedLabel)).count == found.count)
    #expect(chart.readout.contains("1,000,000,000.25"))
  }

  @Test func `have no dust`() throws {
    let text = try chart("50-tenths.csv").text(80, 24)
    #expect(labels(text).allSatisfy { $0.count <= 4 && $0 != "-0" })
    #expect(!text.contains("0.30000000000000004"))
  }
}
