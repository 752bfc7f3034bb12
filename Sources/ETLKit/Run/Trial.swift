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
  let folder: String

  var scratch: String { folder + "/trial.db" }

  /// Begins a run in the trial's own folder and reads its files; it is the first run there.
  func begin(checks: [CheckSpec]) throws(EngineError) -> RunAttempt {
    var trial = pipeline
    trial.load.database.value = scratch
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

  func run() async throws(EngineError) -> RecordTrial {
    // The trial's destination has none of the tables that a check may ask for.
    var attempt = try begin(checks: pipeline.checks.filter { !$0.asksDestination })
    let (plan, state) = (attempt.plan, attempt.state)
    let destination = workspace.path(of: pipeline.load.database.value)
    let table = plan.table
    try makeTable(table.name, from: destination)
    let entries = try state.openRejects(pipeline: pipeline.name)
    let work = LoadWork(
      open: entries, due: entries, mended: entries,
      worlds: Worlds(plan, sources: attempt.sources),
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
    if result.problem == nil, plan.isRowByRow {
      result.rows = try rows(table, destination: destination)
      if table.mode == .insertOnly { leaveOutKept(&result) }
    }
    return result
  }

  /// The records, their causes and files, in the trial's own state file.
  func fill(_ state: StateFile, run: RunID) throws(EngineError) {
    try state.write(.relaxed) { database in
      for row in copy.snapshots { try insert(row, into: "snapshot", database) }
      for row in copy.reasons { try insert(row, into: "reason", database) }
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
}
