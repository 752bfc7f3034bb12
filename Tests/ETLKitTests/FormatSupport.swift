// What the tests of formats share.

import Foundation
import GRDB
import TestSupport

@testable import ETLKit

/// A pipeline over one file into `out.db`, table `t`; `place` stands for its type and path.
func formatPipeline(
  path: String = "", place: String? = nil, format: String = "", columns: String,
  mode: String = "append", key: String? = nil
) -> String {
  """
  etl: 1
  pipeline: {name: p}
  sources:
    in:
      \(place ?? "type: \(path.contains("*") ? "files" : "file")\n    path: '\(path)'")
  \(format.isEmpty ? "" : "    format: \(format)")
      columns: \(columns)
  load:
    from: in
    to: sqlite:out.db
    table: t
    mode: \(mode)
  \(key.map { "  key: \($0)" } ?? "")
  """
}

extension TestWorkspace {
  func write(_ name: String, bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// Copies an input of `fixtures/cases`.
  func take(_ name: String, as other: String? = nil) throws {
    let data = try Data(contentsOf: Fixtures.url("cases/" + name))
    try data.write(to: URL(fileURLWithPath: folder + "/" + (other ?? name)))
  }

  /// Every open record: line, code, column.
  func faults() throws -> [String] {
    try query(
      """
      SELECT r.line_no, c.code, coalesce(c.column_name, '')
      FROM reject r JOIN reason c ON c.id=r.reason_id
      WHERE r.state='waiting' ORDER BY r.line_no, r.id
      """, in: ".etl/state.db")
  }

  /// Replaces the raw bytes of a waiting record, asks for it and runs, as an edit does.
  @discardableResult
  func mend(line: Int, _ raw: String) async throws -> RunSummary {
    let queue = try DatabaseQueue(path: folder + "/.etl/state.db")
    try await queue.write { database in
      try database.execute(
        sql: "UPDATE reject SET raw=? WHERE line_no=?", arguments: [Data(raw.utf8), line])
    }
    let state = try StateFile.open(workspace)
    _ = try state.ask(.pipeline("p"), by: "test")
    return try await run()
  }

  /// What a failed run says: code and sentence.
  func refusal() async throws -> String {
    let summary = try await run()
    return summary.error.map { "\($0.code): \($0.what)" } ?? "\(summary.state)"
  }
}
