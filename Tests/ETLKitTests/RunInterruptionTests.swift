// What a run meets when an earlier one was cut short, or its destination answers late or not at all.

import Foundation
import GRDB
import Records
import Synchronization
import Testing

@testable import ETLKit

@Suite struct `A run after an interruption` {
  private let numbers = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func workspace(
    _ text: String, mode: String = "upsert"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: numbers, mode: mode, key: mode == "append" ? nil : "[id]"), "in.csv": text,
    ])
  }

  /// Puts the last load back to where it stands between the destination's commit and the books.
  private func forgetTheBooks(of test: TestWorkspace) throws {
    try test.execute(
      """
      UPDATE load SET phase='prepared', summary_json=NULL WHERE id=(SELECT max(id) FROM load);
      UPDATE run SET state='failed' WHERE id=(SELECT max(id) FROM run)
      """, in: ".etl/state.db")
  }

  @Test func `is refused while the destination cannot be asked about the load before`()
    async throws
  {
    let test = try workspace("id,v\n1,10\n", mode: "append")
    try await test.run()
    try forgetTheBooks(of: test)
    let aside = test.folder + "/aside.db"
    try FileManager.default.moveItem(atPath: test.folder + "/out.db", toPath: aside)
    try test.write("out.db", String(repeating: "no database ", count: 100))
    await #expect(
      throws: EngineError(.load(.notDatabase(path: test.folder + "/out.db")), stage: "load")
    ) {
      try await test.run()
    }
    try FileManager.default.removeItem(atPath: test.folder + "/out.db")
    try FileManager.default.moveItem(atPath: aside, toPath: test.folder + "/out.db")
    try test.write("in.csv", "id,v\n2,20\n")
    try await test.run()
    #expect(try test.query("SELECT * FROM t ORDER BY id") == ["1|10", "2|20"])
    #expect(
      try test.query("SELECT phase FROM load", in: ".etl/state.db") == ["finalised", "finalised"])
  }

  @Test func `does not take a folder that is out of reach for a load that never was`() throws {
    let test = try workspace("")
    let away = test.folder + "/disk/out.db"
    #expect(
      LoadMarker.ask(nonce: [1], at: away, settles: true)
        == .unknown(.folderMissing(path: test.folder + "/disk")))
    try FileManager.default.createDirectory(
      atPath: test.folder + "/disk", withIntermediateDirectories: false)
    #expect(LoadMarker.ask(nonce: [1], at: away, settles: true) == .absent)
  }

  @Test func `leaves the log of a removed database behind`() async throws {
    let test = try workspace("id,v\n1,10\n2,20\n")
    try await test.run()
    do {
      let queue = try DatabaseQueue(path: test.folder + "/out.db")
      try await queue.write { try $0.execute(sql: "DELETE FROM t") }
      try FileManager.default.copyItem(
        atPath: test.folder + "/out.db-wal", toPath: test.folder + "/kept-wal")
    }
    try FileManager.default.removeItem(atPath: test.folder + "/out.db")
    try FileManager.default.moveItem(
      atPath: test.folder + "/kept-wal", toPath: test.folder + "/out.db-wal")
    let again = try await test.run()
    #expect(again.inserted == 2)
    #expect(try test.query("PRAGMA integrity_check") == ["ok"])
    #expect(try test.query("SELECT * FROM t") == ["1|10", "2|20"])
  }

  @Test func `tries a record that cut runs short alone and after the others`() async throws {
    let test = try workspace("id,v\n1,x\n2,y\n3,z\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    for entry in try state.openRejects(pipeline: "p") {
      try state.edit(entry.id, raw: Array("\(entry.place.line),7".utf8), by: "tester")
    }
    try test.execute(
      "UPDATE reject SET interruptions=3, wake='change' WHERE line_no=2", in: ".etl/state.db")
    let pipeline = try test.workspace.pipeline(named: "p")
    let lines = LinesTold()
    let run = try PipelineRun(pipeline, in: test.workspace) { event in
      if case .log(_, .warn, _, let text) = event { lines.add(text) }
    }
    let summary = try await run.run()
    #expect(spaced(summary.retried, summary.inserted) == "3 3")
    #expect(lines.all == ["line 2 has cut 3 runs short; it is tried alone"])
  }

  @Test func `has in hand what it works on, and nothing once the rows are loaded`() async throws {
    let test = try workspace("id,v\n1,x\n2,y\n" + (3...3_000).map { "\($0),1\n" }.joined())
    try await test.run()
    let state = try StateFile.open(test.workspace)
    try state.edit(1, raw: Array("1,10".utf8), by: "tester")
    try test.write("in.csv", "id,v\n1,x\n2,y\n" + (3...3_000).map { "\($0),2\n" }.joined())
    var options = RunOptions()
    options.batchCapacity = 100
    let held = Mutex<[String]>([])
    let path = test.folder + "/.etl/state.db"
    let pipeline = try test.workspace.pipeline(named: "p")
    let run = try PipelineRun(
      pipeline, in: test.workspace, options: options
    ) { event in
      guard case .progress = event else { return }
      let now = try? DatabaseQueue(path: path).read {
        try String.fetchAll($0, sql: "SELECT ids_json FROM in_hand")
      }
      held.withLock { $0 += now ?? [] }
    }
    #expect(try await run.run().state == .partial)
    #expect(held.withLock { $0.last } == "[]")
    #expect(try test.query("SELECT * FROM in_hand", in: ".etl/state.db") == [])
  }

  @Test func `lets a record rest that has cut four runs short`() async throws {
    let test = try workspace("id,v\n1,x\n")
    try await test.run()
    for death in 1...4 {
      let state = try StateFile.open(test.workspace)
      let entry = try #require(try state.openRejects(pipeline: "p").first)
      if death == 1 { try state.ask(.ids([entry.id]), by: "tester") }
      let run = try state.beginRun(
        pipeline: try test.workspace.pipeline(named: "p"), planHash: [1], kind: .manual, stages: [])
      #expect(try state.claim([entry.id], run: run) == [entry.id])
      try state.hold([entry.id], by: run)
      // Opened by the next process that writes: nobody holds the run.
      _ = try StateFile.open(test.workspace)
      let after = try #require(try state.openRejects(pipeline: "p").first)
      #expect(spaced(after.entry.interruptions, after.entry.attempts) == "\(death) 1")
      #expect(after.isFragile == (death >= 3))
      #expect(after.isDue(inWorld: [], at: .now, everyRun: true) == (death < 4))
    }
  }

  @Test func `takes a mended record in place of the bad one that the file still has`() async throws
  {
    let test = try workspace("id,v\n1,x\n2,20\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    let entry = try #require(try state.openRejects(pipeline: "p").first)
    try state.edit(entry.id, raw: Array("1,10".utf8), by: "tester")
    try test.write("in.csv", "id,v\n1,x\n2,20\n3,30\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.rejected, summary.deduplicated) == "2 0 1")
    #expect(try test.query("SELECT * FROM t ORDER BY id") == ["1|10", "2|20", "3|30"])
    #expect(try test.queue() == ["loaded|in|cast.int|2|1,x"])
    // And so it stays, also where the row has to be made anew.
    try FileManager.default.removeItem(atPath: test.folder + "/out.db")
    let again = try await test.run()
    #expect(spaced(again.inserted, again.rejected, again.openRejects) == "3 0 0")
    #expect(try test.query("SELECT * FROM t ORDER BY id") == ["1|10", "2|20", "3|30"])
    #expect(try test.queue() == ["loaded|in|cast.int|2|1,x"])
  }

  @Test func `leaves alone what is tried while somebody edits it`() async throws {
    let test = try workspace("id,v\n1,x\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    let entry = try #require(try state.openRejects(pipeline: "p").first)
    let run = try state.beginRun(
      pipeline: try test.workspace.pipeline(named: "p"), planHash: [1], kind: .manual, stages: [])
    try state.claim([entry.id], run: run)
    let act = try state.edit(entry.id, raw: Array("1,1".utf8), by: "tester")
    #expect(spaced(act.changed, act.skipped) == "0 1")
    #expect(try state.openRejects(pipeline: "p").first?.isEdited == false)
  }
}

/// Texts told by a run, from whatever thread.
final class LinesTold: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ text: String) { lines.withLock { $0.append(text) } }
  var all: [String] { lines.withLock { $0 } }
}
