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
  /// Loads that are held back.
  case heldLoads
  /// What publishing a held load would change; takes a moment, and writes nothing.
  case publication(RunID)
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
  /// To `heldLoads`.
  case heldLoads([HeldLoad])
  /// To `publication`.
  case publication(RunForecast)
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
  /// Loads that are held back.
  public var held: Int

  /// Makes a value from its parts.
  public init(
    running: Int = 0, toRetry: Int = 0, failed: Int = 0, held: Int = 0
  ) {
    self.running = running
    self.toRetry = toRetry
    self.failed = failed
    self.held = held
  }
}
