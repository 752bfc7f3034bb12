// Whole runs over small files: counts, the queue, what wakes it, what blocks a load.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A run` {
  private let numbers = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  @Test func `counts inserted, updated and unchanged rows apart`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,20\n3,30\n",
    ])
    let first = try await test.run()
    #expect(spaced(first.inserted, first.updated, first.unchanged) == "3 0 0")
    try test.write("in.csv", "id,v\n1,10\n2,21\n3,30\n4,40\n")
    let second = try await test.run()
    #expect(spaced(second.inserted, second.updated, second.unchanged) == "1 1 2")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|21", "3|30", "4|40"])
  }

  @Test func `says unchanged and writes nothing when nothing changed`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n",
    ])
    try await test.run()
    let before = try Data(contentsOf: URL(fileURLWithPath: test.folder + "/out.db"))
    let again = try await test.run()
    #expect(again.state == .unchanged)
    #expect(try Data(contentsOf: URL(fileURLWithPath: test.folder + "/out.db")) == before)
  }

  @Test func `loads again when the destination was removed`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n",
    ])
    try await test.run()
    try FileManager.default.removeItem(atPath: test.folder + "/out.db")
    let again = try await test.run()
    #expect(again.inserted == 1)
  }

  @Test func `lets the later of two records with one key win`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n1,11\n1,11\n",
    ])
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.updated, summary.unchanged) == "1 1 1")
    #expect(try test.query("SELECT * FROM t") == ["1|11"])
  }

  @Test func `keeps a bad record with its raw line and every error`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\nx,12.5\n3\n",
    ])
    let summary = try await test.run()
    #expect(summary.state == .partial)
    #expect(summary.rejected == 2)
    #expect(
      try test.queue() == [
        "waiting|in|cast.int|3|x,12.5", "waiting|in|parse.fields_missing|4|3",
      ])
    let errors = try test.query(
      "SELECT json_array_length(errors_json) FROM reject ORDER BY id", in: ".etl/state.db")
    #expect(errors.first == "2")
  }

  @Test func `closes an entry when tomorrow's file has the corrected line`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,zwei\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,20\n")
    let second = try await test.run()
    #expect(second.inserted == 1)
    #expect(try test.queue() == ["superseded|in|cast.int|3|2,zwei"])
    #expect(second.openRejects == 0)
    let history = try test.query(
      "SELECT outcome FROM reject_attempt ORDER BY run_id", in: ".etl/state.db")
    #expect(history == ["rejected", "superseded"])
  }

  @Test func `keeps one entry for the same bad line in tomorrow's file`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,zwei\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,zwei\n3,30\n")
    try await test.run()
    #expect(try test.queue() == ["waiting|in|cast.int|3|2,zwei"])
  }

  @Test func `keeps two entries for two bad lines with one key`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n2,zwei\n2,deux\n",
    ])
    try await test.run()
    #expect(
      try test.queue() == [
        "waiting|in|cast.int|2|2,zwei", "waiting|in|cast.int|3|2,deux",
      ])
  }

  @Test func `tries asked-for records alone, and loads them after the plan was mended`()
    async throws
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, v: {type: int, required: true, max: 15}}"),
      "in.csv": "id,v\n1,10\n2,20\n",
    ])
    try await test.run()
    _ = try StateFile.open(test.workspace).ask(.all, by: "test")
    let asked = try await test.run()
    #expect(spaced(asked.read, asked.retried, asked.rejected) == "1 1 1")
    try test.write("pipelines/p.yaml", pipeline(columns: numbers))
    let mended = try await test.run()
    #expect(spaced(mended.inserted, mended.unchanged, mended.rejected) == "1 1 0")
    #expect(try test.queue().first?.hasPrefix("loaded|") == true)
  }

  @Test func `closes an entry that has no key when its very line is read again`() async throws {
    let columns = "{id: {type: int, required: true, max: 5}, v: {type: int}}"
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: columns), "in.csv": "id,v\n1,1\n9,2\n",
    ])
    try await test.run()
    try test.write("pipelines/p.yaml", pipeline(columns: numbers))
    let summary = try await test.run()
    #expect(summary.openRejects == 0)
    #expect(try test.queue() == ["loaded|in|cast.range|3|9,2"])
  }

  @Test func `feeds an entry of an older file before the newer one`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, v: {type: int, required: true, max: 15}}"),
      "in.csv": "id,v\n1,10\n2,20\n",
    ])
    try await test.run()
    try test.write("pipelines/p.yaml", pipeline(columns: numbers))
    try test.write("in.csv", "id,v\n1,10\n3,30\n")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.retried, summary.inserted) == "3 1 2")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20", "3|30"])
  }

  @Test func `closes an entry without a key when a file of old rows has its line no more`()
    async throws
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,20\nx,30\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,20\n3,30\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected, summary.openRejects) == "1 0 0")
    #expect(try test.queue() == ["superseded|in|cast.int|4|x,30"])
  }

  @Test func `keeps an entry without a key when a file brings new rows only`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,20\nx,30\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n11,10\n12,20\n13,30\n")
    let summary = try await test.run()
    #expect(summary.openRejects == 1)
  }

  @Test func `tells a record once that two versions of a file have`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": "id,v\n1,10\n2,zwei\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,zwei\n3,30\n")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.rejected, summary.deduplicated) == "4 1 1")
  }

  @Test func `refuses a row whose key has an empty part`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int}, v: {type: int}}"), "in.csv": "id,v\n1,10\n,20\n",
    ])
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected) == "1 1")
    #expect(try test.queue() == ["waiting|load|load.not_null|3|,20"])
  }

  @Test func `appends rows without a key, and rejects those that break a constraint`()
    async throws
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers, mode: "append"),
      "in.csv": "id,v\n1,10\n1,11\n2,20\n2,21\n3,30\n",
    ])
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected) == "3 2")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20", "3|30"])
    #expect(
      try test.queue() == [
        "waiting|load|load.unique|3|1,11", "waiting|load|load.unique|5|2,21",
      ])
  }

  @Test func `never appends a file twice, whatever else changed`() async throws {
    let files = { (limit: String) in
      pipeline(
        columns: "{id: {type: int, required: true}, v: {type: int, required: true\(limit)}}",
        mode: "append", key: nil)
    }
    let test = try TestWorkspace([
      "pipelines/p.yaml": files(", max: 15"), "in.csv": "id,v\n1,10\n2,20\n",
    ])
    try await test.run()
    try test.write("pipelines/p.yaml", files(""))
    let mended = try await test.run()
    #expect(spaced(mended.read, mended.inserted, mended.openRejects) == "1 1 0")
    try test.write("pipelines/p.yaml", files(", min: 0"))
    #expect(try await test.run().state == .unchanged)
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20"])
    try test.write("in.csv", "id,v\n3,30\n")
    #expect(try await test.run().inserted == 1)
  }

  @Test func `replaces the table's rows`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers, mode: "replace", key: nil),
      "in.csv": "id,v\n1,10\n2,20\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n7,70\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.deleted) == "1 2")
    #expect(try test.query("SELECT * FROM t") == ["7|70"])
  }

  @Test func `stores dates, decimals and booleans as SQLite's own functions read them`()
    async throws
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: """
          {id: {type: int, required: true}, d: {type: date, formats: [d/M/yyyy]},
              m: {type: 'decimal(12,2)'}, b: {type: bool}, s: {type: timestamp}, r: {type: real}}
          """),
      "in.csv": "id,d,m,b,s,r\n1,29/2/2020,1299.99,yes,2013-01-01T10:00:00Z,1e3\n2,,,,,\n",
    ])
    try await test.run()
    #expect(
      try test.query("SELECT *, typeof(m), date(d,'+1 day') FROM t") == [
        "1|2020-02-29|1299.99|1|2013-01-01T10:00:00Z|1000.0|real|2020-03-01",
        "2|-|-|-|-|-|null|-",
      ])
  }
}

@Suite struct `A blocked load` {
  private let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  @Test func `publishes nothing and keeps the rejects it found`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: columns,
        checks: "- {name: enough, step: in, type: row_count, min: 3, severity: error}"),
      "in.csv": "id,v\n1,10\n2,20\n3,30\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,11\n2,zwei\n")
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(
      summary.error?.what
        == "check enough did not hold: 1 rows, at least 3 expected; nothing was published")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20", "3|30"])
    #expect(try test.queue() == ["waiting|in|cast.int|3|2,zwei"])
  }

  @Test func `is what a file gets that shrank beyond max_drop`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: columns, source: "max_drop: 10%"),
      "in.csv": "id,v\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,10\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n")
    let summary = try await test.run()
    #expect(
      summary.error?.what
        == "check max_drop of in did not hold: 8 rows, 20% fewer than the 10 of the last load, at "
        + "most 10% allowed; nothing was published")
    #expect(try test.query("SELECT count(*) FROM t") == ["10"])
  }

  @Test(arguments: [
    ("{name: c, step: in, type: unique, columns: [v]}", "1 of 4 rows repeats a key (v) [line 3]"),
    ("{name: c, step: in, type: not_null, column: w}", "2 of 4 rows do not hold [lines 3, 4]"),
    (
      "{name: c, step: in, type: between, column: v, min: 2, max: 3}",
      "3 of 4 rows do not hold [lines 2, 3, 4]"
    ),
    (
      "{name: c, step: in, type: monotonic, column: v, order_by: id}",
      "1 of 4 rows falls in v by id [line 5]"
    ),
    (
      "{name: c, step: in, type: expression, expect: v + id < 7}",
      "1 of 4 rows does not hold [line 4]"
    ),
  ])
  func `names the rows that broke a check`(check: String, found: String) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, v: {type: int}, w: {type: int}}",
        checks: "- \(check)"),
      "in.csv": "id,v,w\n1,1,1\n2,1,\n3,4,\n4,2,1\n",
    ])
    let summary = try await test.run()
    #expect(summary.checks.first?.found == found)
    #expect(summary.checks.first?.outcome == .fail)
    #expect(summary.state == .failed)
  }

  @Test func `does not follow from a check that only warns`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: columns,
        checks: """
          - {name: c, step: in, type: expression, expect: v > 1, severity: warn,
             error_if: failures > 50%}
          """),
      "in.csv": "id,v\n1,1\n2,2\n3,3\n",
    ])
    let summary = try await test.run()
    #expect(summary.checks.first?.outcome == .warn)
    #expect(summary.inserted == 3)
  }
}
