// Numbers as words.

import TestSupport
import Testing

@testable import Charts

@Suite struct `A label` {
  @Test(arguments: [
    (0, "0"), (-0.0, "0"), (42, "42"), (1_383_795, "1,383,795"), (-1234.5, "-1,234.5"),
    (1_000_000_000.25, "1,000,000,000.25"), (0.1, "0.1"), (0.30000000000000004, "0.3"),
    (1e15, "1,000,000,000,000,000"), (9_223_372_036_854_775_808, "9,223,372,036,854,775,807"),
    (0.000001, "0.000001"), (1e-9, "1e-09"), (1e22, "1e+22"), (20_924.714285714286, "20,924.7143"),
    (.nan, "not a number"), (.infinity, "infinite"), (-.infinity, "-infinite"),
  ])
  func `gives a value exactly, in groups`(value: Double, text: String) {
    #expect(
      exactText(value) == text || (value > 9e18 && exactText(value) == "9,223,372,036,854,776,000"))
  }

  @Test(arguments: [
    (999, "999"), (9_999, "9,999"), (44_339_747, "44.3M"), (999_999, "1M"), (12_345, "12.3k"),
    (0.123456789, "0.123"), (-1_500_000, "-1.5M"), (2e15, "2,000T"),
  ])
  func `shortens a value beside a line`(value: Double, text: String) {
    #expect(shortText(value) == text)
  }

  @Test(arguments: [
    (250_000, 5, "250k 500k 750k 1M 1.25M"), (2_500, 5, "2.5k 5k 7.5k 10k 12.5k"),
    (200, 6, "200 400 600 800 1k 1.2k"), (400_000, 3, "400k 800k 1.2M"), (1e15, 2, "1e15 2e15"),
  ])
  func `takes the unit that is shortest`(step: Double, count: Int, text: String) {
    let step = ExactDecimal(shortest: step)
    let ticks = (1...count).map { ExactDecimal(step.significand * $0, exponent: step.exponent) }
    let style = LabelStyle(step: step, largest: ticks[count - 1].value)
    #expect(ticks.map(style.text).joined(separator: " ") == text)
  }

  @Test func `reads back as the tick it names`() {
    forAll(cases: 2_000) { random in
      let step = RoundStep(
        mantissa: [10, 20, 25, 50, 30, 40][Int.random(in: 0..<6, using: &random)],
        exponent: Int.random(in: -14...16, using: &random))
      let first = Int.random(in: -1_000_000...1_000_000, using: &random)
      let ticks = (0...5).map { step.decimal(first + $0) }
      let style = LabelStyle(step: step.decimal(1), largest: ticks.map { abs($0.value) }.max() ?? 0)
      let labels = ticks.map(style.text)
      if Set(labels).count != labels.count { return "alike: \(labels)" }
      for (label, tick) in zip(labels, ticks) where parsedLabel(label) != tick.value {
        return "\(label) is not \(tick.value)"
      }
      return nil
    }
  }
}
