// Numbers and times as people read them.

import ETLKit
import Testing

@testable import Console

@Suite struct `A figure` {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (412_080, "412,080"),
    (1_234_567, "1,234,567"), (-1_234, "-1,234"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `separates thousands`(number: Int, text: String) {
    #expect(Figures.count(number) == text)
  }

  @Test func `is a dash when it is not known`() {
    #expect(Figures.count(nil as Int?) == "–")
    #expect(Figures.rate(nil) == "–")
    #expect(Figures.duration(nil) == "–")
    #expect(Figures.duration(.infinity) == "–")
    #expect(Figures.percent(.nan) == "–")
  }

  @Test(arguments: [
    (0.0, "0%"), (0.009, "0%"), (0.744, "74%"), (0.999, "99%"), (1, "100%"), (1.7, "100%"),
    (-1, "0%"),
  ])
  func `is complete only when it is complete`(fraction: Double, text: String) {
    #expect(Figures.percent(fraction) == text)
  }

  @Test(arguments: [
    (0, 100, "0%"), (1, 1_000_000, "<0.01%"), (49, 412_080, "0.01%"), (1, 200, "0.50%"),
    (37, 100, "37.0%"), (5, 0, "–"), (2, 2, "100%"),
  ])
  func `never rounds a part to nothing`(part: Int, whole: Int, text: String) {
    #expect(Figures.share(part, of: whole) == text)
  }

  @Test(arguments: [
    (0.0, "00:00"), (161, "02:41"), (3_761, "1:02:41"), (172_800, "2 d 00 h"),
  ])
  func `tells a duration`(seconds: Double, text: String) {
    #expect(Figures.duration(seconds) == text)
  }

  @Test(arguments: [(3.0, "3 s"), (180, "3 m"), (7_300, "2 h"), (172_900, "2 d"), (-5, "0 s")])
  func `tells an age in one unit`(seconds: Double, text: String) {
    #expect(Figures.age(seconds) == text)
  }

  @Test(arguments: [(412.4, "412"), (6_100, "6.1k"), (18_299, "18.2k"), (2_500_000, "2.5M")])
  func `tells a rate`(rate: Double, text: String) {
    #expect(Figures.rate(rate) == text)
  }

  @Test(arguments: [
    (0.0, "14:03:22"), (-60.0, "14:02:22"), (-86_400.0, "yest. 14:03"), (-259_200.0, "Fri 14:03"),
    (-864_000.0, "2026-11-13"),
  ])
  func `tells a moment by how near it is`(seconds: Double, text: String) {
    #expect(Figures.moment(Sample.at(seconds), now: Sample.now) == text)
  }

  @Test func `knows the calendar`() {
    let days: [(Int64, String)] = [
      (0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (11_016, "2000-02-29"),
      (-719_468, "0000-03-01"),
    ]
    for (day, text) in days {
      #expect(Timestamp(microseconds: day * 86_400_000_000).dateText == text)
    }
  }
}
