// One workspace made anew for each fault: run with the fault, run again without, compare.

import FaultyVFS
import Foundation
import TestSupport

@testable import ETLKit

/// What a workspace holds before the fault, and what the run has to do.
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
  /// An edited record is tried alone.
  case redrive
}

/// A workspace in which faults are tried; one at a time in a process.
final class FaultBench {
  let scenario: FaultScenario
  let test: TestWorkspace
  private let template: String
  private(set) var expected: [String] = []
  private(set) var rows = 0

  init(_ scenario: FaultScenario) async throws {
    self.scenario = scenario
    test = try TestWorkspace(in: TestWorkspace.memory)
    template = test.folder + ".template"
    guard faulty_install() == 0 else { throw CocoaError(.featureUnsupported) }
    faulty_watch(test.folder)
    try await prepare()
    try close()
    // The room-maker is made anew by whoever opens the state file.
    try? FileManager.default.removeItem(atPath: test.folder + "/.etl/ballast")
    try FileManager.default.copyItem(atPath: test.folder, toPath: template)
    try await test.run()
    expected = try outcome()
    rows = try test.query("SELECT count(*) FROM t").first.flatMap(Int.init) ?? 0
  }

  deinit { try? FileManager.default.removeItem(atPath: template) }

  /// The workspace as it was before the run.
  func restore() throws {
    try close()
    try FileManager.default.removeItem(atPath: test.folder)
    try FileManager.default.copyItem(atPath: template, toPath: test.folder)
  }

  /// Waits until the last run's threads have let go of their databases.
  func close() throws {
    guard faulty_wait_closed() != 0 else { throw CocoaError(.fileLocking) }
  }

  private func prepare() async throws {
    let mode =
      switch scenario {
      case .append: "append"
      case .replace: "replace"
      case .insert: "insert_only"
      case .versions: "scd2"
      case .first, .update, .redrive: "upsert"
      }
    try test.write(
      "pipelines/p.yaml",
      pipeline(
        columns: "{id: {type: int, required: true}, k: text, v: {type: int, required: true}}",
        steps: """
            some: {type: filter, from: in, where: 'v >= 0'}
            named: {type: lookup, from: some, in: other, keys: [k], add: [c], missing: reject}
          """, from: "named", mode: mode, key: mode == "append" ? nil : "[id]",
        sources: """
            other:
              type: file
              path: other.csv
              columns: {k: text, c: int}
          """))
    try test.write("other.csv", "k,c\na,1\nb,2\nc,3\n")
    try test.write("in.csv", Self.file(version: 1))
    guard scenario != .first else { return }
    if scenario == .update {
      try test.execute(
        """
        CREATE TABLE t(id INTEGER NOT NULL, k TEXT, v INTEGER NOT NULL CHECK(v<>77), c INTEGER,
          PRIMARY KEY(id)) WITHOUT ROWID
        """)
    }
    try await test.run()
    let state = try StateFile.open(test.workspace)
    if let entry = try state.openRejects(pipeline: "p").first(where: { $0.code == "cast.int" }) {
      try state.edit(entry.id, raw: Array("900,a,9".utf8), by: "tester")
    }
    guard scenario != .redrive else { return }
    try test.write("in.csv", Self.file(version: 2))
    try test.write("other.csv", "k,c\na,1\nb,2\nc,4\nd,5\n")
  }

  /// 120 rows; of each ten some are no numbers, lack a partner, are left out or break a constraint.
  private static func file(version: Int) -> String {
    var text = "id,k,v\n"
    for id in 1...120 {
      let key = id % 17 == 0 ? "zz" : id % 13 == 0 ? "d" : ["a", "b", "c"][id % 3]
      let value = id % 19 == 0 ? "many" : id % 11 == 0 ? "-1" : "\(id * version % 90)"
      text += id % 29 == 0 ? "\(id)\n" : "\(id),\(key),\(value)\n"
    }
    return text
  }

  /// Everything that must not depend on what happened on the way, and every broken promise.
  func outcome() throws -> [String] {
    var lines = try test.rows()
    lines += try test.query(
      """
      SELECT 'queue', r.state, c.stage, c.code, r.line_no, CAST(r.raw AS TEXT),
        CAST(r.edited_raw AS TEXT), r.attempt
      FROM reject r JOIN reason c ON c.id=r.reason_id ORDER BY r.line_no, r.record_uid
      """, in: ".etl/state.db")
    for database in ["out.db", ".etl/state.db"] {
      lines += try test.query("PRAGMA integrity_check", in: database).filter { $0 != "ok" }
      lines += try test.query("PRAGMA foreign_key_check", in: database)
    }
    let held = Set(try test.query("SELECT hex(nonce) FROM _etl_loads"))
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
      .filter { $0.contains(".etl-new") }
    return lines
  }

  /// What is wrong after a fault and the run that follows it; nil if nothing is.
  func verdict(after told: String?) async throws -> String? {
    do throws(EngineError) {
      let summary = try await rerun()
      guard [.succeeded, .partial, .unchanged].contains(summary.state) else {
        return "the rerun \(summary.state.rawValue): \(summary.error?.what ?? "")"
      }
      if let stage = summary.stages.first(where: { !$0.tally.isBalanced }) {
        return "stage \(stage.name) does not add up"
      }
    } catch {
      return "the rerun threw \(error)"
    }
    try close()
    let found = try outcome()
    guard found != expected else { return nil }
    let (lost, more) = (
      Set(expected).subtracting(found).sorted(), Set(found).subtracting(expected).sorted()
    )
    return "\(lost.prefix(3)) became \(more.prefix(3)), \(found.count) lines for \(expected.count)"
      + (told.map { "; it had told: \($0)" } ?? "")
  }

  private func rerun() async throws(EngineError) -> RunSummary {
    try await PipelineRun(try test.workspace.pipeline(named: "p"), in: test.workspace).run()
  }
}

/// One fault.
struct Fault {
  var name: String
  var style: Int
  var calls = Int(FAULTY_CHANGES)
  var lasts = false
  var hasBallast = false
  var isPartial = false
  /// Only files whose path contains this.
  var part = ""

  /// Faults that a process survives.
  static let survived = [
    Fault(
      name: "table: done, then errors", style: FAULTY_LATE, lasts: true, part: "/out.db"),
    Fault(name: "table: error for ever", style: FAULTY_ERROR, lasts: true, part: "/out.db"),
    Fault(name: "books: done, then errors", style: FAULTY_LATE, lasts: true, part: "/state.db"),
    Fault(name: "books: error for ever", style: FAULTY_ERROR, lasts: true, part: "/state.db"),
    Fault(name: "error once", style: FAULTY_ERROR),
    Fault(name: "error for ever", style: FAULTY_ERROR, lasts: true),
    Fault(name: "full once", style: FAULTY_FULL, calls: FAULTY_WRITE),
    Fault(name: "full for ever", style: FAULTY_FULL, calls: FAULTY_WRITE, lasts: true),
    Fault(
      name: "full until room is made", style: FAULTY_FULL, calls: FAULTY_WRITE, lasts: true,
      hasBallast: true),
    Fault(name: "short write", style: FAULTY_SHORT, calls: FAULTY_WRITE),
    Fault(name: "done, but an error", style: FAULTY_LATE),
    Fault(name: "done, then errors", style: FAULTY_LATE, lasts: true),
    Fault(name: "syncs fail for ever", style: FAULTY_ERROR, calls: FAULTY_SYNC, lasts: true),
    Fault(name: "read error once", style: FAULTY_ERROR, calls: FAULTY_READ),
  ]
  /// Faults that end the process.
  static let fatal = [
    Fault(name: "killed", style: FAULTY_KILL),
    Fault(name: "killed in a write", style: FAULTY_TORN, calls: FAULTY_WRITE),
    Fault(name: "power lost", style: FAULTY_POWER),
    Fault(name: "power lost, in parts", style: FAULTY_POWER, isPartial: true),
  ]

  /// Counts calls below a folder and fails the one of this number.
  func arm(in folder: String, number: Int) {
    (folder + "/.etl/ballast").withCString { ballast in
      part.withCString { part in
        var plan = faulty_plan(
          calls: Int32(calls), style: Int32(style), number: Int64(number), part: part,
          lasts: lasts ? 1 : 0, ballast: hasBallast ? ballast : nil, seed: 0)
        faulty_arm(&plan)
      }
    }
  }
}
