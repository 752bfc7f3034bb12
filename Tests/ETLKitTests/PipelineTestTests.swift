// Tests inside pipeline files: what they compare, and what they say.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

/// A pipeline with a join, checks and a test.
private func orders(_ test: String) -> String {
  """
  etl: 1
  pipeline: {name: orders}
  vars: {least: '1'}
  sources:
    orders:
      type: file
      path: orders.csv.gz
      max_drop: 1%
      columns:
        id: {type: int, required: true}
        customer: {type: text, required: true}
        amount: {type: 'decimal(8,2)'}
        share: real
        day: date
    customers:
      type: sqlite
      path: shop.db
      table: customers
      columns: {code: {type: text, required: true}, title: text}
  steps:
    large: {type: filter, from: orders, where: amount >= int(var.least)}
    named:
      type: lookup
      from: large
      in: customers
      keys: {customer: code}
      add: {name: title}
      missing: reject
    dated: {type: map, from: named, set: {third: share / 3, today: run.logical_date}}
  checks:
  - {name: many, step: dated, type: row_count, min: 100, severity: error}
  load: {from: dated, to: 'sqlite:shop.db', table: sales, mode: upsert, key: [id]}
  tests:
  - name: t
    given:
      orders: |
        id,customer,amount,share,day
        1,a,1.5,1,2024-02-29
        2,b,2,,
        3,c,0.5,,
        x,a,9,,
      customers: |
        code,title
        a,Ada
        b,
  \(test)
  """
}

private let rejects = """
    rejects:
    - {source: orders, line: 5, code: cast.int}
  """

@Suite struct `A test in a pipeline file` {
  private func run(_ test: String) async throws -> TestResult {
    let (pipeline, diagnostics) = PipelineFile.read(text: orders(test), file: "orders.yaml")
    #expect(diagnostics.map(\.description) == [])
    let read = try #require(pipeline)
    return try await PipelineTest(read.tests[0], of: read).run()
  }

  /// The differences, in short.
  private func short(_ result: TestResult) -> [String] {
    var lines: [String] = []
    func text(_ row: TestResult.Row) -> String {
      row.cells.map { $0 ?? "-" }.joined(separator: "|")
    }
    for difference in result.differences {
      lines += difference.missing.map { "\(difference.stage) missing \(text($0))" }
      lines += difference.unexpected.map { "\(difference.stage) unexpected \(text($0))" }
      lines += difference.differing.map {
        "\(difference.stage) \(text($0.expected)) found \(text($0.found)) at \($0.places)"
      }
    }
    lines += result.missingRejects.map { "not rejected \($0)" }
    lines += result.unexpectedRejects.map { "rejected \($0)" }
    lines += result.checks.map { "check \($0.name) \($0.outcome), \($0.expected) expected" }
    return lines + (result.problem.map { ["\($0.code)"] } ?? [])
  }

  @Test(arguments: [
    // Values are compared by type, in any order, in the columns that are named.
    ("load: |\n      id,name,amount\n      2,,2.00\n      1,Ada,1.50", []),
    ("dated: |\n      id,day,third\n      1,2024-02-29,0.333333333333\n      2,,", []),
    ("orders: |\n      id\n      3\n      2\n      1", []),
    ("customers: |\n      title,code\n      Ada,a\n      ,b", []),
    ("large: {ordered: true, rows: \"id\\n1\\n2\"}", []),
    ("dated: |\n      today\n      2000-01-01\n      2000-01-01", []),
    ("load: |\n      id,name\n      1,Bob\n      2,", ["load 1|Bob found 1|Ada at [1]"]),
    ("load: |\n      id\n      1", ["load unexpected 2"]),
    ("load: |\n      id\n      1\n      2\n      2", ["load missing 2"]),
    (
      "named: |\n      name,amount\n      Ada,1.51\n      ,2",
      ["named Ada|1.51 found Ada|1.50 at [1]"]
    ),
    (
      "large: {ordered: true, rows: \"id\\n2\\n1\"}",
      ["large 2 found 1 at [0]", "large 1 found 2 at [0]"]
    ),
  ])
  func `compares rows`(expect: String, differences: [String]) async throws {
    let result = try await run("  expect:\n    \(expect)\n\(rejects)")
    #expect(short(result) == differences)
    #expect(result.hasPassed == differences.isEmpty)
  }

  @Test(arguments: [
    ("rejects: [{code: cast.int}]", []),
    ("rejects: [{code: cast.int, source: orders, line: 5, column: id, wake: change}]", []),
    (
      "expect: {load: \"id\\n1\\n2\"}",
      ["rejected orders, line 5: cast.int, change: id is \"x\", not a whole number"]
    ),
    (
      "rejects: [{code: cast.int}, {code: lookup.missing, wake: 'change:customers'}]",
      ["not rejected any source: lookup.missing, change:customers"]
    ),
    (
      "rejects: [{code: cast.int, line: 6}]",
      [
        "not rejected any source, line 6: cast.int",
        "rejected orders, line 5: cast.int, change: id is \"x\", not a whole number",
      ]
    ),
  ])
  func `compares rejected records`(test: String, differences: [String]) async throws {
    #expect(short(try await run("  \(test)")) == differences)
  }

  @Test func `replaces variables and the day`() async throws {
    let result = try await run(
      "  vars: {least: '2'}\n  date: 2024-03-01\n  expect: {load: \"id,today\\n2,2024-03-01\"}\n"
        + rejects)
    #expect(short(result) == [])
  }

  @Test func `runs the checks that it names`() async throws {
    let result = try await run("  checks: {many: pass}\n  expect: {load: \"id\"}\n\(rejects)")
    #expect(short(result) == ["check many fail, pass expected"])
  }

  @Test func `tells an error that was expected from one that was not`() async throws {
    let text = orders("  expect: {load: \"id\"}").replacing("customer,amount", with: "customer,sum")
    let bad = try #require(PipelineFile.read(text: text, file: "o.yaml").pipeline)
    let result = try await PipelineTest(bad.tests[0], of: bad).run()
    #expect(short(result) == ["contract.missing_column"])
    #expect(result.problem?.places == ["given/orders"])
    let known = text.replacing("expect: {load: \"id\"}", with: "error: contract.missing_column")
    let good = try #require(PipelineFile.read(text: known, file: "o.yaml").pipeline)
    #expect(short(try await PipelineTest(good.tests[0], of: good).run()) == [])
    #expect(short(try await run("  error: load.busy\n\(rejects)")) == ["test.error"])
  }

  @Test func `gives sources that it does not name no records`() async throws {
    let text = orders("  expect: {load: \"id\", customers: \"code\"}").replacing(
      try Regex(#"    customers: \|\n(      .*\n){3}"#), with: "")
    let read = try #require(PipelineFile.read(text: text, file: "o.yaml").pipeline)
    let result = try await PipelineTest(read.tests[0], of: read).run()
    #expect(result.differences == [])
    #expect(result.unexpectedRejects.count == 3)
  }

  @Test func `leaves no folder behind`() throws {
    var folder: TemporaryFolder? = try TemporaryFolder("etl-test")
    let path = try #require(folder?.path)
    #expect(FileManager.default.fileExists(atPath: path))
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `says where its own mistakes are`() throws {
    let text = orders(
      """
        expect:
            load: |
              id,nam
              1,Ada
            large: |
              id,amount
              one,1
              2,2,2
            orders: "day\\n2024-02-30"
            dated: ''
      """)
    let pipeline = try #require(PipelineFile.read(text: text, file: "orders.yaml").pipeline)
    #expect(
      pipeline.testMistakes.map(\.description) == [
        """
        orders.yaml:48:12: error: load has no column "nam" (column.unknown)
         48 |         id,nam
            |            ^^^
            = did you mean "name"?
        """,
        """
        orders.yaml:52:9: error: "one" is no value of id, which is int (value.type)
         52 |         one,1
            |         ^^^
        """,
        """
        orders.yaml:53:9: error: the row has 3 values, the header 2 names (test.rows)
         53 |         2,2,2
            |         ^^^^^
        """,
        """
        orders.yaml:54:21: error: "2024-02-30" is no value of day, which is date (value.type)
         54 |       orders: "day\\n2024-02-30"
            |                     ^^^^^^^^^^
        """,
        """
        orders.yaml:55:14: error: the expected rows have no header (test.rows)
         55 |       dated: ''
            |              ^^
            = id,customer,amount,share,day,name,third,today
        """,
      ])
  }

  @Test(arguments: [
    ("  expects: {load: id}", "a test has no key \"expects\""),
    ("  rejects: [{code: cast.imt}]", "there is no reason \"cast.imt\""),
    ("  rejects: [{code: cast.int, source: order}]", "there is no source \"order\""),
    ("  rejects: [{code: cast.int, wake: 'change:custom'}]", "there is no stage \"custom\""),
    ("  rejects: [{code: cast.int, wake: later}]", "there is no wake \"later\""),
    ("  expect: {larg: id}", "there is no stage \"larg\""),
    ("  checks: {many: passed}", "there is no outcome \"passed\""),
    ("  checks: {enough: pass}", "there is no check \"enough\""),
    (
      "  expect: {load: id}\n  date: today",
      "\"date\" expects a day such as 2024-02-29, found \"today\""
    ),
    ("  expect: {load: id}\n  vars: {most: '1'}", "there is no variable \"most\""),
    ("  expect: {load: [id]}", "\"load\" expects rows as CSV, found a list"),
    (
      "  expect: {load: id}\n- {name: t, given: {}, error: x}",
      "there is a test \"t\" already, on line 34"
    ),
    ("  description: nothing", "a test needs one of the keys expect, rejects, checks or error"),
  ])
  func `is read strictly`(test: String, mistake: String) {
    let diagnostics = PipelineFile.read(text: orders(test), file: "o.yaml").diagnostics
    #expect(diagnostics.map(\.what).contains(mistake), "\(diagnostics)")
  }
}

@Suite struct `The tests of the fixtures` {
  @Test(arguments: ["covid-us-daily", "covid-us-states", "flights-2013-01"])
  func `hold`(name: String) async throws {
    let pipeline = try #require(try `The pipeline fixtures`.read(name).pipeline)
    #expect(pipeline.testMistakes == [])
    #expect(!pipeline.tests.isEmpty)
    for test in pipeline.tests {
      let result = try await PipelineTest(test, of: pipeline).run()
      #expect(result.hasPassed, "\(result)")
    }
  }
}
