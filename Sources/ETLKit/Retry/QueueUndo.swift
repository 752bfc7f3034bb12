// Acts taken back and done again, across restarts: the journal holds what entries were before.

internal import Foundation
internal import GRDB

/// An act of the journal that can be undone, or one that was undone and can be done again.
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
  private static let undoable = "('discard',\(EditAct.names))"

  /// The newest act that can be undone.
  public func lastUndoableAct() throws(EngineError) -> UndoableAct? {
    try undoableAct(
      where: "action IN \(StateFile.undoable) AND undone_at IS NULL AND before_json IS NOT NULL")
  }

  /// The newest edit of one entry alone that can be undone.
  public func lastEdit(of id: RejectID) throws(EngineError) -> UndoableAct? {
    try undoableAct(
      where: """
        action='edit' AND undone_at IS NULL AND json_array_length(before_json)=1
          AND json_extract(before_json,'$[0].id')=\(id)
        """)
  }

  /// The act that was undone last, unless another act came after it.
  public func lastUndoneAct() throws(EngineError) -> UndoableAct? {
    try undoableAct(
      where: """
        action='undo' AND undone_at IS NULL AND before_json IS NOT NULL AND id>
          (SELECT coalesce(max(id),0) FROM audit WHERE action IN \(StateFile.undoable)
            AND undone_at IS NULL)
        """)
  }

  private func undoableAct(where condition: String) throws(EngineError) -> UndoableAct? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT id, at, actor, CASE action WHEN 'undo' THEN note ELSE action END AS action,
            json_array_length(before_json) AS count FROM audit
          WHERE \(condition) ORDER BY id DESC LIMIT 1
          """
      ).map { row in
        UndoableAct(
          id: row["id"], at: Timestamp(microseconds: row["at"]), actor: row["actor"],
          text: journalText(row["action"], count: row["count"]))
      }
    }
  }

  /// Takes an act back; entries that changed since are left alone and counted.
  @discardableResult
  public func undo(_ act: Int64, by actor: String) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT action, before_json FROM audit WHERE id=? AND undone_at IS NULL
              AND action IN \(StateFile.undoable)
            """, arguments: [act]),
        let entries = fromJSON(row["before_json"], as: [EntryBefore].self)
      else { return QueueAct() }
      let action: String = row["action"]
      let (result, replaced) = try self.restore(entries, in: database)
      try self.mark(act, undoneAt: now, in: database)
      _ = try self.journal(
        "undo", by: actor, target: "audit \(act)", note: action, before: replaced, in: database)
      return result
    }
  }

  /// Does an undone act again; entries that changed since are left alone and counted.
  ///
  /// `undo` is the number of the undoing, as `lastUndoneAct` gives it. The act can be undone again.
  @discardableResult
  public func redo(_ undo: Int64, by actor: String) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT before_json, CAST(substr(target,7) AS INTEGER) AS act FROM audit
            WHERE id=? AND undone_at IS NULL AND action='undo'
            """, arguments: [undo]),
        let entries = fromJSON(row["before_json"], as: [EntryBefore].self)
      else { return QueueAct() }
      var (result, _) = try self.restore(entries, in: database)
      try self.mark(undo, undoneAt: now, in: database)
      let act: Int64 = row["act"]
      try self.mark(act, undoneAt: nil, in: database)
      _ = try self.journal(
        "redo", by: actor, target: "audit \(act)", note: nil, before: nil, in: database)
      result.undo = act
      return result
    }
  }

  private func mark(_ act: Int64, undoneAt moment: Timestamp?, in database: Database) throws {
    try database.execute(
      sql: "UPDATE audit SET undone_at=? WHERE id=?", arguments: [moment?.microseconds, act])
  }

  /// Makes entries what they were, and gives what they have been until now.
  private func restore(
    _ entries: [EntryBefore], in database: Database
  ) throws -> (QueueAct, [EntryBefore]) {
    var result = QueueAct()
    var replaced: [EntryBefore] = []
    var pipelines: Set<Int64> = []
    let statement = try database.cachedStatement(
      sql: """
        UPDATE reject SET state=?, wake=?, attempt=?, interruptions=?, next_attempt_at=?,
          asked_at=?, edited_raw=?, edited_by=?, edited_at=?, resolved_at=?, resolution=?
        WHERE id=?
        """)
    for entry in entries {
      let row = try entryRow(entry.id, isWhole: true, in: database)
      guard let row, (row["state"] as String) == entry.after,
        (row["edited_raw"] as Data?) == entry.editedTo
      else {
        result.skipped += 1
        result.skippedIDs.append(entry.id)
        continue
      }
      replaced.append(EntryBefore(row: row, after: entry.state, editedTo: entry.editedRaw))
      try statement.execute(arguments: [
        entry.state, entry.wake, entry.attempts, entry.interruptions, entry.next, entry.asked,
        entry.editedRaw, entry.editedBy, entry.editedAt, entry.resolvedAt, entry.resolution,
        entry.id,
      ])
      result.changed += 1
      pipelines.insert(row["pipeline_id"])
    }
    result.pipelines = try names(of: pipelines, in: database)
    return (result, replaced)
  }
}

/// An act of the journal in words: `discarded 3 records`.
func journalText(_ action: String, count: Int) -> String {
  let records = "\(count) record\(count == 1 ? "" : "s")"
  return switch action {
  case "discard": "discarded \(records)"
  case "edit": "edited \(records)"
  case "fix": "fixed \(records) alike"
  case "import": "imported \(records)"
  case "ask": "asked for \(records)"
  case "purge": "purged \(records)"
  default: "\(action) \(records)"
  }
}

/// An entry as it was before an act.
struct EntryBefore: Codable {
  var id: Int64, state: String, after: String, wake: String, attempts: Int, interruptions: Int
  var next: Int64?, asked: Int64?, editedRaw: Data?, editedBy: String?, editedAt: Int64?
  var resolvedAt: Int64?, resolution: String?, editedTo: Data?

  /// `after` and `editedTo` say what the act makes of it: only then can it be taken back.
  init(row: Row, after: String, editedTo: Data?) {
    self.editedTo = editedTo
    id = row["id"]
    state = row["state"]
    self.after = after
    wake = row["wake"]
    attempts = row["attempt"]
    interruptions = row["interruptions"]
    next = row["next_attempt_at"]
    asked = row["asked_at"]
    editedRaw = row["edited_raw"]
    editedBy = row["edited_by"]
    editedAt = row["edited_at"]
    resolvedAt = row["resolved_at"]
    resolution = row["resolution"]
  }
}
