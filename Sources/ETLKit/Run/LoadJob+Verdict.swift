// Whether a load holds together: checks, shrunken sources, the conservation law; then the marker.

import Foundation
import GRDB
import Records

extension LoadJob {
  /// Judges the load when all rows are in and nothing is visible.
  func decide(
    _ all: [LoadCounts], checks: [CheckRunner], in database: Database
  ) throws(EngineError) -> LoadMarker {
    for (load, counts) in zip(plan.loads, all) {
      ledger.board.count(load.stage) { tally in
        tally.inserted = counts.inserted
        tally.updated = counts.updated
        tally.unchanged = counts.unchanged
        tally.deduplicated += counts.superseded
        tally.rejected += counts.rejected
        tally.rowsOut = counts.inserted + counts.updated + counts.unchanged
      }
      let source = rootSource(of: plan.passes[load.pass])
      // Under a watermark most of the file was not looked at.
      if load.table.mode.meetsRows, !work.isRedrive, attempt.marks[source.name]?.floor == nil {
        try ledger.closeVanished(among: work.open, source: source, counts: counts)
      }
    }
    let counts = all.reduce(LoadCounts(), +)
    try judgeRejects()
    try judge(checks, in: database)
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
    let now = Timestamp.now
    let marks = movedMarks(at: now)
    try attempt.state.prepare(
      pending, summary: told.summary(rejected > 0 ? .partial : .succeeded),
      updatesContent: !work.isRedrive, marks: marks)
    isPrepared = true
    self.counts = counts
    return LoadMarker(
      nonce: pending.nonce, load: pending.id, pipeline: attempt.pipeline.name, run: attempt.run,
      planHash: plan.hash, committed: now, counts: counts, marks: marks, records: markedRecords())
  }

  func judge(_ checks: [CheckRunner], in database: Database) throws(EngineError) {
    guard !checks.isEmpty else { return }
    ledger.board.start("checks", at: .now)
    let seen = Set(attempt.pipeline.loads.map(\.from.value)).reduce(0) {
      $0 + (ledger.board[$1]?.tally.rowsOut ?? 0)
    }
    ledger.board.count("checks") { tally in (tally.rowsIn, tally.rowsOut) = (seen, seen) }
    var stopping: (result: CheckResult, place: String)?
    for check in checks {
      let result = check.verdict(try context(of: check, in: database))
      let isStopping =
        result.outcome == .fail || result.outcome == .error && result.severity == .error
      if result.outcome != .pass, result.outcome != .skip {
        pulse.log(
          isStopping ? .error : .warn, "check \(result.name): \(result.found)",
          stage: "checks", kind: "check")
      }
      if isStopping, stopping == nil { stopping = (result, check.plan.place) }
      checkResults.append(result)
    }
    if let (result, place) = stopping {
      throw EngineError(
        .check(CheckProblem(name: result.name, found: result.found, place: place)),
        stage: "checks")
    }
    ledger.board.finish("checks", at: .now)
  }

  private func context(
    of check: CheckRunner, in database: Database
  ) throws(EngineError) -> CheckContext {
    // A day that was asked for stands for its end.
    let moment = attempt.options.logicalDate.map {
      Timestamp(microseconds: ($0 + 1) * 86_400_000_000 - 1)
    }
    var context = CheckContext(moment: moment ?? attempt.started, isPartial: work.isRedrive)
    switch check.plan.kind {
    case .rowCount:
      context.lastRowCount = try work.last.flatMap { last throws(EngineError) in
        try attempt.state.rowsOut(of: check.plan.spec.step.value, run: last.run)
      }
    case .compare:
      context.lastMeasure = try work.last.flatMap { last throws(EngineError) in
        try attempt.state.measure(of: check.plan.spec.name.value, run: last.run)
      }
    case .sql(let query): context.answer = SQLCheck.ask(query, in: database)
    default: break
    }
    return context
  }

  /// A check with what it looks into.
  func makeCheck(_ plan: PlanCheck) -> CheckRunner {
    let check = CheckRunner(plan)
    switch plan.kind {
    case .foreignKey(_, let stage, let places):
      check.makeIndex = { [unowned self] in
        stores[stage].flatMap { try? KeyIndex($0, keys: places, isUnique: false) }
      }
    case .tableKey(let columns, let table, let names):
      do {
        check.tableKeys = try SQLCheck.keys(
          of: table, names, as: columns, at: attempt.destinationPath)
      } catch {
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        check.trouble = "\(attempt.pipeline.load.database.value): \(reason)"
      }
    default: break
    }
    return check
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
        // Files whose rows were appended already are not read again.
        attempt.pipeline.loads.count == 1
          || attempt.sources[spec.name.value]?.snapshots.isEmpty == false,
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
