import Foundation
import Records
import Testing

@Suite struct `The rules of a time zone` {
  private func micros(_ text: String) -> Int64 {
    Array(text.utf8).withUnsafeBufferPointer { DateBytes.microseconds(iso: $0) } ?? 0
  }

  @Test(arguments: [
    // Shown twice: the first. Skipped: as if the clocks had not been put forward.
    ("Europe/Berlin", "2021-10-31T02:30", "2021-10-31T00:30"),
    ("Europe/Berlin", "2021-03-28T02:30", "2021-03-28T01:30"),
    ("Europe/Berlin", "2021-03-28T03:00", "2021-03-28T01:00"),
    ("Europe/Berlin", "2021-03-28T01:59", "2021-03-28T00:59"),
    ("America/New_York", "2021-11-07T01:30", "2021-11-07T05:30"),
    ("America/New_York", "2021-03-14T02:00", "2021-03-14T07:00"),
    ("Asia/Kolkata", "2021-03-14T02:00", "2021-03-13T20:30"),
    ("Europe/Moscow", "2014-10-26T01:30", "2014-10-25T21:30"),
    // Samoa left out a whole day.
    ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00"),
    ("UTC", "2021-01-01", "2021-01-01"),
  ])
  func `turn what its clocks show into an instant`(zone: String, clock: String, instant: String)
    throws
  {
    let rules = try #require(TimeZoneRules(named: zone))
    #expect(
      DateBytes.timestampText(rules.instant(ofClock: micros(clock)))
        == DateBytes.timestampText(micros(instant)))
  }

  @Test(arguments: [
    "Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Australia/Lord_Howe",
  ])
  func `agree with the system at every change and between`(name: String) throws {
    let rules = try #require(TimeZoneRules(named: name))
    let zone = try #require(TimeZone(identifier: name))
    for hour in stride(from: -600_000, to: 1_000_000, by: 37) {
      let seconds = hour * 3_600 + 1_799
      let expected = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
      let instant = Int64(seconds) * 1_000_000
      let clock = rules.clock(at: instant)
      #expect(clock - instant == Int64(expected) * 1_000_000, "\(seconds)")
      // The way back is the same instant, or an earlier one that shows the same time.
      let back = rules.instant(ofClock: clock)
      #expect(back <= instant && rules.clock(at: back) == clock, "\(seconds)")
    }
  }

  @Test func `are not there for a name that is none`() {
    #expect(TimeZoneRules(named: "Europe/Nowhere") == nil)
  }
}
