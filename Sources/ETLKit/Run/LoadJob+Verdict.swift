// Whether a load holds together: checks, shrunken sources, the conservation law; then the marker.

import Foundation
import Records

extension LoadJob {
  /// Judges the load when all rows are in and nothing is visible.
  func decide(_ counts: LoadCounts, checks: [CheckRunner]) throws(EngineError) -> LoadMarker {
    ledger.board.count("load") { tally in
      tally.inserted = counts.inserted
      tally.updated = counts.updated
      tally.unchanged = counts.unchanged
      tally.deduplicated += counts.superseded
      tally.rejected += counts.rejected
      tally.rowsOut = counts.inserted + counts.updated + counts.unchanged
    }
    if plan.table.mode.meetsRows, !work.isRedrive, let pass = plan.passes.last {
      try ledger.closeVanished(among: work.open, source: rootSource(of: pass), counts: counts)
    }
    try judgeRejects()
    try judge(checks)
    try guardAgainstShrinking()
    if let stage = ledger.board.unbalanced {
      throw EngineError(
        .step(
          .unbalanced(
            stage: stage.name, rowsIn: stage.tally.rowsIn + stage.tally.added,
            accounted: stage.tally.accounted)), stage: stage.name)
    }
    let whole = RunBalance(plan, ledger.board)
    if !whole.isBalanced {
      throw EngineError(
        .step(
          .unbalanced(
            stage: "the run", rowsIn: whole.read + whole.added, accounted: whole.accounted)),
        stage: "load")
    }
    try ledger.flush()
    var told = attempt
    told.board = ledger.board
    told.checks = checkResults
    let rejected = ledger.board.stages.reduce(0) { $0 + $1.tally.rejected }
    try attempt.state.prepare(
      pending, summary: told.summary(rejected > 0 ? .partial : .succeeded),
      updatesContent: !work.isRedrive)
    isPrepared = true
    self.counts = counts
    return LoadMarker(
      nonce: pending.nonce, load: pending.id, pipeline: attempt.pipeline.name, run: attempt.run,
      planHash: plan.hash, committed: .now, counts: counts)
  }

  func judge(_ checks: [CheckRunner]) throws(EngineError) {
    guard !checks.isEmpty else { return }
    ledger.board.start("checks", at: .now)
    let seen = ledger.board[attempt.pipeline.load.from.value]?.tally.rowsOut ?? 0
    ledger.board.count("checks") { tally in (tally.rowsIn, tally.rowsOut) = (seen, seen) }
    var stopping: CheckRunner?
    for check in checks {
      var result = check.verdict(
        lastRowCount: try work.last.flatMap { last throws(EngineError) in
          try attempt.state.rowsOut(of: check.plan.spec.step.value, run: last.run)
        })
      // Counts of a few records say nothing of the whole.
      if work.isRedrive, case .rowCount = check.plan.kind { result.outcome = .skip }
      if result.outcome == .warn || result.outcome == .fail {
        pulse.log(
          result.outcome == .fail ? .error : .warn, "check \(result.name): \(result.found)",
          stage: "checks", kind: "check")
      }
      if result.outcome == .fail, stopping == nil { stopping = check }
      checkResults.append(result)
    }
    if let stopping, let result = checkResults.first(where: { $0.outcome == .fail }) {
      throw EngineError(
        .check(
          CheckProblem(
            name: result.name, found: result.found, place: stopping.plan.place)), stage: "checks")
    }
    ledger.board.finish("checks", at: .now)
  }

  /// The rejects against the limit, now that all records were read.
  func judgeRejects() throws(EngineError) {
    guard !work.isRedrive, let watch = ledger.watch else { return }
    try watch.judge()
    for spec in attempt.pipeline.sources {
      let name = spec.name.value
      try watch.judgeShare(of: name, read: ledger.board[name]?.tally.rowsIn ?? 0)
    }
  }

  /// A source that lost more rows than it may against the last load blocks the load.
  func guardAgainstShrinking() throws(EngineError) {
    guard !work.isRedrive else { return }
    for spec in attempt.pipeline.sources {
      guard let limit = spec.maximumDrop,
        let before = work.last?.sources[spec.name.value]?.rows, before > 0,
        let now = ledger.board[spec.name.value]?.tally.rowsIn
      else { continue }
      let drop = Double(before - now) / Double(before)
      guard drop > limit else { continue }
      throw EngineError(
        .check(
          CheckProblem(
            name: "max_drop of \(spec.name.value)",
            found: "\(now) rows, \(CheckRunner.percent(drop)) fewer than the \(before) of the last "
              + "load, at most \(CheckRunner.percent(limit)) allowed",
            place: "\(attempt.pipeline.file):\(spec.name.mark.line)")), stage: spec.name.value)
    }
  }
}
