// What the next process that writes does about runs whose process is gone.

internal import Foundation
internal import GRDB

extension StateFile {
  /// Marks runs whose process is gone as crashed.
  ///
  /// What they had claimed was interrupted, unless a prepared load may still turn out to be committed.
  func recoverRuns() throws(EngineError) {
    let live = try read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM run WHERE state IN ('queued','running','paused')")
    }
    guard live ?? 0 > 0 else { return }
    let now = clock()
    try write { database in
      for run in try self.deadRuns(in: database) {
        let process = run.process.map { "its process \($0)" } ?? "its process"
        let text = "\(process) ended before the run did"
        try database.execute(
          sql: """
            UPDATE run SET state='crashed', finished_at=coalesce(heartbeat_at,?),
              error_code='engine.interrupted', error_text=?, error_json=? WHERE id=?
            """,
          arguments: [
            now.microseconds, text,
            jsonText(
              ErrorText(
                text, code: "engine.interrupted", fix: "etl-tui run \(run.pipeline)")), run.id,
          ])
        try database.execute(
          sql: """
            UPDATE stage_run SET state=CASE state WHEN 'running' THEN 'failed' ELSE 'skipped' END,
              error_text=CASE state WHEN 'running' THEN ? END
            WHERE run_id=? AND state IN ('running','pending')
            """, arguments: [text, run.id])
        try self.writeEvent(
          run: run.id, stage: nil, level: .error, kind: "run.crashed", detail: text, at: now,
          in: database)
        let loads = try Int64.fetchAll(
          database, sql: "SELECT id FROM load WHERE run_id=? AND phase='open'", arguments: [run.id])
        for load in loads {
          try self.dropLoad(load, run: run.id, isInterruption: true, at: now, in: database)
        }
        let undecided = try Int.fetchOne(
          database, sql: "SELECT count(*) FROM load WHERE run_id=? AND phase='prepared'",
          arguments: [run.id])
        if undecided == 0 {
          try self.releaseClaims(of: run.id, isInterruption: true, at: now, in: database)
        }
      }
    }
  }

  struct LiveRun {
    var id: RunID
    var pipeline: String
    var process: Int32?
  }

  /// Runs that call themselves live though no process holds them.
  ///
  /// Asked inside a writing transaction: a run is finished before its lock is dropped, so one that is
  /// unfinished here and unlocked has lost its process.
  func deadRuns(in database: Database) throws -> [LiveRun] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT r.id, p.name, r.boot_id, r.pid, r.pid_start FROM run r
        JOIN pipeline p ON p.id=r.pipeline_id
        WHERE r.state IN ('queued','running','paused') AND r.pid IS NOT NULL
        """)
    return rows.compactMap { row in
      let identity = ProcessIdentity(
        bootID: row["boot_id"], process: row["pid"], start: row["pid_start"])
      let name: String = row["name"]
      switch RunLock.owner(stateFolder: folder, pipeline: name) {
      case .unknown: return nil
      case .process(let owner) where owner == identity: return nil
      case .nobody, .process:
        return LiveRun(id: row["id"], pipeline: name, process: identity.process)
      }
    }
  }
}
