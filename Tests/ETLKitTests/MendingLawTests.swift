// One law for every way in which a record is refused: load broken, mend, redrive = load what is right.
//
// A failure prints its seed; `SEED=… swift test --filter MendingLaw` plays it again.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

/// A way in which records are refused.
struct Refusal: CustomTestStringConvertible, Sendable {
  /// The code it is known by.
  var code: String
  var place: String
  var steps = ""
  var from = "in"
  var key = "id"
  /// The destination's table, where the pipeline does not make it.
  var table: String?
  /// What a good record's `grp`, `name` and `v` become.
  var breaks: @Sendable (inout Record, SplitMix64) -> Void

  var testDescription: String { "\(code) \(place)" }

  struct Record {
    var id: String
    var grp: String
    var name: String
    var v: String

    var line: String { "\(id),\(grp),\(name),\(v)" }
  }

  private static let plain =
    "id INTEGER NOT NULL, grp TEXT, name TEXT, v INTEGER, PRIMARY KEY(id)"
  private static let sums =
    "  sums: {type: aggregate, from: in, by: [grp], set: {n: count(), total: sum(v)}}"
  private static let kept =
    "  kept: {type: dedupe, from: in, key: [name], keep: last, order: [id]}"

  static let all: [Refusal] = [
    Refusal(code: "cast.int", place: "row by row") { record, _ in record.v += "x" },
    Refusal(code: "parse.fields_extra", place: "row by row") { record, _ in record.v += ",1" },
    Refusal(code: "load.not_null", place: "in the key") { record, _ in record.id = "" },
    Refusal(
      code: "expr.div_zero", place: "in a filter",
      steps: "  some: {type: filter, from: in, where: 1000 / v >= 0}", from: "some"
    ) { record, _ in record.v = "0" },
    Refusal(
      code: "expr.overflow", place: "in a map",
      steps: "  more: {type: map, from: in, set: {w: v * 1000000}}", from: "more"
    ) { record, _ in record.v = "9000000000000000000" },
    Refusal(
      code: "lookup.missing", place: "row by row",
      steps:
        "  named: {type: lookup, from: in, in: groups, keys: {grp: grp}, add: {title: title}, missing: reject}",
      from: "named"
    ) { record, _ in record.grp = "zz" },
    Refusal(
      code: "join.unmatched", place: "row by row",
      steps:
        "  both: {type: join, left: in, right: groups, keys: [grp], cardinality: 'n:1', unmatched_left: reject, unmatched_right: drop}",
      from: "both"
    ) { record, _ in record.grp = "zz" },
    Refusal(code: "cast.int", place: "before a sum", steps: sums, from: "sums", key: "grp") {
      record, _ in record.v += "x"
    },
    Refusal(code: "expr.overflow", place: "in a sum", steps: sums, from: "sums", key: "grp") {
      record, _ in record.v = "9223372036854775807"
    },
    Refusal(code: "cast.int", place: "before a dedupe", steps: kept, from: "kept", key: "name") {
      record, _ in record.v += "x"
    },
    Refusal(
      code: "lookup.missing", place: "before a sum",
      steps:
        "  named: {type: lookup, from: in, in: groups, keys: {grp: grp}, add: {title: title}, missing: reject}\n"
        + "  sums: {type: aggregate, from: named, by: [title], set: {total: sum(v)}}",
      from: "sums", key: "title"
    ) { record, _ in record.grp = "zz" },
    Refusal(
      code: "load.check", place: "row by row", table: plain + ", CHECK(v<1000)"
    ) { record, _ in record.v += "000" },
    Refusal(
      code: "load.unique", place: "row by row", table: plain + ", UNIQUE(name)"
    ) { record, _ in record.name = "first" },
    Refusal(
      code: "load.check", place: "behind a dedupe", steps: kept, from: "kept", key: "name",
      table: "id INTEGER, grp TEXT, name TEXT NOT NULL, v INTEGER, PRIMARY KEY(name), CHECK(v<1000)"
    ) { record, _ in record.v += "000" },
    Refusal(
      code: "load.check", place: "behind a sum",
      steps: "  sums: {type: aggregate, from: in, by: [id], set: {n: count(), total: sum(v)}}",
      from: "sums",
      table: "id INTEGER NOT NULL, n INTEGER, total INTEGER, PRIMARY KEY(id), CHECK(total<1000)"
    ) { record, _ in record.v += "000" },
    Refusal(
      code: "expr.div_zero", place: "behind a dedupe",
      steps: kept + "\n  more: {type: map, from: kept, set: {w: 1000 / v}}", from: "more",
      key: "name"
    ) { record, _ in record.v = "0" },
  ]

  func workspace(_ lines: [String]) throws -> TestWorkspace {
    let test = try TestWorkspace(
      [
        "pipelines/p.yaml": pipeline(
          columns: "{id: int, grp: text, name: text, v: int}", steps: steps, from: from,
          key: "[\(key)]",
          sources: """
              groups:
                type: file
                path: groups.csv
                columns: {grp: {type: text, from: code}, title: text}

            """),
        "groups.csv": "code,title\na,Alpha\nb,Beta\nc,Gamma\n",
      ], in: TestWorkspace.memory)
    try test.writeLines(lines)
    if let table { try test.execute("CREATE TABLE t(\(table))") }
    return test
  }
}

extension TestWorkspace {
  fileprivate func writeLines(_ lines: [String]) throws {
    try write("in.csv", "id,grp,name,v\n" + lines.map { $0 + "\n" }.joined())
  }

  fileprivate func rows() throws -> [String] { try query("SELECT * FROM t").sorted() }

  fileprivate func openCount() throws -> [String] {
    try query(
      "SELECT count(*) FROM reject WHERE state IN ('waiting','scheduled','claimed','dead')",
      in: ".etl/state.db")
  }
}

@Suite struct `However a record was refused, MendingLaw:` {
  private static let cases = Int(ProcessInfo.processInfo.environment["CASES"] ?? "") ?? 3

  @Test(arguments: Refusal.all)
  func `mended and tried again it is as if it had been right`(refusal: Refusal) async throws {
    let replayed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
    for seed in replayed.map({ [$0] }) ?? (0..<UInt64(Self.cases)).map({ 71_000 + $0 }) {
      if let problem = try await check(refusal, SplitMix64(seed: seed)) {
        Issue.record("SEED=\(seed): \(problem)")
        return
      }
    }
  }

  private func check(_ refusal: Refusal, _ start: SplitMix64) async throws -> String? {
    var random = start
    var good: [String] = []
    var broken: [String] = []
    let count = Int.random(in: 2...25, using: &random)
    for id in 0..<count {
      var record = Refusal.Record(
        id: "\(id)", grp: ["a", "b", "c"].randomElement(using: &random) ?? "a",
        name: id == 0 ? "first" : "n\(Int.random(in: 0..<count, using: &random))-\(id)",
        v: "\(Int.random(in: 1...30, using: &random))")
      good.append(record.line)
      if id > 0, id == 1 || Int.random(in: 0..<3, using: &random) == 0 {
        refusal.breaks(&record, random)
      }
      broken.append(record.line)
    }
    let wanted = try refusal.workspace(good)
    let clean = try await wanted.run()
    guard clean.state == .succeeded else { return "the good file: \(clean)" }

    let test = try refusal.workspace(broken)
    var options = RunOptions()
    options.batchCapacity = Int.random(in: 1...9, using: &random)
    let first = try await test.run(options: options)
    guard first.state == .partial, first.rejected > 0 else { return "nothing refused: \(first)" }
    let codes = try Set(test.queue().map { $0.split(separator: "|")[2] })
    guard codes == [Substring(refusal.code)] else { return "refused as \(codes)" }

    // Overflow names the record at which it happens, which need not be the only one to mend.
    for round in 1...broken.count {
      try mend(test, broken, good, isOneByOne: Bool.random(using: &random))
      let again = try await test.run(options: options)
      if let error = again.error { return "round \(round): \(error)" }
      if try test.openCount() == ["0"] { break }
    }
    if let problem = try difference(wanted.rows(), test.rows()) { return "mended: \(problem)" }

    // The file still has the broken bytes.
    options.isForced = true
    _ = try await test.run(options: options)
    if let problem = try difference(wanted.rows(), test.rows()) { return "again: \(problem)" }
    guard try test.openCount() == ["0"] else { return "again: they wait again" }

    options.isForced = false
    let more = "\(count),a,last,7"
    try wanted.writeLines([more] + good)
    _ = try await wanted.run()
    try test.writeLines([more] + broken)
    _ = try await test.run(options: options)
    if let problem = try difference(wanted.rows(), test.rows()) { return "longer: \(problem)" }
    return try test.openCount() == ["0"] ? nil : "longer: they wait again"
  }

  private func mend(
    _ test: TestWorkspace, _ broken: [String], _ good: [String], isOneByOne: Bool
  ) throws {
    let state = try StateFile.open(test.workspace)
    var edits: [RecordEdit] = []
    for entry in try state.openRejects(pipeline: "p") where !entry.isEdited {
      let raw = String(decoding: entry.raw, as: UTF8.self)
      guard let line = broken.firstIndex(of: raw), good[line] != raw else { continue }
      edits.append(RecordEdit(entry.id, raw: Array(good[line].utf8)))
    }
    if isOneByOne {
      for edit in edits { try state.edit([edit], by: "tester") }
    } else if !edits.isEmpty {
      try state.edit(edits, as: .fix, by: "tester")
    }
  }

  private func difference(_ wanted: [String], _ found: [String]) -> String? {
    wanted == found ? nil : "wanted \(wanted), found \(found)"
  }
}
