// A process that dies at any step of a load: here by dropping its objects, then opening the file again.

import ETLKit
import Foundation
import Testing

@Suite struct `Recovery` {
  enum Step: String, CaseIterable { case begun, claimed, loading, added, prepared, finalised }

  /// A queue with record 1, and a run that tries it, finds record 2 bad, and dies after a step.
  private func crash(after step: Step, in place: StateWorkspace) throws {
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    defer { withExtendedLifetime(lock) {} }
    let state = try place.open()
    let run = try BegunRun(state)
    guard step != .begun else { return }
    let claimed = try state.claim(
      try state.openRejects(pipeline: "covid").map(\.id), run: run.run)
    try state.hold(Set(claimed), by: run.run)
    guard step != .claimed else { return }
    let load = try state.beginLoad(run: run.run, destination: "covid.db")
    guard step != .loading else { return }
    try state.add([run.item(1, .loaded), run.reject(2)], to: load)
    guard step != .added else { return }
    try state.prepare(load, summary: run.summary())
    guard step != .prepared else { return }
    try state.finalise(load, summary: run.summary())
  }

  private func prepare() throws -> StateWorkspace {
    let place = try StateWorkspace()
    let state = try place.open()
    let run = try BegunRun(state)
    try run.load([run.reject(1)])
    return place
  }

  @Test(arguments: Step.allCases)
  func `keeps queue and destination together, whichever step the run died at`(step: Step) throws {
    for isCommitted in [false, true] where step == .prepared || isCommitted == (step == .finalised)
    {
      let place = try prepare()
      try crash(after: step, in: place)
      let state = try place.open()
      for unresolved in try state.unresolvedLoads() where !unresolved.isOwnerAlive {
        if isCommitted {
          try state.finalise(unresolved.load)
        } else {
          try state.void(unresolved.load)
        }
      }
      let open = try state.openRejects(pipeline: "covid")
      #expect(open.map(\.uid) == (isCommitted ? [[2]] : [[1]]))
      #expect(open.map(\.entry.attempts) == [1])
      #expect(open.map(\.entry.state) == [.waiting])
      let wasTaken = !isCommitted && step != .begun
      #expect(open.map(\.entry.interruptions) == [wasTaken ? 1 : 0])
      #expect(
        try place.value("SELECT state FROM run WHERE id=2") == (isCommitted ? "partial" : "crashed")
      )
      #expect(try state.unresolvedLoads().isEmpty)
      #expect(try place.value("SELECT count(*) FROM load_item") == "0")
      #expect(try place.value("PRAGMA integrity_check") == "ok")
    }
  }

  @Test func `suspects only the records that the dead run had in hand`() throws {
    let place = try StateWorkspace()
    do {
      let state = try place.open()
      let run = try BegunRun(state)
      try run.load([run.reject(1), run.reject(2), run.reject(3)])
      let next = try BegunRun(state)
      try state.claim([1, 2, 3], run: next.run)
      try state.hold([1, 2], by: next.run)
      try state.hold([2], by: next.run)
    }
    let state = try place.open()
    let open = try state.openRejects(pipeline: "covid")
    #expect(open.map(\.entry.interruptions) == [0, 1, 0])
    #expect(open.map(\.entry.state) == [.waiting, .waiting, .waiting])
    #expect(
      try place.value("SELECT group_concat(reject_id) FROM reject_attempt WHERE run_id=2") == "2")
    #expect(try place.value("SELECT count(*) FROM in_hand") == "0")
  }

  @Test func `lets a record rest that runs die with again and again`() throws {
    let place = try prepare()
    for interruptions in 1...4 {
      try crash(after: .claimed, in: place)
      let entry = try #require(try place.open().openRejects(pipeline: "covid").first)
      #expect(entry.entry.interruptions == interruptions)
      #expect(entry.isFragile == (interruptions >= 3))
      #expect(entry.entry.wake == (interruptions == 4 ? .manual : .change))
      #expect(entry.isDue(inWorld: [9], at: .now, everyRun: true) == (interruptions < 4))
    }
  }

  @Test func `leaves a prepared load alone while its process lives`() throws {
    let place = try prepare()
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let state = try place.open()
    let run = try BegunRun(state)
    let load = try state.beginLoad(run: run.run, destination: "covid.db")
    try state.prepare(load)
    #expect(try place.open().unresolvedLoads().map(\.isOwnerAlive) == [true])
    withExtendedLifetime(lock) {}
  }

  @Test func `marks a run as crashed and says so`() throws {
    let place = try prepare()
    try crash(after: .begun, in: place)
    _ = try place.open()
    let process = ProcessInfo.processInfo.processIdentifier
    #expect(
      try place.value("SELECT error_text FROM run WHERE id=2")
        == "its process \(process) ended before the run did")
    #expect(try place.value("SELECT state FROM stage_run WHERE run_id=2") == "failed")
    #expect(try place.value("SELECT kind FROM event WHERE run_id=2") == "run.crashed")
  }
}
