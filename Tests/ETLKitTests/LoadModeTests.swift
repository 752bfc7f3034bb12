// How records meet the rows that are there, mode by mode: counts, repeats, and records tried again.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A load that inserts only` {
  private static let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func workspace(_ file: String) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: Self.columns, mode: "insert_only"),
      "in.csv": "id,v\n" + file,
    ])
  }

  private func mend(_ test: TestWorkspace, _ raw: String) throws {
    let state = try StateFile.open(test.workspace)
    let entry = try #require(try state.openRejects(pipeline: "p").first)
    try state.edit(entry.id, raw: Array(raw.utf8), by: "tester")
  }

  @Test func `adds new keys, leaves the others alone, and counts both`() async throws {
    let test = try workspace("1,10\n2,20\n1,11\n")
    let first = try await test.run()
    #expect(spaced(first.inserted, first.updated, first.unchanged) == "2 0 1")
    try test.write("in.csv", "id,v\n1,99\n2,20\n3,30\n")
    let second = try await test.run()
    #expect(spaced(second.inserted, second.updated, second.unchanged) == "1 0 2")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20", "3|30"])
  }

  @Test func `never overwrites a row with a record that is tried again`() async throws {
    let test = try workspace("1,10\n7x,70\n")
    try await test.run()
    try mend(test, "1,11")
    let tried = try await test.run()
    #expect(spaced(tried.retried, tried.inserted, tried.unchanged, tried.openRejects) == "1 0 1 0")
    #expect(try test.query("SELECT * FROM t") == ["1|10"])
    #expect(try test.queue() == ["superseded|in|cast.int|3|7x,70"])
  }

  @Test func `adds a record that is tried again and has a new key`() async throws {
    let test = try workspace("1,10\n7x,70\n")
    try await test.run()
    try mend(test, "7,70")
    #expect(try await test.run().inserted == 1)
    #expect(try test.query("SELECT * FROM t") == ["1|10", "7|70"])
    #expect(try test.queue() == ["loaded|in|cast.int|3|7x,70"])
  }

  @Test func `takes the queue's record before a newer one with its key`() async throws {
    let test = try workspace("1,10\n7,x\n")
    try await test.run()
    try mend(test, "7,70")
    try test.write("in.csv", "id,v\n7,71\n8,80\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.unchanged, summary.openRejects) == "2 1 0")
    #expect(try test.query("SELECT * FROM t") == ["1|10", "7|70", "8|80"])
    #expect(try test.queue() == ["loaded|in|cast.int|3|7,x"])
  }
}
