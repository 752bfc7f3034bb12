// One load, from its first record to its end: begun, prepared, then finalised or void.
//
// The destination commits between `prepare` and `finalise`, with the load's nonce in the same transaction.
// Whoever finds a prepared load without an owner asks the destination for the nonce and decides.

internal import Foundation
internal import GRDB
internal import Records

extension StateFile {
  /// Begins a load.
  ///
  /// The destination is kept as recovery needs it to ask again; the nonce marks the load there and is
  /// random unless given.
  public func beginLoad(
    run: RunID, destination: String, nonce: [UInt8]? = nil
  ) throws(EngineError) -> PendingLoad {
    let now = clock()
    let nonce = nonce ?? (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    return try write { database in
      try database.execute(
        sql: "INSERT INTO load(run_id,destination,nonce,phase,begun_at) VALUES(?,?,?,'open',?)",
        arguments: [run, destination, Data(nonce), now.microseconds])
      let id = database.lastInsertedRowID
      let pipeline = try Int64.fetchOne(
        database, sql: "SELECT pipeline_id FROM run WHERE id=?", arguments: [run])
      return PendingLoad(
        id: id, nonce: nonce, run: run, destination: destination, pipelineID: pipeline ?? 0)
    }
  }

  /// Adds records whose fate the load decides; a later item for the same record replaces an earlier one.
  ///
  /// May be called as often as there is a batch: nothing stays in memory, and consoles see the rejects
  /// found so far. Synced by `prepare`.
  public func add(_ items: [LoadItem], to load: PendingLoad) throws(EngineError) {
    guard !items.isEmpty else { return }
    let now = clock()
    try write(.relaxed) { database in
      let statement = try LoadItemStatement(database, load: load, at: now)
      // Causes that this very transaction makes; the file's own list has them when it is in.
      var reasons: [ReasonKey: ReasonID] = [:]
      for item in items {
        var reason: ReasonID?
        if item.outcome == .rejected, let reject = item.reject {
          let key = ReasonKey(reject, pipeline: load.pipelineID)
          reason =
            try reasons[key]
            ?? self.reasonID(of: reject, pipeline: load.pipelineID, at: now, in: database)
          reasons[key] = reason
        }
        try statement.insert(item, reason: reason)
      }
    }
  }

  /// Says that the last item is in; after this the destination may commit.
  ///
  /// The summary is the run as it will be told if the load turns out to be committed after a crash.
  /// `updatesContent` says whether the destination will then hold what the run saw; not so for a run
  /// that read queue entries only. `marks` are remembered; they count with the load.
  public func prepare(
    _ load: PendingLoad, summary: RunSummary? = nil, updatesContent: Bool = true,
    marks: [Watermark] = []
  ) throws(EngineError) {
    let now = clock()
    try write { database in
      try self.requirePhase(["open"], of: load.id, in: database)
      try self.note(marks, of: load, in: database)
      try database.execute(
        sql: "UPDATE load SET phase='prepared', prepared_at=?, summary_json=? WHERE id=?",
        arguments: [now.microseconds, jsonText(summary, updatesContent), load.id])
    }
  }

  /// The destination holds the load: its items become the queue's, in one transaction.
  ///
  /// The summary, how the run ended, is written in the same transaction; nil takes what `prepare` was
  /// told, and so does `updatesContent`.
  public func finalise(
    _ load: PendingLoad, summary: RunSummary? = nil, updatesContent: Bool? = nil
  ) throws(EngineError) {
    let now = clock()
    try writeAtAnyCost { database in
      try self.requirePhase(["prepared"], of: load.id, in: database)
      try self.mergeItems(of: load, keepsOnlyNew: false, at: now, in: database)
      try self.releaseClaims(of: load.run, isInterruption: false, at: now, in: database)
      let prepared = try self.prepared(load, in: database)
      if let summary = summary ?? prepared.summary {
        try self.writeSummary(summary, at: now, in: database)
      }
      if updatesContent ?? prepared.updatesContent {
        try self.writeLoadedContent(run: load.run, at: now, in: database)
        try self.settleHeldLoads(before: load, at: now, in: database)
      }
      try self.close(load.id, as: "finalised", at: now, in: database)
    }
  }

  /// The destination does not hold the load: nothing counts as loaded.
  ///
  /// `keepRejects` puts the new rejects into the queue all the same, for a load that a check blocked.
  /// `countsInterruption` says whether the queue entries it had taken were cut short by a crash.
  /// `heldBecause` holds the load back for a person, in place of an older one that is held.
  public func void(
    _ load: PendingLoad, keepRejects: Bool = false, countsInterruption: Bool = true,
    heldBecause: String? = nil
  ) throws(EngineError) {
    let now = clock()
    try writeAtAnyCost { database in
      try self.requirePhase(["open", "prepared"], of: load.id, in: database)
      if let heldBecause {
        try self.holdBack(load, because: heldBecause, at: now, in: database)
      }
      if keepRejects {
        try self.mergeItems(of: load, keepsOnlyNew: true, at: now, in: database)
        try self.releaseClaims(of: load.run, isInterruption: false, at: now, in: database)
        try self.close(load.id, as: "void", at: now, in: database)
      } else {
        try self.dropLoad(
          load.id, run: load.run, isInterruption: countsInterruption, at: now, in: database)
      }
    }
  }

  /// Prepared loads that nobody has decided, oldest first.
  ///
  /// For each whose owner is gone: ask the destination for the nonce; found → `finalise`, not found →
  /// `void`, not to be asked → leave it.
  public func unresolvedLoads() throws(EngineError) -> [UnresolvedLoad] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT l.id, l.nonce, l.destination, l.run_id, r.state, r.boot_id, r.pid, r.pid_start,
            r.pipeline_id, p.name
          FROM load l JOIN run r ON r.id=l.run_id JOIN pipeline p ON p.id=r.pipeline_id
          WHERE l.phase IN ('open','prepared') AND l.phase='prepared' ORDER BY l.id
          """)
      return rows.map { row in
        let nonce: Data = row["nonce"]
        let name: String = row["name"]
        let owner = ProcessIdentity(
          bootID: row["boot_id"], process: row["pid"], start: row["pid_start"])
        let state: String = row["state"]
        let isLive = ["queued", "running", "paused"].contains(state)
        let holder = RunLock.owner(stateFolder: folder, pipeline: name)
        return UnresolvedLoad(
          load: PendingLoad(
            id: row["id"], nonce: [UInt8](nonce), run: row["run_id"],
            destination: row["destination"], pipelineID: row["pipeline_id"]),
          pipeline: name, isOwnerAlive: isLive && (holder == .process(owner) || holder == .unknown))
      }
    }
  }
}

extension StateFile {
  /// Items gone, claims gone, the load void.
  func dropLoad(
    _ load: Int64, run: RunID, isInterruption: Bool, at now: Timestamp, in database: Database
  ) throws {
    try releaseClaims(of: run, isInterruption: isInterruption, at: now, in: database)
    try close(load, as: "void", at: now, in: database)
  }

  private func close(
    _ load: Int64, as phase: String, at now: Timestamp, in database: Database
  ) throws {
    try database.execute(sql: "DELETE FROM load_item WHERE load_id=?", arguments: [load])
    try database.execute(
      sql: "UPDATE load SET phase=?, resolved_at=? WHERE id=?",
      arguments: [phase, now.microseconds, load])
  }

  private func requirePhase(
    _ phases: [String], of load: Int64, in database: Database
  ) throws {
    let phase =
      try String.fetchOne(database, sql: "SELECT phase FROM load WHERE id=?", arguments: [load])
      ?? "unknown"
    guard phases.contains(phase) else {
      throw EngineError(.state(.loadDecided(load: load, phase: phase)))
    }
  }

  /// What `prepare` was told.
  private func prepared(
    _ load: PendingLoad, in database: Database
  ) throws -> (summary: RunSummary?, updatesContent: Bool) {
    let text = try String.fetchOne(
      database, sql: "SELECT summary_json FROM load WHERE id=?", arguments: [load.id])
    return preparedLoad(text)
  }
}
