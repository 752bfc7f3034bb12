// Values made of redacted columns, on every way on which one could be written down.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `What steps make of a redacted column` {
  /// A pipeline over `in.csv` (id, ssn, n) and `side.csv` (k, x), whose `ssn` is redacted.
  struct Way: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps = ""
    var from = "in"
    var checks = ""
    var load = ""
    /// What the fault or error must still tell.
    var tells: String
    var records = "1,78051120,5\n2,78051120,6\n"
    var contract = ""
  }

  static let ways = [
    Way(
      testDescription: "an expression that fails",
      steps: "  s: {type: map, from: in, set: {x: \"int(ssn || 'a')\"}}\n", from: "s",
      tells: "***"),
    Way(
      testDescription: "a column made of it, in another step",
      steps: """
          s: {type: map, from: in, set: {x: "substr(ssn, 2)"}}
          r: {type: select, from: s, columns: {id: id, y: x}}
          u: {type: map, from: r, set: {z: int(y || 'a')}}

        """, from: "u", tells: "***"),
    Way(
      testDescription: "a filter",
      steps: "  s: {type: filter, from: in, where: int(ssn || 'a') > 1}\n",
      from: "s", tells: "***"),
    Way(
      testDescription: "the key of a join",
      steps: """
          s: {type: select, from: in, columns: {id: id, k: ssn}}
          j: {type: join, left: s, right: side, keys: [k], kind: inner, cardinality: 'n:1', unmatched_left: reject}

        """, from: "j", tells: "***"),
    Way(
      testDescription: "a lookup that must find",
      steps: """
          s: {type: map, from: in, set: {k: ssn}}
          j: {type: lookup, from: s, in: side, keys: [k], add: [x], missing: fail}

        """, from: "j", tells: "key *** is not in side"),
    Way(
      testDescription: "a row that a check rejects",
      checks: "- {name: k, step: in, type: accepted, column: ssn, values: ['1'], rows: reject}",
      tells: "***"),
    Way(
      testDescription: "a check in SQL",
      checks: "- {name: k, type: sql, query: \"select ssn from t\", severity: warn}",
      tells: "2 rows found"),
    Way(
      testDescription: "a unique index", load: "unique: [[ssn]]", tells: "ssn"),
  ]

  @Test(arguments: ways) func `stands nowhere but in the table`(way: Way) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, ssn: text, n: int}", steps: way.steps, checks: way.checks,
        from: way.from, load: way.load, source: "redact: [ssn]",
        sources: "  side: {type: file, path: side.csv, columns: {k: text, x: text}}"),
      "in.csv": "id,ssn,n\n" + way.records, "side.csv": "k,x\n1,2\n",
    ])
    _ = try await test.run()
    let state = try String(
      decoding: Data(contentsOf: URL(fileURLWithPath: test.folder + "/.etl/state.db"))
        + ((try? Data(contentsOf: URL(fileURLWithPath: test.folder + "/.etl/state.db-wal")))
          ?? Data()),
      as: UTF8.self)
    #expect(!state.contains("78051120"))
    #expect(!state.contains("8051120"))
    #expect(state.contains(way.tells))
  }

  @Test func `is hidden in an error about types, and in the note of one that becomes real`()
    async throws
  {
    for (contract, told) in [
      ("fail", "v is \"***\", not a whole number; nothing was published"),
      ("evolve", "in: \"v\" is \"***\" in line 2: int becomes real, in the table too"),
    ] {
      let test = try TestWorkspace([
        "pipelines/p.yaml": pipeline(
          columns: "{id: int, v: int}",
          source: "redact: [v]\n    contract: {type_drift: \(contract)}"),
        "in.csv": "id,v\n1,7805.1120\n",
      ])
      let summary = try await test.run()
      #expect([summary.error?.what].compactMap(\.self) + summary.notes == [told])
    }
  }

  @Test func `is the key of its record in another spelling`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, n: int}", source: "redact: [id]"),
      "in.csv": "id,n\n00780,x\n",
    ])
    try await test.run()
    #expect(try test.query("SELECT business_key FROM reject", in: ".etl/state.db") == ["***"])
  }

  @Test func `leaves what is made of other columns to be seen`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, ssn: text, w: text}",
        steps: "  s: {type: map, from: in, set: {x: int(w), ssn: \"''\"}}\n", from: "s",
        source: "redact: [ssn]"), "in.csv": "id,ssn,w\n1,78051120,abc\n",
    ])
    try await test.run()
    let errors = try test.query("SELECT errors_json FROM reject", in: ".etl/state.db")
    #expect(errors.joined().contains("abc"))
  }
}
