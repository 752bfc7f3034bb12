// Loads that a limit holds back: their files stay, and a person publishes or drops them.
//
// What is held is the files that were fetched, not rows: publishing runs the pipeline over exactly
// these, through the same protocol as any load, against the destination as it is then.

internal import Foundation
internal import GRDB

/// A load that was held back.
public struct HeldLoad: Hashable, Sendable {
  /// What became of it.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It waits for a person.
    case held
    /// A person had it loaded.
    case published
    /// A person gave it up.
    case dropped
    /// A newer load was published, or is held in its place.
    case superseded
  }

  /// The run that fetched it; its number is the load's name.
  public var run: RunID
  /// Its pipeline.
  public var pipeline: String
  /// When it was held back.
  public var at: Timestamp
  /// Why, in words.
  public var reason: String
  /// How it stands.
  public var state: State
  /// Records that had been read.
  public var read: Int
  /// Records that had been rejected.
  public var rejected: Int
  /// Waiting records that only it brought; they go with it when it is dropped.
  public var onlyHere: Int
  /// How many files it fetched.
  public var files: Int
  /// How large these are, in bytes.
  public var bytes: Int
  /// Who decided, if a person did.
  public var decidedBy: String?
  /// What they wrote.
  public var note: String?
  /// Variables that were replaced for the run.
  var variables: [String: String]

  /// Makes a value from its parts.
  public init(
    run: RunID, pipeline: String, at: Timestamp, reason: String, state: State = .held,
    read: Int = 0, rejected: Int = 0, onlyHere: Int = 0, files: Int = 0, bytes: Int = 0
  ) {
    self.run = run
    self.pipeline = pipeline
    self.at = at
    self.reason = reason
    self.state = state
    self.read = read
    self.rejected = rejected
    self.onlyHere = onlyHere
    self.files = files
    self.bytes = bytes
    variables = [:]
  }

  init?(row: Row) {
    guard let state = State(rawValue: row["state"]) else { return nil }
    run = row["run_id"]
    pipeline = row["pipeline"]
    at = Timestamp(microseconds: row["at"])
    reason = row["reason"]
    self.state = state
    read = row["rows_read"]
    rejected = row["rows_rejected"]
    onlyHere = row["only_here"]
    files = row["files"]
    bytes = row["bytes"]
    decidedBy = row["decided_by"]
    note = row["note"]
    variables = fromJSON(row["parameters_json"]) ?? [:]
  }
}

extension HeldLoad {
  /// The condition on entries of the queue that nothing but a held load stands behind.
  static func broughtAlone(_ run: String, of pipeline: String) -> String {
    "pipeline_id=\(pipeline) AND \(ReaderSQL.open) AND state<>'claimed' AND first_run=\(run)"
      + " AND last_run=\(run) AND edited_at IS NULL"
  }
}

/// A person's wish to load what was held back.
public struct HeldPublication: Hashable, Sendable {
  /// The run that fetched it.
  public var run: RunID
  /// Who wants it.
  public var actor: String
  /// Why.
  public var note: String

  /// Makes a wish.
  public init(of run: RunID, by actor: String, note: String) {
    self.run = run
    self.actor = actor
    self.note = note
  }
}

extension RunOptions {
  /// A run that loads what was held back, with the variables it was fetched with.
  public static func publishing(
    _ load: HeldLoad, of pipeline: Pipeline, by actor: String, note: String
  ) -> RunOptions {
    var options = RunOptions(
      variables: load.variables.filter { pipeline.variables[$0.key] != nil })
    options.publication = HeldPublication(of: load.run, by: actor, note: note)
    return options
  }
}

extension StateFile {
  /// Loads that were held back, newest first; only those that wait, or all.
  public func heldLoads(isAll: Bool = false) throws(EngineError) -> [HeldLoad] {
    try read { database in
      try Row.fetchAll(database, sql: isAll ? ReaderSQL.allHeldLoads : ReaderSQL.heldLoads)
        .compactMap(HeldLoad.init(row:))
    }
  }

  /// A load that is held back.
  ///
  /// Throws `queue` if there is none of this number, or if it was decided.
  public func heldLoad(_ run: RunID) throws(EngineError) -> HeldLoad {
    let found = try heldLoads(isAll: true).first { $0.run == run }
    guard let found else { throw EngineError(.queue(.notHeld(run, nil))) }
    guard found.state == .held else { throw EngineError(.queue(.notHeld(run, found.state))) }
    return found
  }

  /// Gives a held load up, with a name and a note; the rejects that only it brought go with it.
  public func drop(_ run: RunID, by actor: String, note: String) throws(EngineError) {
    let load = try heldLoad(run)
    let now = clock()
    try write { database in
      try database.execute(
        sql: """
          UPDATE held_load SET state='dropped', decided_at=?, decided_by=?, note=?
          WHERE run_id=? AND state='held'
          """, arguments: [now.microseconds, actor, note, run])
      guard database.changesCount == 1 else {
        throw EngineError(.queue(.notHeld(run, .superseded)))
      }
      try database.execute(
        sql: """
          UPDATE reject SET state='superseded', resolved_at=?2, resolution=?3, asked_at=NULL
          WHERE \(HeldLoad.broughtAlone("?1", of: "(SELECT pipeline_id FROM run WHERE id=?1)"))
          """,
        arguments: [
          run, now.microseconds, "dropped with the load of run \(run) by \(actor): \(note)",
        ])
      _ = try self.journal(
        "drop", by: actor, target: "load of run \(run), \(load.pipeline)", note: note, before: nil,
        in: database)
    }
  }

  /// Notes that a run publishes a held load; it counts when that run's load is finalised.
  func beginPublishing(_ wish: HeldPublication, by run: RunID) throws(EngineError) {
    try write { database in
      try database.execute(
        sql: """
          UPDATE held_load SET publishing_run=?, decided_by=?, note=? WHERE run_id=? AND state='held'
          """, arguments: [run, wish.actor, wish.note, wish.run])
      _ = try self.journal(
        "publish", by: wish.actor, target: "load of run \(wish.run)", note: wish.note, before: nil,
        in: database)
    }
  }

  /// The files of a run, in the order they were read.
  func snapshots(of run: RunID) throws(EngineError) -> [Snapshot] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT s.* FROM run_snapshot r JOIN snapshot s ON s.id=r.snapshot_id
          WHERE r.run_id=? ORDER BY r.ordinal
          """, arguments: [run]
      ).map { row in
        var snapshot = Snapshot(row: row)
        snapshot.outcome = .sameContent
        return snapshot
      }
    }
  }

  /// Holds a load back; an older one of its pipeline is held no longer.
  func holdBack(
    _ load: PendingLoad, because reason: String, at now: Timestamp, in database: Database
  ) throws {
    try settleHeldLoads(before: load, at: now, in: database)
    try database.execute(
      sql: "INSERT INTO held_load(run_id,pipeline_id,at,reason,state) VALUES(?,?,?,?,'held')",
      arguments: [load.run, load.pipelineID, now.microseconds, reason])
  }

  /// A load is in: the held one was published by it, or is older than it.
  func settleHeldLoads(
    before load: PendingLoad, at now: Timestamp, in database: Database
  ) throws {
    try database.execute(
      sql: """
        UPDATE held_load SET decided_at=?1,
          state=CASE WHEN publishing_run=?2 THEN 'published' ELSE 'superseded' END,
          decided_by=CASE WHEN publishing_run=?2 THEN decided_by END,
          note=CASE WHEN publishing_run=?2 THEN note END
        WHERE pipeline_id=?3 AND state='held'
        """, arguments: [now.microseconds, load.run, load.pipelineID])
  }
}
