// When a queue entry is tried again, in words.

internal import Foundation

/// Words for what entries wait for.
enum QueueWords {
  /// For a cause: `next run`, `held`, `now`, `when jhu changes`, or a time.
  static func nextTry(
    count: Int, held: Int, claimed: Int, asked: Int, next: Timestamp?, faultClass: String,
    side: String?
  ) -> String {
    if claimed > 0 { return "now" }
    if asked > 0 { return "next run" }
    if held >= count { return "held" }
    if let next { return time(next) }
    if faultClass == FaultClass.reference.rawValue, let side { return "when \(side) changes" }
    return "next run"
  }

  /// For one entry, a sentence without a full stop.
  ///
  /// `obstacles`: what in the destination keeps it out; nil if it did not come that far.
  static func wake(
    _ entry: RejectEntry?, faultClass: String, side: String?, obstacles: [LoadObstacle]? = nil
  ) -> String {
    guard let entry else { return "" }
    switch entry.state {
    case .claimed: return "a run is trying it now"
    case .loaded, .superseded, .discarded: return "closed"
    case .dead:
      let times = entry.attempts == 1 ? "1 attempt" : "\(entry.attempts) attempts"
      return "given up after \(times); asking for it tries it again"
    case .waiting, .scheduled: break
    }
    if entry.isAsked { return "asked for; the next run tries it" }
    if entry.wake == .manual {
      return "rests: \(entry.interruptions) runs ended early with it; asking for it tries it again"
    }
    if entry.state == .scheduled, let next = entry.nextAttempt {
      return "the first run after \(time(next)) tries it"
    }
    if faultClass == FaultClass.reference.rawValue, let side {
      return "waits until \(side) changes"
    }
    if let obstacles {
      return "waits until "
        + (obstacles.isEmpty
          ? "the table has other rules"
          : obstacles.map { obstacle in
            "\(obstacle.table) has \(obstacle.isThere ? "no" : "a") row with "
              + obstacle.columns.joined(separator: ", ") + " \(obstacle.key)"
          }.joined(separator: " and "))
    }
    return "the next run tries it"
  }

  /// `2026-07-30 14:05 UTC`.
  static func time(_ moment: Timestamp) -> String {
    var seconds = time_t(moment.microseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
  }
}
