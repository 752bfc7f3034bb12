// Ticks that sit on rows.

import TestSupport
import Testing

@testable import Charts

@Suite struct `Vertical ticks` {
  private func ticks(
    _ least: Double, _ most: Double, rows: Int, isWhole: Bool = true, zero: Bool = false
  ) -> RowTicks {
    RowTicks(
      least: least, most: most, rows: rows, dotsPerRow: 4, startsAtZero: zero, isWhole: isWhole)
  }

  @Test(
    arguments: [
      (0, 1_383_795, 17, "0@0 250k@3 500k@6 750k@9 1M@12 1.25M@15"),
      (0, 44_339_747, 18, "0@0 10M@4 20M@8 30M@12 40M@16"),
      (100, 100, 9, "100@4"), (0, 0, 9, "0@0"), (-3.5, -3.5, 9, "-3.5@4"),
      (
        1_000_000_000, 1_000_000_001, 17,
        "1000000000@0 1000000000.25@4 1000000000.5@8 1000000000.75@12 1000000001@16"
      ),
      (0.1, 0.9, 17, "0@0 0.25@4 0.5@8 0.75@12 1@16"),
    ] as [(Double, Double, Int, String)])
  func `choose step and rows together`(least: Double, most: Double, rows: Int, text: String) {
    let found = ticks(least, most, rows: rows, isWhole: false).ticks.map {
      "\($0.label)@\($0.cell)"
    }
    #expect(found.joined(separator: " ") == text)
  }

  @Test func `sit on the dot of their value, evenly, with labels that read back`() {
    forAll(cases: 1_000) { random in
      let size = Double(
        sign: .plus, exponent: Int.random(in: -30...40, using: &random), significand: 1)
      let least = Double.random(in: -1...1, using: &random) * size
      let most = least + Double.random(in: 0...1, using: &random) * size
      let rows = Int.random(in: 1...40, using: &random)
      let found = ticks(
        least, most, rows: rows, isWhole: false, zero: Bool.random(using: &random))
      let cells = found.ticks.map(\.cell)
      if cells.isEmpty { return "no tick for \(least) to \(most)" }
      if Set(zip(cells.dropFirst(), cells).map { $0 - $1 }).count > 1 { return "uneven \(cells)" }
      for tick in found.ticks where found.ticks.count > 1 {
        if found.scale.dot(tick.value) != tick.cell * 4 { return "\(tick) is off its row" }
        if found.offset == nil, parsedLabel(tick.label) != tick.value {
          return "\(tick) does not read back"
        }
      }
      for value in [least, most] where !(0..<(found.rows * 4)).contains(found.scale.dot(value)) {
        return "\(value) of \(least) to \(most) is outside in \(rows) rows"
      }
      return nil
    }
  }

  @Test func `of whole numbers have no steps below one`() {
    for most in stride(from: 1, through: 60, by: 3) {
      for rows in stride(from: 3, through: 30, by: 4) {
        let values = ticks(0, Double(most), rows: rows).ticks.map(\.value)
        #expect(values.allSatisfy { $0 == $0.rounded() }, "0 to \(most) in \(rows) rows: \(values)")
      }
    }
  }

  @Test func `use most of the height`() {
    var fills: [Double] = []
    forAll(cases: 600) { random in
      let most = Double.random(in: 1...1e6, using: &random)
      let rows = Int.random(in: 8...40, using: &random)
      let found = ticks(0, most, rows: rows, isWhole: false)
      fills.append(Double(found.scale.dot(most)) / Double(found.rows * 4 - 1))
      return (3...9).contains(found.ticks.count)
        ? nil : "\(found.ticks.count) ticks in \(rows) rows"
    }
    #expect(fills.reduce(0, +) / Double(fills.count) > 0.8)
  }

  @Test func `split off what all labels share where columns are short`() {
    let found = RowTicks(
      least: 1_000_000_000, most: 1_000_000_001, rows: 6, dotsPerRow: 4, startsAtZero: false,
      isWhole: false, labelWidth: 8)
    #expect(found.offset == "1000000000")
    #expect(found.ticks.map(\.label) == ["+0", "+0.5", "+1"])
  }
}

@Suite struct `Horizontal ticks` {
  @Test func `keep two blanks between labels`() {
    forAll(cases: 600) { random in
      let start = Double.random(in: -1e6...1e6, using: &random)
      let end = start + Double.random(in: 0.001...1e6, using: &random)
      let cells = Int.random(in: 1...200, using: &random)
      let scale = PlaceScale(start: start, end: end, columns: cells * 2)
      let ticks = columnTicks(scale, cells: cells, dotsPerCell: 2, isWhole: false)
      for (left, right) in zip(ticks, ticks.dropFirst())
      where right.cell - left.cell < (left.label.count + right.label.count) / 2 + 2 {
        return "\(left) \(right)"
      }
      return ticks.allSatisfy { parsedLabel($0.label) == $0.value } ? nil : "\(ticks)"
    }
  }
}
