// A table and another one that refers to it, loaded in one step: what is asked about them, and what
// becomes of records that one of them refuses.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Two tables of one source` {
  /// Places, and their days.
  private static func text(
    places: String = "mode: upsert, key: [place]",
    days: String = "mode: upsert, key: [place, day]", checks: String = "", rest: String = ""
  ) -> String {
    """
    etl: 1
    pipeline: {name: p}
    sources:
      in:
        type: file
        path: in.csv
        columns:
          place: {type: text, required: true}
          day: {type: date, required: true}
          n: {type: int, required: true}
    steps:
      known: {type: filter, from: in, where: n >= 0}
      places: {type: select, from: known, columns: [place]}
      days: {type: select, from: in, columns: [place, day, n]}
    \(checks.isEmpty ? "" : "checks:\n- \(checks)")
    load:
    - {from: places, to: 'sqlite:out.db', table: places, \(places)}
    - {from: days, to: 'sqlite:out.db', table: days, \(days)}
    \(rest)
    """
  }

  private static let tables = """
    CREATE TABLE places(place TEXT PRIMARY KEY);
    CREATE TABLE days(place TEXT REFERENCES places(place), day TEXT, n INTEGER,
      PRIMARY KEY(place, day))
    """

  private func workspace(_ rows: String, text: String = text()) throws -> TestWorkspace {
    let test = try TestWorkspace(["pipelines/p.yaml": text, "in.csv": "place,day,n\n" + rows])
    try test.execute(Self.tables)
    return test
  }

  @Test func `keep a row out that refers to none of the other's, until it is mended`()
    async throws
  {
    let test = try workspace("a,2020-01-01,1\nb,2020-01-01,-1\nc,2020-01-02,3\n")
    #expect(
      (try await test.run()).loads == ["load.places 2 2 0 0 0", "load.days 3 2 0 0 1"])
    #expect(try test.queue() == ["waiting|load.days|load.fk|3|b,2020-01-01,-1"])
    try test.mend("b,2020-01-01,2")
    #expect(
      (try await test.run()).loads == ["load.places 1 1 0 0 0", "load.days 1 1 0 0 0"])
    #expect(try test.query("SELECT place FROM places ORDER BY place") == ["a", "b", "c"])
    #expect(try test.query("SELECT place, n FROM days ORDER BY place") == ["a|1", "b|2", "c|3"])
    #expect(try test.queue() == ["loaded|load.days|load.fk|3|b,2020-01-01,-1"])
  }

  @Test func `are replaced together`() async throws {
    let test = try workspace(
      "a,2020-01-01,1\nb,2020-01-01,2\n",
      text: Self.text(places: "mode: replace, key: [place]", days: "mode: replace"))
    try await test.run()
    try test.write("in.csv", "place,day,n\nc,2020-01-03,3\n")
    let plan = try await test.forecast()
    let summary = try await test.run()
    #expect(summary.loads == ["load.places 1 1 0 0 0", "load.days 1 1 0 0 0"])
    #expect(summary.deleted == 4)
    #expect(spaced(plan.summary.inserted, plan.summary.deleted) == "2 4")
    #expect(try test.query("SELECT place, n FROM days") == ["c|3"])
  }

  @Test func `know a record by both their keys`() async throws {
    let test = try workspace("a,2020-01-01,x\na,2020-01-02,5\n")
    try await test.run()
    try test.write("in.csv", "place,day,n\na,2020-01-03,7\n")
    try await test.run()
    #expect(try test.queue() == ["waiting|in|cast.int|2|a,2020-01-01,x"])
    try test.write("in.csv", "place,day,n\na,2020-01-01,9\n")
    try await test.run()
    #expect(try test.queue() == ["superseded|in|cast.int|2|a,2020-01-01,x"])
  }

  @Test func `keep a row that is inserted once beside one that is updated`() async throws {
    let test = try workspace(
      "a,2020-01-01,1\n", text: Self.text(places: "mode: insert_only, key: [place]"))
    try await test.run()
    try test.write("in.csv", "place,day,n\na,2020-01-01,2\nb,2020-01-01,1\n")
    #expect(
      (try await test.run()).loads == ["load.places 2 1 0 1 0", "load.days 2 1 1 0 0"])
  }

  // MARK: Answers

  @Test func `are both shown when a record is tried`() async throws {
    let test = try workspace("a,2020-01-01,1\nb,2020-01-01,x\n")
    try await test.run()
    let reader = WorkspaceReader(test.workspace)
    func rows(_ raw: String) async throws -> [String] {
      let trial = try await reader.trial(of: try reader.draft(of: 1, raw: Array(raw.utf8)))
      return trial.rows.map { row in
        "\(row.change.rawValue) \(row.table) "
          + row.values.map { $0.after ?? "null" }.joined(separator: "|")
      } + trial.stages.map { "\($0.name) \($0.passes.map(String.init) ?? "-")" }
    }
    let stages = ["in", "known", "places", "days", "load.places", "load.days"]
    #expect(
      try await rows("b,2020-01-01,4") == [
        "insert places b", "insert days b|2020-01-01|4",
      ] + stages.map { $0 + " true" })
    #expect(
      try await rows("a,2020-01-01,4") == [
        "unchanged places a", "update days a|2020-01-01|4",
      ] + stages.map { $0 + " true" })
    #expect(
      try await rows("c,2020-01-01,-4") == [
        "in true", "known false", "places -", "days true", "load.places -", "load.days false",
      ])
  }

  @Test func `are both followed back to their record`() async throws {
    let test = try workspace("a,2020-01-01,1\nb,2020-01-02,2\n")
    try await test.run()
    let place = try await test.workspace.why(table: "places", key: ["b"])
    #expect(place.raw == "b,2020-01-02,2")
    #expect(place.stages.map(\.name) == ["in", "known", "places"])
    let day = try await test.workspace.why(table: "days", key: ["a", "2020-01-01"])
    #expect(day.raw == "a,2020-01-01,1")
    #expect(day.stages.map(\.name) == ["in", "days"])
    #expect([place, day].map { $0.load?.id } == [1, 1])
  }

  @Test func `are both explained`() async throws {
    let test = try workspace("")
    let plan = try PipelinePlan(try test.workspace.pipeline(named: "p"))
    let stages = PlanExplanation(plan).stages.filter { $0.kind == .load }
    #expect(
      stages.map { "\($0.name): \($0.summary), \($0.columns.map(\.name))" } == [
        #"load.places: upsert into places of out.db by place, ["place"]"#,
        #"load.days: upsert into days of out.db by place, day, ["place", "day", "n"]"#,
      ])
  }

  @Test func `are foretold, a row that one refers to as it is`() async throws {
    let test = try workspace("a,2020-01-01,1\n")
    try await test.run()
    try test.write("in.csv", "place,day,n\nb,2020-01-02,2\na,2020-01-03,3\na,2020-01-01,-1\n")
    let plan = try await test.forecast()
    #expect(
      plan.tables.map { table in
        ([table.name] + table.samples.map(\.change.rawValue)).joined(separator: " ")
      } == ["places insert", "days insert insert update"])
    let run = try await test.run()
    #expect(
      spaced(plan.summary.inserted, plan.summary.updated, plan.summary.unchanged)
        == spaced(run.inserted, run.updated, run.unchanged))
  }

  @Test func `are compared by a test in the file`() async throws {
    let text = Self.text(
      rest: """
        tests:
        - name: t
          given:
            in: |
              place,day,n
              a,2020-01-01,1
          expect:
            load.places: |
              place
              a
            load.days: |
              place,day,n
              a,2020-01-01,2
        """)
    let (read, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    #expect(diagnostics.map(\.description) == [])
    let pipeline = try #require(read)
    let result = try await PipelineTest(pipeline.tests[0], of: pipeline).run()
    #expect(result.differences.map(\.stage) == ["load.days"])
  }

  @Test func `are held back and published together`() async throws {
    let test = try workspace(
      "a,2020-01-01,1\nb,2020-01-01,x\n",
      text: Self.text(rest: "retry: {limit: {rejects: 0, then: quarantine_load}}"))
    #expect(try await test.run().state == .failed)
    #expect(try test.query("SELECT * FROM places UNION ALL SELECT place FROM days") == [])
    let pipeline = try test.workspace.pipeline(named: "p")
    let held = try StateFile.open(test.workspace).heldLoad(1)
    let summary = try await test.run(
      options: .publishing(held, of: pipeline, by: "ann", note: "known"))
    #expect(summary.loads == ["load.places 1 1 0 0 0", "load.days 1 1 0 0 0"])
  }

  @Test func `are checked against each other`() async throws {
    let check =
      "{name: paired, step: days, type: foreign_key, keys: [place], in: places, rows: reject}"
    let test = try workspace(
      "a,2020-01-01,1\nb,2020-01-01,-1\n", text: Self.text(checks: check))
    #expect(
      (try await test.run()).loads == ["load.places 1 1 0 0 0", "load.days 1 1 0 0 0"])
    #expect(try test.queue() == ["waiting|days|check.row|3|b,2020-01-01,-1"])
  }

  // MARK: Mistakes

  private func diagnostics(_ text: String) throws -> [String] {
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    guard diagnostics.isEmpty, let pipeline else { return diagnostics.map(\.description) }
    do throws(EngineError) {
      return try PipelinePlan(pipeline).warnings.map(\.description)
    } catch {
      guard case .pipeline(let found) = error.problem else { throw error }
      return found.map(\.description)
    }
  }

  @Test func `are not looked into as tables by a check`() throws {
    let check = "{name: paired, step: days, type: foreign_key, keys: [place], table: Places}"
    #expect(
      try diagnostics(Self.text(checks: check)) == [
        """
        p.yaml:16:71: warning: check paired looks into Places as it was before this run, \
        which loads it (check.before)
         16 | - {name: paired, step: days, type: foreign_key, keys: [place], table: Places}
            |                                                                       ^^^^^^
            = in: places looks into the rows that it is given
        """
      ])
  }

  @Test func `are not made of a watermark's records where one is replaced`() throws {
    let text = Self.text(places: "mode: replace").replacingOccurrences(
      of: "path: in.csv", with: "path: in.csv\n    watermark: {column: day}")
    #expect(
      try diagnostics(text).map { $0.components(separatedBy: "\n")[0] } == [
        "p.yaml:7:25: error: mode replace would keep only the records newer than the mark "
          + "(watermark.replace)"
      ])
  }
}
