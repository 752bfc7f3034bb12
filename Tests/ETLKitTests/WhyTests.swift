// From rows back to their records, in whole runs, with and without lineage.

import ETLKit
import Foundation
import Testing

@Suite struct `The way back from a row` {
  static let columns = "{id: {type: int, required: true}, n: {type: int, required: true}}"
  static let steps = """
      big: {type: filter, from: in, where: n > 1}
      more: {type: map, from: big, set: {n: n + 1, m: n * 2}}
      named: {type: lookup, from: more, in: other, keys: [id], add: [name], missing: 'null'}
      out: {type: select, from: named, columns: [id, n, name]}

    """

  private func place(
    load: String, steps: String = Self.steps, from: String = "out", key: String? = "[id]",
    mode: String = "upsert"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns, steps: steps, from: from, mode: mode, key: key, load: load,
        sources: """
            other:
              type: file
              path: other.csv
              columns: {id: int, name: text}
          """),
      "in.csv": "id,n\n1,1\n2,20\n3,x\n4,40\n", "other.csv": "id,name\n9,nine\n2,two\n",
    ])
  }

  private func text(_ values: [RowTrace.Value]) -> String {
    values.map { "\($0.name) \($0.value ?? "null")" }.joined(separator: ", ")
  }

  private func facts(_ trace: RowTrace) -> [String] {
    [
      "load \(trace.load?.id ?? 0) of run \(trace.load?.run ?? 0), "
        + "version \(trace.load?.version ?? 0)",
      "line \(trace.lines?.lowerBound ?? 0), byte \(trace.offset ?? -1): \(trace.raw ?? "")",
    ]
      + trace.stages.map { stage in
        "\(stage.name): \(text(stage.values))" + (stage.partner.map { ", \($0)" } ?? "")
      }
  }

  static let way = [
    "load 1 of run 1, version 1", "line 3, byte 9: 2,20", "in: id 2, n 20", "big: id 2, n 20",
    "more: id 2, n 21, m 40", "named: id 2, n 21, m 40, name two, line 3 of other",
    "out: id 2, n 21, name two",
  ]

  @Test(arguments: ["", "lineage: true"])
  func `names the load, the line, and what each step made of it`(load: String) async throws {
    let place = try place(load: load)
    try await place.run()
    let trace = try await place.workspace.why(table: "T", key: ["2"])
    #expect(text(trace.row) == "id 2, n 21, name two")
    #expect(facts(trace) == Self.way)
    #expect(trace.file?.uri == "in.csv")
    #expect(trace.notes.isEmpty == !load.isEmpty)
  }

  @Test func `is that of the load that brought the row, with the pipeline as it was`()
    async throws
  {
    let place = try place(load: "lineage: true")
    try await place.run()
    try place.write("in.csv", "id,n\n2,20\n4,41\n")
    let text = try String(contentsOfFile: place.folder + "/pipelines/p.yaml", encoding: .utf8)
    try place.write(
      "pipelines/p.yaml", text.replacingOccurrences(of: "m: n * 2", with: "m: n * 3"))
    try await place.run()
    let old = try await place.workspace.why(table: "t", key: ["2"])
    #expect(facts(old) == Self.way)
    #expect(old.notes == ["the steps are those of version 1, as it was loaded"])
    let new = try await place.workspace.why(table: "t", key: ["4"])
    #expect(
      facts(new).prefix(2) == ["load 2 of run 2, version 2", "line 3, byte 10: 4,41"])
  }

  @Test(arguments: ["", "lineage: true"])
  func `goes through the steps with the variables of its run`(load: String) async throws {
    let place = try place(
      load: load,
      steps: "  more: {type: map, from: in, set: {n: n + int(var.more)}}\n", from: "more")
    let text = try String(contentsOfFile: place.folder + "/pipelines/p.yaml", encoding: .utf8)
    try place.write("pipelines/p.yaml", text + "\nvars: {more: '1'}\n")
    try await place.run(options: RunOptions(variables: ["more": "5"]))
    let trace = try await place.workspace.why(table: "t", key: ["2"])
    #expect(facts(trace).suffix(2) == ["in: id 2, n 20", "more: id 2, n 25"])
    #expect(trace.notes.contains("run 1 was started with --var more=5"))
    #expect(!trace.notes.contains { $0.contains("changed by somebody") })
  }

  @Test(arguments: ["", "lineage: true"])
  func `goes to the bytes that somebody mended`(load: String) async throws {
    let place = try place(load: load)
    try await place.run()
    _ = try StateFile.open(place.workspace).edit(1, raw: Array("3,30".utf8), by: "ann")
    try await place.run()
    let trace = try await place.workspace.why(table: "t", key: ["3"])
    #expect(trace.raw == "3,30")
    #expect(trace.original == "3,x")
    #expect(trace.mendedBy == "ann")
    #expect(trace.lines == 4...4)
    #expect(trace.stages.last.map { text($0.values) } == "id 3, n 31, name null")
  }

  @Test(arguments: ["", "lineage: true"])
  func `goes through steps that gather rows`(load: String) async throws {
    let place = try place(
      load: load,
      steps: """
          more: {type: map, from: in, set: {n: n + 1}}
          last: {type: dedupe, from: more, key: [id], keep: last}
          out: {type: map, from: last, set: {m: n * 2}}

        """)
    try place.write("in.csv", "id,n\n1,1\n2,20\n2,22\n")
    try await place.run()
    let trace = try await place.workspace.why(table: "t", key: ["2"])
    #expect(
      facts(trace) == [
        "load 1 of run 1, version 1", "line 4, byte 14: 2,22", "in: id 2, n 22",
        "more: id 2, n 23", "last: id 2, n 23", "out: id 2, n 23, m 46",
      ])
  }

  @Test func `says when somebody else changed the row`() async throws {
    let place = try place(load: "")
    try await place.run()
    try place.execute("UPDATE t SET n=7 WHERE id=2")
    let trace = try await place.workspace.why(table: "t", key: ["2"])
    #expect(trace.raw == "2,20")
    #expect(
      trace.notes.last == "the record gives other values: the row was changed by somebody else")
  }

  @Test func `stops at the file that is no longer kept`() async throws {
    let place = try place(load: "lineage: true")
    try await place.run()
    try FileManager.default.removeItem(atPath: place.workspace.blobsFolder)
    let trace = try await place.workspace.why(table: "t", key: ["2"])
    #expect(trace.load?.run == 1)
    #expect(trace.file?.uri == "in.csv")
    #expect(trace.raw == nil)
    #expect(trace.notes.count == 1)
  }

  @Test func `takes columns with values where there is no key`() async throws {
    let place = try place(load: "lineage: true", key: nil, mode: "append")
    try await place.run()
    let trace = try await place.workspace.why(table: "t", key: ["name=two"])
    #expect(trace.raw == "2,20")
    let error = await #expect(throws: EngineError.self) {
      try await place.workspace.why(table: "t", key: ["two"])
    }
    #expect(
      error?.description == """
        table t has no key (why.no_key)
          fix: name a row by its columns: etl-tui why t id=VALUE
        """)
  }

  @Test(arguments: [
    ("tt", ["2"], "no pipeline here loads a table tt (why.unknown_table)\n  fix: did you mean t?"),
    (
      "t", [],
      "a row of t is named by id: 1 value, found 0 (why.key_count)\n  fix: etl-tui why t ID"
    ),
    (
      "t", ["2", "3"],
      "a row of t is named by id: 1 value, found 2 (why.key_count)\n  fix: etl-tui why t ID"
    ),
    ("t", ["two"], "\"two\" is no value of id, which is int (why.value)"),
    ("t", ["1"], "t has no row 1 (why.no_row)"),
    (
      "t", ["3"],
      "t has no row 3: its record waits in the queue, n is not a whole number (why.waiting)\n"
        + "  fix: etl-tui retry show 1"
    ),
  ])
  func `is refused in words that help`(table: String, key: [String], says: String) async throws {
    let place = try place(load: "")
    try await place.run()
    let error = await #expect(throws: EngineError.self) {
      try await place.workspace.why(table: table, key: key)
    }
    #expect(error?.description == says)
  }
}
