// What people do to queue entries: ask, edit, discard, undo. Each act stands in the journal with a name.

internal import Foundation
internal import GRDB

/// Which entries an act means.
public enum RejectSelection: Hashable, Sendable {
  /// These.
  case ids([RejectID])
  /// All open ones of a cause.
  case reason(ReasonID)
  /// All open ones of a pipeline.
  case pipeline(String)
  /// All open ones.
  case all
}

/// What an act did.
public struct QueueAct: Hashable, Sendable {
  /// How many entries it changed.
  public var changed: Int
  /// How many it left alone: closed, being tried, or changed by somebody else meanwhile.
  public var skipped: Int
  /// The pipelines of the changed entries, by name.
  public var pipelines: [String]
  /// Its number in the journal, to undo it; nil if nothing changed or it cannot be undone.
  public var undo: Int64?

  /// Makes a value from its parts.
  public init(changed: Int = 0, skipped: Int = 0, pipelines: [String] = [], undo: Int64? = nil) {
    self.changed = changed
    self.skipped = skipped
    self.pipelines = pipelines
    self.undo = undo
  }
}

/// An act of the journal that can be undone.
public struct UndoableAct: Hashable, Sendable {
  /// Its number.
  public var id: Int64
  /// When.
  public var at: Timestamp
  /// Who.
  public var actor: String
  /// What, in words: `discarded 3 records`.
  public var text: String

  /// Makes a value from its parts.
  public init(id: Int64, at: Timestamp, actor: String, text: String) {
    self.id = id
    self.at = at
    self.actor = actor
    self.text = text
  }
}

extension StateFile {
  /// Asks for entries: the next run of their pipelines tries them.
  @discardableResult
  public func ask(_ selection: RejectSelection, by actor: String) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      try self.act("ask", on: selection, event: .asked, by: actor, note: nil, in: database) { id in
        try database.execute(
          sql: "UPDATE reject SET asked_at=?, asked_by=? WHERE id=?",
          arguments: [now.microseconds, actor, id])
      }
    }
  }

  /// Gives entries up, with a name and a note; can be undone.
  @discardableResult
  public func discard(
    _ selection: RejectSelection, by actor: String, note: String
  ) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      try self.act(
        "discard", on: selection, event: .discarded, by: actor, note: note, in: database
      ) { id in
        let resolution = "discarded by \(actor)" + (note.isEmpty ? "" : ": \(note)")
        try database.execute(
          sql: "UPDATE reject SET resolved_at=?, resolution=? WHERE id=?",
          arguments: [now.microseconds, resolution, id])
      }
    }
  }

  /// Replaces the bytes of an entry and asks for it; nil takes the change back.
  ///
  /// Leaves an entry alone that is being tried: what becomes of it is then true of its old bytes.
  @discardableResult
  public func edit(
    _ id: RejectID, raw: [UInt8]?, by actor: String
  ) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      try self.act("edit", on: .ids([id]), event: .asked, by: actor, note: nil, in: database) {
        id in
        try database.execute(
          sql: """
            UPDATE reject SET edited_raw=?1, asked_at=?2, asked_by=?3,
              edited_by=CASE WHEN ?1 IS NULL THEN NULL ELSE ?3 END,
              edited_at=CASE WHEN ?1 IS NULL THEN NULL ELSE ?2 END WHERE id=?4
            """, arguments: [raw.map { Data($0) }, now.microseconds, actor, id])
      }
    }
  }

  /// The newest act that can be undone.
  public func lastUndoableAct() throws(EngineError) -> UndoableAct? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT id, at, actor, action, json_array_length(before_json) AS count FROM audit
          WHERE action IN ('discard','edit') AND undone_at IS NULL AND before_json IS NOT NULL
          ORDER BY id DESC LIMIT 1
          """
      ).map { row in
        let count: Int = row["count"]
        let verb = (row["action"] as String) == "discard" ? "discarded" : "edited"
        return UndoableAct(
          id: row["id"], at: Timestamp(microseconds: row["at"]), actor: row["actor"],
          text: "\(verb) \(count) record\(count == 1 ? "" : "s")")
      }
    }
  }

  /// Takes an act back; entries that changed since are left alone and counted.
  public func undo(_ act: Int64, by actor: String) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT action, before_json FROM audit WHERE id=? AND undone_at IS NULL",
          arguments: [act]),
        let before = fromJSON(row["before_json"], as: [EntryBefore].self)
      else { return QueueAct() }
      let action: String = row["action"]
      var result = QueueAct()
      for entry in before {
        let state = try String.fetchOne(
          database, sql: "SELECT state FROM reject WHERE id=?", arguments: [entry.id])
        guard state == (action == "discard" ? "discarded" : entry.after) else {
          result.skipped += 1
          continue
        }
        try database.execute(
          sql: """
            UPDATE reject SET state=?, wake=?, attempt=?, interruptions=?, next_attempt_at=?,
              asked_at=?, edited_raw=?, edited_by=?, edited_at=?, resolved_at=NULL, resolution=NULL
            WHERE id=?
            """,
          arguments: [
            entry.state, entry.wake, entry.attempts, entry.interruptions, entry.next, entry.asked,
            entry.editedRaw, entry.editedBy, entry.editedAt, entry.id,
          ])
        result.changed += 1
        try self.notePipeline(of: entry.id, in: &result, database)
      }
      try database.execute(
        sql: "UPDATE audit SET undone_at=? WHERE id=?", arguments: [now.microseconds, act])
      try database.execute(
        sql: "INSERT INTO audit(at,actor,action,target) VALUES(?,?,'undo',?)",
        arguments: [now.microseconds, actor, "audit \(act)"])
      return result
    }
  }
}

extension StateFile {
  private func act(
    _ action: String, on selection: RejectSelection, event: RejectEvent, by actor: String,
    note: String?, in database: Database, change: (RejectID) throws -> Void
  ) throws -> QueueAct {
    var result = QueueAct()
    var before: [EntryBefore] = []
    for id in try ids(of: selection, in: database) {
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM reject WHERE id=?", arguments: [id])
      guard let row, let entry = RejectEntry(row: row),
        action != "edit" || entry.state != .claimed,
        let moved = entry.after(event, rules: RetryRules(maximumAttempts: nil))
      else {
        result.skipped += 1
        continue
      }
      before.append(EntryBefore(row: row, after: moved.state))
      try writeEntry(moved, of: id, in: database)
      try change(id)
      result.changed += 1
      try notePipeline(of: id, in: &result, database)
    }
    guard result.changed > 0 else { return result }
    let isUndoable = action != "ask"
    try database.execute(
      sql: "INSERT INTO audit(at,actor,action,target,note,before_json) VALUES(?,?,?,?,?,?)",
      arguments: [
        clock().microseconds, actor, action, selection.text, note,
        isUndoable ? jsonText(before) : nil,
      ])
    result.undo = isUndoable ? database.lastInsertedRowID : nil
    return result
  }

  private func ids(of selection: RejectSelection, in database: Database) throws -> [RejectID] {
    let open = "state IN ('waiting','scheduled','claimed','dead')"
    switch selection {
    case .ids(let ids): return ids
    case .reason(let reason):
      return try Int64.fetchAll(
        database, sql: "SELECT id FROM reject WHERE reason_id=? AND \(open) ORDER BY id",
        arguments: [reason])
    case .pipeline(let name):
      return try Int64.fetchAll(
        database,
        sql: """
          SELECT id FROM reject WHERE pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            AND \(open) ORDER BY id
          """, arguments: [name])
    case .all:
      return try Int64.fetchAll(database, sql: "SELECT id FROM reject WHERE \(open) ORDER BY id")
    }
  }

  private func notePipeline(
    of id: RejectID, in result: inout QueueAct, _ database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT name FROM pipeline WHERE id=(SELECT pipeline_id FROM reject WHERE id=?)")
    if let name = try String.fetchOne(statement, arguments: [id]), !result.pipelines.contains(name)
    {
      result.pipelines.append(name)
      result.pipelines.sort()
    }
  }
}

extension RejectSelection {
  /// As the journal writes it.
  fileprivate var text: String {
    switch self {
    case .ids(let ids) where ids.count <= 20:
      "records " + ids.map(String.init).joined(separator: ",")
    case .ids(let ids): "\(ids.count) records"
    case .reason(let reason): "cause \(reason)"
    case .pipeline(let name): "pipeline \(name)"
    case .all: "all"
    }
  }
}

/// An entry as it was before an act.
private struct EntryBefore: Codable {
  var id: Int64, state: String, after: String, wake: String, attempts: Int, interruptions: Int
  var next: Int64?, asked: Int64?, editedRaw: Data?, editedBy: String?, editedAt: Int64?

  init(row: Row, after: RejectState) {
    id = row["id"]
    state = row["state"]
    self.after = after.rawValue
    wake = row["wake"]
    attempts = row["attempt"]
    interruptions = row["interruptions"]
    next = row["next_attempt_at"]
    asked = row["asked_at"]
    editedRaw = row["edited_raw"]
    editedBy = row["edited_by"]
    editedAt = row["edited_at"]
  }
}
