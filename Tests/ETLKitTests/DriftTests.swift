// Files that are not as agreed: what stops a run, what is told, what is taken over.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A file that drifts` {
  private static let columns = "{id: {type: int, required: true}, v: {type: int}}"

  private func workspace(
    _ contract: String, _ text: String, steps: String = "", from: String = "in"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns, steps: steps, from: from,
        source: contract.isEmpty ? "" : "contract: {\(contract)}"),
      "in.csv": text,
    ])
  }

  @Test func `gives its new column to the table`() async throws {
    let test = try workspace("new_column: evolve", "id,v\n1,10\n")
    try await test.run()
    try test.write("in.csv", "id,v,Colour\n1,10,red\n2,20,\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.updated) == "1 1")
    #expect(try test.query("SELECT id, v, Colour FROM t") == ["1|10|red", "2|20|-"])
    #expect(
      summary.notes == [
        "in: the header has \"Colour\", not declared: loaded as text",
        "in: columns differ from the file before: new \"Colour\"",
      ])
  }

  @Test func `keeps the table's column when it has it no more`() async throws {
    let test = try workspace("new_column: evolve", "id,v,c\n1,10,red\n")
    try await test.run()
    try test.write("in.csv", "id,v\n1,11\n2,20\n")
    try await test.run()
    #expect(try test.query("SELECT id, v, c FROM t") == ["1|11|red", "2|20|-"])
  }

  @Test func `gives its new column through steps that keep all columns`() async throws {
    let test = try workspace(
      "new_column: evolve", "id,v,c\n1,10,red\n2,20,blue\n",
      steps: "  big: {type: filter, from: in, where: v > 15}\n", from: "big")
    try await test.run()
    #expect(try test.query("SELECT id, v, c FROM t") == ["2|20|blue"])
  }

  @Test func `is told when a step leaves its new column out`() async throws {
    let test = try workspace(
      "new_column: evolve", "id,v,c\n1,10,red\n",
      steps: "  few: {type: select, from: in, columns: [id, v]}\n", from: "few")
    let summary = try await test.run()
    #expect(
      summary.notes == ["in: the header has \"c\", not declared: a step leaves it out"])
    #expect(try test.query("SELECT * FROM t") == ["1|10"])
  }

  @Test func `brings back an entry of a file that had no such column`() async throws {
    let test = try workspace("new_column: evolve", "id,v\n1,10\n2,x\n")
    try await test.run()
    try test.write("in.csv", "id,v,c\n1,10,red\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    _ = try state.edit(1, raw: Array("2,20".utf8), by: "ann")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.openRejects) == "1 0")
    #expect(try test.query("SELECT id, v, c FROM t") == ["1|10|red", "2|20|-"])
  }

  @Test func `stops at the first value of another type`() async throws {
    let test = try workspace("type_drift: fail", "id,v\n1,10\n2,12.5\n3,x\n")
    let summary = try await test.run()
    #expect(
      summary.error
        == ErrorText(
          "v is \"12.5\", not a whole number; nothing was published",
          code: "contract.type_drift", places: ["in.csv:3"],
          fix: "mend the file, or write contract: type_drift: reject to load the other records"))
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `sends other faults to the queue even so`() async throws {
    let test = try workspace("type_drift: fail", "id,v\n1,10\n2\n,3\n")
    #expect(try await test.run().rejected == 2)
  }

  @Test func `is told what changed in its header, once`() async throws {
    let test = try workspace("missing_column: ignore", "id,v,a,b\n1,10,x,y\n")
    #expect(try await test.run().notes.isEmpty)
    try test.write("in.csv", "b,id,c\ny,1,z\n")
    #expect(
      try await test.run().notes == [
        "in: columns differ from the file before: new \"c\", gone \"v\", \"a\", in another order"
      ])
    #expect(try await test.run().notes.isEmpty)
  }
}
