// From bound sources to a published load: gathering passes, the loading pass on two threads,
// checks, prepare, commit, finalise.

import Foundation
import Records
import Synchronization

/// What a load has to do.
struct LoadWork {
  /// All open queue entries.
  var open: [OpenReject]
  /// Those that are tried again.
  var due: [OpenReject]
  /// Closed ones that somebody mended and that a file may have unmended.
  var mended: [OpenReject]
  var worlds: Worlds
  /// What was loaded last.
  var last: LoadedContent?
  /// Whether only queue entries are read, the files of the loaded source not.
  var isRedrive: Bool
}

extension RunAttempt {
  /// Loads and publishes.
  mutating func load(_ work: LoadWork) async throws(EngineError) -> RunSummary {
    let pending = try state.beginLoad(run: run, destination: destinationPath)
    let ledger = RunLedger(
      board: board, state: state, load: pending, open: work.open, mended: work.mended,
      heldBack: heldBack(work.due), dataWorld: work.worlds.dataWorld,
      referenceWorlds: work.worlds.referenceWorlds,
      firstWins: plan.loads.allSatisfy { $0.table.mode == .insertOnly },
      hasSeveralLoads: plan.loads.count > 1,
      // Who publishes a held load has seen its rejects.
      watch: options.publication == nil ? RejectWatch(pipeline, run: run) : nil,
      redactions: Redactions(plan, state: state))
    let pulse = RunPulse(
      state: state, run: run, ledger: ledger, cancellation: cancellation, report: report)
    let job = LoadJob(attempt: self, work: work, pending: pending, ledger: ledger, pulse: pulse)
    let outcome = await OwnThread.run { () -> Result<LoadCounts, EngineError> in
      do throws(EngineError) {
        return .success(try job.perform())
      } catch {
        return .failure(error)
      }
    }
    board = ledger.board
    checks = job.checkResults
    notes += pulse.notes
    tellDrift(job.facts)
    switch outcome {
    case .success(let counts):
      return try publish(work, pending, counts, job.facts, retried: ledger.retriedCount)
    case .failure(let error) where job.isPrepared:
      // What reported an error may have happened all the same; only the destination knows.
      switch LoadMarker.ask(nonce: pending.nonce, at: destinationPath, settles: true) {
      case .present:
        remark(
          "the destination holds the load, though it reported: \(error.text.what)", stage: "load")
        return try publish(work, pending, job.counts, job.facts, retried: ledger.retriedCount)
      case .absent:
        try? state.void(pending, countsInterruption: false)
        throw error
      case .unknown:
        throw EngineError(
          .load(.undecided(reason: error.text.what, path: destinationPath)), stage: "load")
      }
    case .failure(let error):
      // A load that a check or a broken promise stopped keeps its rejects: they are found out.
      let keepsRejects =
        switch error.problem {
        case .check, .step, .limit: true
        default: false
        }
      var heldBecause: String?
      if case .limit(let limit) = error.problem, limit.action == .quarantine {
        heldBecause = error.text.what
      }
      try? ledger.flush()
      try? state.void(
        pending, keepRejects: keepsRejects, countsInterruption: false, heldBecause: heldBecause)
      throw error
    }
  }

  /// The mended records that are tried only where a file has their old bytes: alone they would make a
  /// group of their own.
  private func heldBack(_ due: [OpenReject]) -> [String: Set<RejectID>] {
    var result: [String: Set<RejectID>] = [:]
    for path in plan.paths where path.scope > .row {
      let read = Set((sources[path.source]?.snapshots ?? []).compactMap(\.id))
      let left = due.filter { $0.source == path.source && !read.contains($0.snapshotID) }
      if !left.isEmpty { result[path.source] = Set(left.map(\.id)) }
    }
    return result
  }

  private mutating func publish(
    _ work: LoadWork, _ pending: PendingLoad, _ counts: LoadCounts, _ facts: RunFacts, retried: Int
  ) throws(EngineError) -> RunSummary {
    for stage in board.stages { board.finish(stage.name, at: .now) }
    var summary = self.summary(.succeeded)
    summary.retried = retried
    summary.deleted = counts.deleted
    if summary.rejected > 0 { summary.state = .partial }
    for stage in board.stages where stage.kind == .load {
      let tally = stage.tally
      let rejected = plan.loads.count == 1 ? summary.rejected : tally.rejected
      log(
        .info,
        "published: \(tally.inserted) inserted, \(tally.updated) updated, "
          + "\(tally.unchanged) unchanged, \(rejected) rejected", stage: stage.name)
    }
    do throws(EngineError) {
      try state.finalise(pending, summary: summary, updatesContent: !work.isRedrive)
    } catch {
      remark("the destination holds the load; the next run finishes its books", stage: "load")
      throw error
    }
    keep(facts)
    summary.openRejects = try state.openRejectCount(pipeline: pipeline.name)
    return summary
  }
}

extension RunAttempt {
  /// The names of a pass's columns that there are any number of, over all files.
  func restNames(of pass: PlanPass) -> [String] {
    guard case .source(let index) = pass.input else { return [] }
    return rest[pipeline.sources[index].name.value] ?? []
  }

  /// How many fields the first records of a pass have.
  func firstWidth(of pass: PlanPass) -> Int {
    guard case .source(let index) = pass.input else { return 0 }
    return bound[pipeline.sources[index].name.value]?.first?.layout.width ?? 0
  }
}

extension PipelinePlan {
  /// The source whose records a stage's rows are.
  func drivingSource(of stage: String) -> String {
    guard let step = pipeline.steps.first(where: { $0.name.value == stage }) else { return stage }
    return drivingSource(of: step.inputs[0].value)
  }

  /// The stage that a step reads row by row.
  func leftInput(of stage: String) -> String {
    pipeline.steps.first { $0.name.value == stage }?.inputs[0].value ?? stage
  }
}

/// Work that blocks, on a thread of its own, so that it holds none of the few shared ones.
enum OwnThread {
  /// Runs work on a new thread and waits for it without blocking.
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }
}
