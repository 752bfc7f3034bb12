// What a run leaves behind: its row, its stages, its events, its checks.

internal import Foundation
internal import GRDB
internal import Synchronization

extension StateFile {
  /// Opens the state file of a workspace; see `open(folder:readOnly:clock:)`.
  public static func open(
    _ workspace: Workspace, readOnly: Bool = false
  ) throws(EngineError) -> StateFile {
    try open(folder: workspace.stateFolder, readOnly: readOnly)
  }

  /// Notes that a run starts; the caller holds the pipeline's lock.
  ///
  /// The plan hash is taken over everything in the plan that influences results; the stages stand in
  /// graph order, with their inputs; parameters are variables and locations replaced for this run.
  public func beginRun(
    pipeline: Pipeline, planHash: [UInt8], kind: RunKind, stages: [StageSummary],
    parameters: [String: String] = [:]
  ) throws(EngineError) -> RunID {
    let now = clock()
    return try write { database in
      let pipelineID = try self.pipelineID(pipeline.name, in: database)
      let version = try Int64.fetchOne(
        database,
        sql: """
          INSERT INTO pipeline_version(pipeline_id,plan_sha256,file,source_text,first_seen)
          VALUES(?,?,?,?,?)
          ON CONFLICT(pipeline_id,plan_sha256)
          DO UPDATE SET file=excluded.file, source_text=excluded.source_text RETURNING id
          """,
        arguments: [
          pipelineID, Data(planHash), pipeline.file, pipeline.text, now.microseconds,
        ])
      let owner = ProcessIdentity.current
      try database.execute(
        sql: """
          INSERT INTO run(pipeline_id,version_id,kind,state,parameters_json,boot_id,pid,pid_start,
            heartbeat_at,queued_at,started_at,max_attempts,dead_after_s)
          VALUES(?,?,?,'running',?,?,?,?,?,?,?,?,?)
          """,
        arguments: [
          pipelineID, version, kind.rawValue, parameters.isEmpty ? nil : jsonText(parameters),
          owner.bootID, owner.process, owner.start, now.microseconds, now.microseconds,
          now.microseconds, pipeline.retry.attempts, pipeline.retry.deadAfterSeconds,
        ])
      let run = database.lastInsertedRowID
      try self.writeStages(stages, of: run, rates: [], in: database)
      return run
    }
  }

  /// Notes how far a run is: for watching, so it may be lost when the machine fails.
  ///
  /// Cheap enough for a few calls a second; a sign of life too.
  public func progress(run: RunID, stages: [StageSummary]) throws(EngineError) {
    let now = clock()
    let rates = samplers.withLock { samplers in
      var own = samplers[run] ?? []
      while own.count < stages.count { own.append(RateSampler()) }
      for (index, stage) in stages.enumerated() where stage.state == .running {
        own[index].note(max(stage.tally.rowsIn, stage.tally.rowsOut), at: now)
      }
      samplers[run] = own
      return own.map(\.text)
    }
    var summary = RunSummary(run: run, pipeline: "", kind: .manual, state: .running)
    for stage in stages {
      summary.read += stage.kind == .source ? stage.tally.rowsIn : 0
      summary.filtered += stage.tally.filtered
      summary.deduplicated += stage.tally.deduplicated
      summary.combined += stage.tally.combined
      summary.added += stage.tally.added
      summary.unmatched += stage.tally.unmatched
      summary.rejected += stage.tally.rejected
      summary.inserted += stage.tally.inserted
      summary.updated += stage.tally.updated
      summary.unchanged += stage.tally.unchanged
    }
    try write(.relaxed) { database in
      try self.writeCounts(summary, in: database)
      try database.execute(
        sql: "UPDATE run SET heartbeat_at=? WHERE id=?", arguments: [now.microseconds, run])
      try self.writeStages(stages, of: run, rates: rates, in: database)
    }
  }

  /// Adds a line to a run's log.
  public func event(
    run: RunID, stage: String? = nil, level: Level, kind: String, detail: String
  ) throws(EngineError) {
    let now = clock()
    let body = { (database: Database) in
      try self.writeEvent(
        run: run, stage: stage, level: level, kind: kind, detail: detail, at: now, in: database)
    }
    if level == .error { try writeAtAnyCost(body) } else { try write(.relaxed, body) }
  }

  /// Notes how a run ended; its claims on queue entries end with it.
  ///
  /// A load of it that was not prepared is dropped; one that was prepared stays for recovery.
  public func finishRun(_ summary: RunSummary) throws(EngineError) {
    let now = clock()
    try writeAtAnyCost { database in
      try self.writeSummary(summary, at: now, in: database)
      let open = try Int64.fetchAll(
        database, sql: "SELECT id FROM load WHERE run_id=? AND phase='open'",
        arguments: [summary.run])
      for load in open {
        try self.dropLoad(load, run: summary.run, isInterruption: false, at: now, in: database)
      }
      let undecided = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM load WHERE run_id=? AND phase='prepared'",
        arguments: [summary.run])
      if undecided == 0 {
        try self.releaseClaims(of: summary.run, isInterruption: false, at: now, in: database)
      }
    }
    samplers.withLock { _ = $0.removeValue(forKey: summary.run) }
  }
}

extension StateFile {
  func pipelineID(_ name: String, in database: Database) throws -> Int64 {
    if let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM pipeline WHERE name=?", arguments: [name])
    {
      return id
    }
    try database.execute(
      sql: "INSERT INTO pipeline(name,created_at) VALUES(?,?)",
      arguments: [name, clock().microseconds])
    return database.lastInsertedRowID
  }

  func writeEvent(
    run: RunID, stage: String?, level: Level, kind: String, detail: String, at: Timestamp,
    in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO event(run_id,seq,at,kind,stage,level,detail)
        SELECT ?1,coalesce(max(seq),0)+1,?2,?3,?4,?5,?6 FROM event WHERE run_id=?1
        """,
      arguments: [run, at.microseconds, kind, stage, level.rawValue, detail])
  }

  /// Counts, stages, checks, state and end of a run, in the caller's transaction.
  func writeSummary(_ summary: RunSummary, at now: Timestamp, in database: Database) throws {
    try writeCounts(summary, in: database)
    let isOver = ![.queued, .running, .paused].contains(summary.state)
    let finished = isOver ? (summary.finished ?? now) : nil
    try database.execute(
      sql: """
        UPDATE run SET state=?, finished_at=?, heartbeat_at=?, notes_json=?,
          error_code=?, error_text=?, error_json=? WHERE id=?
        """,
      arguments: [
        summary.state.rawValue, finished?.microseconds, now.microseconds,
        summary.notes.isEmpty ? nil : jsonText(summary.notes), summary.error?.code,
        summary.error?.what, summary.error.map(jsonText), summary.run,
      ])
    let rates = samplers.withLock { $0[summary.run]?.map(\.text) ?? [] }
    try writeStages(summary.stages, of: summary.run, rates: rates, in: database)
    if let error = summary.error {
      try database.execute(
        sql: "UPDATE stage_run SET error_text=? WHERE run_id=? AND state='failed'",
        arguments: [error.what, summary.run])
    }
    try database.execute(
      sql: "DELETE FROM check_result WHERE run_id=?", arguments: [summary.run])
    for (ordinal, check) in summary.checks.enumerated() {
      try database.execute(
        sql: "INSERT INTO check_result VALUES(?,?,?,?,?,?,?,?,?)",
        arguments: [
          summary.run, ordinal, check.name, check.severity.rawValue, check.outcome.rawValue,
          check.found, check.failures, check.measure?.name, check.measure?.value,
        ])
    }
  }

  private func writeCounts(_ summary: RunSummary, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE run SET rows_read=?, rows_retried=?, rows_filtered=?, rows_unmatched=?,
          rows_rejected=?, rows_deduped=?, rows_inserted=?, rows_updated=?, rows_unchanged=?,
          rows_deleted=?, rows_combined=?, rows_added=? WHERE id=?
        """,
      arguments: [
        summary.read, summary.retried, summary.filtered, summary.unmatched, summary.rejected,
        summary.deduplicated, summary.inserted, summary.updated, summary.unchanged,
        summary.deleted, summary.combined, summary.added, summary.run,
      ])
  }

  private func writeStages(
    _ stages: [StageSummary], of run: RunID, rates: [String], in database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO stage_run(run_id,ordinal,stage,kind,inputs_json,state,started_at,finished_at,
          fraction,rows_in,rows_out,rows_filtered,rows_deduped,rows_unmatched,rows_rejected,
          rows_inserted,rows_updated,rows_unchanged,bytes_in,rates,rows_combined,rows_added)
        VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        ON CONFLICT(run_id,ordinal) DO UPDATE SET state=excluded.state,
          started_at=excluded.started_at, finished_at=excluded.finished_at,
          fraction=excluded.fraction, rows_in=excluded.rows_in, rows_out=excluded.rows_out,
          rows_filtered=excluded.rows_filtered, rows_deduped=excluded.rows_deduped,
          rows_unmatched=excluded.rows_unmatched, rows_rejected=excluded.rows_rejected,
          rows_inserted=excluded.rows_inserted, rows_updated=excluded.rows_updated,
          rows_unchanged=excluded.rows_unchanged, bytes_in=excluded.bytes_in,
          rows_combined=excluded.rows_combined, rows_added=excluded.rows_added,
          rates=CASE excluded.rates WHEN '' THEN rates ELSE excluded.rates END
        """)
    for (ordinal, stage) in stages.enumerated() {
      let tally = stage.tally
      try statement.execute(arguments: [
        run, ordinal, stage.name, stage.kind.rawValue, jsonText(stage.inputs),
        stage.state.rawValue, stage.started?.microseconds, stage.finished?.microseconds,
        stage.fraction, tally.rowsIn, tally.rowsOut, tally.filtered, tally.deduplicated,
        tally.unmatched, tally.rejected, tally.inserted, tally.updated, tally.unchanged,
        tally.bytesIn, ordinal < rates.count ? rates[ordinal] : "", tally.combined, tally.added,
      ])
    }
  }
}
