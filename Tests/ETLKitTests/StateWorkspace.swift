// A workspace in a temporary folder with a clock that only moves when told, for tests of the state file.

import ETLKit
import Foundation
import GRDB
import Records
import Synchronization

/// A folder that goes away with the object.
final class StateWorkspace: Sendable {
  let folder: String
  let time = Mutex(Timestamp(microseconds: 1_700_000_000_000_000))

  var stateFolder: String { folder + "/.etl" }
  var statePath: String { stateFolder + "/state.db" }

  init() throws {
    folder = NSTemporaryDirectory() + "etl-state-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func advance(_ seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }

  func open(readOnly: Bool = false) throws -> StateFile {
    try StateFile.open(
      folder: stateFolder, readOnly: readOnly, clock: { self.time.withLock { $0 } })
  }

  /// The first column of the first row of a query, as text.
  func value(_ sql: String) throws -> String? {
    try DatabaseQueue(path: statePath).read { try String.fetchOne($0, sql: sql) }
  }

  func execute(_ sql: String) throws {
    try DatabaseQueue(path: statePath).write { try $0.execute(sql: sql) }
  }
}

extension Pipeline {
  /// A pipeline of this name, good for nothing but being noted.
  static func named(_ name: String, retry: RetrySpec = RetrySpec()) -> Pipeline {
    let nowhere = TextMark(line: 1, column: 1)
    func located(_ text: String) -> Located<String> { Located(text, at: nowhere) }
    return Pipeline(
      name: name, file: "pipelines/\(name).yaml", text: "name: \(name)\n",
      load: LoadSpec(
        from: located("day"), database: located("\(name).db"), table: located("daily")),
      retry: retry)
  }
}

/// A run that was begun, with a snapshot.
struct BegunRun {
  var state: StateFile
  var run: RunID
  var snapshot: Snapshot

  init(
    _ state: StateFile, pipeline: String = "covid", planHash: [UInt8] = [1],
    kind: RunKind = .manual, retry: RetrySpec = RetrySpec(), content: [UInt8] = [7]
  ) throws {
    self.state = state
    run = try state.beginRun(
      pipeline: .named(pipeline, retry: retry), planHash: planHash, kind: kind,
      stages: [
        StageSummary(name: "nyt", kind: .source, state: .running),
        StageSummary(name: "load", kind: .load, state: .pending, inputs: ["nyt"]),
      ])
    let snapshots = try state.record(
      [
        Snapshot(
          source: "nyt", uri: "us.csv", sha256: content, byteCount: 100, blobPath: "blobs/07")
      ], run: run)
    snapshot = snapshots[0]
  }

  /// A bad record: its number makes its identity, line and raw bytes.
  func reject(
    _ number: Int, world: [UInt8] = [1], fault: RecordFault? = nil, wake: Wake = .change,
    next: Timestamp? = nil
  ) -> LoadItem {
    let raw = Array("2020-01-0\(number),x\(number)".utf8)
    return LoadItem(
      uid: [UInt8(number)], outcome: .rejected,
      reject: RejectFacts(
        source: "nyt", snapshotID: snapshot.id ?? 0,
        place: RecordPlace(
          number: number, line: number + 1, lastLine: number + 1, offset: 20 * number,
          length: raw.count), raw: raw, rawSHA256: [9], businessKey: "2020-01-0\(number)",
        stage: "nyt",
        faults: [
          fault
            ?? RecordFault(
              code: .castInt, column: "cases", position: 2, range: 11..<13, value: "x\(number)")
        ], wake: wake, worldHash: world, nextAttempt: next))
  }

  func item(_ number: Int, _ outcome: LoadItem.Outcome) -> LoadItem {
    LoadItem(uid: [UInt8(number)], outcome: outcome)
  }

  /// Begins, fills, prepares and finalises a load, and ends the run.
  func load(_ items: [LoadItem], state: RunState = .partial) throws {
    let load = try self.state.beginLoad(run: run, destination: "covid.db")
    try self.state.add(items, to: load)
    try self.state.prepare(load)
    try self.state.finalise(load, summary: summary(state))
    try self.state.finishRun(summary(state))
  }

  func summary(_ state: RunState = .partial) -> RunSummary {
    RunSummary(
      run: run, pipeline: "covid", kind: .manual, state: state, read: 10, inserted: 7, rejected: 3,
      stages: [
        StageSummary(
          name: "nyt", kind: .source, state: .succeeded,
          tally: StageTally(rowsIn: 10, rowsOut: 7, rejected: 3)),
        StageSummary(name: "load", kind: .load, state: .succeeded, inputs: ["nyt"]),
      ])
  }
}

extension StateWorkspace {
  /// A workspace whose only run rejected records 1, 2 and 3.
  static func withThreeRejects() throws -> (StateWorkspace, StateFile) {
    let place = try StateWorkspace()
    let state = try place.open()
    let run = try BegunRun(state)
    try run.load([run.reject(1), run.reject(2), run.reject(3)])
    return (place, state)
  }
}
