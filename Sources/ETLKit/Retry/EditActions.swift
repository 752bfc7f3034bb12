// Records that people mend: their bytes replaced, one or many at a time, each act one step to undo.

internal import Foundation
internal import GRDB

/// New bytes for an entry.
public struct RecordEdit: Hashable, Sendable {
  /// The entry.
  public var id: RejectID
  /// Its bytes from now on, without a line end; nil goes back to those of the file.
  public var raw: [UInt8]?
  /// The bytes the edit was made from; if they are others by now, the entry is left alone.
  public var basis: [UInt8]?

  /// Makes an edit.
  public init(_ id: RejectID, raw: [UInt8]?, basis: [UInt8]? = nil) {
    self.id = id
    self.raw = raw
    self.basis = basis
  }
}

/// How records came to be edited, as the journal calls it.
public enum EditAct: String, Hashable, Sendable, CaseIterable {
  /// By hand.
  case edit
  /// By one expression for all alike.
  case fix
  /// From a file.
  case `import`

  /// All of them as SQL texts.
  static let names = allCases.map { "'\($0.rawValue)'" }.joined(separator: ",")
}

extension StateFile {
  /// Replaces the bytes of an entry and asks for it; nil takes the change back.
  ///
  /// Leaves an entry alone that is being tried: what becomes of it is then true of its old bytes.
  @discardableResult
  public func edit(
    _ id: RejectID, raw: [UInt8]?, by actor: String
  ) throws(EngineError) -> QueueAct {
    try edit([RecordEdit(id, raw: raw)], by: actor)
  }

  /// Replaces the bytes of entries and asks for them, as one act.
  ///
  /// Left alone and named in `skippedIDs` are entries that are closed, being tried, or other than the
  /// edit's basis. `note` says how, for the journal: the fields and values, an expression, a file.
  @discardableResult
  public func edit(
    _ edits: [RecordEdit], as act: EditAct = .edit, note: String? = nil, by actor: String
  ) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      var result = QueueAct()
      var before: [EntryBefore] = []
      var pipelines: Set<Int64> = []
      for edit in edits {
        guard
          let (change, pipeline) = try self.apply(edit, by: actor, at: now, in: database)
        else {
          result.skipped += 1
          result.skippedIDs.append(edit.id)
          continue
        }
        before.append(change)
        result.changed += 1
        pipelines.insert(pipeline)
      }
      guard result.changed > 0 else { return result }
      result.pipelines = try self.names(of: pipelines, in: database)
      let ids = before.map(\.id)
      result.undo = try self.journal(
        act.rawValue, by: actor, target: RejectSelection.ids(ids).text, note: note,
        before: before, in: database)
      return result
    }
  }

  private func apply(
    _ edit: RecordEdit, by actor: String, at now: Timestamp, in database: Database
  ) throws -> (before: EntryBefore, pipeline: Int64)? {
    guard let row = try entryRow(edit.id, isWhole: true, in: database),
      let entry = RejectEntry(row: row), entry.state != .claimed,
      let moved = entry.after(.asked, rules: RetryRules(maximumAttempts: nil))
    else { return nil }
    let original: Data = row["raw"]
    let edited: Data? = row["edited_raw"]
    if let basis = edit.basis, Data(basis) != edited ?? original { return nil }
    try writeEntry(moved, of: edit.id, in: database)
    let raw = edit.raw.map { Data($0) }
    let statement = try database.cachedStatement(
      sql: """
        UPDATE reject SET edited_raw=?1, asked_at=?2, asked_by=?3,
          edited_by=CASE WHEN ?1 IS NULL THEN NULL ELSE ?3 END,
          edited_at=CASE WHEN ?1 IS NULL THEN NULL ELSE ?2 END WHERE id=?4
        """)
    try statement.execute(arguments: [raw, now.microseconds, actor, edit.id])
    return (
      EntryBefore(row: row, after: moved.state.rawValue, editedTo: raw), row["pipeline_id"]
    )
  }

  /// Writes an act into the journal; gives its number.
  func journal(
    _ action: String, by actor: String, target: String, note: String?, before: [EntryBefore]?,
    in database: Database
  ) throws -> Int64 {
    try database.execute(
      sql: "INSERT INTO audit(at,actor,action,target,note,before_json) VALUES(?,?,?,?,?,?)",
      arguments: [
        clock().microseconds, actor, action, target, note, before.map { jsonText($0) },
      ])
    return database.lastInsertedRowID
  }
}
