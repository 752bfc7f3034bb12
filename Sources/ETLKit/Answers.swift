// What a console asks and gets: values only, each from one short read of the state file.

/// A question to a workspace.
public enum Question: Hashable, Sendable {
  /// Counts for the title: running, to retry, failed.
  case status
  /// All pipelines with their state, and what needs a person.
  case overview
  /// The newest runs, of one pipeline or of all.
  case runs(pipeline: String?, limit: Int)
  /// One run with its stages and log.
  case run(RunID, logLimit: Int)
  /// The open queue by cause.
  case causes
  /// Records of a cause, or of all.
  case records(reason: ReasonID?, limit: Int)
  /// One record.
  case record(RejectID)
  /// One record as somebody edits it, with changes that are not stored, judged by its rules.
  case draft(RejectID, [FieldChange])
  /// What would become of a record with these bytes; takes a moment, and writes nothing.
  case trial(RejectID, raw: [UInt8])
  /// What `field := expression` would make of the records of a cause; takes a moment.
  case fix(ReasonID, String)
  /// Tables that pipelines of this workspace load.
  case tables
  /// Rows of a loaded table: these columns (empty: all), at most so many rows.
  case rows(table: TableName, columns: [String], limit: Int)
}

/// The answer to a question.
public enum Answer: Hashable, Sendable {
  /// To `status`.
  case status(WorkspaceStatus)
  /// To `overview`.
  case overview(Overview)
  /// To `runs`.
  case runs([RunRow])
  /// To `run`; nil if there is no such run.
  case run(RunDetail?)
  /// To `causes`.
  case causes([CauseRow])
  /// To `records`.
  case records(RecordList)
  /// To `record`; nil if there is no such record.
  case record(RecordDetail?)
  /// To `draft`.
  case draft(RecordDraft)
  /// To `trial`.
  case trial(RecordTrial)
  /// To `fix`.
  case fix(FixPreview)
  /// To `tables`.
  case tables([TableRow])
  /// To `rows`.
  case rows(TableData)
  /// The question could not be answered.
  case failed(Question, ErrorText)
}

/// Counts for the title.
public struct WorkspaceStatus: Hashable, Sendable {
  /// Runs going on.
  public var running: Int
  /// Open queue entries.
  public var toRetry: Int
  /// Pipelines whose last run failed.
  public var failed: Int

  /// Makes a value from its parts.
  public init(
    running: Int = 0, toRetry: Int = 0, failed: Int = 0
  ) {
    self.running = running
    self.toRetry = toRetry
    self.failed = failed
  }
}

/// All pipelines at a glance.
public struct Overview: Hashable, Sendable {
  /// One row a pipeline.
  public var pipelines: [PipelineRow]
  /// What needs a person, gravest first.
  public var needs: [Need]
  /// The newest events of all runs, newest first.
  public var events: [EventRow]

  /// Makes a value from its parts.
  public init(
    pipelines: [PipelineRow] = [], needs: [Need] = [], events: [EventRow] = []
  ) {
    self.pipelines = pipelines
    self.needs = needs
    self.events = events
  }
}

/// One pipeline at a glance.
public struct PipelineRow: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it is for.
  public var summary: String?
  /// The state of its newest run; nil if it never ran.
  public var state: RunState?
  /// Whether a living process holds the run (a running one without is stale).
  public var isOwned: Bool
  /// Why its file cannot run: its first mistake.
  public var problem: String?
  /// Its newest run.
  public var run: RunRow?
  /// The stages of its newest run.
  public var stages: [StageRow]
  /// Its last runs, oldest first, at most 12.
  public var lastRuns: [RunState]
  /// Open queue entries.
  public var openRejects: Int
  /// Rows a second of the newest run, sampled, oldest first.
  public var rates: [Double]
  /// How long its runs usually take.
  public var usualSeconds: Double?

  /// Makes a value from its parts.
  public init(
    name: String, summary: String? = nil, state: RunState? = nil, isOwned: Bool = false,
    problem: String? = nil, run: RunRow? = nil, stages: [StageRow] = [], lastRuns: [RunState] = [],
    openRejects: Int = 0, rates: [Double] = [], usualSeconds: Double? = nil
  ) {
    self.name = name
    self.summary = summary
    self.state = state
    self.isOwned = isOwned
    self.problem = problem
    self.run = run
    self.stages = stages
    self.lastRuns = lastRuns
    self.openRejects = openRejects
    self.rates = rates
    self.usualSeconds = usualSeconds
  }
}

/// Something that needs a person.
public struct Need: Hashable, Sendable {
  /// The sign it carries.
  public var state: RunState
  /// The pipeline.
  public var pipeline: String
  /// What, in words.
  public var text: String
  /// The run to open, if it is one.
  public var run: RunID?

  /// Makes a value from its parts.
  public init(
    state: RunState, pipeline: String, text: String, run: RunID? = nil
  ) {
    self.state = state
    self.pipeline = pipeline
    self.text = text
    self.run = run
  }
}

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
  /// The states of its stages in graph order.
  public var stageStates: [StageState]

  /// Makes a value from its parts.
  public init(
    id: RunID, pipeline: String, kind: RunKind, state: RunState, isOwned: Bool = false,
    started: Timestamp? = nil, finished: Timestamp? = nil, heartbeat: Timestamp? = nil,
    fraction: Double? = nil, secondsLeft: Double? = nil, read: Int = 0, inserted: Int = 0,
    updated: Int = 0, unchanged: Int = 0, filtered: Int = 0, unmatched: Int = 0,
    deduplicated: Int = 0, rejected: Int = 0, combined: Int = 0, added: Int = 0,
    error: String? = nil, stageStates: [StageState] = []
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

/// Open queue entries that failed alike.
public struct CauseRow: Hashable, Sendable {
  /// Its number.
  public var id: ReasonID
  /// The pipeline.
  public var pipeline: String
  /// The stage that rejected.
  public var stage: String
  /// The code, such as `cast.int`.
  public var code: String
  /// The column.
  public var column: String?
  /// The cause in words: "cases is not a whole number".
  public var text: String
  /// How many records.
  public var count: Int
  /// When the first came.
  public var oldest: Timestamp
  /// When they are tried again: "next run", "held", "when jhu changes", a time.
  public var nextTry: String

  /// Makes a value from its parts.
  public init(
    id: ReasonID, pipeline: String, stage: String, code: String, column: String? = nil,
    text: String, count: Int = 0, oldest: Timestamp, nextTry: String
  ) {
    self.id = id
    self.pipeline = pipeline
    self.stage = stage
    self.code = code
    self.column = column
    self.text = text
    self.count = count
    self.oldest = oldest
    self.nextTry = nextTry
  }
}

/// Records of a cause.
public struct RecordList: Hashable, Sendable {
  /// The cause; nil for all.
  public var reason: ReasonID?
  /// The records, oldest first, at most as many as asked for.
  public var rows: [RecordRow]
  /// How many there are.
  public var total: Int

  /// Makes a value from its parts.
  public init(
    reason: ReasonID? = nil, rows: [RecordRow] = [], total: Int = 0
  ) {
    self.reason = reason
    self.rows = rows
    self.total = total
  }
}

/// One queue entry in a list.
public struct RecordRow: Hashable, Sendable {
  /// Its number.
  public var id: RejectID
  /// Its cause.
  public var reason: ReasonID
  /// Its pipeline.
  public var pipeline: String
  /// The source it came from.
  public var source: String
  /// Its first line in the file.
  public var line: Int
  /// Its business key.
  public var key: String?
  /// The value that failed, as `column=value`.
  public var value: String
  /// How often it was judged.
  public var attempts: Int
  /// When it came.
  public var firstSeen: Timestamp
  /// Where it stands.
  public var state: RejectState

  /// Makes a value from its parts.
  public init(
    id: RejectID, reason: ReasonID, pipeline: String, source: String, line: Int,
    key: String? = nil, value: String, attempts: Int = 0, firstSeen: Timestamp, state: RejectState
  ) {
    self.id = id
    self.reason = reason
    self.pipeline = pipeline
    self.source = source
    self.line = line
    self.key = key
    self.value = value
    self.attempts = attempts
    self.firstSeen = firstSeen
    self.state = state
  }
}

/// One queue entry, whole.
public struct RecordDetail: Hashable, Sendable {
  /// Its line in a list.
  public var row: RecordRow
  /// The file it came from.
  public var file: String
  /// Its last line.
  public var lastLine: Int
  /// Where its first byte stands in the unpacked file.
  public var offset: Int
  /// Its fields by name, where the raw text could be split.
  public var fields: [RecordField]
  /// The raw record, bytes that are no text as U+FFFD.
  public var raw: String
  /// How long the raw record is.
  public var rawBytes: Int
  /// Whether the raw record was too long to keep whole.
  public var isRawCut: Bool
  /// Every error in words.
  public var errors: [String]
  /// What it waits for, in words.
  public var wake: String
  /// What was tried, newest first.
  public var attempts: [AttemptRow]
  /// How it ended.
  public var resolution: String?
  /// The raw record of the file, if somebody edited it since.
  public var original: String?
  /// Who changed it, newest first.
  public var changes: [ChangeRow]

  /// Makes a value from its parts.
  public init(
    row: RecordRow, file: String, lastLine: Int, offset: Int, fields: [RecordField] = [],
    raw: String, rawBytes: Int, isRawCut: Bool = false, errors: [String] = [], wake: String,
    attempts: [AttemptRow] = [], resolution: String? = nil, original: String? = nil,
    changes: [ChangeRow] = []
  ) {
    self.original = original
    self.changes = changes
    self.row = row
    self.file = file
    self.lastLine = lastLine
    self.offset = offset
    self.fields = fields
    self.raw = raw
    self.rawBytes = rawBytes
    self.isRawCut = isRawCut
    self.errors = errors
    self.wake = wake
    self.attempts = attempts
    self.resolution = resolution
  }
}

/// One field of a raw record.
public struct RecordField: Hashable, Sendable {
  /// The column's name in the file.
  public var name: String
  /// The raw text.
  public var value: String
  /// What is wrong with it, in words.
  public var fault: String?

  /// Makes a value from its parts.
  public init(
    name: String, value: String, fault: String? = nil
  ) {
    self.name = name
    self.value = value
    self.fault = fault
  }
}

/// One act of a person on a record.
public struct ChangeRow: Hashable, Sendable {
  /// When.
  public var at: Timestamp
  /// Who.
  public var actor: String
  /// What: `edit`, `fix`, `import`, `discard`.
  public var action: String
  /// How, as it was typed.
  public var note: String?
  /// Whether it was taken back.
  public var isUndone: Bool

  /// Makes a value from its parts.
  public init(
    at: Timestamp, actor: String, action: String, note: String? = nil, isUndone: Bool = false
  ) {
    self.at = at
    self.actor = actor
    self.action = action
    self.note = note
    self.isUndone = isUndone
  }
}

/// One attempt at a record.
public struct AttemptRow: Hashable, Sendable {
  /// When.
  public var at: Timestamp
  /// By which run.
  public var run: RunID
  /// How it ended: loaded, rejected, superseded, interrupted.
  public var outcome: String
  /// Why, in words.
  public var text: String

  /// Makes a value from its parts.
  public init(
    at: Timestamp, run: RunID, outcome: String, text: String
  ) {
    self.at = at
    self.run = run
    self.outcome = outcome
    self.text = text
  }
}

/// A table of a destination.
public struct TableName: Hashable, Sendable {
  /// The file, relative to the workspace.
  public var database: String
  /// The table.
  public var table: String

  /// Makes a value from its parts.
  public init(
    database: String, table: String
  ) {
    self.database = database
    self.table = table
  }
}

/// A loaded table in a list.
public struct TableRow: Hashable, Sendable {
  /// The table.
  public var name: TableName
  /// The pipeline that loads it.
  public var pipeline: String
  /// How many rows it has.
  public var rows: Int
  /// Its columns.
  public var columns: [TableColumn]

  /// Makes a value from its parts.
  public init(
    name: TableName, pipeline: String, rows: Int = 0, columns: [TableColumn] = []
  ) {
    self.name = name
    self.pipeline = pipeline
    self.rows = rows
    self.columns = columns
  }
}

/// A column of a loaded table.
public struct TableColumn: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its declared type, in the pipeline's words where known: date, int ….
  public var type: String
  /// Whether it is part of the key.
  public var isKey: Bool

  /// Makes a value from its parts.
  public init(
    name: String, type: String, isKey: Bool = false
  ) {
    self.name = name
    self.type = type
    self.isKey = isKey
  }
}

/// Rows of a loaded table, column by column.
public struct TableData: Hashable, Sendable {
  /// The table.
  public var name: TableName
  /// The columns asked for.
  public var columns: [TableColumn]
  /// One array a column, all of one length.
  public var values: [[TableValue]]
  /// How many rows the table has.
  public var total: Int

  /// Makes a value from its parts.
  public init(
    name: TableName, columns: [TableColumn] = [], values: [[TableValue]] = [], total: Int = 0
  ) {
    self.name = name
    self.columns = columns
    self.values = values
    self.total = total
  }
}

/// One value of a loaded table.
public enum TableValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
}
