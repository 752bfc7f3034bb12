// The files that a destination's rows come from, by numbers of its own: a destination outlives the
// state file, and several workspaces may load into it.

import Foundation
import GRDB

/// A snapshot with what the state file knows of it.
struct KnownSnapshot: Hashable, Sendable {
  var snapshot: Snapshot
  var fetched: Timestamp
  /// Whether this run reads it; otherwise only its queue records are tried.
  var isRead: Bool
}

/// A file as a destination knows it.
struct DestinationFile: Hashable, Sendable {
  /// Its number in `_etl_snapshots`.
  var number: Int64
  /// Its place in the order in which loads read files: later ones have the newer records.
  var rank: Int64
}

/// What a destination knows of the files of a load.
struct DestinationFiles {
  /// By the snapshots' numbers in the state file.
  var files: [Int64: DestinationFile] = [:]
  /// The ranks of all files, by their numbers here; empty if no record of the queue is tried.
  var ranks: [Int64: Int64] = [:]

  /// Notes the files of a load in `_etl_snapshots`, inside the load's transaction.
  ///
  /// A file that is read is from now on the newest, also if it was there before. One that is only
  /// known from the queue, and not here, was read before rows kept their origin: it is the oldest.
  /// `snapshots`: in the order they are read.
  static func note(
    _ snapshots: [KnownSnapshot], pipeline: String, needsRanks: Bool, in database: Database
  ) throws -> DestinationFiles {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS _etl_snapshots(
          id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, source TEXT NOT NULL, uri TEXT NOT NULL,
          member TEXT NOT NULL, sha256 BLOB NOT NULL, commit_sha TEXT, fetched_at INTEGER NOT NULL,
          rank INTEGER NOT NULL, UNIQUE(pipeline, source, uri, member, sha256))
        """)
    var known = DestinationFiles()
    let bounds = try Row.fetchOne(
      database,
      sql: "SELECT coalesce(max(rank), 0) AS most, coalesce(min(rank), 1) AS least "
        + "FROM _etl_snapshots")
    var newest: Int64 = bounds?["most"] ?? 0
    var next: Int64 = (bounds?["least"] ?? 1) - Int64(snapshots.count { !$0.isRead })
    let statement = try database.makeStatement(
      sql: """
        INSERT INTO _etl_snapshots(pipeline, source, uri, member, sha256, commit_sha, fetched_at,
          rank)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(pipeline, source, uri, member, sha256) DO UPDATE SET
          commit_sha=coalesce(excluded.commit_sha, commit_sha),
          rank=CASE WHEN ? THEN excluded.rank ELSE rank END
        RETURNING id, rank
        """)
    for entry in snapshots {
      guard let id = entry.snapshot.id else { continue }
      if entry.isRead { newest += 1 }
      let snapshot = entry.snapshot
      let row = try Row.fetchOne(
        statement,
        arguments: [
          pipeline, snapshot.source, snapshot.uri, snapshot.member, Data(snapshot.sha256),
          snapshot.commit, entry.fetched.microseconds, entry.isRead ? newest : next, entry.isRead,
        ])
      if !entry.isRead { next += 1 }
      guard let row else { continue }
      known.files[id] = DestinationFile(number: row["id"], rank: row["rank"])
    }
    guard needsRanks else { return known }
    for row in try Row.fetchAll(database, sql: "SELECT id, rank FROM _etl_snapshots") {
      known.ranks[row["id"]] = row["rank"]
    }
    return known
  }
}
