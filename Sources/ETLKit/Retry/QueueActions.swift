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
  /// All open ones that a run judged last.
  case run(RunID)
  /// All open ones that a condition holds for.
  case query(RejectQuery)
  /// All open ones.
  case all
}

/// What an act did.
public struct QueueAct: Hashable, Sendable {
  /// How many entries it changed.
  public var changed: Int
  /// How many it left alone: closed, being tried, or changed by somebody else meanwhile.
  public var skipped: Int
  /// Which ones, where an act can tell them apart.
  public var skippedIDs: [RejectID]
  /// The pipelines of the changed entries, by name.
  public var pipelines: [String]
  /// Its number in the journal, to undo it; nil if nothing changed or it cannot be undone.
  public var undo: Int64?

  /// Makes a value from its parts.
  public init(
    changed: Int = 0, skipped: Int = 0, skippedIDs: [RejectID] = [], pipelines: [String] = [],
    undo: Int64? = nil
  ) {
    self.changed = changed
    self.skipped = skipped
    self.skippedIDs = skippedIDs
    self.pipelines = pipelines
    self.undo = undo
  }
}

extension StateFile {
  /// Asks for entries: the next run of their pipelines tries them.
  @discardableResult
  public func ask(_ selection: RejectSelection, by actor: String) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      let statement = try database.cachedStatement(
        sql: "UPDATE reject SET asked_at=?, asked_by=? WHERE id=?")
      return try self.act(
        "ask", on: selection, event: .asked, by: actor, note: nil, in: database
      ) { id in try statement.execute(arguments: [now.microseconds, actor, id]) }
    }
  }

  /// Gives entries up, with a name and a note; can be undone.
  @discardableResult
  public func discard(
    _ selection: RejectSelection, by actor: String, note: String
  ) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      let resolution = "discarded by \(actor)" + (note.isEmpty ? "" : ": \(note)")
      let statement = try database.cachedStatement(
        sql: "UPDATE reject SET resolved_at=?, resolution=? WHERE id=?")
      return try self.act(
        "discard", on: selection, event: .discarded, by: actor, note: note, in: database
      ) { id in try statement.execute(arguments: [now.microseconds, resolution, id]) }
    }
  }
}

extension StateFile {
  func act(
    _ action: String, on selection: RejectSelection, event: RejectEvent, by actor: String,
    note: String?, in database: Database, change: (RejectID) throws -> Void
  ) throws -> QueueAct {
    var result = QueueAct()
    var before: [EntryBefore] = []
    var pipelines: Set<Int64> = []
    let isUndoable = action != "ask"
    for id in try selection.ids(at: clock(), in: database) {
      let row = try entryRow(id, isWhole: isUndoable, in: database)
      guard let row, let entry = RejectEntry(row: row),
        let moved = entry.after(event, rules: RetryRules(maximumAttempts: nil))
      else {
        result.skipped += 1
        continue
      }
      if isUndoable {
        before.append(
          EntryBefore(row: row, after: moved.state.rawValue, editedTo: row["edited_raw"]))
      }
      try writeEntry(moved, of: id, in: database)
      try change(id)
      result.changed += 1
      pipelines.insert(row["pipeline_id"])
    }
    guard result.changed > 0 else { return result }
    result.pipelines = try names(of: pipelines, in: database)
    let number = try journal(
      action, by: actor, target: selection.text, note: note, before: isUndoable ? before : nil,
      in: database)
    result.undo = isUndoable ? number : nil
    return result
  }

  /// The names of pipelines, in their order.
  func names(of pipelines: Set<Int64>, in database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: "SELECT name FROM pipeline WHERE id IN (SELECT value FROM json_each(?)) ORDER BY name",
      arguments: [jsonText(pipelines.sorted())])
  }
}

extension RejectSelection {
  /// As the journal writes it.
  var text: String {
    switch self {
    case .ids(let ids) where ids.count <= 20:
      "records " + ids.map(String.init).joined(separator: ",")
    case .ids(let ids): "\(ids.count) records"
    case .reason(let reason): "cause \(reason)"
    case .pipeline(let name): "pipeline \(name)"
    case .run(let run): "run \(run)"
    case .query(let query): "where \(query.text)"
    case .all: "all"
    }
  }

  /// The entries it means, oldest first.
  func ids(at now: Timestamp, in database: Database) throws -> [RejectID] {
    let open = "state IN ('waiting','scheduled','claimed','dead')"
    switch self {
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
    case .run(let run):
      return try Int64.fetchAll(
        database, sql: "SELECT id FROM reject WHERE last_run=? AND \(open) ORDER BY id",
        arguments: [run])
    case .query(let query): return try query.ids(at: now, in: database)
    case .all:
      return try Int64.fetchAll(database, sql: "SELECT id FROM reject WHERE \(open) ORDER BY id")
    }
  }
}
