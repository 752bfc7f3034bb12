// What is old in the state file: found, counted, removed. One transaction a pipeline.
//
// Never touched: open records, what the last load was made of, loads that are not decided, the
// newest run of a pipeline, and bytes that a person mended, which stand in for those of a file.

internal import Foundation
internal import GRDB

/// The old rows of one pipeline, as SQL conditions.
struct PruneCutoffs {
  var pipeline: Int64
  var events: Int64
  var runs: Int64
  var bytes: Int64

  init(_ rules: RetentionRules, pipeline: Int64, now: Timestamp) {
    func before(_ seconds: Int) -> Int64 { now.microseconds - Int64(seconds) * 1_000_000 }
    self.pipeline = pipeline
    events = before(rules.events)
    runs = before(rules.runs)
    bytes = before(rules.bytes)
  }

  fileprivate static let oldEvents = """
    FROM event WHERE at<?2 AND run_id IN (SELECT id FROM run WHERE pipeline_id=?1
      AND state NOT IN ('queued','running','paused'))
    """
  fileprivate static let oldRuns = """
    FROM run WHERE pipeline_id=?1 AND finished_at<?2
      AND state NOT IN ('queued','running','paused')
      AND id<>(SELECT max(id) FROM run WHERE pipeline_id=?1)
      AND id NOT IN (SELECT run_id FROM loaded)
      AND id NOT IN (SELECT run_id FROM held_load WHERE state='held')
      AND id NOT IN (SELECT run_id FROM load WHERE phase NOT IN ('finalised','void'))
    """
  fileprivate static let oldBytes = """
    FROM reject WHERE pipeline_id=?1 AND state IN ('loaded','superseded','discarded')
      AND coalesce(resolved_at,last_seen)<?2 AND length(raw)>0
    """
}

extension Pruned {
  /// Counts what is old.
  init(_ name: String, _ cutoffs: PruneCutoffs, in database: Database) throws {
    func count(_ condition: String, _ cutoff: Int64) throws -> Int {
      try Int.fetchOne(
        database, sql: "SELECT count(*) " + condition, arguments: [cutoffs.pipeline, cutoff]) ?? 0
    }
    self.init(pipeline: name)
    events = try count(PruneCutoffs.oldEvents, cutoffs.events)
    runs = try count(PruneCutoffs.oldRuns, cutoffs.runs)
    records = try count(PruneCutoffs.oldBytes, cutoffs.bytes)
  }
}

extension StateFile {
  /// All pipelines that have run here, by name.
  func prunablePipelines() throws(EngineError) -> [(id: Int64, name: String)] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT id, name FROM pipeline ORDER BY name").map {
        (id: $0["id"], name: $0["name"])
      }
    }
  }

  /// Begins the run that records what is pruned of a pipeline; nil for one that never ran.
  func beginPrune(of pipeline: Int64) throws(EngineError) -> RunID? {
    let now = clock()
    return try write { database in
      let version = try Int64.fetchOne(
        database, sql: "SELECT max(id) FROM pipeline_version WHERE pipeline_id=?",
        arguments: [pipeline])
      guard let version else { return nil }
      let owner = ProcessIdentity.current
      try database.execute(
        sql: """
          INSERT INTO run(pipeline_id,version_id,kind,state,boot_id,pid,pid_start,heartbeat_at,
            queued_at,started_at,max_attempts)
          VALUES(?1,?2,'prune','running',?3,?4,?5,?6,?6,?6,1)
          """,
        arguments: [
          pipeline, version, owner.bootID, owner.process, owner.start, now.microseconds,
        ])
      return database.lastInsertedRowID
    }
  }

  /// Removes what is old of a pipeline and writes down what it was, in one transaction.
  func prune(
    _ cutoffs: PruneCutoffs, counted pruned: Pruned, gone snapshots: [Int64]
  ) throws(EngineError) {
    let now = clock()
    try write { database in
      func delete(_ condition: String, _ cutoff: Int64) throws {
        try database.execute(
          sql: "DELETE " + condition, arguments: [cutoffs.pipeline, cutoff])
      }
      try delete(PruneCutoffs.oldEvents, cutoffs.events)
      let old = try Int64.fetchAll(
        database, sql: "SELECT id " + PruneCutoffs.oldRuns,
        arguments: [cutoffs.pipeline, cutoffs.runs])
      for run in old {
        try database.execute(sql: "DELETE FROM load WHERE run_id=?", arguments: [run])
        try database.execute(sql: "DELETE FROM run WHERE id=?", arguments: [run])
      }
      try database.execute(
        sql: """
          DELETE FROM pipeline_version WHERE pipeline_id=?1
            AND id NOT IN (SELECT version_id FROM run)
          """, arguments: [cutoffs.pipeline])
      try self.forgetBytes(cutoffs, in: database)
      for snapshot in snapshots {
        try database.execute(
          sql: "UPDATE snapshot SET purged_at=? WHERE id=?",
          arguments: [now.microseconds, snapshot])
      }
      guard let run = pruned.run else { return }
      for phrase in pruned.phrases {
        try self.writeEvent(
          run: run, stage: nil, level: .info, kind: "pruned", detail: "removed \(phrase)", at: now,
          in: database)
      }
      try database.execute(
        sql: "UPDATE run SET state='succeeded', finished_at=?, notes_json=? WHERE id=?",
        arguments: [
          now.microseconds, jsonText(pruned.phrases.map { "removed \($0)" }), run,
        ])
    }
  }

  /// Takes the bytes of closed records: their own, and those in the journal of acts on them.
  private func forgetBytes(_ cutoffs: PruneCutoffs, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE audit SET before_json=NULL WHERE at<?2 AND before_json IS NOT NULL
          AND EXISTS(SELECT 1 FROM json_each(audit.before_json) e
            WHERE json_extract(e.value,'$.id') IN (SELECT id \(PruneCutoffs.oldBytes)))
        """, arguments: [cutoffs.pipeline, cutoffs.bytes])
    try database.execute(
      sql: """
        UPDATE reject SET raw=x'', raw_truncated=max(raw_truncated,1)
        WHERE id IN (SELECT id \(PruneCutoffs.oldBytes))
        """, arguments: [cutoffs.pipeline, cutoffs.bytes])
  }

  /// Makes the write-ahead log as small as its readers allow.
  func truncateLog() {
    try? queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
  }
}
