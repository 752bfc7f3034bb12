// Joins and lookups in whole runs: partners, policies, promises.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A join` {
  private func files(
    _ join: String, left: String = "id,k\n1,6\n2,9\n3,\n4,\n", right: String = "k,c\n6,6\n9,9\n"
  ) -> [String: String] {
    [
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, k: int}",
        steps: "  j: {type: join, left: in, right: other, keys: [k], \(join)}\n", from: "j",
        sources: """
            other:
              type: file
              path: other.csv
              columns: {k: int, c: int}
          """),
      "in.csv": left, "other.csv": right,
    ]
  }

  @Test func `never matches null with null`() async throws {
    let test = try TestWorkspace(
      files("kind: left, cardinality: '1:1'", right: "k,c\n6,6\n9,9\n,1\n,2\n"))
    let summary = try await test.run()
    #expect(summary.inserted == 4)
    #expect(try test.query("SELECT id, c FROM t") == ["1|6", "2|9", "3|-", "4|-"])
  }

  @Test func `counts rows without a partner on both sides`() async throws {
    let test = try TestWorkspace(
      files(
        "kind: inner, unmatched_left: report, unmatched_right: report",
        right: "k,c\n6,6\n9,9\n5,5\n"))
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.unmatched) == "2 2")
    #expect(summary.notes == ["j: 1 row of other without a partner"])
  }

  @Test func `lets a row wait until its partner comes`() async throws {
    let test = try TestWorkspace(
      files("kind: inner, unmatched_left: reject", left: "id,k\n1,6\n2,7\n"))
    let first = try await test.run()
    #expect(spaced(first.inserted, first.rejected) == "1 1")
    #expect(try test.queue() == ["waiting|j|join.unmatched|3|2,7"])
    try test.write("other.csv", "k,c\n6,6\n7,77\n")
    let second = try await test.run()
    #expect(spaced(second.inserted, second.unchanged) == "1 1")
    #expect(try test.queue() == ["loaded|j|join.unmatched|3|2,7"])
    #expect(try test.query("SELECT id, c FROM t") == ["1|6", "2|77"])
  }

  @Test func `sends rows of the other side to the queue if asked to`() async throws {
    let test = try TestWorkspace(
      files("kind: inner, unmatched_right: reject", right: "k,c\n6,6\n9,9\n5,50\n"))
    let summary = try await test.run()
    #expect(summary.rejected == 1)
    #expect(try test.queue() == ["waiting|j|join.unmatched|4|5,50"])
  }

  @Test func `stops when the other side breaks its promise of one row a key`() async throws {
    let test = try TestWorkspace(files("kind: inner", right: "k,c\n6,6\n9,9\n6,7\n"))
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(
      summary.error?.what
        == "key 6 stands 2 times in other, lines 2 and 4; n:1 was promised")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `stops when two rows here share a partner and 1:1 was promised`() async throws {
    let test = try TestWorkspace(
      files("kind: inner, cardinality: '1:1'", left: "id,k\n1,6\n2,6\n"))
    let summary = try await test.run()
    #expect(summary.error?.code == "join.cardinality")
  }
}

@Suite struct `A lookup` {
  private func files(_ missing: String) -> [String: String] {
    [
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, carrier: text}",
        steps: """
            named: {type: lookup, from: in, in: carriers, keys: {carrier: code}, add: {name: title},
              missing: \(missing)}

          """, from: "named",
        sources: """
            carriers:
              type: file
              path: carriers.csv
              columns: {code: {type: text, required: true}, title: text}
          """),
      "in.csv": "id,carrier\n1,AA\n2,ZZ\n3,\n4,AA\n", "carriers.csv": "code,title\nAA,American\n",
    ]
  }

  @Test(arguments: [
    ("'null'", ["1|American", "2|-", "3|-", "4|American"], 0, 0),
    ("drop", ["1|American", "4|American"], 2, 0), ("reject", ["1|American", "4|American"], 0, 2),
  ])
  func `treats a miss by its policy`(
    missing: String, rows: [String], unmatched: Int, rejected: Int
  ) async throws {
    let test = try TestWorkspace(files(missing))
    let summary = try await test.run()
    #expect(try test.query("SELECT id, name FROM t") == rows)
    #expect(spaced(summary.unmatched, summary.rejected) == spaced(unmatched, rejected))
  }

  @Test func `stops the run if a miss must not be`() async throws {
    let test = try TestWorkspace(files("fail"))
    let summary = try await test.run()
    #expect(
      summary.error?.what == "key ZZ is not in carriers, and the lookup says missing: fail")
  }
}
