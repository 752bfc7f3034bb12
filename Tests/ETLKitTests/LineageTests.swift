// Rows that keep where they come from, in whole runs over real databases.

import ETLKit
import Foundation
import Testing

@Suite struct `A row with lineage` {
  static let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func place(
    _ rows: String, mode: String = "upsert", load: String = "lineage: true", source: String = ""
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": Self.file(mode: mode, load: load, source: source),
      "in.csv": "id,v\n" + rows,
    ])
  }

  private static func file(
    mode: String = "upsert", load: String = "lineage: true", source: String = ""
  ) -> String {
    pipeline(
      columns: columns, mode: mode, key: mode == "upsert" ? "[id]" : nil, load: load,
      source: source)
  }

  private func rows(_ place: TestWorkspace, _ order: String = "id") throws -> [String] {
    try place.query("SELECT id, v, _etl_load, _etl_src, _etl_off FROM t ORDER BY \(order)")
  }

  @Test(arguments: ["upsert", "append", "replace"])
  func `keeps its load, its file and the first byte of its record`(mode: String) async throws {
    let place = try place("1,10\n2,20\n", mode: mode)
    try await place.run()
    #expect(try rows(place) == ["1|10|1|1|5", "2|20|1|1|10"])
    #expect(
      try place.query("SELECT id, pipeline, source, substr(uri, -6), rank FROM _etl_snapshots")
        == ["1|p|in|in.csv|1"])
  }

  @Test func `stays as it is when a later file has the same values`() async throws {
    let place = try place("1,10\n2,20\n")
    try await place.run()
    try place.write("in.csv", "id,v\n3,30\n1,10\n2,21\n")
    let summary = try await place.run()
    #expect(spaced(summary.inserted, summary.updated, summary.unchanged) == "1 1 1")
    #expect(try rows(place) == ["1|10|1|1|5", "2|21|2|2|15", "3|30|2|2|5"])
  }

  @Test(arguments: ["append", "replace"])
  func `names the load that brought it`(mode: String) async throws {
    let place = try place("1,10\n", mode: mode)
    try await place.run()
    try place.write("in.csv", "id,v\n1,10\n2,20\n")
    try await place.run()
    let all = ["1|10|1|1|5", "1|10|2|2|5", "2|20|2|2|10"]
    #expect(try rows(place, "id, _etl_load") == (mode == "append" ? all : Array(all.dropFirst())))
  }

  @Test func `has no origin if it was there before, until it changes`() async throws {
    let place = try place("1,10\n2,20\n", load: "")
    try await place.run()
    try place.write("pipelines/p.yaml", Self.file())
    try place.write("in.csv", "id,v\n1,10\n2,21\n")
    try await place.run()
    #expect(try rows(place) == ["1|10|-|-|-", "2|21|2|1|10"])
  }

  @Test func `forgets its origin when a load without lineage changes it`() async throws {
    let place = try place("1,10\n2,20\n")
    try await place.run()
    try place.write("pipelines/p.yaml", Self.file(load: ""))
    try place.write("in.csv", "id,v\n1,10\n2,21\n3,30\n")
    try await place.run()
    #expect(try rows(place) == ["1|10|1|1|5", "2|21|-|-|-", "3|30|-|-|-"])
  }

  @Test func `keeps its own file of several`() async throws {
    let text = Self.file().replacingOccurrences(
      of: "type: file\n    path: in.csv", with: "type: files\n    path: day_*.csv")
    let place = try TestWorkspace([
      "pipelines/p.yaml": text, "day_1.csv": "id,v\n1,10\n2,20\n", "day_2.csv": "id,v\n2,22\n",
    ])
    try await place.run()
    #expect(try rows(place) == ["1|10|1|1|5", "2|22|1|2|5"])
  }

  @Test(arguments: [
    ("s: {type: dedupe, from: in, key: [id], keep: last}", ["1|12|15", "2|20|10"]),
    (
      "s: {type: aggregate, from: in, by: [id], set: {v: sum(v)}}", ["1|22|5", "2|20|10"]
    ),
    ("s: {type: union, from: [in, other]}", ["1|12|15", "2|20|10", "7|70|5"]),
  ])
  func `has the place of the record behind it, of a group the first`(
    step: String, expected: [String]
  ) async throws {
    let other = """
        other:
          type: file
          path: other.csv
          columns: \(Self.columns)
      """
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns, steps: "  \(step)\n", from: "s", load: "lineage: true",
        sources: other),
      "in.csv": "id,v\n1,10\n2,20\n1,12\n", "other.csv": "id,v\n7,70\n",
    ])
    try await place.run()
    #expect(try place.query("SELECT id, v, _etl_off FROM t ORDER BY id") == expected)
  }

  // MARK: Old over new

  /// A record that cannot be known by its key waits, and a later file has that key.
  private func overtaken(load: String = "lineage: true") async throws -> TestWorkspace {
    let place = try place("x,5\n2,6\n", load: load)
    try await place.run()
    try place.write("in.csv", "id,v\n1,7\n2,6\n")
    try await place.run()
    let act = try StateFile.open(place.workspace).edit(1, raw: Array("1,5".utf8), by: "ann")
    #expect(act.changed == 1)
    return place
  }

  @Test func `is not overwritten by a record of an older file from the queue`() async throws {
    let place = try await overtaken()
    let summary = try await place.run()
    #expect(spaced(summary.deduplicated, summary.updated, summary.unchanged) == "1 0 0")
    #expect(try place.query("SELECT id, v FROM t ORDER BY id") == ["1|7", "2|6"])
    #expect(
      try place.query("SELECT state, resolution FROM reject", in: ".etl/state.db")
        == ["superseded|superseded in run 3: a newer row was there"])
  }

  @Test func `is foreseen to be there before a mended record is stored`() async throws {
    let place = try place("x,5\n2,6\n")
    try await place.run()
    try place.write("in.csv", "id,v\n1,7\n2,6\n")
    try await place.run()
    let reader = WorkspaceReader(place.workspace)
    let old = try await reader.trial(of: try reader.draft(of: 1, raw: Array("1,5".utf8)))
    #expect(old.fates == [1: .leftOut("superseded: a newer row was there")])
    #expect(old.rows.map(\.change) == [.unchanged])
    #expect(old.rows.first?.values.map(\.after) == ["1", "7"])
    let other = try await reader.trial(of: try reader.draft(of: 1, raw: Array("3,5".utf8)))
    #expect(other.fates == [1: .loaded])
    #expect(other.rows.map(\.change) == [.insert])
    #expect(try place.query("SELECT id, v FROM t ORDER BY id") == ["1|7", "2|6"])
  }

  @Test func `without lineage cannot tell old from new`() async throws {
    let place = try await overtaken(load: "")
    let summary = try await place.run()
    #expect(summary.updated == 1)
    #expect(try place.query("SELECT id, v FROM t ORDER BY id") == ["1|5", "2|6"])
  }

  @Test func `is overwritten if its file came back after that of the record`() async throws {
    let place = try place("x,5\n2,6\n")
    try place.write("in.csv", "id,v\n1,7\n2,6\n")
    try await place.run()
    try place.write("in.csv", "id,v\nx,5\n2,6\n")
    try await place.run()
    _ = try StateFile.open(place.workspace).edit(1, raw: Array("1,5".utf8), by: "ann")
    let summary = try await place.run()
    #expect(summary.updated == 1)
    #expect(try rows(place) == ["1|5|3|2|5", "2|6|1|1|9"])
  }

  @Test func `gives way to a later line of its own file only`() async throws {
    let place = try place("x,5\n1,7\ny,8\n")
    try await place.run()
    let state = try StateFile.open(place.workspace)
    _ = try state.edit(1, raw: Array("1,5".utf8), by: "ann")
    _ = try state.edit(2, raw: Array("1,8".utf8), by: "ann")
    try await place.run()
    #expect(try rows(place) == ["1|8|2|1|13"])
    #expect(
      try place.query("SELECT state FROM reject ORDER BY id", in: ".etl/state.db")
        == ["superseded", "loaded"])
  }

  @Test func `is overwritten by a mended record that a newer file has unmended`() async throws {
    let place = try place("1,x\n2,6\n")
    try await place.run()
    _ = try StateFile.open(place.workspace).edit(1, raw: Array("1,5".utf8), by: "ann")
    try await place.run()
    for rows in ["1,7\n2,6\n", "1,x\n2,6\n"] {
      try place.write("in.csv", "id,v\n" + rows)
      try await place.run()
    }
    #expect(try place.query("SELECT id, v FROM t ORDER BY id") == ["1|5", "2|6"])
  }

  @Test func `keeps its column names from pipelines`() throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, _etl_off: int}", load: "lineage: true"), "in.csv": "id\n",
    ])
    let error = #expect(throws: EngineError.self) {
      try PipelineRun(try place.workspace.pipeline(named: "p"), in: place.workspace)
    }
    #expect(
      error?.description.contains(
        "column _etl_off begins with _etl_ like those that loads keep (name.reserved)") == true)
  }
}
