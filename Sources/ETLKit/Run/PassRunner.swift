// One pass at work: a batch goes through casts and operations; what is left goes to the sink.
//
// Good records pay for nothing but their own work. Bad ones are marked by the fast kernels and
// explained here one by one, with every fault, before they leave for the retry queue.

import Records

/// Runs the operations of a pass over batches; belongs to the evaluating thread.
final class PassRunner {
  let plan: PlanPass
  /// The source at the root of the pass, whose records become rejects.
  let source: RootSource

  /// The stages whose rows pass through, a load among them.
  let stages: [String]

  /// What it found out about the columns of the files that it read.
  let facts: FactGathering

  /// Whether a value that is not of its type stops the run.
  private let stopsAtDrift: Bool
  private let ledger: RunLedger
  private let prefilter: ExpressionProgram?
  private let marks: MarkFilter?
  private let operations: [Operation]
  private let checks: [(after: Int, check: CheckRunner)]

  private enum Operation {
    case filter(String, ExpressionProgram)
    case map(String, [(program: ExpressionProgram, column: Int)])
    case probe(Probe)
    case pass(String)
    case enter(String, [(program: ExpressionProgram, column: Int)])
    case given
  }

  /// Makes a pass ready.
  ///
  /// `probes`: the pass's joins and lookups by stage, their sides gathered.
  /// `checks`: the checks that look at this pass.
  /// `marks`: the watermark of the source it reads.
  init(
    plan: PlanPass, load: String?, source: RootSource, ledger: RunLedger, probes: [String: Probe],
    checks: [CheckRunner], marks: MarkFilter? = nil, stopsAtDrift: Bool = false
  ) {
    self.stopsAtDrift = stopsAtDrift
    facts = FactGathering(plan.casts)
    self.plan = plan
    stages = plan.operations.map(\.stage) + (load.map { [$0] } ?? [])
    self.source = source
    self.ledger = ledger
    self.marks = marks
    prefilter = plan.prefilter.map { ExpressionProgram($0) }
    operations = plan.operations.map { operation in
      switch operation {
      case .filter(let stage, let expression): .filter(stage, ExpressionProgram(expression))
      case .map(let stage, let sets):
        .map(stage, sets.map { (ExpressionProgram($0.expression), $0.column) })
      case .probe(let stage, _):
        if let probe = probes[stage] { .probe(probe) } else { .pass(stage) }
      case .pass(let stage): .pass(stage)
      case .enter(let stage, let sets):
        .enter(stage, sets.map { (ExpressionProgram($0.expression), $0.column) })
      case .given: .given
      }
    }
    self.checks = checks.map { ($0.plan.afterOperation, $0) }
  }

  /// Takes a batch through the pass; its selection is then what goes to the sink.
  ///
  /// `layout`: how the batch's fields become columns; nil for rows that have them.
  func process(_ parcel: Parcel, layout: SourceLayout?) throws(EngineError) {
    let batch = parcel.batch
    parcel.layout = layout
    for (place, operation) in operations.enumerated() {
      if place == 0, let layout {
        try read(parcel, layout)
      } else {
        try run(operation, parcel, layout)
      }
      for (after, check) in checks where after == place {
        check.look(at: batch)
        if !check.failedRows.isEmpty { try reject(check, parcel, layout) }
      }
    }
    if let layout { try ledger.recognise(parcel, source: source, identity: layout) }
    try ledger.watch?.judge()
  }

  /// The source's own stage: prefilter, types, and what the scanner found.
  private func read(_ parcel: Parcel, _ layout: SourceLayout) throws(EngineError) {
    let batch = parcel.batch
    let before = batch.selectedCount
    let mended = ledger.leaveOutMended(parcel, source: source) { marks?.memory?.note($0) }
    var filtered = 0
    if let prefilter {
      for cast in layout.prefilterCasts { cast.cast(batch) }
      prefilter.filter(batch)
      filtered = before - mended - batch.selectedCount
    }
    var known = 0
    if let marks, case .snapshot(let index) = parcel.origin {
      let waiting = ledger.waiting(in: source, snapshot: index)
      filtered += marks.leaveOut(of: batch, layout, waiting: waiting)
      known = marks.leaveOutKnown(of: batch, layout, waiting: waiting) { raw in
        _ = ledger.occurrence(of: RecordIdentity(source: source.seed, raw: raw))
      }
    }
    layout.cast(batch)
    if stopsAtDrift { try refuseDrift(parcel, layout) }
    var file: Int?
    if case .snapshot(let index) = parcel.origin {
      file = index
      facts.look(at: batch, of: index, absent: layout.absentColumns)
    }
    let rejected = try takeBad(parcel, layout, stage: source.name) { row in
      let faults = layout.explainer.faults(of: row, in: batch)
      if let file { facts.blame(faults, in: file) }
      return faults.isEmpty ? [prefilter?.fault(batch, row)].compactMap { $0 } : faults
    }
    if case .snapshot = parcel.origin { marks?.note(batch, layout) }
    count(
      source.name, before, batch, filtered: filtered, mended: mended + known, rejected: rejected)
  }

  /// Stops at the first value of a file that is not of its column's type.
  private func refuseDrift(_ parcel: Parcel, _ layout: SourceLayout) throws(EngineError) {
    let batch = parcel.batch
    guard batch.badCount > 0, case .snapshot(let index) = parcel.origin else { return }
    for place in 0..<batch.selectedCount where batch.bad[Int(batch.selection[place])] {
      let row = Int(batch.selection[place])
      let drift = layout.explainer.faults(of: row, in: batch).first(where: \.isOfType)
      guard let drift else { continue }
      throw EngineError(
        .contract(
          .typeDrift(
            FaultText.sentence(ledger.redactions?.shown(drift, at: source.name) ?? drift),
            line: batch.place(of: row).line,
            place: source.snapshots[index].uri)), stage: source.name)
    }
  }

  private func run(
    _ operation: Operation, _ parcel: Parcel, _ layout: SourceLayout?
  ) throws(EngineError) {
    let batch = parcel.batch
    let before = batch.selectedCount
    switch operation {
    case .pass(let stage):
      count(stage, before, batch)
    case .filter(let stage, let program):
      program.filter(batch)
      let filtered = before - batch.selectedCount
      let rejected = try takeBad(parcel, layout, stage: stage) { row in
        [program.fault(batch, row)].compactMap { $0 }
      }
      count(stage, before, batch, filtered: filtered, rejected: rejected)
    case .map(let stage, let sets):
      for set in sets { set.program.evaluate(batch, into: set.column) }
      let rejected = try takeBad(parcel, layout, stage: stage) { row in
        sets.compactMap { $0.program.fault(batch, row) }
      }
      count(stage, before, batch, rejected: rejected)
    case .probe(let probe):
      try run(probe, parcel, layout)
    case .given: break
    case .enter(let stage, let sets):
      for set in sets { set.program.evaluate(batch, into: set.column) }
      let rejected = try takeBad(parcel, layout, stage: stage) { row in
        sets.compactMap { $0.program.fault(batch, row) }
      }
      ledger.board.count(stage) { tally in
        tally.rowsIn += before
        tally.rejected += rejected
      }
    }
  }

  private func run(
    _ probe: Probe, _ parcel: Parcel, _ layout: SourceLayout?
  ) throws(EngineError) {
    let batch = parcel.batch
    let before = batch.selectedCount
    let stage = probe.stage
    var missed: [Int] = []
    var matched = 0
    do throws(Probe.SecondPartner) {
      matched = try probe.run(batch) { row in
        guard probe.plan.miss != .keep else { return true }
        missed.append(row)
        return false
      }
    } catch {
      throw EngineError(
        .step(
          .duplicateKey(
            side: source.name, key: shownKey(probe, batch, error.row),
            promise: probe.plan.cardinality.rawValue, lines: [batch.place(of: error.row).line],
            place: source.place)), stage: stage)
    }
    var rejected = 0
    if probe.plan.miss == .reject {
      for row in missed {
        try ledger.reject(
          row, of: parcel, source: source, layout: layout, stage: stage,
          faults: [fault(probe, batch, row)])
        rejected += 1
      }
    } else if probe.plan.miss == .fail, let row = missed.first {
      throw EngineError(
        .step(
          .missingKey(
            side: probe.plan.side, key: shownKey(probe, batch, row),
            line: batch.place(of: row).line, place: source.place)), stage: stage)
    }
    count(
      stage, before, batch, filtered: matched, unmatched: missed.count - rejected,
      rejected: rejected, isLast: probe.plan.isExpanding)
  }

  /// Sends the rows that a check blames to the queue; they were counted as handed on before.
  private func reject(
    _ check: CheckRunner, _ parcel: Parcel, _ layout: SourceLayout?
  ) throws(EngineError) {
    let batch = parcel.batch
    let stage = check.plan.spec.step.value
    for row in check.failedRows {
      let blamed = check.plan.blamed
      try ledger.reject(
        row, of: parcel, source: source, layout: layout, stage: stage,
        faults: [
          RecordFault(
            code: .checkRow, column: blamed?.name,
            value: blamed.map { SlotText.string(batch, row, $0.index) },
            rule: check.plan.spec.name.value)
        ])
    }
    let failed = Set(check.failedRows)
    batch.keep { !failed.contains($0) }
    ledger.board.count(stage) { tally in
      tally.rowsOut -= failed.count
      tally.rejected += failed.count
    }
  }

  /// Sends the bad records of a batch to the queue and takes them out of play.
  ///
  /// Gives how many there were.
  private func takeBad(
    _ parcel: Parcel, _ layout: SourceLayout?, stage: String, faults: (Int) -> [RecordFault]
  ) throws(EngineError) -> Int {
    let batch = parcel.batch
    guard batch.badCount > 0 else { return 0 }
    let before = batch.selectedCount
    for index in 0..<before where batch.bad[Int(batch.selection[index])] {
      let row = Int(batch.selection[index])
      try ledger.reject(
        row, of: parcel, source: source, layout: layout, stage: stage, faults: faults(row))
    }
    batch.keep { !batch.bad[$0] }
    return before - batch.selectedCount
  }

  private func fault(_ probe: Probe, _ batch: RecordBatch, _ row: Int) -> RecordFault {
    RecordFault(
      code: probe.plan.isJoin ? .joinUnmatched : .lookupMissing,
      column: probe.plan.keyNames.joined(separator: ", "), value: keyText(probe, batch, row),
      rule: probe.plan.side)
  }

  private func shownKey(_ probe: Probe, _ batch: RecordBatch, _ row: Int) -> String {
    ledger.shown(keyText(probe, batch, row), at: probe.stage, columns: probe.plan.keyNames)
  }

  private func keyText(_ probe: Probe, _ batch: RecordBatch, _ row: Int) -> String {
    probe.plan.keys.map { SlotText.string(batch, row, $0) }.joined(separator: ", ")
  }

  /// `isLast`: the rows go into a gathering step, which counts what it gives.
  private func count(
    _ stage: String, _ before: Int, _ batch: RecordBatch, filtered: Int = 0, mended: Int = 0,
    unmatched: Int = 0, rejected: Int = 0, isLast: Bool = false
  ) {
    ledger.board.count(stage) { tally in
      tally.rowsIn += before
      tally.filtered += filtered
      tally.deduplicated += mended
      tally.unmatched += unmatched
      tally.rejected += rejected
      if !isLast { tally.rowsOut += batch.selectedCount }
    }
  }
}
