// What is done under a fault, by the tests in their own process and by the helper in one that may end.

import ETLKit
import Foundation

/// Something that changes a workspace, and that can be done again when it was cut short.
enum FaultAct: String, Sendable {
  /// Pipeline `p` runs.
  case run
  /// What is held back of it is published, or dropped.
  case publish, drop
  /// Open records are written to `queue.csv` and `queue.ndjson`.
  case export
  /// `mended.csv` is taken back.
  case takeBack
  /// What is older than three months goes.
  case prune

  /// What came of it.
  struct Outcome {
    /// Its error, if it had one.
    var error: String?
    /// What is wrong with what it tells.
    var problem: String?
  }

  func perform(in folder: String) async -> Outcome {
    let workspace = Workspace(at: folder)
    do throws(EngineError) {
      switch self {
      case .run: return try await Self.run(RunOptions(), in: workspace)
      case .publish:
        guard let held = try StateFile.open(workspace).heldLoads().first else { return Outcome() }
        let pipeline = try workspace.pipeline(named: "p")
        do throws(EngineError) {
          return try await Self.run(
            .publishing(held, of: pipeline, by: "tester", note: "looked at"), in: workspace)
        } catch {
          // The run before was in, and only now is it known.
          guard error.problem == .queue(.notHeld(held.run, .published)) else { throw error }
        }
      case .drop:
        let state = try StateFile.open(workspace)
        guard let held = try state.heldLoads().first else { return Outcome() }
        try state.drop(held.run, by: "tester", note: "looked at")
      case .export:
        let reader = WorkspaceReader(workspace)
        _ = try reader.export(.pipeline("p"), as: .csv, to: folder + "/queue.csv")
        _ = try reader.export(.pipeline("p"), as: .ndjson, to: folder + "/queue.ndjson")
      case .takeBack:
        let bytes = FileManager.default.contents(atPath: folder + "/mended.csv") ?? Data()
        let found = try WorkspaceReader(workspace).readImport([UInt8](bytes), path: "mended.csv")
        guard !found.edits.isEmpty else { return Outcome() }
        _ = try StateFile.open(workspace).edit(
          found.edits, as: .import, note: "mended.csv", by: "tester")
      case .prune:
        let later = Timestamp.now.microseconds + 91 * 86_400_000_000
        _ = try Pruner(workspace, now: Timestamp(microseconds: later)).prune()
      }
      return Outcome()
    } catch {
      let isClear = ["load.", "state.", "queue.", "fetch."].contains { error.code.hasPrefix($0) }
      return Outcome(error: "\(error)", problem: isClear ? nil : "unclear: \(error)")
    }
  }

  private static func run(
    _ options: RunOptions, in workspace: Workspace
  ) async throws(EngineError) -> Outcome {
    var options = options
    // Several batches of the few rows there are, and little memory to prepare for each.
    options.batchCapacity = 64
    let run = try PipelineRun(workspace.pipeline(named: "p"), in: workspace, options: options)
    let summary = try await run.run()
    let told = summary.error.map { $0.code + ": " + $0.what }
    if let stage = summary.stages.first(where: { !$0.tally.isBalanced }), told == nil {
      return Outcome(problem: "stage \(stage.name) does not add up")
    }
    let fine: [RunState] = told == nil ? [.succeeded, .partial, .unchanged] : [.failed]
    return Outcome(
      error: told,
      problem: fine.contains(summary.state) ? nil : "it was \(summary.state), told: \(told ?? "-")")
  }
}
