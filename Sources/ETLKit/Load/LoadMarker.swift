// What a destination knows of its loads: the marker that makes a load true, and its tables.

import Foundation
import GRDB
import GRDBSQLite

/// The row that a load leaves in the destination, inside the load's own transaction.
struct LoadMarker: Hashable, Sendable {
  var nonce: [UInt8]
  var load: Int64
  var pipeline: String
  var run: RunID
  var planHash: [UInt8]
  var committed: Timestamp
  var counts: LoadCounts
  /// How far the load read its sources.
  var marks: [Watermark] = []
  /// What it read at its watermarks, where it appends.
  var records: [MarkedRecords] = []

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
  func write(to database: Database, tables: [TargetTable]) throws {
    try WatermarkTable.append(marks, pipeline: pipeline, to: database)
    for source in records { try source.write(pipeline: pipeline, to: database) }
    try database.execute(
      sql: """
        INSERT INTO _etl_loads(nonce, load_id, pipeline, run_id, plan_sha256, schema_sha256,
          committed_at, inserted, updated, unchanged, deleted, rejected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        Data(nonce), load, pipeline, run, Data(planHash), Data(TargetTable.schemaHash(of: tables)),
        committed.microseconds, counts.inserted, counts.updated, counts.unchanged, counts.deleted,
        counts.rejected,
      ])
  }

  /// What a destination says about a load.
  enum Answer: Hashable, Sendable {
    case present, absent
    /// It cannot be asked, and why.
    case unknown(LoadProblem)
  }

  /// Whether the destination at a path holds a load.
  ///
  /// `settles`: makes the answer last. A commit that reported an error leaves its pages in the
  /// write-ahead log, unseen, and the next one who opens the file alone may find them whole; a
  /// commit of our own behind the last good one takes their place, so that "absent" stays true.
  static func ask(nonce: [UInt8], at path: String, settles: Bool) -> Answer {
    guard access(path, F_OK) == 0 else {
      // Without its folder the file is perhaps only out of reach.
      let folder = (path as NSString).deletingLastPathComponent
      return errno == ENOENT && access(folder.isEmpty ? "." : folder, F_OK) == 0
        ? .absent : .unknown(LoadProblem(code: SQLITE_CANTOPEN, message: "", path: path))
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous=FULL") }
    do {
      // Opened for writing: a write-ahead log that a crash left behind must be read, too.
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return try queue.writeWithoutTransaction { database in
        guard settles else { return try isPresent(nonce, in: database) ? .present : .absent }
        var answer = Answer.absent
        try database.inTransaction(.immediate) {
          if try isPresent(nonce, in: database) {
            answer = .present
          } else {
            let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            try database.execute(sql: "PRAGMA user_version=\(version)")
          }
          return .commit
        }
        return answer
      }
    } catch {
      return .unknown(LoadProblem(error, path: path))
    }
  }

  private static func isPresent(_ nonce: [UInt8], in database: Database) throws -> Bool {
    guard try database.tableExists("_etl_loads") else { return false }
    return try Row.fetchOne(
      database, sql: "SELECT 1 FROM _etl_loads WHERE nonce = ?", arguments: [Data(nonce)]) != nil
  }
}

/// What a load did, in rows.
struct LoadCounts: Hashable, Sendable {
  var inserted = 0
  var updated = 0
  var unchanged = 0
  var deleted = 0
  var rejected = 0
  /// Records of the queue that were not written, because a newer row was there.
  var superseded = 0

  static func + (one: LoadCounts, other: LoadCounts) -> LoadCounts {
    LoadCounts(
      inserted: one.inserted + other.inserted, updated: one.updated + other.updated,
      unchanged: one.unchanged + other.unchanged, deleted: one.deleted + other.deleted,
      rejected: one.rejected + other.rejected, superseded: one.superseded + other.superseded)
  }
}
