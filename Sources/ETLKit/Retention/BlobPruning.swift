// Which fetched files may go: older than their source keeps them, and needed by nobody.

internal import Foundation
internal import GRDB

/// The fetched files of a workspace, told apart by whether they may go.
struct BlobPruning {
  /// What is known of one file of one pipeline.
  struct Entry {
    var snapshot: Int64
    var pipeline: Int64
    var path: String
    var bytes: Int
    var mayGo: Bool
  }

  /// Every reference to a file, in the order of their numbers.
  var entries: [Entry] = []
  /// The files that somebody still needs.
  var needed: Set<String> { Set(entries.filter { !$0.mayGo }.map(\.path)) }

  /// `keep`: for each pipeline and source, for how many seconds its files are kept; a source that
  /// is not named keeps them.
  init(keep: [String: [String: Int]], now: Timestamp, in database: Database) throws {
    // Needed: what open records stand in, what is loaded or held back, and what each source gave
    // last.
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT s.id, s.pipeline_id, p.name, s.source, s.blob_path, s.bytes, s.last_seen, s.sha256,
          EXISTS(SELECT 1 FROM reject r WHERE r.snapshot_id=s.id AND r.\(ReaderSQL.open))
          OR EXISTS(SELECT 1 FROM run_snapshot x WHERE x.snapshot_id=s.id AND x.run_id=
            (SELECT max(y.run_id) FROM run_snapshot y JOIN snapshot z ON z.id=y.snapshot_id
              WHERE z.pipeline_id=s.pipeline_id AND y.source=s.source))
          OR EXISTS(SELECT 1 FROM run_snapshot x JOIN held_load h ON h.run_id=x.run_id
            WHERE x.snapshot_id=s.id AND h.state='held') AS is_needed
        FROM snapshot s JOIN pipeline p ON p.id=s.pipeline_id
        WHERE s.purged_at IS NULL ORDER BY s.id
        """)
    let loaded = try Row.fetchAll(
      database, sql: "SELECT pipeline_id, source, contents_json FROM loaded_source")
    var contents: [String: Set<Data>] = [:]
    for row in loaded {
      let key = "\(row["pipeline_id"] as Int64) \(row["source"] as String)"
      contents[key] = Set(fromJSON(row["contents_json"], as: [Data].self) ?? [])
    }
    for row in rows {
      let pipeline: Int64 = row["pipeline_id"]
      let source: String = row["source"]
      let seconds = keep[row["name"]]?[source]
      let isOld = seconds.map {
        (row["last_seen"] as Int64) < now.microseconds - Int64($0) * 1_000_000
      }
      let isLoaded = contents["\(pipeline) \(source)"]?.contains(row["sha256"]) ?? false
      entries.append(
        Entry(
          snapshot: row["id"], pipeline: pipeline, path: row["blob_path"], bytes: row["bytes"],
          mayGo: isOld == true && !isLoaded && !(row["is_needed"] as Bool)))
    }
  }

  /// The references of a pipeline that go: to files that may go, and to files that are gone.
  func going(of pipeline: Int64) -> (old: [Entry], lost: [Entry]) {
    let own = entries.filter { $0.pipeline == pipeline }
    return (
      own.filter(\.mayGo),
      own.filter { !$0.mayGo && FileStatus.at($0.path) == nil }
    )
  }
}
