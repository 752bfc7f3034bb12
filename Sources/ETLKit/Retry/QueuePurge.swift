// Records taken out of the queue for good: their bytes are gone, and cannot come back by undo.

internal import Foundation
internal import GRDB

extension StateFile {
  /// Deletes entries, their attempts, and what the journal knew of their contents.
  ///
  /// Left alone are entries that a run is trying. The journal keeps who deleted how many and why.
  @discardableResult
  public func purge(
    _ selection: RejectSelection, by actor: String, note: String = ""
  ) throws(EngineError) -> QueueAct {
    let now = clock()
    return try write { database in
      var result = QueueAct()
      var gone: [RejectID] = []
      var pipelines: Set<Int64> = []
      let statement = try database.cachedStatement(sql: "DELETE FROM reject WHERE id=?")
      for id in try selection.ids(at: now, in: database) {
        guard let row = try self.entryRow(id, in: database),
          row["state"] != RejectState.claimed.rawValue
        else {
          result.skipped += 1
          result.skippedIDs.append(id)
          continue
        }
        pipelines.insert(row["pipeline_id"])
        try statement.execute(arguments: [id])
        gone.append(id)
      }
      result.changed = gone.count
      guard !gone.isEmpty else { return result }
      result.pipelines = try self.names(of: pipelines, in: database)
      // Acts that held their bytes can no longer be undone for anybody: the bytes stood in them.
      try database.execute(
        sql: """
          UPDATE audit SET before_json=NULL, note=NULL WHERE id IN
            (SELECT a.id FROM audit a, json_each(a.before_json) e
              WHERE json_extract(e.value,'$.id') IN (SELECT value FROM json_each(?)))
          """, arguments: [jsonText(gone)])
      _ = try self.journal(
        "purge", by: actor, target: selection.text, note: note.isEmpty ? nil : note, before: nil,
        in: database)
      return result
    }
  }
}
