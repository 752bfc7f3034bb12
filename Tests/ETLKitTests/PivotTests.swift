// Long tables made wide, in whole runs, and back again.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A pivot` {
  private static let wide = "type: pivot, from: in, by: [id], name_from: kind, value_from: n"

  private func test(
    _ input: String, _ step: String = "columns: [a, b]", head: String = wide,
    columns: String = "{id: int, kind: text, n: int}", from: String = "w", steps: String = ""
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: columns, steps: "  w: {\(head), \(step)}\n" + steps, from: from, mode: "append",
        key: nil), "in.csv": "id,kind,n\n" + input,
    ])
  }

  @Test func `makes one row of each key, columns without a record null`() async throws {
    let test = try test("1,a,10\n2,b,\n1,b,11\n3,a,30\n")
    let summary = try await test.run()
    #expect(
      try test.query("SELECT id, a, b FROM t ORDER BY rowid") == ["1|10|11", "2|-|-", "3|30|-"])
    #expect(spaced(summary.read, summary.combined, summary.inserted) == "4 1 3")
  }

  @Test func `takes other names for the columns, and names that are dates`() async throws {
    let test = try test(
      "1,1/22/20,10\n1,1/23/20,11\n", "columns: {first: 2020-01-22, second: 2020-01-23}",
      columns: "{id: int, kind: {type: date, formats: [M/d/yy]}, n: int}")
    try await test.run()
    #expect(try test.query("SELECT id, first, second FROM t") == ["1|10|11"])
  }

  @Test(arguments: [
    ("", ["1|-|5"], "3 0 0 2", ["dedupe.conflict|2|1,a,10", "dedupe.conflict|3|1,a,11"]),
    (", several: first", ["1|10|5"], "3 1 1 0", []),
    (", several: last", ["1|11|5"], "3 1 1 0", []),
  ])
  func `decides between different values as it is told`(
    several: String, rows: [String], counts: String, queue: [String]
  ) async throws {
    let test = try test("1,a,10\n1,a,11\n1,b,5\n", "columns: [a, b]" + several)
    let summary = try await test.run()
    #expect(try test.query("SELECT id, a, b FROM t") == rows)
    #expect(
      spaced(summary.read, summary.combined, summary.deduplicated, summary.rejected) == counts)
    #expect(
      try test.queue() == queue.map { "waiting|w|" + $0 })
  }

  @Test func `counts the same value said twice once`() async throws {
    let test = try test("1,a,10\n1,a,10\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT id, a, b FROM t") == ["1|10|-"])
    #expect(spaced(summary.read, summary.deduplicated, summary.rejected) == "2 1 0")
  }

  @Test(arguments: [
    ("", "2 0 2", ["pivot.unknown|3|1,c,9", "pivot.unknown|4|2,,9"]),
    (", unknown: drop", "2 2 0", []),
  ])
  func `rejects or counts names that are no columns`(
    unknown: String, counts: String, queue: [String]
  ) async throws {
    let test = try test("1,a,10\n1,c,9\n2,,9\n3,a,7\n", "columns: [a]" + unknown)
    let summary = try await test.run()
    #expect(try test.query("SELECT id, a FROM t") == ["1|10", "3|7"])
    #expect(spaced(summary.inserted, summary.filtered, summary.rejected) == counts)
    #expect(try test.queue() == queue.map { "waiting|w|" + $0 })
  }

  @Test(arguments: [
    (
      "several: fail", "1,a,10\n1,a,11\n",
      "there are different values for 1, a, lines 2 and 3, and the pivot says several: fail"
    ),
    (
      "unknown: fail", "1,c,10\n",
      "kind is \"c\", none of the pivot's columns, and it says unknown: fail"
    ),
  ])
  func `stops before anything is written if it is told to`(
    policy: String, input: String, what: String
  ) async throws {
    let test = try test(input, "columns: [a], \(policy)")
    let summary = try await test.run()
    #expect(summary.error?.what == what)
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `says of each record why it was not taken`() async throws {
    let test = try test("1,c,9\n2,a,1\n2,a,2\n")
    try await test.run()
    let told = try test.query("SELECT errors_json FROM reject ORDER BY id", in: ".etl/state.db")
    #expect(
      told.map { faults($0).map(FaultText.sentence) } == [
        ["kind is \"c\", not one of the columns of w"],
        ["records differ that should be one for id, kind 2, a"],
        ["records differ that should be one for id, kind 2, a"],
      ])
  }

  @Test(arguments: [
    ("columns: [a]", "name_from: n, value_from: kind", ["\"a\" is no value of n, which is int"]),
    ("columns: {x: '1'}", "name_from: id, value_from: n", ["column id is in \"by\" too"]),
    (
      "columns: [a]", "name_from: kin, value_from: m",
      [
        "in has no column \"kin\"", "in has no column \"m\"",
      ]
    ),
    (
      "columns: {x: '1', y: '1'}", "name_from: n, value_from: kind",
      [
        "two columns take the values of \"1\""
      ]
    ),
  ])
  func `tells what is wrong before it runs`(
    columns: String, names: String, what: [String]
  ) throws {
    let test = try test("", columns, head: "type: pivot, from: in, by: [id], \(names)")
    let pipeline = try test.workspace.pipeline(named: "p")
    #expect(
      mistakes { () throws(EngineError) in _ = try PipelinePlan(pipeline) } == what)
  }

  @Test func `undoes an unpivot`() async throws {
    for seed in UInt64(1)...6 {
      var random = SplitMix64(seed: seed)
      let columns = (0..<Int.random(in: 1...5, using: &random)).map { "c\($0)" }
      let lines = (0..<Int.random(in: 0...40, using: &random)).map { id in
        ([String(id)]
          + columns.map { _ in
            Int.random(in: 0...3, using: &random) == 0
              ? "" : String(Int.random(in: -99...99, using: &random))
          }).joined(separator: ",")
      }
      let names = columns.joined(separator: ", ")
      let test = try TestWorkspace([
        "pipelines/p.yaml": pipeline(
          columns: "{id: int, " + columns.map { "\($0): int" }.joined(separator: ", ") + "}",
          steps: """
              long: {type: unpivot, from: in, columns: [\(names)], name: kind, value: n}
              w: {type: pivot, from: long, by: [id], name_from: kind, value_from: n, columns: [\(names)]}

            """, from: "w", mode: "append", key: nil),
        "in.csv": (["id," + columns.joined(separator: ",")] + lines).joined(separator: "\n")
          + "\n",
      ])
      let summary = try await test.run()
      let rows = try test.query("SELECT * FROM t ORDER BY rowid")
      let wanted = lines.map { line in
        line.split(separator: ",", omittingEmptySubsequences: false)
          .map { $0.isEmpty ? "-" : String($0) }.joined(separator: "|")
      }
      #expect(rows == wanted, "seed \(seed)")
      #expect(summary.added == summary.combined, "seed \(seed)")
    }
  }
}
