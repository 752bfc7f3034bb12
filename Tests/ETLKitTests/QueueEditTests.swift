// Records that people mended, against runs that read their files again.

import ETLKit
import Foundation
import Testing

@Suite struct `A mended record` {
  static let columns = "{id: {type: int, required: true}, n: {type: int, required: true}}"

  private func place(mode: String = "upsert", rows: String = "1,10\n2,x\n3,30\n") throws
    -> TestWorkspace
  {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: Self.columns, mode: mode, key: mode == "upsert" ? "[id]" : nil),
      "in.csv": "id,n\n" + rows,
    ])
  }

  private func edit(_ place: TestWorkspace, _ id: RejectID, _ raw: String) throws {
    let act = try StateFile.open(place.workspace).edit(id, raw: Array(raw.utf8), by: "ann")
    #expect(act.changed == 1)
  }

  private func rows(_ place: TestWorkspace) throws -> [String] {
    try place.query("SELECT id, n FROM t ORDER BY id, n")
  }

  @Test func `is loaded by a run that reads nothing but it`() async throws {
    let place = try place()
    try await place.run()
    try edit(place, 1, "2,20")
    let summary = try await place.run()
    #expect(summary.inserted == 1 && summary.rejected == 0)
    #expect(try rows(place) == ["1|10", "2|20", "3|30"])
    #expect(try place.queue() == ["loaded|in|cast.int|3|2,x"])
  }

  @Test(arguments: ["upsert", "replace"])
  func `stands in the place of its old line when another file brings that`(
    mode: String
  ) async throws {
    let place = try place(mode: mode)
    try await place.run()
    try edit(place, 1, "2,20")
    try place.write("in.csv", "id,n\n1,11\n2,x\n3,30\n4,40\n")
    let first = try await place.run()
    #expect(first.rejected == 0)
    #expect(try rows(place) == ["1|11", "2|20", "3|30", "4|40"])
    try place.write("in.csv", "id,n\n2,x\n5,50\n")
    let second = try await place.run()
    #expect(second.rejected == 0)
    #expect(
      try rows(place)
        == (mode == "replace" ? ["2|20", "5|50"] : ["1|11", "2|20", "3|30", "4|40", "5|50"]))
    #expect(try place.queue() == ["loaded|in|cast.int|3|2,x"])
  }

  @Test func `stands in the place of its old line when the same file is loaded again`()
    async throws
  {
    let place = try place(mode: "replace")
    try await place.run()
    try edit(place, 1, "2,20")
    for _ in 0..<2 {
      let summary = try await place.run(options: RunOptions(isForced: true))
      #expect(summary.inserted == 3 && summary.rejected == 0)
      #expect(try rows(place) == ["1|10", "2|20", "3|30"])
    }
  }

  @Test func `stays mended though its file is of another shape now`() async throws {
    let place = try place()
    try await place.run()
    try edit(place, 1, "2,20")
    try await place.run()
    try place.write("in.csv", "n,id\nx,2\n70,7\n")
    let summary = try await place.run()
    // The line has other bytes now: it is not the one that was mended.
    #expect(summary.rejected == 1)
    #expect(try rows(place) == ["1|10", "2|20", "3|30", "7|70"])
  }

  @Test func `that is bad again waits with its own faults, not those of the file`() async throws {
    let place = try place()
    try await place.run()
    try edit(place, 1, "2,y")
    try place.write("in.csv", "id,n\n2,x\n")
    try await place.run()
    let errors = try place.query("SELECT errors_json FROM reject", in: ".etl/state.db")
    #expect(errors.first?.contains(#""value":"y""#) == true)
    #expect(try place.queue() == ["waiting|in|cast.int|3|2,x"])
  }

  @Test func `goes when its file brings a good line for its key`() async throws {
    let place = try place()
    try await place.run()
    try edit(place, 1, "2,20")
    try place.write("in.csv", "id,n\n2,22\n")
    try await place.run()
    #expect(try rows(place) == ["1|10", "2|22", "3|30"])
    #expect(try place.query("SELECT state FROM reject", in: ".etl/state.db") == ["superseded"])
  }

  @Test func `alone does not empty a table that is replaced`() async throws {
    let place = try place(mode: "replace")
    try await place.run()
    try edit(place, 1, "2,20")
    try await place.run()
    #expect(try rows(place) == ["1|10", "2|20", "3|30"])
  }
}

@Suite struct `An edit` {
  let place: StateWorkspace
  let state: StateFile

  init() throws {
    (place, state) = try StateWorkspace.withThreeRejects()
  }

  private func raws() throws -> [String] {
    try state.openRejects(pipeline: "covid").map { String(decoding: $0.raw, as: UTF8.self) }
  }

  private func edit(_ id: RejectID, _ raw: String, basis: String? = nil) -> RecordEdit {
    RecordEdit(id, raw: Array(raw.utf8), basis: basis.map { Array($0.utf8) })
  }

  @Test func `of many records is one step, taken back and done again after restarts`() throws {
    let act = try state.edit([edit(1, "a"), edit(3, "c")], as: .fix, note: "n := 1", by: "ann")
    #expect(act.changed == 2 && act.skipped == 0)
    #expect(try raws() == ["a", "2020-01-02,x2", "c"])
    let last = try #require(try place.open().lastUndoableAct())
    #expect(last.text == "fixed 2 records alike" && last.actor == "ann")
    #expect(try place.open().undo(last.id, by: "ben").changed == 2)
    #expect(try raws() == ["2020-01-01,x1", "2020-01-02,x2", "2020-01-03,x3"])
    let undone = try #require(try place.open().lastUndoneAct())
    #expect(undone.text == "fixed 2 records alike" && undone.actor == "ben")
    #expect(try place.open().redo(undone.id, by: "ben").changed == 2)
    #expect(try raws() == ["a", "2020-01-02,x2", "c"])
    #expect(try state.lastUndoneAct() == nil)
    #expect(try state.lastUndoableAct()?.id == last.id)
  }

  @Test func `is undone and redone step by step`() throws {
    try state.edit(1, raw: Array("a".utf8), by: "ann")
    try state.edit(1, raw: Array("b".utf8), by: "ann")
    try state.discard(.ids([2]), by: "ann", note: "")
    for expected in ["b", "a", "2020-01-01,x1"] {
      _ = try state.undo(try #require(try state.lastUndoableAct()).id, by: "ann")
      #expect(try raws()[0] == expected)
    }
    for expected in ["a", "b", "b"] {
      _ = try state.redo(try #require(try state.lastUndoneAct()).id, by: "ann")
      #expect(try raws()[0] == expected)
    }
    #expect(try raws().count == 2)
    #expect(try place.value("SELECT resolution FROM reject WHERE id=2") == "discarded by ann")
    #expect(
      try place.value("SELECT group_concat(action) FROM audit")
        == "edit,edit,discard,undo,undo,undo,redo,redo,redo")
  }

  @Test func `ends what could be redone`() throws {
    try state.edit(1, raw: Array("a".utf8), by: "ann")
    _ = try state.undo(try #require(try state.lastUndoableAct()).id, by: "ann")
    try state.edit(2, raw: Array("b".utf8), by: "ann")
    #expect(try state.lastUndoneAct() == nil)
  }

  @Test func `leaves alone what changed since it was made`() throws {
    try state.edit(1, raw: Array("a".utf8), by: "ann")
    let act = try state.edit(
      [edit(1, "b", basis: "2020-01-01,x1"), edit(2, "b", basis: "2020-01-02,x2")], as: .import,
      by: "ben")
    #expect(act.changed == 1 && act.skippedIDs == [1])
    #expect(try raws() == ["a", "b", "2020-01-03,x3"])
  }

  @Test func `is not undone over a newer one of the same record`() throws {
    let first = try state.edit(1, raw: Array("a".utf8), by: "ann")
    try state.edit([edit(1, "b")], as: .fix, by: "ben")
    let undone = try state.undo(try #require(first.undo), by: "ann")
    #expect(undone.changed == 0 && undone.skippedIDs == [1])
    #expect(try raws()[0] == "b")
  }

  @Test func `is not made of a record that a run is trying`() throws {
    let run = try BegunRun(state)
    try state.claim([1], run: run.run)
    #expect(try state.edit(1, raw: [65], by: "ann").skippedIDs == [1])
  }

  @Test func `brings a dead record back, and undo leaves it dead`() throws {
    try place.execute("UPDATE reject SET state='dead' WHERE id=1")
    let act = try state.edit(1, raw: Array("a".utf8), by: "ann")
    #expect(try place.value("SELECT state FROM reject WHERE id=1") == "waiting")
    _ = try state.undo(try #require(act.undo), by: "ann")
    #expect(try place.value("SELECT state FROM reject WHERE id=1") == "dead")
  }
}
