// A workspace in a temporary folder: files in, runs, and what SQLite says afterwards.

import Foundation
import GRDB

@testable import ETLKit

/// A workspace that is removed with the value's last reference.
final class TestWorkspace {
  let folder: String
  var workspace: Workspace { Workspace(at: folder) }

  /// A folder in memory where that is possible, for tests that wait for thousands of syncs.
  static let memory = access("/dev/shm/", W_OK) == 0 ? "/dev/shm/" : NSTemporaryDirectory()

  /// `parent`: the folder it is made in, with a slash at its end.
  init(
    _ files: [String: String] = [:], in parent: String = NSTemporaryDirectory()
  ) throws {
    folder = parent + "etl-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder + "/pipelines", withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// Runs a pipeline to its end.
  @discardableResult
  func run(
    _ name: String = "p", options: RunOptions = RunOptions(),
    cancellation: RunCancellation = RunCancellation()
  ) async throws -> RunSummary {
    let pipeline = try workspace.pipeline(named: name)
    return try await PipelineRun(
      pipeline, in: workspace, options: options, cancellation: cancellation
    ).run()
  }

  /// Changes a database.
  func execute(_ sql: String, in database: String = "out.db") throws {
    try DatabaseQueue(path: folder + "/" + database).write { try $0.execute(sql: sql) }
  }

  /// Rows of a query, columns joined by `|`, null as `-`.
  func query(_ sql: String, in database: String = "out.db") throws -> [String] {
    var configuration = Configuration()
    // A run that has just ended may still be closing its files.
    configuration.busyMode = .timeout(10)
    let queue = try DatabaseQueue(path: folder + "/" + database, configuration: configuration)
    return try queue.read { database in
      try Row.fetchAll(database, sql: sql).map { row in
        row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
          .joined(separator: "|")
      }
    }
  }

  /// The queue: state, code, line, raw.
  func queue() throws -> [String] {
    try query(
      """
      SELECT r.state, c.stage, c.code, r.line_no, CAST(r.raw AS TEXT)
      FROM reject r JOIN reason c ON c.id=r.reason_id ORDER BY r.id
      """, in: ".etl/state.db")
  }
}

/// A pipeline over `in.csv` into `out.db`, table `t`, with the parts that differ given.
func pipeline(
  columns: String, steps: String = "", checks: String = "", from: String = "in",
  mode: String = "upsert", key: String? = "[id]", load: String = "", source: String = "",
  sources: String = ""
) -> String {
  """
  etl: 1
  pipeline: {name: p}
  sources:
    in:
      type: file
      path: in.csv
      columns: \(columns)
  \(source.isEmpty ? "" : "    \(source)\n")\(sources)
  \(steps.isEmpty ? "" : "steps:\n\(steps)")
  \(checks.isEmpty ? "" : "checks:\n\(checks)")
  load:
    from: \(from)
    to: sqlite:out.db
    table: t
    mode: \(mode)
  \(key.map { "  key: \($0)" } ?? "")\(load.isEmpty ? "" : "\n  \(load)")
  """
}

/// Numbers with a space between, so that one comparison shows them all.
func spaced(_ numbers: Int...) -> String { numbers.map(String.init).joined(separator: " ") }
