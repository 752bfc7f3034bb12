// What a workspace holds before a fault, what is done then, and what has to be there afterwards.

import Foundation
import TestSupport

@testable import ETLKit
@testable import fault_helper

/// What a workspace holds before the fault, and what is to be done.
enum FaultScenario: String, CaseIterable {
  /// There is nothing yet.
  case first
  /// A newer file, a mended lookup and an edited record meet older rows, entries and a constraint.
  case update
  /// A newer file is added to the rows that are there.
  case append
  /// A newer file takes the place of the rows that are there.
  case replace
  /// A newer file adds rows and changes none.
  case insert
  /// A newer file and an edited record become versions beside those that are there.
  case versions
  /// A newer file is added from where the last load ended, and the mark moves on with it.
  case watermark
  /// An edited record is tried alone.
  case redrive
  /// A load that was held back is added to the rows that are there.
  case publish
  /// A load that was held back is given up.
  case drop
  /// The queue is written over older exports.
  case export
  /// A mended export is taken back.
  case takeBack
  /// Old bytes and files go.
  case prune

  var act: FaultAct {
    switch self {
    case .publish: .publish
    case .drop: .drop
    case .export: .export
    case .takeBack: .takeBack
    case .prune: .prune
    default: .run
    }
  }

  /// Whether files get their names on the way, and these.
  var places: Int {
    switch self {
    // The blobs of both sources.
    case .first, .update: 2
    case .export: 2
    default: 0
    }
  }

  /// The rows that a reader sees, without moments that differ from run to run.
  var table: String {
    self == .versions
      ? "SELECT id, k, v, c, is_current FROM t ORDER BY id, valid_from"
      : "SELECT * FROM t ORDER BY 1, 2, 3, 4"
  }

  private var mode: String {
    switch self {
    case .append, .publish, .drop: "append"
    case .replace: "replace"
    case .insert: "insert_only"
    case .versions: "scd2"
    default: "upsert"
    }
  }

  func prepare(_ test: TestWorkspace) async throws {
    try test.write("pipelines/p.yaml", pipelineFile(isHeld: false))
    try test.write("other.csv", "k,c\na,1\nb,2\nc,3\n")
    try test.write("in.csv", Self.file(version: 1))
    guard self != .first else { return }
    if self == .update {
      try test.execute(
        """
        CREATE TABLE t(id INTEGER NOT NULL, k TEXT, v INTEGER NOT NULL CHECK(v<>77), c INTEGER,
          PRIMARY KEY(id)) WITHOUT ROWID
        """)
    }
    try await test.run()
    switch self {
    case .export:
      for name in ["csv", "ndjson"] { try test.write("queue.\(name)", "older \(name)\n") }
      return
    case .takeBack:
      let path = test.folder + "/mended.csv"
      _ = try WorkspaceReader(test.workspace).export(.pipeline("p"), as: .csv, to: path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return try test.write("mended.csv", text.replacing(",many,", with: ",5,"))
    default: break
    }
    let state = try StateFile.open(test.workspace)
    if let entry = try state.openRejects(pipeline: "p").first(where: { $0.code == "cast.int" }) {
      let id = self == .watermark ? 90 : 900
      try state.edit(entry.id, raw: Array("\(id),a,9".utf8), by: "tester")
    }
    guard self != .redrive else { return }
    try test.write("in.csv", Self.file(version: 2))
    try test.write("other.csv", "k,c\na,1\nb,2\nc,4\nd,5\n")
    if self == .prune { try await test.run() }
    if [.publish, .drop].contains(self) {
      try test.write("pipelines/p.yaml", pipelineFile(isHeld: true))
      try await test.run()
    }
  }

  private func pipelineFile(isHeld: Bool) -> String {
    pipeline(
      columns: "{id: {type: int, required: true}, k: text, v: {type: int, required: true}}",
      steps: """
          some: {type: filter, from: in, where: 'v >= 0'}
          named: {type: lookup, from: some, in: other, keys: [k], add: [c], missing: reject}
        """, from: "named", mode: mode, key: mode == "append" ? nil : "[id]",
      source: self == .watermark ? "watermark: {column: id, lag: 40}" : "",
      sources: """
          other:
            type: file
            path: other.csv
            columns: {k: text, c: int}
        """) + (isHeld ? "\nretry: {limit: {rejects: 0, then: quarantine_load}}\n" : "")
  }

  /// 120 rows or 40 more; of each ten some are no numbers, lack a partner, are left out or break a
  /// constraint.
  private static func file(version: Int) -> String {
    var text = "id,k,v\n"
    for id in 1...80 + 40 * version {
      let key = id % 17 == 0 ? "zz" : id % 13 == 0 ? "d" : ["a", "b", "c"][id % 3]
      let value = id % 19 == 0 ? "many" : id % 11 == 0 ? "-1" : "\(id * version % 90)"
      text += id % 29 == 0 ? "\(id)\n" : "\(id),\(key),\(value)\n"
    }
    return text
  }

  /// What else must be the same in the end, and every promise that this scenario alone can break.
  func notes(_ test: TestWorkspace) throws -> [String] {
    func state(_ sql: String) throws -> [String] { try test.query(sql, in: ".etl/state.db") }
    switch self {
    case .watermark:
      // The mark of a load stands beside it, and is its newest row.
      return try test.query("SELECT 'mark', source, value FROM _etl_watermarks ORDER BY id")
        + test.query("SELECT 'newest', max(id) FROM t")
        + test.query(
          """
          SELECT 'mark without load', load_id FROM _etl_watermarks
          WHERE load_id NOT IN (SELECT l.load_id FROM _etl_loads l)
          """)
    case .publish, .drop:
      return try state("SELECT 'held', state, decided_by, note FROM held_load ORDER BY run_id")
        + state(
          "SELECT DISTINCT 'act', action, target FROM audit WHERE action IN ('publish','drop')")
    case .export:
      return try ["csv", "ndjson"].map {
        try String(contentsOfFile: "\(test.folder)/queue.\($0)", encoding: .utf8)
      }
    case .takeBack:
      return try state("SELECT 'act', actor, action, target, note FROM audit ORDER BY id")
    case .prune:
      let known = Set(try state("SELECT blob_path FROM snapshot WHERE purged_at IS NULL"))
      let there = Set(
        BlobStore(folder: test.workspace.blobsFolder).files(
          olderThan: 0, now: Timestamp(microseconds: .max)
        ).map(\.path))
      return try known.symmetricDifference(there).map {
        "file without note, or note without file: \($0)"
      }
        + state("SELECT 'snapshot', source, purged_at IS NULL FROM snapshot ORDER BY id")
        + state(
          """
          SELECT 'old events', count(*) FROM event
          WHERE run_id IN (SELECT id FROM run WHERE kind<>'prune')
          """)
    default: return []
    }
  }
}
