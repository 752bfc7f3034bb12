// When what a run or a file says was so, for versions of rows.

internal import GRDB

extension StateFile {
  /// The moment of a run: its start, and later than that of every earlier run of its pipeline,
  /// whatever the clock did.
  func moment(of run: RunID) throws(EngineError) -> Timestamp {
    try read { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT max(r.started_at, coalesce((SELECT max(e.started_at)+1 FROM run e
            WHERE e.pipeline_id=r.pipeline_id AND e.id<r.id), 0)) FROM run r WHERE r.id=?
          """, arguments: [run])
    }.map(Timestamp.init(microseconds:)) ?? .now
  }

  /// The start of the last earlier run that saw each of these snapshots; those that this run sees
  /// are left out.
  func lastSeen(
    _ snapshots: Set<Int64>, before run: RunID
  ) throws(EngineError) -> [Int64: Timestamp] {
    guard !snapshots.isEmpty else { return [:] }
    return try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT s.snapshot_id AS id, max(r.started_at) AS at FROM run_snapshot s
          JOIN run r ON r.id=s.run_id
          WHERE s.snapshot_id IN (\(snapshots.sorted().map(String.init).joined(separator: ",")))
          GROUP BY s.snapshot_id HAVING max(s.run_id)<>?
          """, arguments: [run])
      return Dictionary(
        uniqueKeysWithValues: rows.map { row in
          (row["id"] as Int64, Timestamp(microseconds: row["at"]))
        })
    }
  }
}
