// Which content a run saw, and which content was loaded last.

internal import Foundation
internal import GRDB

/// What the last published load of a pipeline was made of.
public struct LoadedContent: Hashable, Sendable {
  /// One source's share.
  public struct Source: Hashable, Sendable {
    /// The SHA-256 of its members, in order.
    public var contents: [[UInt8]]
    /// Records read from it.
    public var rows: Int

    /// Makes a value from its parts.
    public init(contents: [[UInt8]], rows: Int) {
      self.contents = contents
      self.rows = rows
    }
  }

  /// The hash of the plan.
  public var planHash: [UInt8]
  /// The sources by name.
  public var sources: [String: Source]
  /// The run that loaded it.
  public var run: RunID

  /// Makes a value from its parts.
  public init(planHash: [UInt8], sources: [String: Source], run: RunID) {
    self.planHash = planHash
    self.sources = sources
    self.run = run
  }
}

extension StateFile {
  /// The newest snapshots of a source, newest first: for conditional requests.
  public func knownSnapshots(
    pipeline: String, source: String, limit: Int = 100
  ) throws(EngineError) -> [Snapshot] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM snapshot WHERE pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            AND source=? AND purged_at IS NULL ORDER BY last_seen DESC, id DESC LIMIT ?
          """,
        arguments: [pipeline, source, limit])
      return rows.map(Snapshot.init(row:))
    }
  }

  /// A snapshot by its number; nil if there is none.
  func snapshot(_ id: Int64) throws(EngineError) -> Snapshot? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM snapshot WHERE id=?", arguments: [id])
        .map(Snapshot.init(row:))
    }
  }

  /// Notes what a run fetched, in order; gives the snapshots back with their numbers.
  public func record(_ snapshots: [Snapshot], run: RunID) throws(EngineError) -> [Snapshot] {
    let now = clock()
    return try write { database in
      let pipeline = try Int64.fetchOne(
        database, sql: "SELECT pipeline_id FROM run WHERE id=?", arguments: [run])
      let first = try Int.fetchOne(
        database, sql: "SELECT coalesce(max(ordinal)+1,0) FROM run_snapshot WHERE run_id=?",
        arguments: [run])
      return try snapshots.enumerated().map { index, snapshot in
        let id = try Int64.fetchOne(
          database,
          sql: """
            INSERT INTO snapshot(pipeline_id,source,uri,resolved_uri,member,etag,last_modified,
              commit_sha,sha256,bytes,blob_path,first_seen,last_seen)
            VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?12)
            ON CONFLICT(pipeline_id,source,uri,member,sha256) DO UPDATE SET
              resolved_uri=excluded.resolved_uri, etag=coalesce(excluded.etag,etag),
              last_modified=coalesce(excluded.last_modified,last_modified),
              commit_sha=coalesce(excluded.commit_sha,commit_sha), blob_path=excluded.blob_path,
              last_seen=excluded.last_seen, purged_at=NULL
            RETURNING id
            """,
          arguments: [
            pipeline, snapshot.source, snapshot.uri, snapshot.resolvedURI, snapshot.member,
            snapshot.etag, snapshot.lastModified, snapshot.commit, Data(snapshot.sha256),
            snapshot.byteCount, snapshot.blobPath, now.microseconds,
          ])
        try database.execute(
          sql: "INSERT INTO run_snapshot VALUES(?,?,?,?,?)",
          arguments: [run, (first ?? 0) + index, id, snapshot.source, snapshot.outcome.recorded])
        var known = snapshot
        known.id = id
        return known
      }
    }
  }

  /// Snapshots by their numbers, and when each was first seen.
  func snapshots(
    _ ids: [Int64]
  ) throws(EngineError) -> [Int64: (snapshot: Snapshot, seen: Timestamp)] {
    try read { database in
      var found: [Int64: (snapshot: Snapshot, seen: Timestamp)] = [:]
      let list = ids.map(String.init).joined(separator: ",")
      for row in try Row.fetchAll(database, sql: "SELECT * FROM snapshot WHERE id IN (\(list))") {
        found[row["id"]] = (Snapshot(row: row), Timestamp(microseconds: row["first_seen"]))
      }
      return found
    }
  }

  /// Notes the header and dialect of a snapshot, so that its records can be shown field by field.
  public func describe(
    snapshot: Int64, header: [String], source: SourceSpec
  ) throws(EngineError) {
    try write(.relaxed) { database in
      try database.execute(
        sql: "UPDATE snapshot SET header_json=?, dialect_json=? WHERE id=?",
        arguments: [
          jsonText(header), RecordForm.note(on: source), snapshot,
        ])
    }
  }

  /// What the pipeline's last published load was made of; nil before the first.
  public func lastLoadedContent(pipeline: String) throws(EngineError) -> LoadedContent? {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT l.pipeline_id, l.run_id, l.plan_sha256 FROM loaded l
            JOIN pipeline p ON p.id=l.pipeline_id WHERE p.name=?
            """, arguments: [pipeline])
      else { return nil }
      let id: Int64 = row["pipeline_id"]
      let hash: Data = row["plan_sha256"]
      var content = LoadedContent(planHash: [UInt8](hash), sources: [:], run: row["run_id"])
      let sources = try Row.fetchAll(
        database, sql: "SELECT source, rows, contents_json FROM loaded_source WHERE pipeline_id=?",
        arguments: [id])
      for source in sources {
        let name: String = source["source"]
        let contents = fromJSON(source["contents_json"], as: [Data].self) ?? []
        content.sources[name] = LoadedContent.Source(
          contents: contents.map { [UInt8]($0) }, rows: source["rows"])
      }
      return content
    }
  }

  /// Notes that what a run saw is what the destination now holds.
  func writeLoadedContent(run: RunID, at now: Timestamp, in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO loaded(pipeline_id,run_id,plan_sha256,at)
        SELECT r.pipeline_id, r.id, v.plan_sha256, ?2 FROM run r
          JOIN pipeline_version v ON v.id=r.version_id WHERE r.id=?1
        ON CONFLICT(pipeline_id) DO UPDATE SET run_id=excluded.run_id,
          plan_sha256=excluded.plan_sha256, at=excluded.at
        """, arguments: [run, now.microseconds])
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT rs.source, s.sha256,
          coalesce((SELECT rows_in FROM stage_run g WHERE g.run_id=rs.run_id
            AND g.kind='source' AND g.stage=rs.source),0) AS rows
        FROM run_snapshot rs JOIN snapshot s ON s.id=rs.snapshot_id
        WHERE rs.run_id=? ORDER BY rs.ordinal
        """, arguments: [run])
    var contents: [String: (hashes: [Data], rows: Int)] = [:]
    for row in rows {
      contents[row["source"], default: ([], row["rows"])].hashes.append(row["sha256"])
    }
    let pipeline = try Int64.fetchOne(
      database, sql: "SELECT pipeline_id FROM run WHERE id=?", arguments: [run])
    try database.execute(
      sql: "DELETE FROM loaded_source WHERE pipeline_id=?", arguments: [pipeline])
    for (source, content) in contents {
      try database.execute(
        sql: "INSERT INTO loaded_source VALUES(?,?,?,?)",
        arguments: [pipeline, source, content.rows, jsonText(content.hashes)])
    }
  }
}

extension Snapshot {
  init(row: Row) {
    let hash: Data = row["sha256"]
    self.init(
      source: row["source"], uri: row["uri"], resolvedURI: row["resolved_uri"],
      member: row["member"], etag: row["etag"], lastModified: row["last_modified"],
      commit: row["commit_sha"], sha256: [UInt8](hash), byteCount: row["bytes"],
      blobPath: row["blob_path"], outcome: .fetched, id: row["id"])
  }
}

extension Snapshot.Outcome {
  /// The word in the state file.
  fileprivate var recorded: String {
    switch self {
    case .fetched: "fetched"
    case .notModified: "not_modified"
    case .sameContent: "same_content"
    }
  }
}
