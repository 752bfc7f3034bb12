// Mended records of the queue asked for by their cause and tried again, from the asking to the closing.

import Dispatch
import ETLKit
import Foundation
import Synchronization

/// The workloads of the retry queue.
func queueWorkloads(records: Int) -> [Workload] {
  let lines = (0..<records).map { "\($0),name of \($0),\($0 * 7) EUR,a note that is longer \($0)" }
  return [
    Workload(
      name: "queue.redrive", bytes: lines.reduce(0) { $0 + $1.utf8.count + 1 }, units: records
    ) {
      let bench = QueueBench(lines: lines)
      return { bench.redrive() }
    }
  ]
}

/// A workspace whose queue is full of mended records, copied for each round.
private final class QueueBench {
  private let folder = NSTemporaryDirectory() + "etl-bench-\(UUID().uuidString)"
  private var template: String { folder + "/template" }

  init(lines: [String]) {
    attempt {
      try FileManager.default.createDirectory(
        atPath: template + "/pipelines", withIntermediateDirectories: true)
      try Data(Self.pipeline.utf8).write(
        to: URL(fileURLWithPath: template + "/pipelines/prices.yaml"))
      try Data(("id,name,price,note\n" + lines.joined(separator: "\n") + "\n").utf8)
        .write(to: URL(fileURLWithPath: template + "/prices.csv"))
      _ = Self.run(in: Workspace(at: template))
      let state = try StateFile.open(Workspace(at: template))
      try state.edit(
        state.openRejects(pipeline: "prices").map { reject in
          let text = String(decoding: reject.raw, as: UTF8.self)
          return RecordEdit(reject.id, raw: Array(text.replacing(" EUR", with: "").utf8))
        }, by: "bench")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Gives how many records were loaded.
  func redrive() -> Int {
    let place = folder + "/round"
    return attempt {
      try? FileManager.default.removeItem(atPath: place)
      try FileManager.default.copyItem(atPath: template, toPath: place)
      let workspace = Workspace(at: place)
      try StateFile.open(workspace).ask(.reason(1), by: "bench")
      return Self.run(in: workspace)
    }
  }

  /// The engine runs elsewhere while this thread waits, as it does in a worker process.
  private static func run(in workspace: Workspace) -> Int {
    let loaded = Mutex(-1)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      let summary = try? await PipelineRun(workspace.pipeline(named: "prices"), in: workspace).run()
      loaded.withLock { $0 = summary?.inserted ?? -1 }
      isDone.signal()
    }
    isDone.wait()
    return loaded.withLock { $0 }
  }

  private func attempt<Result>(_ body: () throws -> Result) -> Result {
    do { return try body() } catch { fatalError("queue.redrive: \(error)") }
  }

  private static let pipeline = """
    etl: 1
    pipeline: {name: prices}
    sources:
      in:
        type: file
        path: prices.csv
        columns: {id: {type: int, required: true}, name: text, price: int, note: text}
    load: {from: in, to: 'sqlite:prices.db', table: prices, mode: upsert, key: [id]}

    """
}
