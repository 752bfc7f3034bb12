// How far sources were read, kept in the destination itself: it moves with the rows it speaks of,
// and goes back with them when an older copy of the file is put in place.

import Foundation
import GRDB
import Records

/// The greatest value of a source's column that was loaded.
public struct Watermark: Hashable, Sendable {
  /// The source.
  public var source: String
  /// Its column.
  public var column: String
  /// The column's type, as in pipeline files.
  public var type: String
  /// The value as people read it; nil if there is none, because somebody took it back.
  public var value: String?
  /// The load that moved it; nil if a person did.
  public var load: Int64?
  /// The run of that load.
  public var run: RunID?
  /// The person who set it.
  public var actor: String?
  /// When it moved.
  public var at: Timestamp

  /// The value in the unit of a declared column.
  ///
  /// Throws if the mark is not of that column, or not of its type.
  func slot(
    for spec: WatermarkSpec, pipeline: String, path: String
  ) throws(EngineError) -> Int64? {
    guard let value else { return nil }
    guard column == spec.column.value, type == spec.type.name, let slot = spec.slot(value) else {
      throw EngineError(
        .watermark(
          .changed(
            source: source, found: "\(value) of \(column) (\(type))",
            expected: "\(spec.column.value) (\(spec.type.name))", pipeline: pipeline, path: path)),
        stage: source)
    }
    return slot
  }
}

/// The table of watermarks in a destination: a row for each move, the last one of a source holds.
enum WatermarkTable {
  /// The moves of a pipeline's marks, oldest first; none if there is no destination or no table.
  static func history(of pipeline: String, at path: String) throws(EngineError) -> [Watermark] {
    guard access(path, F_OK) == 0 else { return [] }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      // Opened for writing: a write-ahead log that a crash left behind must be read, too.
      return try DatabaseQueue(path: path, configuration: configuration).read { database in
        guard try database.tableExists("_etl_watermarks") else { return [] }
        return try Row.fetchAll(
          database,
          sql: """
            SELECT w.*, (SELECT l.run_id FROM _etl_loads l WHERE l.load_id=w.load_id
              AND l.pipeline=w.pipeline ORDER BY l.committed_at DESC LIMIT 1) AS run_id
            FROM _etl_watermarks w WHERE w.pipeline=? ORDER BY w.id
            """, arguments: [pipeline]
        ).map(Watermark.init(row:))
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }

  /// Adds moves, inside the caller's transaction.
  static func append(_ marks: [Watermark], pipeline: String, to database: Database) throws {
    guard !marks.isEmpty else { return }
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS _etl_watermarks(
          id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, source TEXT NOT NULL,
          column_name TEXT NOT NULL, type TEXT NOT NULL, value TEXT, load_id INTEGER, set_by TEXT,
          at INTEGER NOT NULL)
        """)
    for mark in marks {
      try database.execute(
        sql: """
          INSERT INTO _etl_watermarks(pipeline, source, column_name, type, value, load_id, set_by, at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          pipeline, mark.source, mark.column, mark.type, mark.value, mark.load, mark.actor,
          mark.at.microseconds,
        ])
    }
  }
}

extension Watermark {
  /// Reads a row of `_etl_watermarks`, or of the state file's `watermark`.
  init(row: Row) {
    self.init(
      source: row["source"], column: row["column_name"], type: row["type"], value: row["value"],
      load: row["load_id"], run: row["run_id"], actor: row["set_by"],
      at: Timestamp(microseconds: row["at"]))
  }
}
