// The open entries of the queue, and what a run does with them before it loads.

internal import Foundation
internal import GRDB
public import Records

/// An open queue entry, as a run needs it to try it again.
public struct OpenReject: Hashable, Sendable {
  /// Its number.
  public var id: RejectID
  /// What tells the record from all others of its pipeline.
  public var uid: [UInt8]
  /// The source it came from.
  public var source: String
  /// The snapshot it stands in.
  public var snapshotID: Int64
  /// Where it stands.
  public var place: RecordPlace
  /// Its bytes, as edited if it was.
  public var raw: [UInt8]
  /// SHA-256 of its bytes as they stood in the file.
  public var rawSHA256: [UInt8]
  /// Whether bytes are missing at the end.
  public var isRawCut: Bool
  /// Whether a person changed it.
  public var isEdited: Bool
  /// The columns that name its row.
  public var businessKey: String?
  /// The stage that rejected it.
  public var stage: String
  /// The code of its first fault.
  public var code: String
  /// Hash of the world it was last judged in.
  public var worldHash: [UInt8]
  /// State, wake, attempts, interruptions.
  public var entry: RejectEntry
  /// Whether a file that this run reads has its bad bytes again, so that it is as new as that.
  var isBroughtAgain = false
  /// What in the destination kept it out; nil if it did not come that far.
  var obstacles: [LoadObstacle]?

  /// Whether it has cut runs short so often that it is to be tried alone and last.
  public var isFragile: Bool { entry.interruptions >= RetryRules.interruptionLimit }

  /// Whether a run should try it.
  ///
  /// `world` is the hash of today's world for it; with `everyRun` the pipeline tries all waiting
  /// entries each time.
  public func isDue(inWorld world: [UInt8], at now: Timestamp, everyRun: Bool) -> Bool {
    if entry.isAsked { return entry.state == .waiting || entry.state == .scheduled }
    guard entry.wake != .manual else { return false }
    switch entry.state {
    case .waiting: return everyRun || worldHash != world
    case .scheduled: return entry.nextAttempt.map { $0 <= now } ?? true
    case .claimed, .dead, .loaded, .superseded, .discarded: return false
    }
  }
}

extension StateFile {
  /// Open entries of a pipeline, oldest first; dead ones too.
  ///
  /// `after` and `limit` make pages: entries with a greater number, at most so many.
  public func openRejects(
    pipeline: String, after: RejectID = 0, limit: Int = .max
  ) throws(EngineError) -> [OpenReject] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT r.*, c.stage, c.code FROM reject r JOIN reason c ON c.id=r.reason_id
          WHERE r.pipeline_id=(SELECT id FROM pipeline WHERE name=?) AND r.id>?
            AND r.state IN ('waiting','scheduled','claimed','dead') ORDER BY r.id LIMIT ?
          """, arguments: [pipeline, after, limit])
      return try Array(rows.compactMap(OpenReject.init(row:)))
    }
  }

  /// Entries of a pipeline whose bytes a person had mended, but for those given up.
  ///
  /// Closed ones and open ones alike: bytes that were mended are not judged again. A file that still has the bad bytes gets the mended ones in their place.
  func mendedRejects(pipeline: String) throws(EngineError) -> [OpenReject] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT r.*, c.stage, c.code FROM reject r JOIN reason c ON c.id=r.reason_id
          WHERE r.pipeline_id=(SELECT id FROM pipeline WHERE name=?) AND
            r.state<>'discarded' AND r.edited_raw IS NOT NULL ORDER BY r.id
          """, arguments: [pipeline])
      return rows.compactMap(OpenReject.init(row:))
    }
  }

  /// How many entries of a pipeline are open.
  public func openRejectCount(pipeline: String) throws(EngineError) -> Int {
    try read { database in
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM reject WHERE pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            AND state IN ('waiting','scheduled','claimed','dead')
          """, arguments: [pipeline]) ?? 0
    }
  }

  /// Takes entries for a run, before it tries them: if the run dies, that is counted on them.
  ///
  /// Gives back those it took; the others were closed, discarded or taken meanwhile.
  @discardableResult
  public func claim(_ ids: [RejectID], run: RunID) throws(EngineError) -> [RejectID] {
    guard !ids.isEmpty else { return [] }
    return try write { database in
      let statement = try database.cachedStatement(
        sql: "UPDATE reject SET claimed_run=? WHERE id=?")
      return try ids.filter { id in
        guard let row = try self.entryRow(id, in: database), let entry = RejectEntry(row: row),
          let moved = entry.after(.claimed, rules: RetryRules(maximumAttempts: nil))
        else { return false }
        try self.writeEntry(moved, of: id, in: database)
        try statement.execute(arguments: [run, id])
        return true
      }
    }
  }

  /// Notes which of a run's entries it works on just now: if it dies, they are the ones to suspect.
  public func hold(_ ids: Set<RejectID>, by run: RunID) throws(EngineError) {
    try write(.relaxed) { database in
      let statement = try database.cachedStatement(
        sql: "INSERT INTO in_hand VALUES(?1,?2) ON CONFLICT(run_id) DO UPDATE SET ids_json=?2")
      try statement.execute(arguments: [run, jsonText(ids.sorted())])
    }
  }

  /// Gives back what a run had taken and not decided; an interruption counts for what it had in hand.
  func releaseClaims(
    of run: RunID, isInterruption: Bool, at now: Timestamp, in database: Database
  ) throws {
    let held = try String.fetchOne(
      database, sql: "SELECT ids_json FROM in_hand WHERE run_id=?", arguments: [run])
    let suspects = Set(isInterruption ? fromJSON(held, as: [RejectID].self) ?? [] : [])
    try database.execute(sql: "DELETE FROM in_hand WHERE run_id=?", arguments: [run])
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, state, wake, attempt, interruptions, next_attempt_at, asked_at
        FROM reject WHERE claimed_run=?
        """, arguments: [run])
    let statement = try database.cachedStatement(
      sql: "UPDATE reject SET claimed_run=NULL WHERE id=?")
    for row in rows {
      let id: RejectID = row["id"]
      let event: RejectEvent = suspects.contains(id) ? .interrupted : .released
      if let entry = RejectEntry(row: row),
        let moved = entry.after(event, rules: RetryRules(maximumAttempts: nil))
      {
        try writeEntry(moved, of: id, in: database)
        if event == .interrupted {
          try writeAttempt(
            of: id, run: run, attempt: moved.attempts, at: now, outcome: "interrupted",
            reason: nil, isEdited: false,
            text: moved.wake == .manual
              ? "the run ended early, the \(ordinal(moved.interruptions)) time; it rests now"
              : "the run ended early; not judged", in: database)
        }
      }
      try statement.execute(arguments: [id])
    }
  }

  /// What decides about an entry, or its whole row.
  func entryRow(
    _ id: RejectID, isWhole: Bool = false, in database: Database
  ) throws -> Row? {
    let columns =
      isWhole
      ? "*"
      : "pipeline_id, state, wake, attempt, interruptions, next_attempt_at, asked_at, max_attempts"
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM reject WHERE id=?")
    return try Row.fetchOne(statement, arguments: [id])
  }
}

extension OpenReject {
  init?(row: Row) {
    guard let entry = RejectEntry(row: row) else { return nil }
    let uid: Data = row["record_uid"]
    let raw: Data = row["raw"]
    let edited: Data? = row["edited_raw"]
    let world: Data = row["world_hash"]
    let hash: Data = row["raw_sha256"]
    self.init(
      id: row["id"], uid: [UInt8](uid), source: row["source"], snapshotID: row["snapshot_id"],
      place: RecordPlace(
        number: row["record_no"], line: row["line_no"], lastLine: row["line_end"],
        offset: row["byte_offset"], length: row["byte_length"]),
      raw: [UInt8](edited ?? raw), rawSHA256: [UInt8](hash),
      isRawCut: edited == nil && row["raw_truncated"],
      isEdited: edited != nil, businessKey: row["business_key"], stage: row["stage"],
      code: row["code"], worldHash: [UInt8](world), entry: entry)
    obstacles = fromJSON(row["obstacles_json"])
  }
}

private func ordinal(_ number: Int) -> String {
  switch (number % 10, number % 100) {
  case (1, let rest) where rest != 11: "\(number)st"
  case (2, let rest) where rest != 12: "\(number)nd"
  case (3, let rest) where rest != 13: "\(number)rd"
  default: "\(number)th"
  }
}
