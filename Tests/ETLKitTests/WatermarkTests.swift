// Sources that are read from where the last load ended, in whole runs.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A watermark` {
  static let columns =
    "{id: {type: int, required: true}, day: date, v: {type: int, required: true}}"

  private func place(
    _ rows: String, mark: String = "{column: day, lag: 2d}", columns: String = Self.columns,
    mode: String = "upsert"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: columns, mode: mode, key: mode == "upsert" ? "[id]" : nil,
        source: "watermark: \(mark)"),
      "in.csv": "id,day,v\n" + rows,
    ])
  }

  private func marks(_ place: TestWorkspace) throws -> [String] {
    try place.query("SELECT source, value, load_id, set_by FROM _etl_watermarks ORDER BY id")
  }

  @Test func `leaves out what is older than it and its lag`() async throws {
    let place = try place("1,2021-03-01,10\n2,2021-03-09,20\n")
    try await place.run()
    #expect(try marks(place) == ["in|2021-03-09|1|-"])
    try place.write(
      "in.csv",
      """
      id,day,v
      3,2021-03-06,30
      4,2021-03-07,40
      5,,50
      6,2021-03-10,60

      """)
    let summary = try await place.run()
    #expect(spaced(summary.read, summary.filtered, summary.inserted) == "4 1 3")
    #expect(summary.stages.first?.tally.filtered == 1)
    #expect(
      summary.notes == ["in: 1 record with day before 2021-03-07 left out by the watermark"])
    #expect(try place.query("SELECT id FROM t ORDER BY id") == ["1", "2", "4", "5", "6"])
    #expect(try marks(place) == ["in|2021-03-09|1|-", "in|2021-03-10|2|-"])
  }

  @Test(arguments: [
    ("{column: n, lag: 10}", "int", "100", "100", "89,90,95"),
    ("{column: n}", "int", "100", "100", "99,100"),
    (
      "{column: n, lag: 90m}", "timestamp", "2021-03-09T12:00:00Z", "2021-03-09T12:00:00Z",
      "2021-03-09T10:29:59Z,2021-03-09T10:30:00Z"
    ),
  ])
  func `is of its column's type`(
    mark: String, type: String, first: String, kept: String, later: String
  ) async throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, n: \(type)}", source: "watermark: \(mark)"),
      "in.csv": "id,n\n1,\(first)\n",
    ])
    try await place.run()
    #expect(try marks(place) == ["in|\(kept)|1|-"])
    let rows = later.split(separator: ",").enumerated().map { "\($0 + 2),\($1)\n" }.joined()
    try place.write("in.csv", "id,n\n" + rows)
    let summary = try await place.run()
    #expect(summary.filtered == 1)
  }

  @Test func `never goes back, and never to nothing`() async throws {
    let place = try place("1,2021-03-09,10\n")
    try await place.run()
    for rows in ["", "1,,10\n", "1,2021-03-08,10\n", "x,2021-03-12,10\n"] {
      try place.write("in.csv", "id,day,v\n" + rows)
      try await place.run()
      #expect(try marks(place) == ["in|2021-03-09|1|-"])
    }
  }

  @Test func `does not move when the load fails`() async throws {
    let place = try place("1,2021-03-09,10\n")
    try await place.run()
    try place.write("in.csv", "id,day,v\n2,2021-04-09,10\n")
    try place.execute("DROP TABLE t; CREATE TABLE t(id TEXT PRIMARY KEY)")
    try place.execute("UPDATE _etl_tables SET schema_sha256=x'00'")
    let summary = try await place.run()
    #expect(summary.error?.code == "load.schema_changed")
    #expect(try marks(place) == ["in|2021-03-09|1|-"])
  }

  @Test func `goes back with an older copy of the destination`() async throws {
    let place = try place("1,2021-03-01,10\n")
    try await place.run()
    let file = place.folder + "/out.db"
    try FileManager.default.copyItem(atPath: file, toPath: file + ".copy")
    try place.write("in.csv", "id,day,v\n1,2021-03-01,10\n2,2021-03-09,20\n")
    try await place.run()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: file + suffix)
    }
    try FileManager.default.moveItem(atPath: file + ".copy", toPath: file)
    let pipeline = try place.workspace.pipeline(named: "p")
    let shown = try #require(try place.workspace.watermarks(of: pipeline).first)
    #expect(shown.current?.value == "2021-03-01")
    #expect(shown.lost?.value == "2021-03-09")
    let summary = try await place.run()
    #expect(summary.inserted == 1)
    #expect(try place.query("SELECT id FROM t ORDER BY id") == ["1", "2"])
  }

  @Test func `lets records of the queue pass, whatever file they are in`() async throws {
    let place = try place("1,2021-03-01,x\n2,2021-03-09,20\n")
    try await place.run()
    // The same file again, its record still bad: it stays in the queue, and is not closed.
    let again = try await place.run(options: RunOptions(isForced: true))
    #expect(spaced(again.filtered, again.rejected, again.unchanged) == "0 1 1")
    try place.write("in.csv", "id,day,v\n1,2021-03-01,x\n2,2021-03-09,20\n3,2021-03-10,30\n")
    let later = try await place.run()
    #expect(spaced(later.filtered, later.rejected, later.inserted) == "1 1 1")
    #expect(try place.queue().map { $0.prefix(7) } == ["waiting"])
    let act = try StateFile.open(place.workspace).edit(
      1, raw: Array("1,2021-03-01,10".utf8), by: "ann")
    #expect(act.changed == 1)
    try await place.run()
    #expect(try place.query("SELECT id, v FROM t ORDER BY id") == ["1|10", "2|20", "3|30"])
  }

  @Test func `can be set, and then the same files are read again`() async throws {
    let place = try place("1,2021-03-01,10\n2,2021-03-09,20\n", mark: "{column: day}")
    try await place.run()
    #expect(try await place.run().state == .unchanged)
    let pipeline = try place.workspace.pipeline(named: "p")
    let state = try place.workspace.setWatermark("2021-03-05", of: "in", in: pipeline, by: "ann")
    #expect(state.floor == "2021-03-05")
    try place.execute("DELETE FROM t")
    let summary = try await place.run()
    #expect(spaced(summary.filtered, summary.inserted) == "1 1")
    #expect(
      try marks(place) == ["in|2021-03-09|1|-", "in|2021-03-05|-|ann", "in|2021-03-09|2|-"])
    #expect(
      try place.query(
        "SELECT actor, action, target, note FROM audit", in: ".etl/state.db")
        == ["ann|watermark|p in|2021-03-05"])
    _ = try place.workspace.setWatermark(nil, of: "in", in: pipeline, by: "ann")
    #expect(try await place.run().filtered == 0)
  }

  @Test(arguments: [
    (
      "in", "soon",
      """
      "soon" is no value of in.day, which is date (watermark.value)
        fix: write it like 2021-03-09, or none to read everything
      """
    ),
    ("in", "", "\"\" is no value of in.day, which is date (watermark.value)"),
    (
      "inn", "2021-03-09",
      """
      pipeline p has no source inn (watermark.unknown_source)
        fix: did you mean in?
      """
    ),
  ])
  func `is not set to what it cannot be`(source: String, value: String, says: String) async throws {
    let place = try place("1,2021-03-09,10\n")
    try await place.run()
    let pipeline = try place.workspace.pipeline(named: "p")
    let error = #expect(throws: EngineError.self) {
      try place.workspace.setWatermark(value, of: source, in: pipeline, by: "ann")
    }
    #expect(error?.description.hasPrefix(says) == true)
    #expect(try marks(place) == ["in|2021-03-09|1|-"])
  }

  @Test func `is not set while a run owns the pipeline`() async throws {
    let place = try place("1,2021-03-09,10\n")
    try await place.run()
    let pipeline = try place.workspace.pipeline(named: "p")
    let lock = try RunLock.acquire(stateFolder: place.workspace.stateFolder, pipeline: "p")
    let error = #expect(throws: EngineError.self) {
      try place.workspace.setWatermark("2021-01-01", of: "in", in: pipeline, by: "ann")
    }
    #expect(error?.code == "run.busy")
    #expect(try marks(place) == ["in|2021-03-09|1|-"])
    withExtendedLifetime(lock) {}
  }

  @Test func `of another column is refused, not guessed`() async throws {
    let place = try place("1,2021-03-09,10\n")
    try await place.run()
    try place.write(
      "pipelines/p.yaml", pipeline(columns: Self.columns, source: "watermark: {column: v}"))
    let summary = try await place.run()
    #expect(
      summary.error?.what
        == "the watermark of in is 2021-03-09 of day (date), the pipeline names v (int)")
    #expect(summary.error?.fix?.hasPrefix("etl-tui watermark set p in VALUE") == true)
  }

  /// The ids in the table, in the order in which they were appended.
  private func appended(_ place: TestWorkspace) throws -> String {
    try place.query("SELECT id FROM t ORDER BY rowid").joined(separator: " ")
  }

  @Test func `appends each record once, and new ones at the mark too`() async throws {
    let place = try place("1,2021-03-08,1\n2,2021-03-09,1\n", mark: "{column: day}", mode: "append")
    try await place.run()
    try place.write(
      "in.csv",
      "id,day,v\n1,2021-03-08,1\n2,2021-03-09,1\n3,2021-03-09,1\n4,2021-03-10,1\n5,,1\n")
    let summary = try await place.run()
    #expect(spaced(summary.filtered, summary.deduplicated, summary.inserted) == "1 1 3")
    #expect(summary.notes.contains("in: 1 record at the watermark left out: appended before"))
    #expect(try appended(place) == "1 2 3 4 5")
    // The same, in other bytes between the records.
    try place.write("in.csv", "id,day,v\r\n4,2021-03-10,1\r\n5,,1\r\n6,2021-03-10,1\r\n")
    #expect(try await place.run().inserted == 1)
    #expect(try await place.run(options: RunOptions(isForced: true)).inserted == 0)
    #expect(try appended(place) == "1 2 3 4 5 6")
    #expect(try marks(place) == ["in|2021-03-09|1|-", "in|2021-03-10|2|-"])
    // No more is kept than what may come again.
    #expect(
      try place.query("SELECT value IS NULL, count(*) FROM _etl_watermark_records GROUP BY 1")
        == ["0|2", "1|1"])
  }

  @Test func `appends records that are alike as often as they come`() async throws {
    let place = try place(
      "1,2021-03-09,1\n1,2021-03-09,1\n", mark: "{column: day}", mode: "append")
    try await place.run()
    for (count, inserted) in [(2, 0), (3, 1), (1, 0), (3, 0), (5, 2)] {
      let text = String(repeating: "1,2021-03-09,1\n", count: count)
      try place.write("in.csv", "id,day,v\n" + text + "9\(count),2021-03-01,1\n")
      #expect(try await place.run().inserted == inserted)
    }
    #expect(try appended(place) == "1 1 1 1 1")
  }

  @Test func `appends late records within the lag once`() async throws {
    let place = try place("1,2021-03-09,1\n", mode: "append")
    try await place.run()
    let late = "1,2021-03-09,1\n2,2021-03-07,1\n3,2021-03-06,1\n"
    for more in ["", "4,2021-03-08,1\n", "4,2021-03-08,1\n5,2021-03-12,1\n6,2021-03-08,1\n"] {
      try place.write("in.csv", "id,day,v\n" + late + more)
      try await place.run()
    }
    #expect(try appended(place) == "1 2 4 5 6")
  }

  @Test func `leaves the records of the queue to the queue when it appends`() async throws {
    let place = try place(
      "1,2021-03-09,x\n1,2021-03-09,x\n2,2021-03-09,2\n", mark: "{column: day}", mode: "append")
    try await place.run()
    func grow(_ rows: String) async throws {
      let old = try String(contentsOfFile: place.folder + "/in.csv", encoding: .utf8)
      try place.write("in.csv", old + rows)
      try await place.run()
    }
    try await grow("3,2021-03-09,3\n")
    #expect(try place.queue().count == 2)
    let state = try StateFile.open(place.workspace)
    _ = try state.edit(1, raw: Array("1,2021-03-09,1".utf8), by: "ann")
    try await place.run()
    #expect(try appended(place) == "2 3 1")
    // A third bad record is one more, and the mended one is not appended again.
    try await grow("1,2021-03-09,x\n4,2021-03-10,4\n")
    #expect(try appended(place) == "2 3 1 4")
    #expect(try place.queue().map { $0.prefix(7) } == ["loaded|", "waiting", "waiting"])
    _ = try await place.run(options: RunOptions(isForced: true))
    #expect(try appended(place) == "2 3 1 4")
    try await grow("5,2021-03-10,5\n")
    #expect(try appended(place) == "2 3 1 4 5")
    #expect(try place.queue().count == 3)
  }

  @Test func `that was set appends again what is newer`() async throws {
    let place = try place("1,2021-03-08,1\n2,2021-03-09,1\n", mark: "{column: day}", mode: "append")
    try await place.run()
    let pipeline = try place.workspace.pipeline(named: "p")
    _ = try place.workspace.setWatermark("2021-03-09", of: "in", in: pipeline, by: "ann")
    try place.execute("DELETE FROM t")
    #expect(try await place.run().inserted == 1)
    #expect(try await place.run().state == .unchanged)
    try place.write("in.csv", "id,day,v\n1,2021-03-08,1\n2,2021-03-09,1\n3,2021-03-09,1\n")
    #expect(try await place.run().inserted == 1)
    try place.write("in.csv", "id,day,v\n2,2021-03-09,1\n3,2021-03-09,1\n4,2021-03-09,1\n")
    #expect(try await place.run().inserted == 1)
    #expect(try appended(place) == "2 3 4")
  }

  @Test(arguments: [
    ("", "replace", "in", "mode replace would keep only the records newer than the mark"),
    (
      "s: {type: aggregate, from: in, by: [id], set: {v: sum(v)}}", "append", "s",
      "s makes groups that are not of one day"
    ),
    (
      "s: {type: lookup, from: other, in: in, keys: [id], add: [v]}", "append", "s",
      "s looks into in, which must be whole"
    ),
    (
      "s: {type: join, left: in, right: other, keys: [id], kind: full}", "append", "s",
      "s gives records of other without a partner"
    ),
    ("s: {type: dedupe, from: in, key: [id]}", "append", "s", "s keeps the first record of a key"),
    (
      "s: {type: aggregate, from: in, by: [day], set: {v: sum(v)}}", "append", "s",
      "s makes rows of several records, and later ones would append a second row"
    ),
  ])
  func `is refused where the result would be another`(
    step: String, mode: String, from: String, says: String
  ) throws {
    let other = """
        other:
          type: file
          path: other.csv
          columns: {id: {type: int, required: true}, w: int}
      """
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns, steps: step.isEmpty ? "" : "  \(step)\n", from: from, mode: mode,
        key: nil, source: "watermark: {column: day}", sources: other)
    ])
    let error = #expect(throws: EngineError.self) {
      try PipelineRun(try place.workspace.pipeline(named: "p"), in: place.workspace)
    }
    #expect(error?.description.contains("error: \(says) (watermark.") == true)
  }

  @Test func `stands before groups of its own column`() async throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns,
        steps: "  s: {type: aggregate, from: in, by: [day], set: {v: sum(v)}}\n", from: "s",
        key: "[day]", source: "watermark: {column: day}"),
      "in.csv": "id,day,v\n1,2021-03-01,1\n2,2021-03-01,2\n3,2021-03-02,3\n",
    ])
    try await place.run()
    try place.write(
      "in.csv", "id,day,v\n1,2021-03-01,1\n3,2021-03-02,3\n4,2021-03-02,4\n5,2021-03-03,5\n")
    try await place.run()
    #expect(
      try place.query("SELECT day, v FROM t ORDER BY day")
        == ["2021-03-01|3", "2021-03-02|7", "2021-03-03|5"])
  }
}
