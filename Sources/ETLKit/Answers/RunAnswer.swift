// Runs, their stages and their logs, as a console shows them.

/// One run in a list.
public struct RunRow: Hashable, Sendable {
  /// Its number.
  public var id: RunID
  /// Its pipeline.
  public var pipeline: String
  /// Why it was started.
  public var kind: RunKind
  /// How it stands.
  public var state: RunState
  /// Whether a living process holds it.
  public var isOwned: Bool
  /// When it started.
  public var started: Timestamp?
  /// When it ended.
  public var finished: Timestamp?
  /// When it last said something.
  public var heartbeat: Timestamp?
  /// How far it is, 0…1.
  public var fraction: Double?
  /// How long it will take, estimated.
  public var secondsLeft: Double?
  /// Records read.
  public var read: Int
  /// Rows that are new.
  public var inserted: Int
  /// Rows that changed.
  public var updated: Int
  /// Rows that were there already.
  public var unchanged: Int
  /// Records left out by a condition.
  public var filtered: Int
  /// Records without a partner, left out.
  public var unmatched: Int
  /// Duplicates left out.
  public var deduplicated: Int
  /// Records that went to the queue.
  public var rejected: Int
  /// Records that went into another's row.
  public var combined: Int
  /// Rows made beyond one for each record.
  public var added: Int
  /// Why it failed, one line.
  public var error: String?
  /// Whether its load is held back and waits for a person.
  public var isHeld: Bool
  /// The states of its stages in graph order.
  public var stageStates: [StageState]

  /// Makes a value from its parts.
  public init(
    id: RunID, pipeline: String, kind: RunKind, state: RunState, isOwned: Bool = false,
    started: Timestamp? = nil, finished: Timestamp? = nil, heartbeat: Timestamp? = nil,
    fraction: Double? = nil, secondsLeft: Double? = nil, read: Int = 0, inserted: Int = 0,
    updated: Int = 0, unchanged: Int = 0, filtered: Int = 0, unmatched: Int = 0,
    deduplicated: Int = 0, rejected: Int = 0, combined: Int = 0, added: Int = 0,
    error: String? = nil, isHeld: Bool = false, stageStates: [StageState] = []
  ) {
    self.id = id
    self.pipeline = pipeline
    self.kind = kind
    self.state = state
    self.isOwned = isOwned
    self.started = started
    self.finished = finished
    self.heartbeat = heartbeat
    self.fraction = fraction
    self.secondsLeft = secondsLeft
    self.read = read
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.filtered = filtered
    self.unmatched = unmatched
    self.deduplicated = deduplicated
    self.rejected = rejected
    self.combined = combined
    self.added = added
    self.error = error
    self.isHeld = isHeld
    self.stageStates = stageStates
  }
}

/// One stage of a run.
public struct StageRow: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it is.
  public var kind: StageKind
  /// How it stands.
  public var state: StageState
  /// The stages it reads from.
  public var inputs: [String]
  /// Rows that came in.
  public var rowsIn: Int
  /// Rows handed on.
  public var rowsOut: Int
  /// Rows left out.
  public var filtered: Int
  /// Rows without a partner, left out.
  public var unmatched: Int
  /// Records rejected.
  public var rejected: Int
  /// Now, or on average when finished.
  public var rowsPerSecond: Double?
  /// Time spent.
  public var seconds: Double?
  /// Time left, estimated.
  public var secondsLeft: Double?
  /// How far it is, 0…1.
  public var fraction: Double?
  /// Why it failed.
  public var error: String?
  /// Rows a second, sampled, oldest first.
  public var rates: [Double]

  /// Makes a value from its parts.
  public init(
    name: String, kind: StageKind, state: StageState, inputs: [String] = [], rowsIn: Int = 0,
    rowsOut: Int = 0, filtered: Int = 0, unmatched: Int = 0, rejected: Int = 0,
    rowsPerSecond: Double? = nil, seconds: Double? = nil, secondsLeft: Double? = nil,
    fraction: Double? = nil, error: String? = nil, rates: [Double] = []
  ) {
    self.name = name
    self.kind = kind
    self.state = state
    self.inputs = inputs
    self.rowsIn = rowsIn
    self.rowsOut = rowsOut
    self.filtered = filtered
    self.unmatched = unmatched
    self.rejected = rejected
    self.rowsPerSecond = rowsPerSecond
    self.seconds = seconds
    self.secondsLeft = secondsLeft
    self.fraction = fraction
    self.error = error
    self.rates = rates
  }
}

/// One line of a run's log.
public struct EventRow: Hashable, Sendable {
  /// The run.
  public var run: RunID
  /// Its place in the run's log.
  public var sequence: Int64
  /// When.
  public var at: Timestamp
  /// How grave.
  public var level: Level
  /// The stage it speaks of.
  public var stage: String?
  /// What happened.
  public var text: String

  /// Makes a value from its parts.
  public init(
    run: RunID, sequence: Int64, at: Timestamp, level: Level, stage: String? = nil, text: String
  ) {
    self.run = run
    self.sequence = sequence
    self.at = at
    self.level = level
    self.stage = stage
    self.text = text
  }
}

/// One run with its stages and log.
public struct RunDetail: Hashable, Sendable {
  /// The run.
  public var run: RunRow
  /// Its stages in graph order.
  public var stages: [StageRow]
  /// Its checks.
  public var checks: [CheckResult]
  /// Its newest log lines, oldest first.
  public var log: [EventRow]
  /// How many log lines there are in all.
  public var logCount: Int
  /// Remarks.
  public var notes: [String]

  /// Makes a value from its parts.
  public init(
    run: RunRow, stages: [StageRow] = [], checks: [CheckResult] = [], log: [EventRow] = [],
    logCount: Int = 0, notes: [String] = []
  ) {
    self.run = run
    self.stages = stages
    self.checks = checks
    self.log = log
    self.logCount = logCount
    self.notes = notes
  }
}
