// What happens after a failure: of a record, and of the world. Touches nothing.

/// What happens to records that could not be loaded.
public struct RetrySpec: Hashable, Sendable {
  /// How often a record is tried before it is given up.
  public var attempts: Int
  /// Whether each run tries all waiting records, not only those whose world changed.
  public var everyRun: Bool
  /// The age in seconds at which a record is given up; nil means never.
  public var deadAfterSeconds: Int?
  /// The waits between attempts after a fault that passes by itself, such as a locked database.
  public var transient: BackoffSpec
  /// How many rejected records stop a load.
  public var limit = RejectLimit()

  /// Makes a retry rule.
  public init(
    attempts: Int = 25, everyRun: Bool = true, deadAfterSeconds: Int? = nil,
    transient: BackoffSpec = BackoffSpec()
  ) {
    self.attempts = attempts
    self.everyRun = everyRun
    self.deadAfterSeconds = deadAfterSeconds
    self.transient = transient
  }
}

/// How many rejected records stop a load.
///
/// Records that wait for a partner are not counted: they are sound, and have their own count.
public struct RejectLimit: Hashable, Sendable {
  /// What becomes of a load with more rejects than that.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// It is given up.
    case fail
    /// It is held back until somebody publishes or drops it.
    case quarantine = "quarantine_load"
  }

  /// The most rejects where a file names no limit: more than anybody mends by hand, and few enough
  /// that a file of bad records alone is told within seconds.
  public static let standardRejects = 50_000

  /// The most rejected records; nil is any number.
  public var rejects: Int?
  /// The largest share (0…1) of a source's records that may be rejected; nil is any.
  public var share: Double?
  /// What becomes of a load with more.
  public var action: Action
  /// The line of the pipeline file that says so; nil for the limit that holds without one.
  public var line: Int?

  /// Makes a limit.
  public init(
    rejects: Int? = standardRejects, share: Double? = nil, action: Action = .fail,
    line: Int? = nil
  ) {
    self.rejects = rejects
    self.share = share
    self.action = action
    self.line = line
  }
}

/// The waits between attempts: `initial × factor^n`, at most `maximum`.
public struct BackoffSpec: Hashable, Sendable {
  /// How many attempts there are, the first one counted.
  public var attempts: Int
  /// The wait after the first failure.
  public var initial: Duration
  /// By what each further wait is longer.
  public var factor: Double
  /// The longest wait.
  public var maximum: Duration
  /// Whether each wait is a random share of what the formula says, so that failures spread out.
  public var hasJitter: Bool

  /// Makes a backoff.
  public init(
    attempts: Int = 4, initial: Duration = .seconds(1), factor: Double = 2,
    maximum: Duration = .seconds(60), hasJitter: Bool = true
  ) {
    self.attempts = attempts
    self.initial = initial
    self.factor = factor
    self.maximum = maximum
    self.hasJitter = hasJitter
  }
}
