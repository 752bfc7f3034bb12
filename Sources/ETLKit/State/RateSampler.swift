// Rows a second of one stage, sampled while it runs, few enough to store with each progress note.

/// Samples a counter at most once a second; when there are too many samples, neighbours are merged.
struct RateSampler: Hashable, Sendable {
  /// At most this many samples cover a whole run.
  static let capacity = 60

  private(set) var rates: [Double] = []
  private var interval = 1.0
  private var lastTime: Timestamp?
  private var lastCount = 0

  /// Notes a counter; returns whether a sample was added.
  @discardableResult
  mutating func note(_ count: Int, at time: Timestamp) -> Bool {
    guard let since = lastTime else {
      lastTime = time
      lastCount = count
      return false
    }
    let seconds = time.seconds(since: since)
    guard seconds >= interval else { return false }
    rates.append(Double(max(0, count - lastCount)) / seconds)
    lastTime = time
    lastCount = count
    if rates.count > Self.capacity {
      rates = stride(from: 0, to: rates.count - 1, by: 2).map { (rates[$0] + rates[$0 + 1]) / 2 }
      interval *= 2
    }
    return true
  }

  /// As the state file keeps it: whole numbers with commas.
  var text: String { rates.map { String(Int($0)) }.joined(separator: ",") }

  /// Reads what `text` wrote.
  static func rates(_ text: String) -> [Double] {
    text.isEmpty ? [] : text.split(separator: ",").compactMap { Double($0) }
  }
}
