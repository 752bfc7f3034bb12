// What a run is and how it went, as values: states, tallies, the summary.

/// A run's number.
public typealias RunID = Int64
/// A queue entry's number.
public typealias RejectID = Int64
/// A cause's number.
public typealias ReasonID = Int64

/// How a run stands, as the state file writes it.
public enum RunState: String, Hashable, Sendable, CaseIterable {
  case queued, running, paused, succeeded, partial, unchanged, failed, cancelled, crashed, skipped
}

/// How a stage of a run stands.
public enum StageState: String, Hashable, Sendable, CaseIterable {
  case pending, running, succeeded, failed, skipped, reused
}

/// What a stage is; the same words in files, on screen and in the state file.
public enum StageKind: String, Hashable, Sendable, CaseIterable {
  case source, filter, select, map, join, lookup, dedupe, union, aggregate, unpivot, pivot, sql
  case checks, load
}

/// Why a run was started.
public enum RunKind: String, Hashable, Sendable, CaseIterable {
  case scheduled, manual, event, retry, backfill, catchup, dryrun, prune
}

/// How grave an event is.
public enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
  case debug, info, warn, error

  /// Debug is the least, error the most.
  public static func < (one: Level, other: Level) -> Bool {
    allCases.firstIndex(of: one).map { one in
      allCases.firstIndex(of: other).map { one < $0 } ?? false
    } ?? false
  }
}

/// How a check came out.
public enum CheckOutcome: String, Hashable, Sendable, CaseIterable {
  case pass, warn, fail, error, skip
}

/// Where a queue entry stands.
public enum RejectState: String, Hashable, Sendable, CaseIterable {
  case waiting, scheduled, claimed, loaded, superseded, dead, discarded
}

/// What became of a stage's rows; everything that went in comes out somewhere.
public struct StageTally: Hashable, Sendable {
  /// Rows that came in.
  public var rowsIn: Int
  /// Rows handed on, or written by a load.
  public var rowsOut: Int
  /// Rows a condition left out.
  public var filtered: Int
  /// Rows left out as duplicates.
  public var deduplicated: Int
  /// Rows without a partner, left out and counted.
  public var unmatched: Int
  /// Records that went to the retry queue.
  public var rejected: Int
  /// Of a load: rows that are new.
  public var inserted: Int
  /// Of a load: rows that changed.
  public var updated: Int
  /// Of a load: rows that were there already.
  public var unchanged: Int
  /// Bytes read, of a source.
  public var bytesIn: Int
  /// Rows that went into another row: of a group of n rows that gives one, n − 1.
  public var combined: Int
  /// Rows made beyond one for each that came in: more partners than one, rows of the other side of
  /// a join, columns turned into rows.
  public var added: Int

  /// What became of the rows that came in or were made: the sum of all ends.
  public var accounted: Int {
    rowsOut + filtered + deduplicated + unmatched + rejected + combined
  }

  /// Whether nothing is missing: in + added = out + filtered + deduplicated + unmatched +
  /// rejected + combined.
  public var isBalanced: Bool { rowsIn + added == accounted }

  /// Makes a value from its parts.
  public init(
    rowsIn: Int = 0, rowsOut: Int = 0, filtered: Int = 0, deduplicated: Int = 0,
    unmatched: Int = 0, rejected: Int = 0, inserted: Int = 0, updated: Int = 0, unchanged: Int = 0,
    bytesIn: Int = 0, combined: Int = 0, added: Int = 0
  ) {
    self.rowsIn = rowsIn
    self.rowsOut = rowsOut
    self.filtered = filtered
    self.deduplicated = deduplicated
    self.unmatched = unmatched
    self.rejected = rejected
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.bytesIn = bytesIn
    self.combined = combined
    self.added = added
  }
}

/// One stage of a run.
public struct StageSummary: Hashable, Sendable {
  /// The stage's name in the pipeline file.
  public var name: String
  /// What it is.
  public var kind: StageKind
  /// How it stands.
  public var state: StageState
  /// What became of its rows.
  public var tally: StageTally
  /// When its first row came.
  public var started: Timestamp?
  /// When its last row went.
  public var finished: Timestamp?
  /// How far it is, 0…1, if that can be known.
  public var fraction: Double?
  /// The stages it reads from, for the graph.
  public var inputs: [String]

  /// Makes a value from its parts.
  public init(
    name: String, kind: StageKind, state: StageState, tally: StageTally = StageTally(),
    started: Timestamp? = nil, finished: Timestamp? = nil, fraction: Double? = nil,
    inputs: [String] = []
  ) {
    self.name = name
    self.kind = kind
    self.state = state
    self.tally = tally
    self.started = started
    self.finished = finished
    self.fraction = fraction
    self.inputs = inputs
  }
}

/// How a check came out.
public struct CheckResult: Hashable, Sendable {
  /// The check's name.
  public var name: String
  /// How much a failure weighs.
  public var severity: Severity
  /// How it came out.
  public var outcome: CheckOutcome
  /// What was found, in words with numbers.
  public var found: String
  /// How many rows did not hold.
  public var failures: Int
  /// What it measured, for the next load to compare with.
  public var measure: CheckMeasure?

  /// Makes a value from its parts.
  public init(
    name: String, severity: Severity, outcome: CheckOutcome, found: String,
    failures: Int = 0
  ) {
    self.name = name
    self.severity = severity
    self.outcome = outcome
    self.found = found
    self.failures = failures
  }
}

/// A number that a check compares from load to load.
public struct CheckMeasure: Hashable, Sendable {
  /// What it is: `sum of cases in daily`.
  public var name: String
  /// How much.
  public var value: Double

  /// Makes a measure.
  public init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// A run in numbers; the same for manual and scheduled runs.
public struct RunSummary: Hashable, Sendable {
  /// The run's number.
  public var run: RunID
  /// The pipeline's name.
  public var pipeline: String
  /// Why it was started.
  public var kind: RunKind
  /// How it ended, or stands.
  public var state: RunState
  /// When it started.
  public var started: Timestamp?
  /// When it ended.
  public var finished: Timestamp?
  /// Records read from sources of the loaded path, queue records among them.
  public var read: Int
  /// Of those, records that came from the queue.
  public var retried: Int
  /// Rows that are new.
  public var inserted: Int
  /// Rows that changed.
  public var updated: Int
  /// Rows that were there already.
  public var unchanged: Int
  /// Records a condition left out.
  public var filtered: Int
  /// Records left out as duplicates.
  public var deduplicated: Int
  /// Records without a partner, left out and counted.
  public var unmatched: Int
  /// Records that went to the queue.
  public var rejected: Int
  /// Rows removed by a replacing load.
  public var deleted: Int
  /// Records that went into another's row, by an aggregate or a pivot.
  public var combined: Int
  /// Rows made beyond one for each record.
  ///
  /// By joins, by `unpivot`, or because two steps read one stage. read + added is the sum of
  /// everything else.
  public var added: Int
  /// The stages in graph order.
  public var stages: [StageSummary]
  /// The checks in file order.
  public var checks: [CheckResult]
  /// Remarks worth a line: new columns, side rows without a partner.
  public var notes: [String]
  /// Why it failed.
  public var error: ErrorText?
  /// Entries of the pipeline's queue still open afterwards.
  public var openRejects: Int

  /// Makes a value from its parts.
  public init(
    run: RunID, pipeline: String, kind: RunKind, state: RunState, started: Timestamp? = nil,
    finished: Timestamp? = nil, read: Int = 0, retried: Int = 0, inserted: Int = 0,
    updated: Int = 0, unchanged: Int = 0, filtered: Int = 0, deduplicated: Int = 0,
    unmatched: Int = 0, rejected: Int = 0, deleted: Int = 0, stages: [StageSummary] = [],
    checks: [CheckResult] = [], notes: [String] = [], error: ErrorText? = nil, openRejects: Int = 0,
    combined: Int = 0, added: Int = 0
  ) {
    self.run = run
    self.pipeline = pipeline
    self.kind = kind
    self.state = state
    self.started = started
    self.finished = finished
    self.read = read
    self.retried = retried
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.filtered = filtered
    self.deduplicated = deduplicated
    self.unmatched = unmatched
    self.rejected = rejected
    self.deleted = deleted
    self.stages = stages
    self.checks = checks
    self.notes = notes
    self.error = error
    self.openRejects = openRejects
    self.combined = combined
    self.added = added
  }
}
