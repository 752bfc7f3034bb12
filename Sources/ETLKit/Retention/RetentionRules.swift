// How long what runs leave behind is kept, and what went when that time was over: values.

/// How long things are kept.
public struct RetentionRules: Hashable, Sendable {
  /// Log lines, in seconds.
  public var events: Int
  /// Runs that have ended.
  public var runs: Int
  /// The bytes of records that are closed.
  public var bytes: Int

  /// 90 days, two years, 90 days.
  public init(events: Int = 90 * 86_400, runs: Int = 730 * 86_400, bytes: Int = 90 * 86_400) {
    self.events = events
    self.runs = runs
    self.bytes = bytes
  }

  /// The same age for all of them.
  public init(olderThan seconds: Int) {
    self.init(events: seconds, runs: seconds, bytes: seconds)
  }

  /// An age as pipeline files write it, such as `30d`; nil if the text is none.
  public init?(olderThan text: String) {
    guard let seconds = ScalarText.seconds(text), seconds > 0 else { return nil }
    self.init(olderThan: seconds)
  }
}

/// What pruning removed of one pipeline, or would remove.
public struct Pruned: Hashable, Sendable {
  /// The pipeline; nil for files that belong to none.
  public var pipeline: String?
  /// Log lines.
  public var events = 0
  /// Runs with their stages, checks and log.
  public var runs = 0
  /// Closed records whose bytes went; what is known of them else is kept.
  public var records = 0
  /// Fetched files.
  public var files = 0
  /// The bytes of those files.
  public var fileBytes = 0
  /// Files that were gone already and are no longer counted on.
  public var lostFiles = 0
  /// Why nothing was removed, if something kept it.
  public var skipped: String?
  /// The number of the run that recorded it.
  public var run: RunID?

  /// Whether nothing was found to remove.
  public var isNothing: Bool { events + runs + records + files + lostFiles == 0 }

  /// What went, as a list of phrases.
  public var phrases: [String] {
    func count(_ number: Int, _ one: String, _ many: String) -> String? {
      number == 0 ? nil : number == 1 ? "1 \(one)" : "\(number) \(many)"
    }
    return [
      count(events, "log line", "log lines"), count(runs, "run", "runs"),
      count(records, "closed record's bytes", "closed records' bytes"),
      count(files, "fetched file", "fetched files").map { "\($0) (\(ByteText.text(fileBytes)))" },
      count(lostFiles, "note of a file that is gone", "notes of files that are gone"),
    ].compactMap(\.self)
  }
}
