// What a decided load does to the retry queue: known entries move by the table, new ones are added.

internal import Foundation
internal import GRDB
internal import Records
internal import Synchronization

/// A cause, to find its number without asking the file again.
struct ReasonKey: Hashable, Sendable {
  let pipeline: Int64
  let stage: String
  let code: RecordFault.Code?
  let column: String?
  let rule: String?

  init(_ reject: RejectFacts, pipeline: Int64) {
    self.pipeline = pipeline
    stage = reject.stage
    code = reject.faults.first?.code
    column = reject.faults.first?.column
    rule = reject.faults.first?.rule
  }

  /// What tells the cause from the others of its pipeline in the state file.
  var fingerprint: String {
    [stage, code?.rawValue ?? "", column ?? "", rule ?? ""].joined(separator: "\u{1F}")
  }
}

extension StateFile {
  /// The number of a reject's cause: stage, code, column and rule of its first fault.
  func reasonID(
    of reject: RejectFacts, pipeline: Int64, at now: Timestamp, in database: Database
  ) throws -> ReasonID {
    let key = ReasonKey(reject, pipeline: pipeline)
    if let id = reasons.withLock({ $0[key] }) { return id }
    let fault = reject.faults.first
    let id = try Int64.fetchOne(
      database,
      sql: """
        INSERT INTO reason(pipeline_id,fingerprint,stage,code,class,column_name,rule,text,
          first_seen,last_seen) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?9)
        ON CONFLICT(pipeline_id,fingerprint) DO UPDATE SET last_seen=excluded.last_seen,
          text=excluded.text RETURNING id
        """,
      arguments: [
        pipeline, Data(key.fingerprint.utf8), reject.stage, key.code?.rawValue ?? "",
        reject.faultClass.rawValue, fault?.column, fault?.rule,
        fault.map(FaultText.cause) ?? "no reason was given", now.microseconds,
      ])
    guard let id else { preconditionFailure("an upsert returns its row") }
    // Not kept before the transaction is in, or a rollback would leave a number that is not there.
    database.afterNextTransaction { [weak self] _ in self?.reasons.withLock { $0[key] = id } }
    return id
  }

  /// Merges a load's items into the queue.
  ///
  /// With `keepsOnlyNew` nothing was published: entries that were there stay as they are.
  func mergeItems(
    of load: PendingLoad, keepsOnlyNew: Bool, at now: Timestamp, in database: Database
  ) throws {
    if !keepsOnlyNew { try moveKnownEntries(of: load, at: now, in: database) }
    try addNewEntries(of: load, at: now, in: database)
    guard !keepsOnlyNew else { return }
    try database.execute(
      sql: """
        UPDATE reject SET state='dead', asked_at=NULL WHERE pipeline_id=?1
          AND state IN ('waiting','scheduled','claimed','dead')
          AND state IN ('waiting','scheduled') AND asked_at IS NULL
          AND first_seen<?2-(SELECT dead_after_s FROM run WHERE id=?3)*1000000
        """, arguments: [load.pipelineID, now.microseconds, load.run])
  }

  private func addNewEntries(
    of load: PendingLoad, at now: Timestamp, in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO reject(pipeline_id,record_uid,source,snapshot_id,record_no,line_no,line_end,
          byte_offset,byte_length,raw,raw_truncated,raw_sha256,business_key,reason_id,errors_json,
          state,wake,world_hash,attempt,max_attempts,next_attempt_at,first_run,last_run,
          first_seen,last_seen,obstacles_json)
        SELECT ?1,i.record_uid,i.source,i.snapshot_id,i.record_no,i.line_no,i.line_end,
          i.byte_offset,i.byte_length,i.raw,i.raw_truncated,i.raw_sha256,i.business_key,
          i.reason_id,i.errors_json,
          CASE WHEN r.max_attempts<=1 AND c.class<>'reference' THEN 'dead'
            WHEN i.wake='time' AND i.next_attempt_at IS NOT NULL THEN 'scheduled'
            ELSE 'waiting' END,
          i.wake,i.world_hash,1,r.max_attempts,i.next_attempt_at,?2,?2,i.at,i.at,
          i.obstacles_json
        FROM load_item i JOIN run r ON r.id=?2 JOIN reason c ON c.id=i.reason_id
        WHERE i.load_id=?3 AND i.outcome='rejected'
        ORDER BY i.id ON CONFLICT(pipeline_id,record_uid) DO NOTHING
        """, arguments: [load.pipelineID, load.run, load.id])
    try database.execute(
      sql: """
        INSERT INTO reject_attempt(reject_id,run_id,attempt,at,outcome,reason_id,world_hash,text)
        SELECT j.id,?2,1,i.at,'rejected',i.reason_id,i.world_hash,c.text
        FROM load_item i JOIN reject j ON j.pipeline_id=?1 AND j.record_uid=i.record_uid
          JOIN reason c ON c.id=i.reason_id
        WHERE i.load_id=?3 AND i.outcome='rejected' AND j.first_run=?2
        ON CONFLICT DO NOTHING
        """, arguments: [load.pipelineID, load.run, load.id])
  }

  private func moveKnownEntries(
    of load: PendingLoad, at now: Timestamp, in database: Database
  ) throws {
    var last: Int64 = 0
    while true {
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT i.id AS item, i.outcome, i.wake AS item_wake, i.next_attempt_at AS item_next,
            i.world_hash AS item_world, i.reason_id AS item_reason, c.class, c.text,
            r.id, r.state, r.wake, r.attempt, r.interruptions, r.next_attempt_at, r.asked_at,
            r.max_attempts, r.world_hash, r.edited_at
          FROM load_item i JOIN reject r ON r.pipeline_id=? AND r.record_uid=i.record_uid
            LEFT JOIN reason c ON c.id=i.reason_id
          WHERE i.load_id=? AND i.id>? ORDER BY i.id LIMIT 1000
          """, arguments: [load.pipelineID, load.id, last])
      for row in rows { try moveEntry(row, of: load, at: now, in: database) }
      guard let item: Int64 = rows.last?["item"] else { return }
      last = item
    }
  }

  private func moveEntry(
    _ row: Row, of load: PendingLoad, at now: Timestamp, in database: Database
  ) throws {
    guard let outcome = LoadItem.Outcome(rawValue: row["outcome"]),
      let entry = RejectEntry(row: row)
    else { return }
    let worldHash: Data = row["world_hash"]
    let itemWorld: Data? = row["item_world"]
    let isCounted = entry.isAsked || worldHash != itemWorld
    let isReference = (row["class"] as String?) == FaultClass.reference.rawValue
    let rules = RetryRules(maximumAttempts: isReference ? nil : row["max_attempts"])
    let id: RejectID = row["id"]
    let event: RejectEvent
    var text: String = row["text"] ?? ""
    var resolution: String?
    switch outcome {
    case .rejected:
      let next: Int64? = row["item_next"]
      event = .rejected(
        wake: Wake(rawValue: row["item_wake"] ?? "") ?? .change,
        nextAttempt: next.map(Timestamp.init(microseconds:)), isCounted: isCounted)
    case .loaded:
      event = .loaded
      text = "loaded"
      resolution = "loaded by run \(load.run)"
    case .superseded:
      event = .superseded
      text = "a newer row was there"
      resolution = "superseded in run \(load.run): a newer row was there"
    case .filtered:
      event = .superseded
      text = "left out by a condition"
      resolution = "left out by a condition in run \(load.run)"
    case .unmatched:
      event = .superseded
      text = "left out without a partner"
      resolution = "left out without a partner in run \(load.run)"
    }
    guard let moved = entry.after(event, rules: rules) else { return }
    if outcome == .rejected, moved.state == entry.state, moved.state == .discarded { return }
    // An entry that was closed already needs no second note.
    if outcome != .rejected, !entry.isOpen, entry.state != .discarded { return }
    try writeEntry(moved, of: id, in: database)
    if outcome == .rejected { try takeFacts(of: row["item"], to: id, in: database) }
    let statement = try database.cachedStatement(
      sql: """
        UPDATE reject SET resolved_at=?, resolution=?, claimed_run=NULL, last_run=?, last_seen=?
        WHERE id=?
        """)
    try statement.execute(arguments: [
      outcome == .rejected ? nil : now.microseconds, resolution, load.run, now.microseconds, id,
    ])
    guard outcome != .rejected || isCounted else { return }
    try writeAttempt(
      of: id, run: load.run, attempt: moved.attempts, at: now, outcome: outcome.rawValue,
      reason: row["item_reason"], isEdited: (row["edited_at"] as Int64?) != nil, text: text,
      in: database)
  }

  /// What an item says of a record that is bad again; bytes that somebody mended are kept.
  private func takeFacts(of item: Int64, to id: RejectID, in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        UPDATE reject SET (source,snapshot_id,record_no,line_no,line_end,byte_offset,byte_length,
          business_key,reason_id,errors_json,world_hash,obstacles_json)=
          (SELECT source,snapshot_id,record_no,line_no,line_end,byte_offset,byte_length,
            business_key,reason_id,errors_json,world_hash,obstacles_json
            FROM load_item WHERE id=?1),
          (raw,raw_truncated,raw_sha256)=
          (SELECT CASE WHEN reject.edited_raw IS NULL THEN i.raw ELSE reject.raw END,
            CASE WHEN reject.edited_raw IS NULL THEN i.raw_truncated ELSE reject.raw_truncated END,
            CASE WHEN reject.edited_raw IS NULL THEN i.raw_sha256 ELSE reject.raw_sha256 END
            FROM load_item i WHERE i.id=?1) WHERE id=?2
        """)
    try statement.execute(arguments: [item, id])
  }

  func writeEntry(_ entry: RejectEntry, of id: RejectID, in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        UPDATE reject SET state=?, wake=?, attempt=?, interruptions=?, next_attempt_at=?,
          asked_at=CASE WHEN ? THEN asked_at END WHERE id=?
        """)
    try statement.execute(arguments: [
      entry.state.rawValue, entry.wake.rawValue, entry.attempts, entry.interruptions,
      entry.nextAttempt?.microseconds, entry.isAsked, id,
    ])
  }

  func writeAttempt(
    of id: RejectID, run: RunID, attempt: Int, at now: Timestamp, outcome: String,
    reason: ReasonID?, isEdited: Bool, text: String, in database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO reject_attempt(reject_id,run_id,attempt,at,outcome,reason_id,edited,text)
        VALUES(?,?,?,?,?,?,?,?)
        ON CONFLICT(reject_id,run_id) DO UPDATE SET attempt=excluded.attempt, at=excluded.at,
          outcome=excluded.outcome, reason_id=excluded.reason_id, text=excluded.text
        """)
    try statement.execute(arguments: [
      id, run, attempt, now.microseconds, outcome, reason, isEdited, text,
    ])
  }
}

extension RejectEntry {
  /// Reads the deciding columns of a queue row.
  init?(row: Row) {
    guard let state = RejectState(rawValue: row["state"]), let wake = Wake(rawValue: row["wake"])
    else { return nil }
    let next: Int64? = row["next_attempt_at"]
    let asked: Int64? = row["asked_at"]
    self.init(
      state: state, wake: wake, attempts: row["attempt"], interruptions: row["interruptions"],
      nextAttempt: next.map(Timestamp.init(microseconds:)), isAsked: asked != nil)
  }
}
