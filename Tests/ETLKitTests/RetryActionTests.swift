// What people do to queue entries.

import ETLKit
import Foundation
import Testing

@Suite struct `The retry queue` {
  let place: StateWorkspace
  let state: StateFile

  init() throws {
    (place, state) = try StateWorkspace.withThreeRejects()
  }

  private func states() throws -> [RejectState] {
    try state.openRejects(pipeline: "covid").map(\.entry.state)
  }

  @Test func `discards with a name and a note, and takes it back after a restart`() throws {
    let act = try state.discard(.ids([1, 2]), by: "ann", note: "test rows")
    #expect(act == QueueAct(changed: 2, skipped: 0, pipelines: ["covid"], undo: act.undo))
    #expect(try states() == [.waiting])
    #expect(
      try place.value("SELECT resolution FROM reject WHERE id=1") == "discarded by ann: test rows")
    let again = try place.open()
    let last = try #require(try again.lastUndoableAct())
    #expect(last.text == "discarded 2 records")
    #expect(try again.undo(last.id, by: "ben").changed == 2)
    #expect(try states() == [.waiting, .waiting, .waiting])
    #expect(try again.lastUndoableAct() == nil)
  }

  @Test func `leaves entries alone that changed after the discard`() throws {
    let act = try state.discard(.ids([1, 2]), by: "ann", note: "")
    let run = try BegunRun(state)
    try run.load([run.item(1, .loaded)])
    let undone = try state.undo(try #require(act.undo), by: "ann")
    #expect(undone == QueueAct(changed: 1, skipped: 1, skippedIDs: [1], pipelines: ["covid"]))
  }

  @Test func `keeps a discarded record discarded when it comes again`() throws {
    try state.discard(.ids([1]), by: "ann", note: "")
    let run = try BegunRun(state)
    try run.load([run.reject(1, world: [2])])
    #expect(try place.value("SELECT state FROM reject WHERE id=1") == "discarded")
  }

  @Test func `asks for all records of a cause`() throws {
    #expect(try state.ask(.reason(1), by: "ann").changed == 3)
    #expect(try state.openRejects(pipeline: "covid").allSatisfy(\.entry.isAsked))
  }

  @Test(arguments: [
    (RejectSelection.all, 3), (.pipeline("covid"), 3), (.pipeline("other"), 0), (.ids([2]), 1),
    (.reason(99), 0),
  ])
  func `selects`(selection: RejectSelection, count: Int) throws {
    #expect(try state.ask(selection, by: "ann").changed == count)
  }

  @Test func `does not discard what a run is trying`() throws {
    let run = try BegunRun(state)
    try state.claim([1], run: run.run)
    let act = try state.discard(.all, by: "ann", note: "")
    #expect((act.changed, act.skipped) == (2, 1))
  }

  @Test func `shows a run the edited bytes, and the original after undo`() throws {
    let act = try state.edit(1, raw: Array("2020-01-01,5".utf8), by: "ann")
    var entry = try #require(try state.openRejects(pipeline: "covid").first)
    #expect(String(decoding: entry.raw, as: UTF8.self) == "2020-01-01,5")
    #expect(entry.isEdited && entry.entry.isAsked)
    _ = try state.undo(try #require(act.undo), by: "ann")
    entry = try #require(try state.openRejects(pipeline: "covid").first)
    #expect(String(decoding: entry.raw, as: UTF8.self) == "2020-01-01,x1")
    #expect(!entry.isEdited)
  }

  @Test func `is read page by page`() throws {
    let first = try state.openRejects(pipeline: "covid", limit: 2)
    let second = try state.openRejects(pipeline: "covid", after: first[1].id, limit: 2)
    #expect(first.map(\.id) == [1, 2])
    #expect(second.map(\.id) == [3])
  }

  @Test func `lets a run that ends without judging change nothing`() throws {
    let run = try BegunRun(state)
    try state.claim([1, 2], run: run.run)
    try state.finishRun(run.summary(.failed))
    let entries = try state.openRejects(pipeline: "covid").map(\.entry)
    #expect(entries == [RejectEntry](repeating: RejectEntry(state: .waiting), count: 3))
  }

  @Test(arguments: [
    (RejectEntry(state: .waiting), false, [1], false),
    (RejectEntry(state: .waiting), true, [1], true),
    (RejectEntry(state: .waiting), false, [2], true),
    (RejectEntry(state: .waiting, isAsked: true), false, [1], true),
    (RejectEntry(state: .waiting, wake: .manual), true, [2], false),
    (RejectEntry(state: .dead), true, [2], false),
    (
      RejectEntry(state: .scheduled, wake: .time, nextAttempt: Timestamp(microseconds: 10)), true,
      [1], true
    ),
    (
      RejectEntry(state: .scheduled, wake: .time, nextAttempt: Timestamp(microseconds: 11)), true,
      [2], false
    ),
  ])
  func `knows which entries are due`(
    entry: RejectEntry, everyRun: Bool, world: [UInt8], isDue: Bool
  ) throws {
    var open = try #require(try state.openRejects(pipeline: "covid").first)
    open.entry = entry
    #expect(
      open.isDue(inWorld: world, at: Timestamp(microseconds: 10), everyRun: everyRun) == isDue)
  }
}
