// One workspace made anew for each fault: act with the fault, act again without, compare.

import FaultyVFS
import Foundation
import GRDB
import TestSupport

@testable import ETLKit
@testable import fault_helper

/// A workspace in which faults are tried; one at a time in a process.
final class FaultBench {
  let scenario: FaultScenario
  let test: TestWorkspace
  private let template, copy: String
  private(set) var expected: [String] = []
  private(set) var rows = 0
  /// What readers may find after a fault: all as it was before, or as it is to be.
  private var whole: [[String]] = []

  init(_ scenario: FaultScenario) async throws {
    self.scenario = scenario
    test = try TestWorkspace(in: TestWorkspace.memory)
    template = test.folder + ".template"
    // Beside the folder that is watched, not below its name.
    copy = TestWorkspace.memory + "look-" + UUID().uuidString
    guard faulty_install() == 0 else { throw CocoaError(.featureUnsupported) }
    faulty_watch(test.folder)
    try await scenario.prepare(test)
    try close()
    // The room-maker is made anew by whoever opens the state file.
    try? FileManager.default.removeItem(atPath: test.folder + "/.etl/ballast")
    try FileManager.default.copyItem(atPath: test.folder, toPath: template)
    whole.append(try visible())
    let told = await scenario.act.perform(in: test.folder)
    guard told.error == nil, told.problem == nil else {
      throw CocoaError(.featureUnsupported, userInfo: [NSDebugDescriptionErrorKey: "\(told)"])
    }
    try close()
    expected = try outcome()
    whole.append(try visible())
    rows = try test.query("SELECT count(*) FROM t").first.flatMap(Int.init) ?? 0
  }

  deinit {
    for path in [template, copy] { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The workspace as it was before the act.
  func restore() throws {
    try close()
    try FileManager.default.removeItem(atPath: test.folder)
    try FileManager.default.copyItem(atPath: template, toPath: test.folder)
  }

  /// Waits until the last act's threads have let go of their databases.
  func close() throws {
    guard faulty_wait_closed() != 0 else { throw CocoaError(.fileLocking) }
  }

  /// Everything that must not depend on what happened on the way, and every broken promise.
  func outcome() throws -> [String] {
    var lines = hasTable ? try test.rows() : []
    lines += try scenario.notes(test)
    lines += try test.query(
      """
      SELECT 'queue', r.state, c.stage, c.code, r.line_no, CAST(r.raw AS TEXT),
        CAST(r.edited_raw AS TEXT), r.attempt
      FROM reject r JOIN reason c ON c.id=r.reason_id ORDER BY r.line_no, r.record_uid
      """, in: ".etl/state.db")
    for database in hasTable ? ["out.db", ".etl/state.db"] : [".etl/state.db"] {
      lines += try test.query("PRAGMA integrity_check", in: database).filter { $0 != "ok" }
      lines += try test.query("PRAGMA foreign_key_check", in: database)
    }
    let held = hasTable ? Set(try test.query("SELECT hex(nonce) FROM _etl_loads")) : []
    let counted = Set(
      try test.query("SELECT hex(nonce) FROM load WHERE phase='finalised'", in: ".etl/state.db"))
    if held != counted { lines.append("markers \(held.count), finalised loads \(counted.count)") }
    lines += try test.query(
      "SELECT 'undecided load', id FROM load WHERE phase NOT IN ('finalised','void')",
      in: ".etl/state.db")
    lines += try test.query(
      "SELECT 'claimed', id FROM reject WHERE state='claimed' OR claimed_run IS NOT NULL",
      in: ".etl/state.db")
    lines += try test.query(
      "SELECT 'live run', id FROM run WHERE state='running'", in: ".etl/state.db")
    lines += try FileManager.default.contentsOfDirectory(atPath: test.folder)
      .filter { $0.contains(".etl-new") || $0.hasSuffix(".part") }
    return lines
  }

  private var hasTable: Bool { FileManager.default.fileExists(atPath: test.folder + "/out.db") }

  /// What a reader finds before anything is mended: seen in a copy, so that the mending is still due.
  private func visible() throws -> [String] {
    var lines = ["queue.csv", "queue.ndjson"].compactMap {
      FileManager.default.contents(atPath: "\(test.folder)/\($0)")
        .map { String(decoding: $0, as: UTF8.self) }
    }
    guard hasTable else { return lines }
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
    for end in ["", "-wal", "-journal"] {
      let path = "\(test.folder)/out.db\(end)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      try FileManager.default.copyItem(atPath: path, toPath: "\(copy)/out.db\(end)")
    }
    let queue = try DatabaseQueue(path: copy + "/out.db")
    lines += try queue.read { database in
      guard try database.tableExists("t") else { return [] }
      var rows = try Row.fetchAll(database, sql: scenario.table).map { "\($0)" }
      if try database.tableExists("_etl_watermarks") {
        rows += try Row.fetchAll(
          database, sql: "SELECT source, value FROM _etl_watermarks ORDER BY id"
        ).map { "\($0)" }
      }
      return rows
    }
    return lines
  }

  /// What is wrong after a fault, before and after the same act without one; nil if nothing is.
  func verdict(after told: String?) async throws -> String? {
    let seen = try visible()
    // Of two exports the first may be in its place already.
    let files = scenario == .export ? 2 : 0
    let isWhole =
      whole.contains { $0.dropFirst(files) == seen.dropFirst(files) }
      && (0..<min(files, seen.count)).allSatisfy { place in
        whole.contains { $0[place] == seen[place] }
      }
    let suffix = told.map { "; it had told: \($0)" } ?? ""
    guard isWhole else {
      return "half of it is seen: \(Set(seen).symmetricDifference(whole[1]).sorted().prefix(3))"
        + suffix
    }
    let again = await scenario.act.perform(in: test.folder)
    if let problem = again.error ?? again.problem { return "again: \(problem)\(suffix)" }
    try close()
    let found = try outcome()
    guard found != expected else { return nil }
    let (lost, more) = (
      Set(expected).subtracting(found).sorted(), Set(found).subtracting(expected).sorted()
    )
    return "\(lost.prefix(3)) became \(more.prefix(3)), \(found.count) lines for \(expected.count)"
      + suffix
  }
}
