// The retry queue by cause and by record, as a console shows it.

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
