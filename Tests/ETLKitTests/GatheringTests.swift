// Steps that need all rows, in whole runs: dedupe, union, aggregate.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A dedupe` {
  private func test(_ step: String, _ input: String) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, k: text, v: int}",
        steps: "  d: {type: dedupe, from: in, \(step)}\n", from: "d", mode: "append", key: nil),
      "in.csv": "id,k,v\n" + input,
    ])
  }

  @Test(arguments: [
    ("key: [k]", ["1", "3", "5"]), ("key: [k], keep: last", ["2", "4", "5"]),
    ("key: [k], keep: first, order: [v]", ["2", "3", "5"]),
    ("key: [k], keep: last, order: [v]", ["1", "4", "5"]),
    ("key: [k, id]", ["1", "2", "3", "4", "5"]),
  ])
  func `keeps one record a key, in the order asked for`(step: String, ids: [String]) async throws {
    let test = try test(step, "1,a,9\n2,a,1\n3,b,5\n4,b,5\n5,c,\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT id FROM t ORDER BY rowid") == ids)
    #expect(
      spaced(summary.read, summary.inserted, summary.deduplicated)
        == spaced(5, ids.count, 5 - ids.count))
  }

  @Test func `never takes a key with a null for a duplicate`() async throws {
    let test = try test("key: [v]", "1,a,\n2,b,\n3,c,7\n4,d,7\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.deduplicated) == "3 1")
  }

  @Test func `never takes a rejected record for the one to keep`() async throws {
    let test = try test("key: [k]", "1,a,x\n2,a,2\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.deduplicated, summary.rejected) == "1 0 1")
    #expect(try test.query("SELECT id FROM t") == ["2"])
  }

  @Test func `runs everything again when a record is mended`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, k: text, v: int}",
        steps: "  d: {type: dedupe, from: in, key: [k], keep: last}\n", from: "d", mode: "replace"),
      "in.csv": "id,k,v\n1,a,1\n2,a,x\n",
    ])
    _ = try await test.run()
    #expect(try test.queue() == ["waiting|in|cast.int|3|2,a,x"])
    try test.write("in.csv", "id,k,v\n1,a,1\n2,a,2\n")
    let second = try await test.run()
    #expect(second.rejected == 0)
    #expect(try test.query("SELECT id FROM t") == ["2"])
    #expect(try test.queue() == ["superseded|in|cast.int|3|2,a,x"])
  }
}

@Suite struct `A union` {
  private func test(
    other: String = "{v: int, id: {type: int, required: true}}",
    _ rows: String = "v,id\n30,3\nx,4\n",
    steps: String = "", from: String = "u"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, v: int}",
        steps: "  u: {type: union, from: [in, other]}\n" + steps, from: from,
        sources: """
            other:
              type: file
              path: other.csv
              columns: \(other)
          """),
      "in.csv": "id,v\n1,10\n2,y\n", "other.csv": rows,
    ])
  }

  @Test func `matches columns by name, and leaves records their source`() async throws {
    let test = try test()
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "4 2 2")
    #expect(try test.query("SELECT id, v FROM t ORDER BY id") == ["1|10", "3|30"])
    #expect(
      try test.query(
        "SELECT source, line_no, business_key FROM reject ORDER BY id", in: ".etl/state.db")
        == ["in|3|2", "other|3|4"])
  }

  @Test func `names the record's own source when a step after it rejects`() async throws {
    let test = try test(
      "v,id\n0,3\n", steps: "  m: {type: map, from: u, set: {w: 100 % v}}\n", from: "m")
    try test.write("in.csv", "id,v\n1,10\n2,0\n")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "3 1 2")
    #expect(
      try test.query(
        "SELECT source, line_no, business_key, CAST(raw AS TEXT) FROM reject ORDER BY id",
        in: ".etl/state.db") == ["in|3|2|2,0", "other|2|3|0,3"])
  }

  @Test func `refuses inputs with other columns, all at once`() throws {
    let test = try test(other: "{id: {type: text, required: true}, w: int}", "id,w\n1,2\n")
    let pipeline = try test.workspace.pipeline(named: "p")
    #expect(
      mistakes { () throws(EngineError) in _ = try PipelinePlan(pipeline) } == [
        "column id is text in other, int in in", "other has no column v, in has",
        "other has a column w, in has not",
      ])
  }
}

@Suite struct `An aggregate` {
  private func test(
    _ set: String, by: String = "by: [k], ", type: String = "int", _ input: String
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, k: text, v: '\(type)'}",
        steps: "  a: {type: aggregate, from: in, \(by)set: {\(set)}}\n", from: "a",
        mode: "append", key: nil),
      "in.csv": "id,k,v\n" + input,
    ])
  }

  @Test(arguments: [
    ("count()", "3|1"), ("count(v)", "2|0"), ("sum(v)", "7|-"), ("avg(v)", "3.5|-"),
    ("min(v)", "3|-"), ("max(v)", "4|-"), ("median(v)", "3.5|-"), ("'quantile(v, 0.25)'", "3.25|-"),
    ("first(id)", "1|4"), ("last(id)", "3|4"), ("last(v)", "-|-"), ("distinct(v)", "2|0"),
    ("count_if(v > 3)", "1|0"), ("sum(v * 2 + id)", "17|-"),
  ])
  func `follows SQL for values and nulls`(call: String, values: String) async throws {
    let test = try test("x: \(call)", "1,a,3\n2,a,4\n3,a,\n4,b,\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT x FROM t ORDER BY k").joined(separator: "|") == values)
    #expect(spaced(summary.read, summary.inserted, summary.combined) == "4 2 2")
  }

  @Test func `puts null keys into one group, and all into one without a key`() async throws {
    let keyed = try test("n: count()", "1,,3\n2,,4\n3,a,\n")
    _ = try await keyed.run()
    #expect(try keyed.query("SELECT k, n FROM t ORDER BY rowid") == ["-|2", "a|1"])
    let whole = try test("n: count()", by: "", "1,,3\n2,,4\n3,a,\n")
    _ = try await whole.run()
    #expect(try whole.query("SELECT n FROM t") == ["3"])
  }

  @Test func `sums decimals exactly, and whole numbers beyond 64 bits on the way`() async throws {
    let money = try test("s: sum(v)", type: "decimal(12,2)", "1,a,0.10\n2,a,0.20\n3,a,-5.00\n")
    _ = try await money.run()
    #expect(try money.query("SELECT s FROM t") == ["-4.7"])
    let large = try test(
      "s: sum(v)", "1,a,9223372036854775807\n2,a,1\n3,a,-1\n")
    _ = try await large.run()
    #expect(try large.query("SELECT s FROM t") == ["9223372036854775807"])
  }

  @Test func `rejects a group that overflows under the record that does most to it`() async throws {
    let test = try test("s: sum(v)", "1,a,9223372036854775807\n2,a,1\n3,a,1\n4,b,5\n")
    let summary = try await test.run()
    #expect(
      spaced(summary.read, summary.inserted, summary.rejected, summary.combined) == "4 1 1 2")
    #expect(try test.query("SELECT k, s FROM t") == ["b|5"])
    #expect(try test.queue() == ["waiting|a|expr.overflow|2|1,a,9223372036854775807"])
  }

  @Test func `rejects a record of which an argument cannot be computed`() async throws {
    let test = try test("s: sum(10 % v)", "1,a,3\n2,a,0\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected, summary.combined) == "1 1 0")
    #expect(try test.queue() == ["waiting|a|expr.div_zero|3|2,a,0"])
  }

  @Test(arguments: [
    ("x: v + 1", "x is not a function over the rows of a group"),
    ("x: summ(v)", "there is no function summ over the rows of a group"),
    ("x: sum()", "sum takes one value, found 0"), ("x: sum(k)", "sum takes a number, found text"),
    ("x: count_if(v)", "count_if takes a condition, found int"),
    ("x: 'quantile(v, 2)'", "the share of quantile is a number from 0 to 1"),
    ("x: sum(w)", "no column or variable \"w\""),
  ])
  func `tells what is wrong with a computed column`(set: String, what: String) throws {
    let test = try test(set, "")
    let pipeline = try test.workspace.pipeline(named: "p")
    let told = mistakes { () throws(EngineError) in _ = try PipelinePlan(pipeline) }
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix(what) == true, "\(told)")
  }

  @Test func `can be checked, and read by two steps`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, k: text}",
        steps: """
            a: {type: aggregate, from: in, by: [k], set: {n: count()}}
            few: {type: filter, from: a, where: n < 2}
            many: {type: filter, from: a, where: n >= 2}
            u: {type: union, from: [many, few]}

          """,
        checks: """
          - {name: groups, step: a, type: row_count, min: 2, max: 2}
          - {name: keys, step: u, type: unique, columns: [k]}

          """, from: "u", key: "[k]"),
      "in.csv": "id,k\n1,a\n2,b\n3,a\n",
    ])
    let summary = try await test.run()
    #expect(summary.checks.map(\.found) == ["2 rows", "0 of 2 rows repeat a key (k)"])
    #expect(try test.query("SELECT k, n FROM t ORDER BY k") == ["a|2", "b|1"])
    #expect(spaced(summary.read, summary.added, summary.combined, summary.filtered) == "3 2 1 2")
  }
}

/// What is told of a pipeline that does not compile.
func mistakes(_ body: () throws(EngineError) -> Void) -> [String] {
  do throws(EngineError) {
    try body()
    return []
  } catch {
    guard case .pipeline(let diagnostics) = error.problem else { return ["\(error)"] }
    return diagnostics.map(\.what)
  }
}
