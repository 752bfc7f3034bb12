// Answers about pipelines and runs.

internal import Foundation
internal import GRDB

extension WorkspaceReader {
  func status(_ database: Database) throws -> WorkspaceStatus {
    let live = try LiveRuns(database, stateFolder: workspace.stateFolder)
    return WorkspaceStatus(
      running: live.owned.count,
      toRetry: try Int.fetchOne(database, sql: ReaderSQL.openCount) ?? 0
        + (Int.fetchOne(database, sql: ReaderSQL.pendingCount) ?? 0),
      failed: try Int.fetchOne(database, sql: ReaderSQL.failedCount) ?? 0,
      held: try Int.fetchOne(database, sql: ReaderSQL.heldCount) ?? 0)
  }

  func runs(pipeline: String?, limit: Int, in database: Database) throws -> [RunRow] {
    let rows =
      if let pipeline {
        try Row.fetchAll(
          database, sql: ReaderSQL.runsOfPipeline, arguments: [pipeline, limit])
      } else {
        try Row.fetchAll(database, sql: ReaderSQL.runs, arguments: [limit])
      }
    let live = try LiveRuns(database, stateFolder: workspace.stateFolder)
    return try rows.map { try runRow($0, live: live, in: database) }
  }

  func run(_ id: RunID, logLimit: Int, in database: Database) throws -> RunDetail? {
    guard let row = try Row.fetchOne(database, sql: ReaderSQL.run, arguments: [id]) else {
      return nil
    }
    let live = try LiveRuns(database, stateFolder: workspace.stateFolder)
    let checks = try Row.fetchAll(database, sql: ReaderSQL.checks, arguments: [id])
    let log = try Row.fetchAll(database, sql: ReaderSQL.log, arguments: [id, logLimit])
    return RunDetail(
      run: try runRow(row, live: live, in: database),
      stages: try stages(of: id, isLive: live.all.contains(id), in: database),
      checks: checks.compactMap(CheckResult.init(row:)),
      log: log.reversed().compactMap(EventRow.init(row:)),
      logCount: try Int.fetchOne(database, sql: ReaderSQL.logCount, arguments: [id]) ?? 0,
      notes: fromJSON(row["notes_json"]) ?? [])
  }

  /// A run as a row; the estimate is asked for only while it lives.
  func runRow(_ row: Row, live: LiveRuns, in database: Database) throws -> RunRow {
    let id: RunID = row["id"]
    let states: String = row["stage_states"] ?? ""
    var run = RunRow(
      id: id, pipeline: row["pipeline"], kind: RunKind(rawValue: row["kind"]) ?? .manual,
      state: RunState(rawValue: row["state"]) ?? .failed, isOwned: live.owned.contains(id),
      started: timestamp(row["started_at"]), finished: timestamp(row["finished_at"]),
      heartbeat: timestamp(row["heartbeat_at"]), read: row["rows_read"],
      inserted: row["rows_inserted"], updated: row["rows_updated"],
      unchanged: row["rows_unchanged"], filtered: row["rows_filtered"],
      unmatched: row["rows_unmatched"], deduplicated: row["rows_deduped"],
      rejected: row["rows_rejected"], combined: row["rows_combined"], added: row["rows_added"],
      error: row["error_text"], isHeld: row["is_held"],
      stageStates: states.split(separator: ",").compactMap { StageState(rawValue: String($0)) })
    guard live.all.contains(id), let started = run.started else { return run }
    run.fraction = try Double.fetchOne(database, sql: ReaderSQL.fraction, arguments: [id])
      .map { min(max($0, 0), 0.99) }
    let elapsed = max(0, clock().seconds(since: started))
    if let fraction = run.fraction, fraction >= 0.01, elapsed >= 0.5 {
      run.secondsLeft = elapsed * (1 - fraction) / fraction
    } else {
      let last = try Row.fetchAll(
        database, sql: ReaderSQL.lastRuns, arguments: [row["pipeline_id"] as Int64])
      run.secondsLeft = usualSeconds(last).map { max(0, $0 - elapsed) }
    }
    return run
  }

  func stages(of run: RunID, isLive: Bool, in database: Database) throws -> [StageRow] {
    let now = clock()
    let rows = try Row.fetchAll(database, sql: ReaderSQL.stages, arguments: [run])
    return rows.map { row in
      let state = StageState(rawValue: row["state"]) ?? .failed
      let started = timestamp(row["started_at"])
      let finished = timestamp(row["finished_at"])
      let rates = RateSampler.rates(row["rates"])
      var stage = StageRow(
        name: row["stage"], kind: StageKind(rawValue: row["kind"]) ?? .source, state: state,
        inputs: fromJSON(row["inputs_json"]) ?? [], rowsIn: row["rows_in"],
        rowsOut: row["rows_out"], filtered: row["rows_filtered"],
        unmatched: row["rows_unmatched"], rejected: row["rows_rejected"],
        fraction: row["fraction"], error: row["error_text"], rates: rates)
      let isRunning = isLive && state == .running
      stage.seconds = started.flatMap { started in
        (finished ?? (isRunning ? now : nil)).map { max(0, $0.seconds(since: started)) }
      }
      let average = stage.seconds.flatMap {
        $0 > 0 ? Double(max(stage.rowsIn, stage.rowsOut)) / $0 : nil
      }
      stage.rowsPerSecond = isRunning ? rates.last ?? average : average
      if isRunning, let fraction = stage.fraction, fraction >= 0.01, let seconds = stage.seconds {
        stage.secondsLeft = seconds * (1 - min(fraction, 1)) / fraction
      }
      return stage
    }
  }

  /// The median of the last runs that loaded something.
  func usualSeconds(_ rows: [Row]) -> Double? {
    let seconds = rows.compactMap { row -> Double? in
      guard ["succeeded", "partial"].contains(row["state"] as String),
        let started = timestamp(row["started_at"]), let finished = timestamp(row["finished_at"])
      else { return nil }
      return finished.seconds(since: started)
    }.sorted()
    return seconds.isEmpty ? nil : seconds[seconds.count / 2]
  }
}

/// Runs that call themselves live, and which of them have a process.
struct LiveRuns {
  var all: Set<RunID> = []
  var owned: Set<RunID> = []

  init() {}

  init(_ database: Database, stateFolder: String) throws {
    for row in try Row.fetchAll(database, sql: ReaderSQL.liveRuns) {
      let id: RunID = row["id"]
      all.insert(id)
      guard let process: Int32 = row["pid"] else { continue }
      let identity = ProcessIdentity(
        bootID: row["boot_id"], process: process, start: row["pid_start"])
      switch RunLock.owner(stateFolder: stateFolder, pipeline: row["pipeline"]) {
      case .process(let owner) where owner == identity: owned.insert(id)
      case .unknown: owned.insert(id)
      case .nobody, .process: break
      }
    }
  }
}

/// A nullable column as a moment.
func timestamp(_ microseconds: Int64?) -> Timestamp? {
  microseconds.map(Timestamp.init(microseconds:))
}

extension CheckResult {
  fileprivate init?(row: Row) {
    guard let severity = Severity(rawValue: row["severity"]),
      let outcome = CheckOutcome(rawValue: row["outcome"])
    else { return nil }
    self.init(
      name: row["name"], severity: severity, outcome: outcome, found: row["found"],
      failures: row["failures"])
  }
}

extension EventRow {
  init?(row: Row) {
    guard let level = Level(rawValue: row["level"]) else { return nil }
    self.init(
      run: row["run_id"], sequence: row["seq"], at: Timestamp(microseconds: row["at"]),
      level: level, stage: row["stage"], text: row["detail"])
  }
}
