// The load protocol: whatever step a run dies at, the queue tells the truth afterwards.

import ETLKit
import Foundation
import Records
import Testing

@Suite struct `A load` {
  let place: StateWorkspace
  let state: StateFile

  init() throws {
    place = try StateWorkspace()
    state = try place.open()
  }

  private func queue() throws -> [OpenReject] { try state.openRejects(pipeline: "covid") }

  @Test func `puts its rejects into the queue when it is finalised`() throws {
    let run = try BegunRun(state)
    try run.load([run.reject(1), run.reject(2)])
    let open = try queue()
    #expect(open.map(\.uid) == [[1], [2]])
    #expect(open.map(\.entry) == [RejectEntry(state: .waiting), RejectEntry(state: .waiting)])
    #expect(String(decoding: open[0].raw, as: UTF8.self) == "2020-01-01,x1")
    #expect(open[0].place.line == 2)
    #expect(try place.value("SELECT count(*) FROM load_item") == "0")
    #expect(try place.value("SELECT text FROM reason") == "cases is not a whole number")
  }

  @Test func `keeps one entry for the same bad record, and counts only a changed world`() throws {
    try BegunRun(state).load([BegunRun(state).reject(1)])
    let same = try BegunRun(state)
    try same.load([same.reject(1)])
    #expect(try queue().map(\.entry.attempts) == [1])
    let changed = try BegunRun(state)
    try changed.load([changed.reject(1, world: [2])])
    #expect(try queue().map(\.entry.attempts) == [2])
    #expect(try queue().map(\.worldHash) == [[2]])
    #expect(try place.value("SELECT count(*) FROM reject_attempt") == "2")
  }

  @Test func `counts a record that was asked for even in the same world`() throws {
    let first = try BegunRun(state)
    try first.load([first.reject(1)])
    let id = try #require(try queue().first?.id)
    try state.ask(.ids([id]), by: "ann")
    #expect(try queue().map(\.entry.isAsked) == [true])
    let second = try BegunRun(state)
    try second.load([second.reject(1)])
    #expect(
      try queue().map(\.entry) == [RejectEntry(state: .waiting, attempts: 2)])
  }

  @Test func `closes entries that were loaded, with their history`() throws {
    let first = try BegunRun(state)
    try first.load([first.reject(1), first.reject(2), first.reject(3)])
    let second = try BegunRun(state)
    #expect(try state.claim(queue().map(\.id), run: second.run).count == 3)
    try second.load([
      second.item(1, .loaded), second.item(2, .superseded), second.item(3, .filtered),
    ])
    #expect(try queue().isEmpty)
    #expect(
      try place.value("SELECT group_concat(state) FROM (SELECT state FROM reject ORDER BY id)")
        == "loaded,superseded,superseded")
    #expect(
      try place.value(
        "SELECT group_concat(outcome) FROM (SELECT outcome FROM reject_attempt WHERE reject_id=1)")
        == "rejected,loaded")
    #expect(
      try place.value("SELECT resolution FROM reject WHERE id=1")
        == "loaded by run \(second.run)")
  }

  @Test func `opens an entry again when the record turns bad again`() throws {
    for outcome in [LoadItem.Outcome.rejected, .loaded, .rejected] {
      let run = try BegunRun(state)
      try run.load([
        outcome == .rejected ? run.reject(1, world: [UInt8(run.run)]) : run.item(1, .loaded)
      ])
    }
    #expect(try queue().map(\.entry.state) == [.waiting])
    #expect(try place.value("SELECT resolution FROM reject") == nil)
  }

  @Test func `gives a record up after the last attempt`() throws {
    for world in 1...3 {
      let run = try BegunRun(state, retry: RetrySpec(attempts: 3))
      try run.load([run.reject(1, world: [UInt8(world)])])
    }
    #expect(try queue().map(\.entry.state) == [.dead])
  }

  @Test func `never gives a record up that waits for a partner`() throws {
    let fault = RecordFault(code: .joinUnmatched, column: "date", value: "2020-01-01", rule: "jhu")
    for world in 1...3 {
      let run = try BegunRun(state, retry: RetrySpec(attempts: 2))
      try run.load([run.reject(1, world: [UInt8(world)], fault: fault)])
    }
    #expect(try queue().map(\.entry) == [RejectEntry(state: .waiting, attempts: 3)])
  }

  @Test func `gives up what is too old`() throws {
    let first = try BegunRun(state)
    try first.load([first.reject(1)])
    place.advance(100)
    let second = try BegunRun(state, retry: RetrySpec(deadAfterSeconds: 99))
    try second.load([])
    #expect(try queue().map(\.entry.state) == [.dead])
  }

  @Test func `schedules what waits for a moment`() throws {
    let due = Timestamp(microseconds: 1_800_000_000_000_000)
    let run = try BegunRun(state)
    try run.load([run.reject(1, wake: .time, next: due)])
    #expect(
      try queue().map(\.entry) == [RejectEntry(state: .scheduled, wake: .time, nextAttempt: due)])
  }

  @Test func `shows the rejects of a run that a check blocked, and changes nothing else`() throws {
    let first = try BegunRun(state)
    try first.load([first.reject(1)])
    let second = try BegunRun(state)
    try state.claim(queue().map(\.id), run: second.run)
    let load = try state.beginLoad(run: second.run, destination: "covid.db")
    try state.add([second.item(1, .loaded), second.reject(2)], to: load)
    try state.void(load, keepRejects: true)
    #expect(try queue().map(\.uid) == [[1], [2]])
    #expect(
      try queue().map(\.entry) == [RejectEntry(state: .waiting), RejectEntry(state: .waiting)])
    #expect(try state.lastLoadedContent(pipeline: "covid")?.run == first.run)
  }

  @Test func `is decided once`() throws {
    let run = try BegunRun(state)
    let load = try state.beginLoad(run: run.run, destination: "covid.db")
    try state.prepare(load)
    try state.void(load)
    #expect(throws: EngineError(.state(.loadDecided(load: load.id, phase: "void")))) {
      try state.finalise(load)
    }
  }

  @Test func `of queue entries alone leaves the noted content, also after a crash`() throws {
    let whole = try BegunRun(state)
    try whole.load([whole.reject(1)])
    let redrive = try BegunRun(state, kind: .retry)
    let load = try state.beginLoad(run: redrive.run, destination: "covid.db")
    try state.prepare(load, summary: redrive.summary(), updatesContent: false)
    let unresolved = try #require(try place.open().unresolvedLoads().first)
    try place.open().finalise(unresolved.load)
    #expect(try state.lastLoadedContent(pipeline: "covid")?.run == whole.run)
    #expect(try place.value("SELECT state FROM run WHERE id=\(redrive.run)") == "partial")
  }

  @Test func `notes what it was made of`() throws {
    let run = try BegunRun(state, planHash: [5], content: [8])
    #expect(try state.lastLoadedContent(pipeline: "covid") == nil)
    try run.load([])
    #expect(
      try state.lastLoadedContent(pipeline: "covid")
        == LoadedContent(
          planHash: [5], sources: ["nyt": .init(contents: [[8]], rows: 10)], run: run.run))
  }
}
