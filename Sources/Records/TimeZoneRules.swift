// How far the clocks of a time zone stand from UTC, and since when: a table that is made once, so
// that an expression needs no calendar of the system for each record. The system's zones are read here.

internal import Foundation

/// The offsets of a time zone between 1900 and 2100; before and after, the nearest one holds.
public struct TimeZoneRules: Hashable, Sendable {
  /// The name in the tz database.
  public let name: String
  /// The first instant of each offset, ascending; the first one has none before it.
  private let starts: [Int64]
  /// Microseconds that the clocks are ahead of UTC, one an instant of `starts`.
  private let offsets: [Int64]

  private static let first = Date(timeIntervalSince1970: -2_208_988_800)
  private static let last = Date(timeIntervalSince1970: 4_102_444_800)

  /// Reads a zone; nil if the system knows none of that name.
  ///
  /// Costs about a millisecond.
  public init?(named name: String) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    self.name = name
    var starts = [Int64.min]
    var offsets = [Int64(zone.secondsFromGMT(for: Self.first)) * 1_000_000]
    var moment = Self.first
    while let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment,
      next < Self.last
    {
      starts.append(Int64((next.timeIntervalSince1970 * 1_000_000).rounded()))
      offsets.append(Int64(zone.secondsFromGMT(for: next)) * 1_000_000)
      moment = next
    }
    self.starts = starts
    self.offsets = offsets
  }

  /// What the clocks show at an instant; both in microseconds since 1970.
  public func clock(at instant: Int64) -> Int64 { instant &+ offsets[period(of: instant)] }

  /// The instant at which the clocks show a time.
  ///
  /// Of a time that is shown twice, the first. A time that is skipped counts as if the clocks had
  /// not been put forward, so that it comes out later by as much as they were.
  public func instant(ofClock clock: Int64) -> Int64 {
    let middle = period(of: clock)
    // Clocks are less than a day and a half off, and offsets hold for longer than that.
    let near = max(0, middle - 1)...min(starts.count - 1, middle + 1)
    for index in near {
      let instant = clock &- offsets[index]
      let isEnded = index + 1 < starts.count && instant >= starts[index + 1]
      if instant >= starts[index], !isEnded { return instant }
    }
    // Skipped: the last offset that was over before the clocks came to this time.
    let before = near.last { clock &- offsets[$0] >= starts[$0] } ?? middle
    return clock &- offsets[before]
  }

  /// The offset that holds at an instant.
  private func period(of instant: Int64) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= instant { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether both are the same zone.
  public static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool {
    left.name == right.name
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
