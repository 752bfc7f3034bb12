// Tables that keep every version: what opens, what ends, what records of the queue may still do.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A load that keeps versions` {
  private static let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"
  /// Values by key; the moments as numbers in their order.
  private static let versions = """
    SELECT id, v, (SELECT count(DISTINCT o.valid_from) FROM t o WHERE o.valid_from<=t.valid_from),
      valid_to IS NULL, is_current FROM t ORDER BY id, valid_from
    """

  private func workspace(_ file: String, more: String = "") throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: Self.columns, mode: "scd2") + more,
      "in.csv": "id,v\n" + file,
    ])
  }

  private func counts(_ summary: RunSummary) -> String {
    spaced(summary.inserted, summary.updated, summary.unchanged, summary.deleted, summary.rejected)
  }

  private func load(_ file: String, into test: TestWorkspace) async throws -> String {
    try test.write("in.csv", "id,v\n" + file)
    return counts(try await test.run())
  }

  private func mend(_ test: TestWorkspace, _ raw: String) throws {
    let state = try StateFile.open(test.workspace)
    let entry = try #require(try state.openRejects(pipeline: "p").first)
    try state.edit(entry.id, raw: Array(raw.utf8), by: "tester")
  }

  @Test func `ends what differs, opens the new version, and leaves equal rows alone`()
    async throws
  {
    let test = try workspace("1,10\n2,20\n")
    #expect(counts(try await test.run()) == "2 0 0 0 0")
    #expect(try await load("1,11\n2,20\n3,30\n", into: test) == "1 1 1 0 0")
    #expect(
      try test.query(Self.versions) == ["1|10|1|0|0", "1|11|2|1|1", "2|20|1|1|1", "3|30|2|1|1"])
    #expect(
      try test.query(
        """
        SELECT count(*) FROM t a JOIN t b ON b.id=a.id AND b.valid_from=a.valid_to
        WHERE a.is_current=0
        """) == ["1"])
  }

  @Test func `says when in texts of one length`() async throws {
    let test = try workspace("1,10\n")
    try await test.run()
    let like = "____-__-__T__:__:__.______Z"
    #expect(try test.query("SELECT valid_from LIKE '\(like)' FROM t") == ["1"])
    #expect(
      VersionMoments.text(Timestamp(microseconds: 1_000_040)) == "1970-01-01T00:00:01.000040Z")
  }

  @Test func `changes nothing when it is repeated`() async throws {
    let test = try workspace("1,10\n2,20\n1,12\n1,10\n")
    let first = counts(try await test.run())
    let rows = try test.query("SELECT * FROM t")
    let second = counts(try await test.run(options: RunOptions(isForced: true)))
    #expect([first, second] == ["2 0 1 0 1", "0 0 3 0 1"])
    #expect(try test.query("SELECT * FROM t") == rows)
    #expect(try test.queue() == ["waiting|load|load.unique|4|1,12"])
  }

  @Test func `goes back to an earlier value as a version of its own`() async throws {
    let test = try workspace("1,10\n")
    try await test.run()
    _ = try await load("1,11\n", into: test)
    _ = try await load("1,10\n", into: test)
    #expect(try test.query(Self.versions) == ["1|10|1|0|0", "1|11|2|0|0", "1|10|3|1|1"])
  }

  @Test func `keeps the old version where the table refuses the new one`() async throws {
    let test = try workspace("1,10\n2,20\n")
    try test.execute(
      """
      CREATE TABLE t(id INTEGER NOT NULL, v INTEGER CHECK(v<>77), valid_from TEXT NOT NULL,
        valid_to TEXT, is_current INTEGER NOT NULL, PRIMARY KEY(id, valid_from)) WITHOUT ROWID
      """)
    #expect(counts(try await test.run()) == "2 0 0 0 0")
    #expect(try await load("1,77\n2,21\n3,77\n", into: test) == "0 1 0 0 2")
    #expect(try test.query(Self.versions) == ["1|10|1|1|1", "2|20|1|0|0", "2|21|2|1|1"])
    #expect(
      try test.queue() == ["waiting|load|load.check|2|1,77", "waiting|load|load.check|4|3,77"])
  }

  // MARK: Keys that vanish

  @Test func `keeps keys that do not come, unless it shall end them`() async throws {
    let keeping = try workspace("1,10\n2,20\n")
    try await keeping.run()
    #expect(try await load("1,10\n", into: keeping) == "0 0 1 0 0")
    let ending = try workspace("1,10\n2,20\n3,30\n", more: "\n  on_vanish: close\n")
    try await ending.run()
    #expect(try await load("1,10\n3,31\n", into: ending) == "0 1 1 1 0")
    #expect(
      try ending.query(Self.versions) == ["1|10|1|1|1", "2|20|1|0|0", "3|30|1|0|0", "3|31|2|1|1"])
    #expect(try await load("1,10\n2,20\n3,31\n", into: ending) == "1 0 2 0 0")
  }

  @Test func `ends no key while records are rejected, and says so`() async throws {
    let test = try workspace("1,10\n2,20\n", more: "\n  on_vanish: close\n")
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2x,20\n")
    let summary = try await test.run()
    #expect(counts(summary) == "0 0 1 0 1")
    #expect(
      summary.notes == [
        "load: no version was ended for a missing key: 1 record was rejected, and the key may be "
          + "its own",
        "in: \"id\" differs from the file before: not int 0% → 50%, such as \"2x\"",
      ])
    try mend(test, "2,20")
    #expect(counts(try await test.run()) == "0 0 1 0 0")
    #expect(try test.query(Self.versions) == ["1|10|1|1|1", "2|20|1|1|1"])
  }

  // MARK: Records of the queue

  @Test func `never puts an old record over a newer version`() async throws {
    let test = try workspace("1,10\n1x,11\n")
    try await test.run()
    _ = try await load("1,12\n2,20\n3,30\n", into: test)
    let reader = WorkspaceReader(test.workspace)
    let trial = try await reader.trial(of: try reader.draft(of: 1, raw: Array("1,11".utf8)))
    #expect(trial.fates == [1: .leftOut("superseded: a newer row was there")])
    try mend(test, "1,11")
    #expect(counts(try await test.run()) == "0 0 0 0 0")
    #expect(try test.query("SELECT v, is_current FROM t WHERE id=1") == ["10|0", "12|1"])
    #expect(try test.queue() == ["superseded|in|cast.int|3|1x,11"])
  }

  @Test func `never brings back a key that a newer file does not have`() async throws {
    let test = try workspace("1,10\n2,20\n3,3x\n", more: "\n  on_vanish: close\n")
    try await test.run()
    _ = try await load("1,10\n4,40\n5,50\n", into: test)
    try mend(test, "2,21")
    #expect(counts(try await test.run()) == "0 0 0 0 0")
    #expect(try test.query("SELECT v, is_current FROM t WHERE id=2") == ["20|0"])
    #expect(try test.queue() == ["superseded|in|cast.int|4|3,3x"])
  }

  @Test func `puts a mended record between the versions of older and newer files`() async throws {
    let test = try workspace("1,10\n")
    try await test.run()
    _ = try await load("1,1x\n", into: test)
    try mend(test, "1,11")
    #expect(try await load("1,12\n", into: test) == "0 2 0 0 0")
    #expect(try test.query(Self.versions) == ["1|10|1|0|0", "1|11|2|0|0", "1|12|3|1|1"])
  }

  @Test func `takes a mended record where its file is still the newest`() async throws {
    let test = try workspace("1,10\n2,20\n")
    try await test.run()
    _ = try await load("1,1x\n2,20\n", into: test)
    try mend(test, "1,11")
    #expect(counts(try await test.run()) == "0 1 0 0 0")
    #expect(try test.queue() == ["loaded|in|cast.int|2|1,1x"])
  }

  // MARK: Tables that are there

  @Test(arguments: [
    ("upsert", "scd2", "no versions: a primary key of id, valid_from", "them"),
    ("scd2", "upsert", "column is_current, which must not be null", "no such column"),
  ])
  func `refuses a table of another kind`(
    first: String, second: String, found: String, expected: String
  ) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: Self.columns, mode: first), "in.csv": "id,v\n1,10\n",
    ])
    try await test.run()
    try test.write("pipelines/p.yaml", pipeline(columns: Self.columns, mode: second))
    let summary = try await test.run()
    #expect(summary.error?.code == "load.schema_changed")
    #expect(
      summary.error?.what == "table t has \(found), the pipeline loads \(expected)")
  }

  @Test func `adds a column that may be null to all versions`() async throws {
    let test = try workspace("1,10\n")
    try await test.run()
    try test.write(
      "pipelines/p.yaml",
      pipeline(
        columns: "{id: {type: int, required: true}, v: {type: int, required: true}, n: text}",
        mode: "scd2"))
    try test.write("in.csv", "id,v,n\n1,10,a\n2,20,\n")
    #expect(counts(try await test.run()) == "1 1 0 0 0")
    #expect(
      try test.query("SELECT id, v, n, is_current FROM t ORDER BY id, valid_from") == [
        "1|10|-|0", "1|10|a|1", "2|20|-|1",
      ])
  }

  @Test func `keeps where each version comes from, if it shall`() async throws {
    let test = try workspace("1,10\n2,20\n", more: "\n  lineage: true\n")
    try await test.run()
    _ = try await load("1,11\n2,20\n", into: test)
    #expect(
      try test.query(
        "SELECT id, v, _etl_load, _etl_src, _etl_off FROM t ORDER BY id, valid_from") == [
          "1|10|1|1|5", "1|11|2|2|5", "2|20|1|1|10",
        ])
  }

  @Test func `tells of columns with the names of its own`() throws {
    let text = pipeline(
      columns: "{id: {type: int, required: true}, Valid_To: date}", mode: "scd2")
    let (read, _) = PipelineFile.read(text: text, file: "p.yaml")
    let pipeline = try #require(read)
    #expect(throws: EngineError.self) { try PipelinePlan(pipeline) }
    do throws(EngineError) {
      _ = try PipelinePlan(pipeline)
    } catch {
      guard case .pipeline(let diagnostics) = error.problem else { return }
      #expect(
        diagnostics.map(\.description) == [
          """
          p.yaml:14:10: error: mode scd2 makes a column valid_to of its own (column.reserved)
           14 |   table: t
              |          ^
              = give yours another name in a select
          """
        ])
    }
  }
}

/// The national counts of The New York Times, whose past was rewritten from one day to the next.
@Suite struct `A rewritten history` {
  private func workspace(mode: String) throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: """
          {date: {type: date, required: true}, cases: {type: int, required: true},
              deaths: {type: int, required: true}}
          """, mode: mode, key: "[date]")
    ])
    return test
  }

  private func load(_ day: String, into test: TestWorkspace) async throws -> RunSummary {
    try test.write("in.csv", try text(day))
    return try await test.run()
  }

  private func text(_ day: String) throws -> String {
    try String(
      contentsOf: Fixtures.url("data/nyt/history/us.\(day).csv"), encoding: .utf8)
  }

  private func lines(_ day: String) throws -> [String] {
    try text(day).split(whereSeparator: \.isNewline).dropFirst().map {
      String($0).replacing(",", with: "|")
    }
  }

  @Test func `is one new row and 296 updated ones`() async throws {
    let test = try workspace(mode: "upsert")
    #expect(try await load("2021-06-22", into: test).inserted == 518)
    let second = try await load("2021-06-23", into: test)
    #expect(spaced(second.inserted, second.updated, second.unchanged) == "1 296 222")
    #expect(try test.query("SELECT * FROM t ORDER BY date") == lines("2021-06-23"))
  }

  @Test func `is kept beside the new one in a table of versions`() async throws {
    let test = try workspace(mode: "scd2")
    _ = try await load("2021-06-22", into: test)
    let second = try await load("2021-06-23", into: test)
    #expect(spaced(second.inserted, second.updated, second.unchanged) == "1 296 222")
    #expect(
      try test.query("SELECT date, cases, deaths FROM t WHERE is_current=1 ORDER BY date")
        == lines("2021-06-23"))
    let first = "(SELECT min(valid_from) FROM t)"
    #expect(
      try test.query(
        """
        SELECT date, cases, deaths FROM t
        WHERE valid_from<=\(first) AND (valid_to IS NULL OR valid_to>\(first)) ORDER BY date
        """) == lines("2021-06-22"))
    #expect(try test.query("SELECT count(*) FROM t") == ["815"])
  }
}
