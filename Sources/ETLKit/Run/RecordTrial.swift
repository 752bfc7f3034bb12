// Queue records tried for show: the engine itself, over a state file and a destination of its own that
// are thrown away. Nothing of the workspace is written; the sides of joins are read from kept files.

import Foundation
import GRDB
import Records

/// What would become of records if they were tried again as they are now.
public struct RecordTrial: Hashable, Sendable {
  /// A stage, and whether the record passes it.
  public struct Stage: Hashable, Sendable {
    /// The stage's name.
    public var name: String
    /// Nil if the record does not come to it.
    public var passes: Bool?

    /// Makes a value from its parts.
    public init(name: String, passes: Bool?) {
      self.name = name
      self.passes = passes
    }
  }

  /// One record's fate.
  public enum Fate: Hashable, Sendable {
    /// It would be loaded.
    case loaded
    /// It would be left out, and why.
    case leftOut(String)
    /// It would be rejected by a stage, for these reasons.
    case rejected(stage: String, [String])
  }

  /// A row that would change.
  public struct Row: Hashable, Sendable {
    /// A column, and its value before and after.
    public struct Value: Hashable, Sendable {
      /// The column.
      public var column: String
      /// Nil for null, or where there is no such row.
      public var before: String?
      /// Nil for null.
      public var after: String?

      /// Makes a value from its parts.
      public init(column: String, before: String?, after: String?) {
        self.column = column
        self.before = before
        self.after = after
      }
    }

    /// What happens to a row.
    public enum Change: String, Hashable, Sendable { case insert, update, unchanged }

    /// What happens to it.
    public var change: Change
    /// Its columns, in the table's order.
    public var values: [Value]

    /// Makes a value from its parts.
    public init(change: Change, values: [Value]) {
      self.change = change
      self.values = values
    }
  }

  /// The stages in order, for a single record.
  public var stages: [Stage]
  /// What becomes of each record.
  public var fates: [RejectID: Fate]
  /// The destination's table.
  public var table: String
  /// The rows that would be written; empty also where steps gather rows, and one cannot be told alone.
  public var rows: [Row]
  /// Why it could not be tried to the end, in words.
  public var problem: ErrorText?

  /// Makes a value from its parts.
  public init(
    stages: [Stage] = [], fates: [RejectID: Fate] = [:], table: String = "", rows: [Row] = [],
    problem: ErrorText? = nil
  ) {
    self.stages = stages
    self.fates = fates
    self.table = table
    self.rows = rows
    self.problem = problem
  }

  /// How many records would be loaded.
  public var loadedCount: Int { fates.values.count { $0 == .loaded } }
}

extension WorkspaceReader {
  /// What would become of a record as a draft has it.
  public func trial(of draft: RecordDraft) async throws(EngineError) -> RecordTrial {
    try await trial(of: [draft.id: draft.raw], pipeline: draft.pipeline)
  }

  /// What would become of records of one pipeline with these bytes.
  func trial(
    of records: [RejectID: [UInt8]], pipeline name: String
  ) async throws(EngineError) -> RecordTrial {
    let pipeline = try workspace.pipeline(named: name)
    let copy = try read(nil) { try TrialCopy(of: records, pipeline: name, in: $0) }
    guard let copy else { return RecordTrial() }
    let folder = NSTemporaryDirectory() + "etl-trial-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EngineError(.state(.cannotOpen(reason: "no room for a trial", path: folder)))
    }
    return try await Trial(
      workspace: workspace, pipeline: pipeline, copy: copy, records: records, folder: folder
    ).run()
  }
}

/// What a trial takes from the state file.
private struct TrialCopy {
  var snapshots: [Row] = []
  var reasons: [Row] = []
  var rejects: [Row] = []
  /// The newest files of each source, in order.
  var current: [String: [Int64]] = [:]

  init(of records: [RejectID: [UInt8]], pipeline: String, in database: Database) throws {
    let ids = records.keys.sorted().map(String.init).joined(separator: ",")
    rejects = try Row.fetchAll(
      database, sql: "SELECT * FROM reject WHERE id IN (\(ids)) ORDER BY id")
    reasons = try Row.fetchAll(
      database,
      sql: "SELECT * FROM reason WHERE id IN (SELECT reason_id FROM reject WHERE id IN (\(ids)))")
    let newest = try Row.fetchAll(
      database,
      sql: """
        SELECT s.source, s.id FROM run_snapshot rs JOIN snapshot s ON s.id=rs.snapshot_id
        WHERE rs.run_id=(SELECT max(x.run_id) FROM run_snapshot x JOIN run r ON r.id=x.run_id
          WHERE x.source=rs.source AND r.pipeline_id=(SELECT id FROM pipeline WHERE name=?))
        ORDER BY rs.ordinal
        """, arguments: [pipeline])
    for row in newest { current[row["source"], default: []].append(row["id"]) }
    let wanted =
      current.values.flatMap { $0 } + rejects.map { $0["snapshot_id"] as Int64 }
    snapshots = try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM snapshot WHERE id IN
          (\(Set(wanted).sorted().map(String.init).joined(separator: ",")))
        """)
  }
}

/// One trial, in a folder of its own.
private struct Trial {
  let workspace: Workspace
  let pipeline: Pipeline
  let copy: TrialCopy
  let records: [RejectID: [UInt8]]
  let folder: String

  private var scratch: String { folder + "/trial.db" }

  func run() async throws(EngineError) -> RecordTrial {
    var trial = pipeline
    trial.load.database.value = scratch
    for index in trial.sources.indices { trial.sources[index].throttle = nil }
    let run = try PipelineRun(trial, in: workspace)
    let state = try StateFile.open(folder: folder)
    let board = StageBoard(run.plan)
    let id = try state.beginRun(
      pipeline: trial, planHash: run.plan.hash, kind: .dryrun, stages: board.stages)
    try fill(state, run: id)
    var attempt = RunAttempt(run, state: state, run: id, board: board)
    for spec in trial.sources {
      let name = spec.name.value
      let known = try state.knownSnapshots(pipeline: trial.name, source: name, limit: .max)
      let ordered = (copy.current[name] ?? []).compactMap { id in known.first { $0.id == id } }
      attempt.sources[name] = RootSource(name: name, snapshots: ordered)
    }
    try attempt.bind()
    let destination = workspace.path(of: pipeline.load.database.value)
    let table = run.plan.table
    try makeTable(table.name, from: destination)
    let entries = try state.openRejects(pipeline: trial.name)
    let work = LoadWork(
      open: entries, due: entries, mended: [], worlds: Worlds(run.plan, sources: attempt.sources),
      last: nil,
      isRedrive: true)
    var result = RecordTrial(table: table.name)
    let summary: RunSummary
    do throws(EngineError) {
      summary = try await attempt.load(work)
    } catch {
      summary = attempt.failed(error)
      result.problem = error.text
    }
    result.fates = try fates(state)
    result.stages = stages(summary, result)
    if result.problem == nil, isRowByRow(run.plan) {
      result.rows = try rows(table, destination: destination)
    }
    return result
  }

  private func isRowByRow(_ plan: PipelinePlan) -> Bool {
    guard case .source? = plan.passes.last?.input else { return false }
    return true
  }

  /// The records, their causes and files, in the trial's own state file.
  private func fill(_ state: StateFile, run: RunID) throws(EngineError) {
    try state.write(.relaxed) { database in
      for row in copy.snapshots { try insert(row, into: "snapshot", database) }
      for row in copy.reasons { try insert(row, into: "reason", database) }
      for row in copy.rejects {
        try insert(row, into: "reject", database)
        let id: RejectID = row["id"]
        try database.execute(
          sql: """
            UPDATE reject SET state='claimed', wake='change', claimed_run=?, asked_at=1,
              edited_raw=?, edited_at=1, max_attempts=1000000 WHERE id=?
            """, arguments: [run, records[id].map { Data($0) }, id])
      }
    }
  }

  private func insert(_ row: Row, into table: String, _ database: Database) throws {
    let names = Array(row.columnNames)
    let values = names.map { name -> (any DatabaseValueConvertible)? in
      name == "pipeline_id" ? 1 : row[name] as DatabaseValue
    }
    try database.execute(
      sql: "INSERT INTO \(table)(\(names.joined(separator: ","))) VALUES("
        + names.map { _ in "?" }.joined(separator: ",") + ")",
      arguments: StatementArguments(values))
  }

  /// The destination's table as it is, without rows, so that what it refuses is refused here too.
  private func makeTable(_ name: String, from destination: String) throws(EngineError) {
    guard FileManager.default.fileExists(atPath: destination) else { return }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      let statements = try DatabaseQueue(path: destination, configuration: configuration).read {
        try String.fetchAll(
          $0,
          sql: """
            SELECT sql FROM sqlite_master WHERE tbl_name=? AND type IN ('table','index')
              AND sql IS NOT NULL ORDER BY type DESC
            """, arguments: [name])
      }
      guard !statements.isEmpty else { return }
      try DatabaseQueue(path: scratch).write { database in
        for statement in statements { try database.execute(sql: statement) }
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: destination)))
    }
  }

  private func fates(_ state: StateFile) throws(EngineError) -> [RejectID: RecordTrial.Fate] {
    try state.read { database in
      var fates: [RejectID: RecordTrial.Fate] = [:]
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT r.id, r.state, r.resolution, r.errors_json, c.stage FROM reject r
          JOIN reason c ON c.id=r.reason_id
          """)
      for row in rows {
        let id: RejectID = row["id"]
        guard records[id] != nil else { continue }
        switch RejectState(rawValue: row["state"]) {
        case .loaded: fates[id] = .loaded
        case .superseded:
          let words: String = row["resolution"] ?? ""
          fates[id] = .leftOut(words.replacingOccurrences(of: " in run 1", with: ""))
        default:
          fates[id] = .rejected(
            stage: row["stage"],
            ETLKit.faults(row["errors_json"] as String?).map(FaultText.sentence))
        }
      }
      return fates
    }
  }

  private func stages(_ summary: RunSummary, _ result: RecordTrial) -> [RecordTrial.Stage] {
    guard records.count == 1, let fate = result.fates.first?.value else { return [] }
    var isOver = false
    let path = Set(plannedPath(summary))
    return summary.stages.filter { path.contains($0.name) }.map { stage in
      if isOver { return RecordTrial.Stage(name: stage.name, passes: nil) }
      if case .rejected(let place, _) = fate, place == stage.name {
        isOver = true
        return RecordTrial.Stage(name: stage.name, passes: false)
      }
      if stage.tally.filtered + stage.tally.unmatched > 0 {
        isOver = true
        return RecordTrial.Stage(name: stage.name, passes: false)
      }
      return RecordTrial.Stage(name: stage.name, passes: true)
    }
  }

  /// The record's own way: from its source to the load.
  private func plannedPath(_ summary: RunSummary) -> [String] {
    guard let source = copy.rejects.first?["source"] as String? else { return [] }
    var path = [source]
    for stage in summary.stages where stage.inputs.contains(where: path.contains) {
      if stage.kind != .checks { path.append(stage.name) }
    }
    return path + summary.stages.filter { $0.kind == .load }.map(\.name)
  }

  // MARK: Rows

  private func rows(
    _ table: TargetTable, destination: String
  ) throws(EngineError) -> [RecordTrial.Row] {
    let names = table.columns.map(\.name)
    let list = names.map(quotedName).joined(separator: ",")
    do {
      let after = try DatabaseQueue(path: scratch).read { database in
        try Row.fetchAll(
          database, sql: "SELECT \(list) FROM \(quotedName(table.name)) LIMIT 1000")
      }
      var configuration = Configuration()
      configuration.readonly = true
      let real =
        FileManager.default.fileExists(atPath: destination)
        ? try DatabaseQueue(path: destination, configuration: configuration) : nil
      return try after.map { row in
        let before = try real?.read { try Trial.before(row, table, list, in: $0) }
        let values = names.enumerated().map { index, name in
          RecordTrial.Row.Value(
            column: name, before: before.flatMap { Trial.text($0[index]) },
            after: Trial.text(row[index]))
        }
        let isSame = values.allSatisfy { $0.before == $0.after }
        return RecordTrial.Row(
          change: before == nil ? .insert : isSame ? .unchanged : .update, values: values)
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: destination)))
    }
  }

  private static func before(
    _ row: Row, _ table: TargetTable, _ list: String, in database: Database
  ) throws -> Row? {
    guard table.mode == .upsert, !table.key.isEmpty, try database.tableExists(table.name) else {
      return nil
    }
    let present = Set(try database.columns(in: table.name).map(\.name))
    guard table.columns.allSatisfy({ present.contains($0.name) }) else { return nil }
    let condition = table.key.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
    return try Row.fetchOne(
      database, sql: "SELECT \(list) FROM \(quotedName(table.name)) WHERE \(condition)",
      arguments: StatementArguments(table.key.map { row[$0] as DatabaseValue }))
  }

  private static func text(_ value: DatabaseValue) -> String? {
    switch value.storage {
    case .null: nil
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .string(let text): text
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
