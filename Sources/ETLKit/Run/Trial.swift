// One trial: the engine over a state file and a destination of its own, in a folder that is thrown away.

import Foundation
import GRDB
import Records

/// What a trial takes from the state file.
struct TrialCopy {
  var snapshots: [Row] = []
  var reasons: [Row] = []
  var rejects: [Row] = []
  /// The newest files of each source, in order.
  var current: [String: [Int64]] = [:]
  /// When older files of the records were last read.
  var seen: [Int64: Int64] = [:]

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
    let older = Set(rejects.map { $0["snapshot_id"] as Int64 }).subtracting(current.values.joined())
    let moments = try Row.fetchAll(
      database,
      sql: """
        SELECT s.snapshot_id AS id, max(r.started_at) AS at FROM run_snapshot s
        JOIN run r ON r.id=s.run_id
        WHERE s.snapshot_id IN (\(older.sorted().map(String.init).joined(separator: ",")))
        GROUP BY s.snapshot_id
        """)
    for row in moments { seen[row["id"]] = row["at"] }
    try takeSnapshots(from: database)
  }

  /// `files`: the files of each source, in order.
  init(files: [String: [Int64]], records: [RejectID], in database: Database) throws {
    try self.init(
      of: Dictionary(uniqueKeysWithValues: records.map { ($0, []) }), pipeline: "", in: database)
    current = files
    try takeSnapshots(from: database)
  }

  private mutating func takeSnapshots(from database: Database) throws {
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

extension RunAttempt {
  /// Takes the files of a copy as what was fetched.
  mutating func read(_ copy: TrialCopy) throws(EngineError) {
    for spec in pipeline.sources {
      let name = spec.name.value
      let known = try state.knownSnapshots(pipeline: pipeline.name, source: name, limit: .max)
      let ordered = (copy.current[name] ?? []).compactMap { id in known.first { $0.id == id } }
      sources[name] = RootSource(name: name, snapshots: ordered)
    }
    try bind()
  }
}

/// One trial, in a folder of its own.
struct Trial {
  let workspace: Workspace
  let pipeline: Pipeline
  let copy: TrialCopy
  let records: [RejectID: [UInt8]]
  var folder: String

  var scratch: String { folder + "/trial.db" }

  /// Begins a run in the trial's own folder and reads its files; it is the first run there.
  func begin(checks: [CheckSpec]) throws(EngineError) -> RunAttempt {
    var trial = pipeline
    trial.redirect(to: scratch)
    trial.checks = checks
    for index in trial.sources.indices { trial.sources[index].throttle = nil }
    let run = try PipelineRun(trial, in: workspace)
    let state = try StateFile.open(folder: folder)
    let board = StageBoard(run.plan)
    let id = try state.beginRun(
      pipeline: trial, planHash: run.plan.hash, kind: .dryrun, stages: board.stages)
    try fill(state, run: id)
    var attempt = RunAttempt(run, state: state, run: id, board: board)
    try attempt.read(copy)
    return attempt
  }

  /// Tries the records: first to see which rows they would become, then beside the rows that these
  /// meet in the destination, so that what is refused or overtaken there is so here too.
  func run() async throws(EngineError) -> RecordTrial {
    let destination = workspace.path(of: pipeline.load.database.value)
    let first = try await once()
    let plan = first.plan
    var result = first.result
    guard result.problem == nil, plan.isRowByRow else { return result }
    var loaded: [(table: TargetTable, rows: [Row])] = []
    for load in plan.loads { loaded.append((load.table, try loadedRows(load.table))) }
    guard loaded.contains(where: { !$0.rows.isEmpty }) else { return result }
    var beside = self
    let copy = DestinationCopy(of: destination, to: folder + "/beside/trial.db")
    if copy.isThere {
      beside.folder += "/beside"
      try beside.makeFolder()
      for (table, rows) in loaded {
        try copy.begin(table)
        guard !rows.isEmpty else { continue }
        try copy.fill(table, meeting: table.name, of: scratch, meetsAll: false)
      }
      result = try await beside.once().result
      guard result.problem == nil else { return result }
    }
    for (table, rows) in loaded {
      result.rows += try beside.rows(table, destination: destination, of: rows)
    }
    // A record that a table refuses changes none of its rows.
    if records.count == 1, case .rejected(let stage, _) = result.fates.first?.value {
      let refusing = plan.loads.first { $0.stage == stage }?.table.name
      result.rows.removeAll { $0.table == refusing }
    }
    leaveOutKept(plan, &result)
    return result
  }

  private func makeFolder() throws(EngineError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw EngineError(.load(LoadProblem(error, path: folder)))
    }
  }

  /// One load of the records into the scratch destination.
  private func once() async throws(EngineError) -> (result: RecordTrial, plan: PipelinePlan) {
    // The trial's destination has none of the tables that a check may ask for.
    var attempt = try begin(checks: pipeline.checks.filter { !$0.asksDestination })
    let (plan, state) = (attempt.plan, attempt.state)
    let entries = try state.openRejects(pipeline: pipeline.name)
    let work = LoadWork(
      open: entries, due: entries, mended: entries,
      worlds: Worlds(plan, sources: attempt.sources),
      last: nil,
      isRedrive: true)
    var result = RecordTrial()
    let summary: RunSummary
    do throws(EngineError) {
      summary = try await attempt.load(work)
    } catch {
      summary = attempt.failed(error)
      result.problem = error.text
    }
    result.fates = try fates(state)
    result.stages = stages(summary, result)
    return (result, plan)
  }

  /// The records, their causes and files, in the trial's own state file.
  func fill(_ state: StateFile, run: RunID) throws(EngineError) {
    try state.write(.relaxed) { database in
      for row in copy.snapshots { try insert(row, into: "snapshot", database) }
      for row in copy.reasons { try insert(row, into: "reason", database) }
      for (snapshot, moment) in copy.seen {
        try database.execute(
          sql: """
            INSERT INTO run(pipeline_id,version_id,kind,state,queued_at,started_at,max_attempts)
              SELECT pipeline_id,version_id,kind,'succeeded',?1,?1,1 FROM run WHERE id=?2
            """, arguments: [moment, run])
        try database.execute(
          sql: """
            INSERT INTO run_snapshot(run_id,ordinal,snapshot_id,source,outcome)
              SELECT ?,0,id,source,'cached' FROM snapshot WHERE id=?
            """, arguments: [database.lastInsertedRowID, snapshot])
      }
      let statement = try database.cachedStatement(
        sql: """
          UPDATE reject SET state='claimed', wake='change', claimed_run=?, asked_at=1,
            edited_raw=?, edited_at=1, max_attempts=1000000 WHERE id=?
          """)
      for row in copy.rejects {
        try insert(row, into: "reject", database)
        let id: RejectID = row["id"]
        try statement.execute(arguments: [run, records[id].map { Data($0) }, id])
      }
    }
  }

  private func insert(_ row: Row, into table: String, _ database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT INTO \(table)(\(row.columnNames.joined(separator: ","))) VALUES("
        + row.columnNames.map { _ in "?" }.joined(separator: ",") + ")")
    try statement.execute(
      arguments: StatementArguments(
        row.map { name, value in name == "pipeline_id" ? 1.databaseValue : value }))
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
    var passed: Set<String> = []
    let path = Set(plannedPath(summary))
    return summary.stages.filter { path.contains($0.name) }.map { stage in
      let inputs = pipeline.load(at: stage.name).map { [$0.from.value] } ?? stage.inputs
      guard stage.kind == .source || inputs.contains(where: passed.contains) else {
        return RecordTrial.Stage(name: stage.name, passes: nil)
      }
      var isRejected = false
      if case .rejected(stage.name, _) = fate { isRejected = true }
      let passes = !isRejected && stage.tally.filtered + stage.tally.unmatched == 0
      if passes { passed.insert(stage.name) }
      return RecordTrial.Stage(name: stage.name, passes: passes)
    }
  }

  /// The record's own way: from its source to the loads.
  private func plannedPath(_ summary: RunSummary) -> [String] {
    guard let source = copy.rejects.first?["source"] as String? else { return [] }
    var path = [source]
    for stage in summary.stages where stage.inputs.contains(where: path.contains) {
      if stage.kind != .checks { path.append(stage.name) }
    }
    return path + summary.stages.filter { $0.kind == .load }.map(\.name)
  }
}
