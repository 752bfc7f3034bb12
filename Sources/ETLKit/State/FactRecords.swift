// What the columns of files held, kept beside the snapshots.

internal import GRDB

extension StateFile {
  /// Notes what the columns of a file hold.
  func note(_ columns: [String: ColumnFacts], of snapshot: Int64) throws(EngineError) {
    try write(.relaxed) { database in
      try database.execute(
        sql: "UPDATE snapshot SET facts_json=? WHERE id=?",
        arguments: [jsonText(columns), snapshot]
      )
    }
  }

  /// Those of some snapshots whose columns are known already.
  func snapshotsWithFacts(_ ids: [Int64]) throws(EngineError) -> Set<Int64> {
    let list = ids.map(String.init).joined(separator: ",")
    return try read { database in
      Set(
        try Int64.fetchAll(
          database,
          sql: "SELECT id FROM snapshot WHERE facts_json IS NOT NULL AND id IN (\(list))"))
    }
  }

  /// What the columns of a source's newest file besides some held; empty if there is none.
  func factsBefore(
    _ ids: [Int64], source: String, pipeline: String
  ) throws(EngineError) -> [String: ColumnFacts] {
    let list = ids.map(String.init).joined(separator: ",")
    return try read { database in
      fromJSON(
        try String.fetchOne(
          database,
          sql: """
            SELECT facts_json FROM snapshot WHERE source=? AND facts_json IS NOT NULL
              AND pipeline_id=(SELECT id FROM pipeline WHERE name=?) AND id NOT IN (\(list))
            ORDER BY last_seen DESC, id DESC LIMIT 1
            """, arguments: [source, pipeline])) ?? [:]
    }
  }
}
