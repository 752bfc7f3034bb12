// Several at once on one workspace: runs, people and readers.

import Foundation
import GRDB
import Synchronization
import Testing

@testable import ETLKit

@Suite struct `At the same time` {
  private let numbers = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func rows(_ count: Int, bad: Int = 50) -> String {
    "id,v\n" + (1...count).map { "\($0),\($0 % bad == 0 ? "x" : "\($0)")\n" }.joined()
  }

  @Test func `one of two runs of a pipeline is refused and names the other`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers, source: "throttle: 2000 rows/s"),
      "in.csv": rows(1_000),
    ])
    let workspace = test.workspace
    let outcomes = await withTaskGroup(of: Result<RunSummary, EngineError>.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do throws(EngineError) {
            return .success(
              try await PipelineRun(workspace.pipeline(named: "p"), in: workspace).run())
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let refused = outcomes.compactMap { outcome in
      if case .failure(let error) = outcome { error } else { nil }
    }
    #expect(
      refused == [EngineError(.state(.alreadyRunning(pipeline: "p", process: getpid())))])
    #expect(refused.first?.exitCode == 3)
    #expect(try test.query("SELECT count(*) FROM t") == ["980"])
    #expect(try test.query("SELECT count(*) FROM run", in: ".etl/state.db") == ["1"])
  }

  @Test func `eight make the state file of a new workspace, and none is refused`() throws {
    for _ in 0..<40 {
      let test = try TestWorkspace([:])
      let workspace = test.workspace
      let refused = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          _ = try StateFile.open(workspace)
        } catch {
          refused.withLock { $0.append("\(error)") }
        }
      }
      #expect(refused.withLock { $0 } == [])
    }
  }

  @Test func `two pipelines make one new database together`() async throws {
    for _ in 0..<3 {
      let test = try TestWorkspace(["in.csv": rows(3_000)])
      let names = ["one", "two", "three"]
      for name in names {
        try test.write(
          "pipelines/\(name).yaml",
          pipeline(columns: numbers).replacing("name: p", with: "name: \(name)")
            .replacing("table: t", with: "table: \(name)"))
      }
      let workspace = test.workspace
      let summaries = try await withThrowingTaskGroup(of: RunSummary.self) { group in
        for name in names {
          group.addTask {
            try await PipelineRun(workspace.pipeline(named: name), in: workspace).run()
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(summaries.map(\.state) == [.partial, .partial, .partial])
      for name in names { #expect(try test.query("SELECT count(*) FROM \(name)") == ["2940"]) }
      #expect(try test.query("SELECT count(*) FROM _etl_loads") == ["3"])
    }
  }

  @Test func `a destination that another program holds is a passing fault`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers), "in.csv": rows(100),
    ])
    try await test.run()
    let before = try test.queue()
    try test.write("in.csv", rows(200))
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: test.folder + "/out.db", configuration: configuration)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    var options = RunOptions()
    options.busySeconds = 0.1
    let held = try await test.run(options: options)
    #expect(held.state == .failed)
    #expect(held.error?.code == "load.locked")
    #expect(EngineError(.load(.locked(path: ""))).isTransient)
    #expect(try test.queue() == before)
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try await test.run()
    #expect(try test.query("SELECT count(*) FROM t") == ["196"])
  }

  @Test func `readers and people disturb no run and see no error`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: numbers, source: "throttle: 4000 rows/s"),
      "in.csv": rows(4_000, bad: 20),
    ])
    try await test.run(options: RunOptions(sources: ["in": try first(of: test)]))
    let workspace = test.workspace
    let seen = Seen()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<10 {
        group.addTask {
          let reader = WorkspaceReader(workspace)
          let questions: [Question] = [
            .status, .overview, .runs(pipeline: nil, limit: 10), .run(2, logLimit: 50), .causes,
            .records(reason: nil, limit: 50), .record(1), .tables,
          ]
          var turn = number
          while !seen.isOver.load(ordering: .relaxed) {
            let answer = await reader.answer(questions[turn % questions.count])
            if case .failed(_, let text) = answer { seen.failures.add(text.what) }
            seen.answered.add(1, ordering: .relaxed)
            turn += 1
            try await Task.sleep(for: .milliseconds(5))
          }
        }
      }
      group.addTask {
        let state = try StateFile.open(workspace)
        var entries = try state.openRejects(pipeline: "p").map(\.id)
        // What is being tried is left alone; it is asked for again until the run is over.
        while let id = entries.last {
          let isOver = seen.isOver.load(ordering: .relaxed)
          let act =
            id.isMultiple(of: 3)
            ? try state.discard(.ids([id]), by: "tester", note: "no use")
            : id.isMultiple(of: 2)
              ? try state.edit(id, raw: Array("\(9_000 + id),1".utf8), by: "tester")
              : try state.ask(.ids([id]), by: "tester")
          if act.changed > 0 { seen.changed.add(1, ordering: .relaxed) }
          if act.changed > 0 || isOver { entries.removeLast() }
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      let summary = try await test.run()
      seen.isOver.store(true, ordering: .relaxed)
      #expect(summary.state == .partial)
      #expect(summary.stages.allSatisfy { $0.tally.isBalanced })
      try await group.waitForAll()
    }
    #expect(seen.failures.all == [])
    #expect(seen.answered.load(ordering: .relaxed) > 0)
    #expect(seen.changed.load(ordering: .relaxed) > 0)
    let asked = """
      SELECT count(*) FROM audit WHERE action IN ('discard','edit','ask')
      """
    #expect(
      try test.query(asked, in: ".etl/state.db") == ["\(seen.changed.load(ordering: .relaxed))"])
    // Nothing that a person did is lost: the next run loads the edited ones.
    let edited = try test.query(
      "SELECT count(*) FROM reject WHERE edited_raw IS NOT NULL AND state='waiting'",
      in: ".etl/state.db")
    let next = try await test.run()
    #expect(["\(next.inserted)"] == edited)
    #expect(
      try test.query(
        "SELECT count(*) FROM reject WHERE state IN ('claimed') OR claimed_run IS NOT NULL",
        in: ".etl/state.db") == ["0"])
  }

  /// A first file whose bad records are in the queue before the run that is watched.
  private func first(of test: TestWorkspace) throws -> String {
    try test.write(
      "first.csv", "id,v\n" + (5_001...5_100).map { "\($0),many\n" }.joined())
    return test.folder + "/first.csv"
  }
}

/// What the tasks of a test tell each other.
private final class Seen: Sendable {
  let isOver = Atomic(false)
  let answered = Atomic(0)
  let changed = Atomic(0)
  let failures = LinesTold()
}
