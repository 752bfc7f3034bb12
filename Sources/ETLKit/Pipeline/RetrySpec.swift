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
