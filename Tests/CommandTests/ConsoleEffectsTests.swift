// The console's effects on a real workspace, and screens without a terminal.

import Cells
import Console
import ETLKit
import Foundation
import Records
import Testing

@testable import etl_tui

@Suite struct `The console's effects` {
  /// A folder that goes away with the test, with a run that rejected three records of one cause.
  final class Place: Sendable {
    let workspace: Workspace

    init() throws {
      let folder = NSTemporaryDirectory() + "etl-console-" + UUID().uuidString
      workspace = Workspace(at: folder)
      try FileManager.default.createDirectory(
        atPath: folder + "/pipelines", withIntermediateDirectories: true)
      let state = try StateFile.open(workspace)
      let nowhere = TextMark(line: 1, column: 1)
      func located(_ text: String) -> Located<String> { Located(text, at: nowhere) }
      let pipeline = Pipeline(
        name: "covid", file: "pipelines/covid.yaml", text: "",
        load: LoadSpec(
          from: located("nyt"), database: located("covid.db"), table: located("daily")))
      let stages = [StageSummary(name: "nyt", kind: .source, state: .succeeded)]
      let run = try state.beginRun(
        pipeline: pipeline, planHash: [1], kind: .manual, stages: stages)
      let snapshots = try state.record(
        [
          Snapshot(source: "nyt", uri: "us.csv", sha256: [7], byteCount: 9, blobPath: "blobs/07")
        ], run: run)
      let load = try state.beginLoad(run: run, destination: "covid.db")
      try state.add(
        (1...3).map { number in
          let raw = Array("2020-01-0\(number),x".utf8)
          return LoadItem(
            uid: [UInt8(number)], outcome: .rejected,
            reject: RejectFacts(
              source: "nyt", snapshotID: snapshots.first?.id ?? 0,
              place: RecordPlace(
                number: number, line: number + 1, lastLine: number + 1, offset: 0,
                length: raw.count), raw: raw, rawSHA256: [9], businessKey: nil, stage: "nyt",
              faults: [RecordFault(code: .castInt, column: "cases", position: 2, value: "x")],
              wake: .change, worldHash: [1], nextAttempt: nil))
        }, to: load)
      try state.prepare(load)
      let summary = RunSummary(
        run: run, pipeline: "covid", kind: .manual, state: .partial, read: 3, rejected: 3,
        stages: stages)
      try state.finalise(load, summary: summary)
      try state.finishRun(summary)
    }

    deinit { try? FileManager.default.removeItem(atPath: workspace.folder) }

    func effects(executable: String = "/bin/true") -> ConsoleEffects {
      ConsoleEffects(workspace, reader: WorkspaceReader(workspace), executable: executable)
    }
  }

  @Test func `discard records, and put them back`() async throws {
    let place = try Place()
    let effects = place.effects()
    #expect(await effects.perform(.discard(.records([1, 2]), note: nil)) == .done(count: 2))
    #expect(await effects.perform(.ask(.status)) == .answer(.status(WorkspaceStatus(toRetry: 1))))
    #expect(
      await effects.perform(.undo) == .restored(what: "discarded 2 records", count: 2))
    #expect(await effects.perform(.ask(.status)) == .answer(.status(WorkspaceStatus(toRetry: 3))))
  }

  @Test func `ask for records and start their pipeline`() async throws {
    let place = try Place()
    #expect(
      await place.effects().perform(.retry(.pipeline("covid")))
        == .started(pipelines: ["covid"], records: 3))
  }

  @Test func `say why a program cannot be started`() async throws {
    let place = try Place()
    let outcome = await place.effects(executable: "/no/such/program").perform(
      .run(pipeline: "covid"))
    guard case .refused(let error) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(error.what.contains("/no/such/program"))
  }

  @Test func `say that nothing can be undone`() async throws {
    let place = try Place()
    let outcome = await place.effects().perform(.undo)
    #expect(
      outcome
        == .refused(ErrorText("there is nothing to undo", code: "queue.nothing_to_undo")))
  }

  @Test func `say that a run has ended before it is cancelled`() async throws {
    let place = try Place()
    guard case .refused = await place.effects().perform(.cancel(1)) else {
      Issue.record("a run that has ended was cancelled")
      return
    }
  }

  @Test func `drop a load that is held back, with a name and a note`() async throws {
    let place = try Place()
    try Data("id\n1\nx\n".utf8).write(to: URL(fileURLWithPath: place.workspace.folder + "/in.csv"))
    let text = """
      etl: 1
      pipeline: {name: p}
      sources: {in: {type: file, path: in.csv, columns: {id: {type: int, required: true}}}}
      load: {from: in, to: 'sqlite:p.db', table: t, mode: append}
      retry: {limit: {rejects: 0, then: quarantine_load}}
      """
    try Data(text.utf8).write(
      to: URL(fileURLWithPath: place.workspace.folder + "/pipelines/p.yaml"))
    let pipeline = try place.workspace.pipeline(named: "p")
    let run = try await PipelineRun(pipeline, in: place.workspace).run().run
    let load = try StateFile.open(place.workspace).heldLoad(run)
    let effects = place.effects()
    #expect(
      await effects.perform(.publish(load, note: "right"))
        == .started(pipelines: ["p"], records: 0))
    #expect(await effects.perform(.drop(load, note: "sent twice")) == .done(count: 1))
    let all = try StateFile.open(place.workspace).heldLoads(isAll: true)
    #expect(all.map(\.state) == [.dropped])
    #expect(all.map(\.note) == ["sent twice"])
  }

  @Test(arguments: ScreenName.allCases)
  func `show each screen of a real workspace as text`(screen: ScreenName) throws {
    let place = try Place()
    let text = ScreenText.render(place.workspace, screen: screen)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 24)
    #expect(!text.contains("reading"))
  }

  @Test func `show the queue as it is`() throws {
    let place = try Place()
    let text = ScreenText.render(
      place.workspace, screen: .retry, size: CellSize(columns: 100, rows: 30), keys: "<Enter>j")
    #expect(text.contains("cases is not a whole number"))
    #expect(text.contains("2020-01-02,x"))
  }
}
