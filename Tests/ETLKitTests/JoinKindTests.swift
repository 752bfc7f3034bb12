// All kinds of joins in whole runs: who stays, who is counted, what was promised.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `The kinds of join` {
  private func test(
    _ join: String, left: String = "id,k\n1,6\n2,6\n3,\n4,8\n",
    right: String = "k,c\n6,60\n9,90\n,70\n"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, k: int}",
        steps: "  j: {type: join, left: in, right: other, keys: [k], \(join)}\n", from: "j",
        mode: "append", key: nil,
        sources: """
            other:
              type: file
              path: other.csv
              columns: {k: int, c: int}
          """),
      "in.csv": left, "other.csv": right,
    ])
  }

  @Test(arguments: [
    ("kind: inner", ["1|6|60", "2|6|60"], 0, 2),
    ("kind: left", ["1|6|60", "2|6|60", "3|-|-", "4|8|-"], 0, 0),
    ("kind: right", ["1|6|60", "2|6|60", "-|9|90", "-|-|70"], 2, 2),
    ("kind: full", ["1|6|60", "2|6|60", "3|-|-", "4|8|-", "-|9|90", "-|-|70"], 2, 0),
  ])
  func `keep the records without a partner that they are named for`(
    join: String, rows: [String], added: Int, unmatched: Int
  ) async throws {
    let test = try test(join)
    let summary = try await test.run()
    #expect(try test.query("SELECT id, k, c FROM t ORDER BY rowid") == rows)
    #expect(
      spaced(summary.read, summary.inserted, summary.added, summary.unmatched)
        == spaced(4, rows.count, added, unmatched))
  }

  @Test(arguments: [
    ("kind: semi", ["1|6", "2|6"], 2, 0), ("kind: anti", ["3|-", "4|8"], 0, 2),
  ])
  func `only ask whether there is a partner`(
    join: String, rows: [String], unmatched: Int, filtered: Int
  ) async throws {
    let test = try test(join, right: "k,c\n6,60\n6,61\n9,90\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT * FROM t ORDER BY rowid") == rows)
    #expect(spaced(summary.unmatched, summary.filtered) == spaced(unmatched, filtered))
  }

  @Test func `give every pair where many were promised on both sides`() async throws {
    let test = try test("cardinality: 'n:m'", right: "k,c\n6,60\n8,80\n6,61\n")
    let summary = try await test.run()
    #expect(
      try test.query("SELECT id, c FROM t ORDER BY rowid")
        == ["1|60", "1|61", "2|60", "2|61", "4|80"])
    #expect(
      spaced(summary.read, summary.added, summary.unmatched, summary.inserted) == "4 2 1 5")
  }

  @Test func `stop when a row of the right has two here and one was promised`() async throws {
    let test = try test("cardinality: '1:n'", right: "k,c\n6,60\n6,61\n")
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(summary.error?.code == "join.cardinality")
  }

  @Test func `stop when a full join's right side is not unique`() async throws {
    let test = try test("kind: full", right: "k,c\n6,60\n6,61\n")
    let summary = try await test.run()
    #expect(
      summary.error?.what == "key 6 stands 2 times in other, lines 2 and 3; n:1 was promised")
  }

  @Test func `send records without a partner to the queue if asked to`() async throws {
    let test = try test("kind: right, unmatched_left: reject")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "4 4 2")
    #expect(
      try test.queue() == ["waiting|j|join.unmatched|4|3,", "waiting|j|join.unmatched|5|4,8"])
  }

  @Test func `name the record of the right when a step after it rejects its row`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, k: int}",
        steps: """
            j: {type: join, left: in, right: other, keys: [k], kind: right}
            m: {type: map, from: j, set: {d: 10 % c}}

          """, from: "m", mode: "append", key: nil,
        sources: """
            other:
              type: file
              path: other.csv
              columns: {k: int, c: int}
          """),
      "in.csv": "id,k\n1,6\n", "other.csv": "k,c\n6,60\n9,0\n",
    ])
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.added, summary.inserted, summary.rejected) == "1 1 1 1")
    #expect(
      try test.query("SELECT source, line_no FROM reject", in: ".etl/state.db") == ["other|3"])
  }

  @Test(arguments: [
    ("kind: inner, unmatched_right: keep", "an inner join keeps no records without a partner"),
    (
      "kind: left, unmatched_right: keep",
      "a left join keeps no records of the right without a partner"
    ),
    ("kind: full, unmatched_right: drop", "a full join keeps all records of the right"),
    (
      "kind: anti, unmatched_left: drop",
      "an anti join keeps the records of the left without a partner"
    ),
  ])
  func `refuse policies that contradict them`(join: String, what: String) throws {
    let test = try test(join)
    let listing = try test.workspace.pipelines()
    #expect(listing.first?.diagnostics.map(\.what) == [what])
  }
}
