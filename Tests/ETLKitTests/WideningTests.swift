// Columns of type int that become real when fractions come.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A column that becomes real` {
  private func workspace(
    _ text: String, columns: String = "{id: {type: int, required: true}, v: int, w: text}",
    steps: String = "", from: String = "in", mode: String = "upsert", load: String = "",
    source: String = "contract: {type_drift: evolve}"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: columns, steps: steps, from: from, mode: mode, load: load, source: source),
      "in.csv": text,
    ])
  }

  private func type(of column: String, in test: TestWorkspace) throws -> String {
    try test.query("SELECT type FROM pragma_table_info('t') WHERE name='\(column)'")
      .joined()
  }

  @Test func `keeps the rows that are there, and stays real`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n2,,b\n")
    try await test.run()
    #expect(try type(of: "v", in: test) == "INTEGER")
    try test.write("in.csv", "id,v,w\n1,10,a\n3,2.5,c\n")
    let second = try await test.run()
    #expect(spaced(second.inserted, second.updated, second.unchanged) == "1 0 1")
    try test.write("in.csv", "id,v,w\n4,7,d\n")
    let third = try await test.run()
    #expect(third.notes.isEmpty)
    #expect(
      try test.query("SELECT id, v, typeof(v), v/4, w FROM t ORDER BY id") == [
        "1|10.0|real|2.5|a", "2|-|null|-|b", "3|2.5|real|0.625|c", "4|7.0|real|1.75|d",
      ])
    #expect(try type(of: "v", in: test) == "REAL")
    #expect(try test.query("PRAGMA integrity_check") == ["ok"])
  }

  @Test func `is real from the first file on if that has fractions`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n2,0.5,b\n")
    try await test.run()
    #expect(try type(of: "v", in: test) == "REAL")
    #expect(try await test.run().state == .unchanged)
  }

  @Test func `keeps its indexes, and what others made`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n", load: "indexes: [[v]]")
    try await test.run()
    try test.execute("CREATE VIEW big AS SELECT id FROM t WHERE v > 5")
    try test.write("in.csv", "id,v,w\n1,10,a\n2,20.5,b\n3,1,c\n")
    try await test.run()
    #expect(try test.query("SELECT id FROM t WHERE v=20.5") == ["2"])
    #expect(try test.query("SELECT id FROM t WHERE v=10") == ["1"])
    #expect(try test.query("SELECT id FROM big ORDER BY id") == ["1", "2"])
    #expect(try test.query("PRAGMA integrity_check") == ["ok"])
  }

  @Test(arguments: ["append", "insert_only", "upsert", "replace", "scd2"])
  func `is one in every mode of loading`(mode: String) async throws {
    let test = try workspace("id,v,w\n1,10,a\n", mode: mode)
    try await test.run()
    try test.write("in.csv", "id,v,w\n2,2.5,b\n")
    let summary = try await test.run()
    #expect(summary.error == nil)
    #expect(try test.query("SELECT v FROM t WHERE id=2") == ["2.5"])
    #expect(try type(of: "v", in: test) == "REAL")
    #expect(try test.query("PRAGMA integrity_check") == ["ok"])
  }

  @Test func `takes what steps compute with it along`() async throws {
    let test = try workspace(
      "id,v,w\n1,10,a\n", steps: "  twice: {type: map, from: in, set: {d: v * 2}}\n",
      from: "twice")
    try await test.run()
    try test.write("in.csv", "id,v,w\n1,10,a\n2,2.25,b\n")
    try await test.run()
    #expect(try test.query("SELECT v, d FROM t ORDER BY id") == ["10.0|20.0", "2.25|4.5"])
    #expect(try type(of: "d", in: test) == "REAL")
  }

  @Test func `is none for what is no number, or outside its bounds`() async throws {
    let test = try workspace(
      "id,v,w\n1,10,a\n2,x,b\n3,200.5,c\n", columns: "{id: int, v: {type: int, max: 100}, w: text}")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected) == "1 2")
    #expect(try type(of: "v", in: test) == "INTEGER")
  }

  @Test func `is no key`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n2.5,20,b\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected) == "1 1")
  }

  @Test func `brings back what waited for it`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n2,2.5,b\n", source: "contract: {type_drift: reject}")
    #expect(try await test.run().rejected == 1)
    let file = test.folder + "/pipelines/p.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try test.write(
      "pipelines/p.yaml", text.replacing("type_drift: reject", with: "type_drift: evolve"))
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.openRejects) == "1 0")
    #expect(try test.query("SELECT v FROM t ORDER BY id") == ["10.0", "2.5"])
  }

  // MARK: Refusals

  @Test func `is refused if a number in the file would lose digits`() async throws {
    let test = try workspace("id,v,w\n1,9007199254740992,a\n2,-9007199254740993,b\n3,0.5,c\n")
    let summary = try await test.run()
    #expect(
      summary.error
        == ErrorText(
          "v is real because of a fraction, and \"-9007199254740993\" would lose digits as real; "
            + "nothing was published", code: "contract.type_drift", places: ["in.csv:3"],
          fix: "write contract: type_drift: reject to load the other records"))
  }

  @Test func `is refused if a number in the table would lose digits`() async throws {
    let test = try workspace("id,v,w\n1,9007199254740993,a\n2,9007199254740992,b\n")
    try await test.run()
    try test.write("in.csv", "id,v,w\n3,0.5,c\n")
    let summary = try await test.run()
    #expect(
      summary.error
        == ErrorText(
          "table t has v = 9007199254740993, which would lose digits as real",
          code: "load.not_exact", places: [test.folder + "/out.db"],
          fix: "write contract: type_drift: reject to load the other records; nothing was loaded"))
    #expect(
      try test.query("SELECT id, v FROM t ORDER BY id")
        == ["1|9007199254740993", "2|9007199254740992"])
    #expect(try type(of: "v", in: test) == "INTEGER")
    #expect(try test.query("PRAGMA integrity_check") == ["ok"])
  }

  @Test func `is refused if a step cannot take it`() async throws {
    let test = try workspace(
      "id,v,w\n1,10,a\n2,0.5,b\n",
      steps: "  cut: {type: filter, from: in, where: \"substr(w, v) <> 'x'\"}\n", from: "cut")
    let summary = try await test.run()
    #expect(summary.error?.code == "contract.type_drift")
    #expect(summary.error?.what.hasPrefix("v is \"0.5\" and cannot become real: ") == true)
    #expect(summary.error?.places == ["in.csv:3"])
  }

  @Test func `is foreseen by a plan, which changes nothing`() async throws {
    let test = try workspace("id,v,w\n1,10,a\n")
    try await test.run()
    try test.write("in.csv", "id,v,w\n1,10.5,a\n2,20,b\n")
    let forecast = try await Forecaster(try test.workspace.pipeline(named: "p"), in: test.workspace)
      .forecast()
    #expect(forecast.summary.error == nil)
    #expect(spaced(forecast.summary.inserted, forecast.summary.updated) == "1 1")
    #expect(
      forecast.summary.notes == [
        "in: \"v\" is \"10.5\" in line 2: int becomes real, in the table too"
      ])
    #expect(try type(of: "v", in: test) == "INTEGER")
  }

  @Test func `is as it was if the load fails`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, v: int}", checks: "- {name: few, step: in, type: row_count, max: 1}",
        source: "contract: {type_drift: evolve}"), "in.csv": "id,v\n1,10\n",
    ])
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,2.5\n")
    #expect(try await test.run().state == .failed)
    #expect(try type(of: "v", in: test) == "INTEGER")
    #expect(try test.query("SELECT v FROM t") == ["10"])
  }
}
