// Checks on whole runs: what they find, what they stop, and the rows they send to the queue.

import Foundation
import Testing

@testable import ETLKit

/// How a run's checks came out: `name outcome: found`.
private func outcomes(_ summary: RunSummary) -> [String] {
  summary.checks.map { "\($0.name) \($0.outcome.rawValue): \($0.found)" }
}

private let columns =
  "{id: {type: int, required: true}, c: {type: text}, d: {type: date}, v: {type: int}}"

private func workspace(
  _ checks: String, _ rows: String, steps: String = "", from: String = "in", sources: String = "",
  source: String = "", mode: String = "upsert"
) throws -> TestWorkspace {
  try TestWorkspace([
    "pipelines/p.yaml": pipeline(
      columns: columns, steps: steps, checks: checks, from: from, mode: mode, source: source,
      sources: sources), "in.csv": "id,c,d,v\n" + rows,
  ])
}

@Suite struct `A check of values` {
  @Test(arguments: [
    (
      "{name: k, step: in, type: accepted, column: c, values: [a, 'it''s']}",
      "k pass: 0 of 3 rows do not hold"
    ),
    (
      "{name: k, step: in, type: accepted, column: c, values: a}",
      "k fail: 1 of 3 rows does not hold [line 3]"
    ),
    (
      "{name: k, step: in, type: accepted, column: v, values: [1, -2]}",
      "k fail: 1 of 3 rows does not hold [line 4]"
    ),
    (
      "{name: k, step: in, type: accepted, column: d, values: [2024-01-01]}",
      "k fail: 1 of 3 rows does not hold [line 3]"
    ),
    (
      "{name: k, step: in, type: pattern, column: c, pattern: '[a-z]'}",
      "k fail: 1 of 3 rows does not hold [line 3]"
    ),
    (
      "{name: k, step: in, type: pattern, column: c, pattern: '[a-z''s]+'}",
      "k pass: 0 of 3 rows do not hold"
    ),
  ])
  func `blames what is not agreed, and lets no value pass`(check: String, expected: String)
    async throws
  {
    let test = try workspace("- \(check)", "1,a,2024-01-01,1\n2,it's,2024-01-02,-2\n3,,,3\n")
    #expect(outcomes(try await test.run()) == [expected])
  }
}

@Suite struct `A foreign key` {
  private let side = "  side: {type: file, path: side.csv, columns: {k: text}}"
  private let rows = "1,a,,1\n2,b,,2\n3,,,3\n"

  @Test func `is found among the rows of another source`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: foreign_key, keys: {c: k}, in: side, severity: warn}", rows,
      sources: side)
    try test.write("side.csv", "k\na\nz\n")
    let summary = try await test.run()
    #expect(outcomes(summary) == ["k warn: 1 of 3 rows has no c in side [line 3]"])
    #expect(summary.inserted == 3)
  }

  @Test func `is found among the rows of a step`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: foreign_key, keys: {c: k}, in: lower, severity: warn}", rows,
      steps: "  lower: {type: map, from: side, set: {k: lower(k)}}\n", sources: side)
    try test.write("side.csv", "k\nA\nB\n")
    #expect(
      outcomes(try await test.run()) == [
        "k pass: 0 of 3 rows have no c in side"
          .replacing("in side", with: "in lower")
      ])
  }

  @Test func `is found in a table as it was before the load`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: foreign_key, keys: {c: code, d: day}, table: codes}",
      "1,a,2024-01-01,1\n2,a,2024-01-02,1\n")
    try test.execute("CREATE TABLE codes(code TEXT, day TEXT)")
    try test.execute("INSERT INTO codes VALUES('a','2024-01-01'),('a',NULL),('a','x')")
    let summary = try await test.run()
    #expect(outcomes(summary) == ["k fail: 1 of 2 rows has no c, d in codes [line 3]"])
  }

  @Test func `cannot be looked for in a table that is not there`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: foreign_key, keys: {c: code}, table: codes}", rows)
    try test.execute("CREATE TABLE other(x)")
    let summary = try await test.run()
    #expect(
      outcomes(summary) == ["k error: the check could not run: out.db: no such table: codes"])
    #expect(summary.state == .failed)
  }

}

@Suite struct `A check of age` {
  private func run(_ check: String, _ day: String) async throws -> [String] {
    let test = try workspace(check, "1,a,2024-01-01,1\n2,a,\(day),1\n3,,,3\n")
    var options = RunOptions()
    options.logicalDate = 19_730  // 2024-01-08
    return outcomes(try await test.run(options: options))
  }

  @Test(arguments: [
    ("2024-01-07", "k pass: the newest d is 2024-01-07, 1 d old"),
    ("2024-01-05", "k warn: the newest d is 2024-01-05, 3 d old, at most 2 d accepted"),
    ("2024-01-02", "k fail: the newest d is 2024-01-02, 6 d old, at most 5 d accepted"),
    ("2024-02-01", "k pass: the newest d is 2024-02-01, in the future"),
  ])
  func `is judged at the moment that the run stands for`(day: String, expected: String) async throws
  {
    let check =
      "- {name: k, step: in, type: freshness, column: d, warn_after: 2d, error_after: 5d}"
    #expect(try await run(check, day) == [expected])
  }

  @Test func `warns at most where only a warning is asked for`() async throws {
    #expect(
      try await run(
        "- {name: k, step: in, type: freshness, column: d, warn_after: 2d}", "2023-01-01")
        == ["k warn: the newest d is 2024-01-01, 7 d old, at most 2 d accepted"])
  }

  @Test func `fails where no row has a date`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: freshness, column: d, error_after: 2d}", "1,a,,1\n")
    #expect(outcomes(try await test.run()) == ["k fail: none of 1 rows has a d"])
  }

  @Test func `stands with a source as well`() async throws {
    let test = try workspace(
      "", "1,a,2024-01-01,1\n", source: "freshness: {column: d, warn_after: 3d}")
    var options = RunOptions()
    options.logicalDate = 19_730
    let summary = try await test.run(options: options)
    #expect(summary.state == .succeeded)
    #expect(
      outcomes(summary)
        == ["freshness of in warn: the newest d is 2024-01-01, 7 d old, at most 3 d accepted"])
  }
}

@Suite struct `A comparison with the last load` {
  private func twice(_ check: String, _ first: String, _ second: String) async throws -> [String] {
    let test = try workspace("- {name: k, step: in, type: compare, \(check)}", first)
    let before = outcomes(try await test.run())
    try test.write("in.csv", "id,c,d,v\n" + second)
    return before + outcomes(try await test.run())
  }

  @Test func `has nothing to compare with at first`() async throws {
    #expect(
      try await twice("measure: sum, column: v, max_change: 5%", "1,,,60\n2,,,40\n", "1,,,104\n")
        == [
          "k skip: sum of v is 100, nothing to compare with yet",
          "k pass: sum of v is 104, 100 at the last load",
        ])
  }

  @Test(arguments: [
    (
      "measure: sum, column: v, max_change: 5%", "1,,,106\n",
      "sum of v is 106, 100 at the last load: it rose by 6%, at most 5% accepted"
    ),
    (
      "measure: sum, column: v, max_drop: 5%", "1,,,94\n",
      "sum of v is 94, 100 at the last load: it fell by 6%, at most 5% accepted"
    ),
    (
      "measure: rows, max_rise: 10%", "1,,,1\n2,,,2\n3,,,3\n",
      "rows is 3, 2 at the last load: it rose by 50%, at most 10% accepted"
    ),
    (
      "measure: null_share, column: v, max_change: 20%", "1,,,1\n2,,,\n",
      "null_share of v is 50%, 0% at the last load: it rose by 50% points, at most 20% points accepted"
    ),
  ])
  func `says how far it moved`(check: String, rows: String, expected: String) async throws {
    #expect(
      try await twice(check, "1,,,60\n2,,,40\n", rows).last == "k fail: \(expected)")
  }

  @Test func `accepts a rise where only falls are limited`() async throws {
    #expect(
      try await twice("measure: rows, max_drop: 1%", "1,,,60\n", "1,,,1\n2,,,2\n").last
        == "k pass: rows is 2, 1 at the last load")
  }

  @Test func `compares with the last load that was published`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: compare, measure: rows, max_change: 10%}", "1,,,1\n2,,,2\n")
    try await test.run()
    for _ in 0..<2 {
      try test.write("in.csv", "id,c,d,v\n1,,,\(Int.random(in: 0...9_999))\n")
      #expect(
        outcomes(try await test.run()) == [
          "k fail: rows is 1, 2 at the last load: it fell by 50%, at most 10% accepted"
        ])
    }
  }
}

@Suite struct `A SELECT as a check` {
  private func run(_ query: String, _ more: String = "") async throws -> (TestWorkspace, RunSummary)
  {
    let test = try workspace(
      "- name: k\n  type: sql\n  query: \(query)\n\(more)", "1,a,,10\n2,b,,20\n")
    return (test, try await test.run())
  }

  @Test func `sees the tables as they would be`() async throws {
    let (test, summary) = try await run("select id, v from t where v > 15")
    #expect(outcomes(summary) == ["k fail: 1 row found: id=2, v=20"])
    #expect(summary.error?.code == "check.set")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `passes when it gives nothing`() async throws {
    let (_, summary) = try await run("select id from t where v > 25")
    #expect(outcomes(summary) == ["k pass: 0 rows found"])
    #expect(summary.inserted == 2)
  }

  @Test(arguments: [
    ("select missing from t", "SQLite says: no such column: missing"),
    ("select id from other", "SQLite says: no such table: other"),
  ])
  func `that cannot run is an error, and nothing is published`(query: String, why: String)
    async throws
  {
    let (_, summary) = try await run("'\(query)'")
    #expect(outcomes(summary) == ["k error: the check could not run: \(why)"])
    #expect(summary.state == .failed)
  }

  @Test func `that cannot run is only told where it only warns`() async throws {
    let (_, summary) = try await run("select missing from t", "  severity: warn\n")
    #expect(
      outcomes(summary) == [
        "k error: the check could not run: SQLite says: no such column: missing"
      ])
    #expect(summary.state == .succeeded)
  }
}

@Suite struct `Rows that a check rejects` {
  private let check = "- {name: small, step: in, type: between, column: v, max: 15, rows: reject}"
  private let rows = "1,a,,10\n2,b,,20\n3,c,,30\n"

  @Test func `go to the queue and are not loaded`() async throws {
    let test = try workspace(check, rows)
    let summary = try await test.run()
    #expect(summary.state == .partial)
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "3 1 2")
    #expect(outcomes(summary) == ["small warn: 2 of 3 rows do not hold [lines 3, 4]"])
    #expect(
      try test.queue() == [
        "waiting|in|check.row|3|2,b,,20", "waiting|in|check.row|4|3,c,,30",
      ])
    #expect(
      try test.query("SELECT text FROM reason", in: ".etl/state.db")
        == ["check small does not hold"])
  }

  @Test func `are counted at the stage that is checked`() async throws {
    let test = try workspace(
      "- {name: small, step: kept, type: expression, expect: v < 15, rows: reject}", rows,
      steps: "  kept: {type: filter, from: in, where: v < 25}\n", from: "kept")
    let summary = try await test.run()
    let kept = try #require(summary.stages.first { $0.name == "kept" }?.tally)
    #expect(spaced(kept.rowsIn, kept.rowsOut, kept.filtered, kept.rejected) == "3 1 1 1")
    #expect(spaced(summary.read, summary.inserted, summary.filtered, summary.rejected) == "3 1 1 1")
  }

  @Test func `are rejected out of a stage in memory, too`() async throws {
    let test = try workspace(
      "- {name: small, step: in, type: accepted, column: c, values: [a], rows: reject}", rows,
      steps: """
          one: {type: filter, from: in, where: v < 15}
          two: {type: filter, from: in, where: v >= 15}
          both: {type: union, from: [one, two]}

        """, from: "both")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected) == "1 2")
  }

  @Test func `are loaded after the check was mended`() async throws {
    let test = try workspace(check, rows)
    try await test.run()
    try test.write(
      "pipelines/p.yaml",
      pipeline(columns: columns, checks: check.replacing("max: 15", with: "max: 25")))
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected, summary.openRejects) == "1 1 1")
    #expect(try test.query("SELECT id FROM t") == ["1", "2"])
  }

  @Test func `are loaded after the record was mended`() async throws {
    let test = try workspace(check, "1,a,,10\n2,b,,20\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    _ = try state.edit(1, raw: Array("2,b,,12".utf8), by: "ann")
    _ = try state.ask(.all, by: "ann")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.openRejects) == "1 0")
  }

  @Test func `stop the load above their limit`() async throws {
    let test = try workspace(
      check.replacing("rows: reject", with: "rows: reject, error_if: failures > 50%"), rows)
    let summary = try await test.run()
    #expect(outcomes(summary) == ["small fail: 2 of 3 rows do not hold [lines 3, 4]"])
    #expect(try test.queue().count == 2)
  }

  @Test func `count against the limit on rejects`() async throws {
    let test = try workspace(check, rows)
    let text = try String(contentsOfFile: test.folder + "/pipelines/p.yaml", encoding: .utf8)
    try test.write("pipelines/p.yaml", text + "\nretry: {limit: {rejects: 1}}\n")
    #expect(try await test.run().error?.code == "limit.rejects")
  }
}

@Suite struct `A check of a run that failed before` {
  @Test func `is skipped`() async throws {
    let test = try workspace(
      "- {name: k, step: in, type: row_count, min: 1}", "1,a,,10\n")
    try test.write("in.csv", "id\n1\n")
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(outcomes(summary) == ["k skip: an earlier stage failed"])
  }
}

@Suite struct `A check that does not fit its columns` {
  @Test(arguments: [
    (
      "{name: k, step: in, type: accepted, column: v, values: [1, one]}",
      "\"one\" is no int, as column v is (value.type)"
    ),
    (
      "{name: k, step: in, type: pattern, column: v, pattern: '1'}",
      "column v is int; a pattern needs text (check.type)"
    ),
    (
      "{name: k, step: in, type: compare, measure: sum, column: c, max_change: 5%}",
      "column c is text; a sum needs numbers (check.type)"
    ),
    (
      "{name: k, step: in, type: freshness, column: v, warn_after: 1d}",
      "column v is int; an age needs a date or time (check.type)"
    ),
    (
      "{name: k, step: in, type: foreign_key, keys: {v: id}, in: sums}",
      "check k looks into sums, which is made of in (check.order)"
    ),
    (
      "{name: k, step: sums, type: foreign_key, keys: {n: c}, in: in}",
      "key n is int here, text in in (join.key_type)"
    ),
    (
      "{name: k, step: sums, type: expression, expect: n < 15, rows: reject}",
      "sums makes rows of several records, none of which could be rejected (check.rows)"
    ),
  ])
  func `is told at its place`(check: String, expected: String) throws {
    let test = try workspace(
      "- \(check)", "1,a,,10\n",
      steps: "  sums: {type: aggregate, from: in, by: [id], set: {n: sum(v)}}\n", from: "sums")
    let pipeline = try test.workspace.pipeline(named: "p")
    let error = #expect(throws: EngineError.self) { _ = try PipelinePlan(pipeline) }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.first?.hasSuffix("error: \(expected)") == true, "\(lines)")
  }
}
