// What a destination knows of its loads: the marker that makes a load true, and its tables.

import Foundation
import GRDB

/// The row that a load leaves in the destination, inside the load's own transaction.
struct LoadMarker: Hashable, Sendable {
  var nonce: [UInt8]
  var load: Int64
  var pipeline: String
  var run: RunID
  var planHash: [UInt8]
  var committed: Timestamp
  var counts: LoadCounts

  /// Creates the tables that hold markers and shapes, if they are not there.
  static func createTables(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS _etl_loads(
          nonce BLOB PRIMARY KEY, load_id INTEGER NOT NULL, pipeline TEXT NOT NULL,
          run_id INTEGER NOT NULL, plan_sha256 BLOB NOT NULL, schema_sha256 BLOB NOT NULL,
          committed_at INTEGER NOT NULL, inserted INTEGER, updated INTEGER, unchanged INTEGER,
          deleted INTEGER, rejected INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _etl_tables(
          name TEXT PRIMARY KEY, pipeline TEXT NOT NULL, key_json TEXT NOT NULL,
          schema_json TEXT NOT NULL, schema_sha256 BLOB NOT NULL, version INTEGER NOT NULL,
          watermark_json TEXT, updated_at INTEGER NOT NULL) WITHOUT ROWID;
        """)
  }

  /// Writes the marker.
  func write(to database: Database, table: TargetTable) throws {
    try database.execute(
      sql: """
        INSERT INTO _etl_loads(nonce, load_id, pipeline, run_id, plan_sha256, schema_sha256,
          committed_at, inserted, updated, unchanged, deleted, rejected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        Data(nonce), load, pipeline, run, Data(planHash), Data(table.schemaHash),
        committed.microseconds, counts.inserted, counts.updated, counts.unchanged, counts.deleted,
        counts.rejected,
      ])
  }

  /// Whether the destination at a path knows a load; nil if it cannot be asked.
  static func isPresent(nonce: [UInt8], at path: String) -> Bool? {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    do {
      // Opened for writing: a write-ahead log that a crash left behind must be read, too.
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return try queue.read { database in
        guard try database.tableExists("_etl_loads") else { return false }
        return try Row.fetchOne(
          database, sql: "SELECT 1 FROM _etl_loads WHERE nonce = ?", arguments: [Data(nonce)])
          != nil
      }
    } catch {
      return nil
    }
  }
}

/// What a load did, in rows.
struct LoadCounts: Hashable, Sendable {
  var inserted = 0
  var updated = 0
  var unchanged = 0
  var deleted = 0
  var rejected = 0
}
