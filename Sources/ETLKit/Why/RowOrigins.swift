// What the destination and the state file know of a row: its load, its file, its record.

import Foundation
import GRDB

/// A row of a destination with what it keeps of its origin.
struct LoadedRow {
  /// Its values, in the order of the table's columns.
  var values: [DatabaseValue]
  /// The load and the place, if the row keeps them.
  var load: RowTrace.Load?
  var file: RowTrace.File?
  var offset: Int?

  /// Reads the row with a key; nil if there is none.
  init?(_ key: RowKey, of table: TargetTable, pipeline: String, in database: Database) throws {
    guard let row = try key.rows(of: table, in: database).first else { return nil }
    values = table.columns.map { row[$0.name] ?? .null }
    if let id: Int64 = row[Lineage.load] {
      load = try Row.fetchOne(
        database,
        sql: """
          SELECT * FROM _etl_loads WHERE load_id=? AND pipeline=? ORDER BY committed_at DESC
          """, arguments: [id, pipeline]
      ).map { found in
        let hash: Data = found["plan_sha256"]
        return RowTrace.Load(
          id: id, run: found["run_id"], committed: Timestamp(microseconds: found["committed_at"]),
          planHash: [UInt8](hash))
      }
    }
    guard let number: Int64 = row[Lineage.source],
      let found = try Row.fetchOne(
        database, sql: "SELECT * FROM _etl_snapshots WHERE id=?", arguments: [number])
    else { return }
    let hash: Data = found["sha256"]
    file = RowTrace.File(
      source: found["source"], uri: found["uri"], member: found["member"],
      commit: found["commit_sha"], sha256: [UInt8](hash),
      fetched: Timestamp(microseconds: found["fetched_at"]))
    offset = row[Lineage.offset]
  }
}

extension StateFile {
  /// A version of a pipeline, by the hash of its plan: which one it was, counted from 1, and its text.
  func version(
    _ planHash: [UInt8], of pipeline: String
  ) throws(EngineError) -> (number: Int, file: String, text: String)? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT file, source_text, (SELECT count(*) FROM pipeline_version o
            WHERE o.pipeline_id=v.pipeline_id AND o.id<=v.id) AS number
          FROM pipeline_version v WHERE plan_sha256=?
            AND pipeline_id=(SELECT id FROM pipeline WHERE name=?)
          """, arguments: [Data(planHash), pipeline]
      ).map { ($0["number"], $0["file"], $0["source_text"]) }
    }
  }

  /// The number of a snapshot, by what a destination knows of it.
  func snapshotID(
    of file: RowTrace.File, pipeline: String
  ) throws(EngineError) -> Int64? {
    try read { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT id FROM snapshot WHERE pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            AND source=? AND uri=? AND member=? AND sha256=?
          """, arguments: [pipeline, file.source, file.uri, file.member, Data(file.sha256)])
    }
  }

  /// A snapshot as a row's origin.
  func file(_ snapshot: Int64) throws(EngineError) -> RowTrace.File? {
    try snapshots([snapshot])[snapshot].map { known in
      RowTrace.File(
        source: known.snapshot.source, uri: known.snapshot.uri, member: known.snapshot.member,
        commit: known.snapshot.commit, sha256: known.snapshot.sha256, fetched: known.seen)
    }
  }

  /// The files that a run read, by source, in order.
  func files(of run: RunID) throws(EngineError) -> [String: [Int64]] {
    try read { database in
      var files: [String: [Int64]] = [:]
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT source, snapshot_id FROM run_snapshot WHERE run_id=? ORDER BY ordinal",
        arguments: [run])
      for row in rows { files[row["source"], default: []].append(row["snapshot_id"]) }
      return files
    }
  }

  /// What a run replaced: variables and sources.
  func parameters(of run: RunID) throws(EngineError) -> [String: String] {
    try read { database in
      fromJSON(
        try String.fetchOne(
          database, sql: "SELECT parameters_json FROM run WHERE id=?", arguments: [run])) ?? [:]
    }
  }

  /// The loads of a pipeline that were published, newest first.
  func publishedLoads(of pipeline: String, most: Int) throws(EngineError) -> [RowTrace.Load] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT l.id, l.run_id, coalesce(l.resolved_at,l.begun_at) AS at, v.plan_sha256
          FROM load l JOIN run r ON r.id=l.run_id JOIN pipeline_version v ON v.id=r.version_id
          WHERE l.phase='finalised' AND r.pipeline_id=(SELECT id FROM pipeline WHERE name=?)
          ORDER BY l.id DESC LIMIT ?
          """, arguments: [pipeline, most]
      ).map { row in
        let hash: Data = row["plan_sha256"]
        return RowTrace.Load(
          id: row["id"], run: row["run_id"], committed: Timestamp(microseconds: row["at"]),
          planHash: [UInt8](hash))
      }
    }
  }

  /// A record that somebody mended and a run loaded: by its place, or by its key.
  func mendedEntry(
    of pipeline: String, at place: SoughtPlace?, key: String
  ) throws(EngineError) -> (entry: RejectID, raw: [UInt8], original: [UInt8], by: String?)? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT id, raw, edited_raw, edited_by FROM reject
          WHERE pipeline_id=(SELECT id FROM pipeline WHERE name=?) AND state='loaded'
            AND edited_raw IS NOT NULL
            AND CASE WHEN ?2 IS NULL THEN business_key=?4
              ELSE snapshot_id=?2 AND byte_offset=?3 END
          ORDER BY resolved_at DESC
          """, arguments: [pipeline, place?.snapshot, place?.offset, key]
      ).map { row in
        let (raw, edited): (Data, Data) = (row["raw"], row["edited_raw"])
        return (row["id"], [UInt8](edited), [UInt8](raw), row["edited_by"])
      }
    }
  }

  /// The open entry with a key.
  func waitingEntry(
    of pipeline: String, key: String
  ) throws(EngineError) -> (id: RejectID, reason: String)? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT r.id, c.text FROM reject r JOIN reason c ON c.id=r.reason_id
          WHERE r.pipeline_id=(SELECT id FROM pipeline WHERE name=?) AND r.business_key=?
            AND r.state IN ('waiting','scheduled','claimed','dead') ORDER BY r.id DESC
          """, arguments: [pipeline, key]
      ).map { ($0["id"], $0["text"]) }
    }
  }
}
