// The passes of a load, one after the other: what is gathered, and what the last one reads.

import Foundation
import Records

/// Everything that blocks: the passes and the load, on threads of their own.
///
/// `@unchecked Sendable`: made by the run, used by one thread until that thread ends; `decide`
/// runs on the loading thread while the evaluating thread waits for it.
final class LoadJob: @unchecked Sendable {
  let attempt: RunAttempt
  let work: LoadWork
  let pending: PendingLoad
  let ledger: RunLedger
  let pulse: RunPulse
  var checkResults: [CheckResult] = []
  /// Whether the state file knows that the destination commits next.
  var isPrepared = false
  /// What the load did, known once all rows are in.
  var counts = LoadCounts()

  var stores: [String: RowStore] = [:]
  let book = RecordBook()
  var probes: [String: Probe] = [:]
  /// What the passes found out about the columns of files.
  private(set) var facts = RunFacts()
  /// Sees what each pass hands to a gathering step; for a search.
  var watch: ((PlanPass, Parcel) -> Void)?
  /// Whether queue entries can be tried without the files they come from.
  private(set) lazy var isRowByRow = plan.isRowByRow
  /// The tables of queries whose inputs are not all in.
  private var staging: [String: StagingDatabase] = [:]
  var plan: PipelinePlan { attempt.plan }

  init(
    attempt: RunAttempt, work: LoadWork, pending: PendingLoad, ledger: RunLedger, pulse: RunPulse
  ) {
    self.attempt = attempt
    self.work = work
    self.pending = pending
    self.ledger = ledger
    self.pulse = pulse
  }

  func perform() throws(EngineError) -> LoadCounts {
    let checks = plan.checks.map { makeCheck($0) }
    for (index, pass) in plan.passes.enumerated() where !pass.sink.isLoad {
      try gather(pass, checks: checks.filter { $0.plan.pass == index })
    }
    let destination = try Destination(
      path: attempt.destinationPath, busySeconds: attempt.options.busySeconds)
    do throws(EngineError) {
      let counts = try load(into: destination, checks: checks)
      try destination.publish()
      return counts
    } catch {
      destination.discard()
      throw error
    }
  }

  // MARK: Gathering

  func gather(_ pass: PlanPass, checks: [CheckRunner]) throws(EngineError) {
    let rest = attempt.restNames(of: pass)
    let types = pass.types + rest.map { _ in pass.rest?.column.type ?? .text }
    // Very wide batches hold fewer records.
    let capacity = max(1, min(self.capacity(of: pass), (1 << 20) / max(1, types.count)))
    let made = try makeProbes(pass, capacity: capacity)
    let gathering = try GatheringWork(
      pass, known: pass.sink.stage.flatMap { stores[$0] }, probes: made,
      book: pass.keepsRaw ? book : nil, ledger: ledger, source: rootSource(of: pass), rest: rest,
      staging: try stagingDatabase(of: pass))
    let root = rootSource(of: pass)
    let sink = GatheringSink(gathering.step, source: root, types: types, capacity: capacity)
    try drive(
      pass, into: watch.map { look in WatchingSink(sink) { look(pass, $0) } } ?? sink,
      probes: made, checks: checks, capacity: capacity)
    guard let stage = pass.sink.stage else { return }
    stores[stage] = try gathering.finish(root)
    guard gathering.isStep, pass.isLastInput else { return }
    staging[stage] = nil
    ledger.board.finish(stage, at: .now)
    tellFinished(stage)
  }

  /// The tables of the query that a pass fills, made for the first of its inputs.
  private func stagingDatabase(
    of pass: PlanPass
  ) throws(EngineError) -> (database: StagingDatabase, cancellation: RunCancellation)? {
    guard case .step(let stage, .sql(let query)) = pass.sink else { return nil }
    if let known = staging[stage] { return (known, attempt.cancellation) }
    do throws(QueryMistake) {
      let database = try StagingDatabase(
        query, path: "\(attempt.state.folder)/stage-\(attempt.pipeline.name).\(stage).db")
      staging[stage] = database
      return (database, attempt.cancellation)
    } catch {
      throw EngineError(.step(.query(error.what, place: query.place)), stage: stage)
    }
  }

  func tellFinished(_ stage: String) {
    guard let tally = ledger.board[stage]?.tally else { return }
    pulse.log(
      .info, "\(tally.rowsIn) rows in, \(tally.rowsOut) out", stage: stage, kind: "finished")
  }

  func capacity(of pass: PlanPass) -> Int {
    guard case .source(let index) = pass.input,
      let throttle = attempt.pipeline.sources[index].throttle
    else { return attempt.options.batchCapacity }
    return max(1, min(attempt.options.batchCapacity, throttle / 5))
  }

  /// Runs a pass over its input.
  func drive(
    _ pass: PlanPass, into sink: any BatchSink, probes: [String: Probe], checks: [CheckRunner],
    capacity: Int
  ) throws(EngineError) {
    for operation in pass.operations { ledger.board.start(operation.stage, at: .now) }
    let isAlone = work.isRedrive && isRowByRow && plan.isOnWay(pass)
    let root = rootSource(of: pass)
    if pass.isOfSource, !isAlone { try attempt.marks[root.name]?.memory?.begin() }
    let runner = PassRunner(
      plan: pass, load: loadStage(of: pass), source: root, ledger: ledger, probes: probes,
      checks: checks, marks: pass.isOfSource ? attempt.marks[root.name] : nil,
      stopsAtDrift: stopsAtDrift(pass))
    defer { if pass.isOfSource { facts.take(runner.facts, of: root.name) } }
    switch pass.input {
    case .gathered(let name):
      try stores[name]?.replay(
        through: runner, columns: pass.inputColumns, pulse: pulse, into: sink)
    case .source(let index):
      let spec = attempt.pipeline.sources[index]
      let reader = SourceReader(
        spec: spec, runner: runner, ledger: ledger, pulse: pulse,
        readLimit: attempt.options.readLimit)
      let snapshots = isAlone ? [] : attempt.bound[spec.name.value] ?? []
      let mendedLines = MendedLines(
        work, source: spec.name.value, snapshots: snapshots,
        isAppended: attempt.marks[spec.name.value]?.memory != nil)
      try reader.read(
        entries: try entries(of: spec, pass: pass, alongside: snapshots), snapshots: snapshots,
        mended: mendedLines, into: sink)
      tellLeftOut(spec.name.value)
      tellHeldBack(spec.name.value)
      let mended = ledger.takeMended(of: spec.name.value).filter { entry in
        // What was appended once is there, however often a file brings its bad bytes.
        entry.entry.isOpen || attempt.marks[spec.name.value]?.memory == nil
      }
      try reader.read(
        entries: try groups(of: mended, spec: spec, pass: pass), snapshots: [],
        mended: nil, into: sink)
    }
    for operation in pass.operations where !operation.isUnfinished {
      ledger.board.finish(operation.stage, at: .now)
      tellFinished(operation.stage)
    }
    try settleSides(of: pass, root: root, isWhole: !isAlone)
    pulse.tellRejects()
    try pulse.tell()
  }

  private func stopsAtDrift(_ pass: PlanPass) -> Bool {
    guard case .source(let index) = pass.input else { return false }
    return attempt.pipeline.sources[index].contract.typeDrift == .fail
  }

  private func loadStage(of pass: PlanPass) -> String? {
    guard case .load(let index) = pass.sink else { return nil }
    return plan.loads[index].stage
  }

  func rootSource(of pass: PlanPass) -> RootSource {
    let name =
      switch pass.input {
      case .source(let index): attempt.pipeline.sources[index].name.value
      case .gathered(let stage): plan.drivingSource(of: stage)
      }
    return attempt.sources[name] ?? RootSource(name: name, snapshots: [])
  }

  /// Queue entries of a source that are tried now and that its files do not bring by themselves; what
  /// is mended in those files stands in its line's place.
  func entries(
    of spec: SourceSpec, pass: PlanPass, alongside snapshots: [BoundSnapshot]
  ) throws(EngineError) -> [BoundEntries] {
    let read = Set(snapshots.compactMap(\.snapshot.id))
    let heldBack = ledger.heldBack[spec.name.value] ?? []
    let due = work.due.filter { entry in
      entry.source == spec.name.value && !heldBack.contains(entry.id)
        && (entry.isEdited && entry.isFragile || !read.contains(entry.snapshotID))
    }
    return try groups(of: due, spec: spec, pass: pass)
  }

  /// Says which mended records could not be tried, because no file that is read has their old bytes.
  private func tellHeldBack(_ source: String) {
    guard let left = ledger.heldBack[source], !left.isEmpty,
      let path = plan.paths.first(where: { $0.source == source })
    else { return }
    pulse.note(path.leftWaiting(left.count), stage: source)
  }

  /// Queue entries with the layouts of the files they came from.
  func groups(
    of entries: [OpenReject], spec: SourceSpec, pass: PlanPass
  ) throws(EngineError) -> [BoundEntries] {
    var groups: [BoundEntries] = []
    for (snapshot, entries) in Dictionary(grouping: entries, by: \.snapshotID).sorted(by: {
      $0.key < $1.key
    }) {
      let layout: SourceLayout
      if let known = attempt.bound[spec.name.value]?.first(where: { $0.snapshot.id == snapshot }) {
        layout = known.layout
      } else {
        let header = try attempt.state.header(of: snapshot)
        let shape = try ContractCheck.match(names: header, source: spec, place: "the queue")
        layout = SourceLayout(
          names: shape.names, fields: shape.fields, pass: pass, rest: attempt.restNames(of: pass))
      }
      groups.append(BoundEntries(entries: entries.sorted { $0.id < $1.id }, layout: layout))
    }
    return groups
  }

  func makeProbes(
    _ pass: PlanPass, capacity: Int
  ) throws(EngineError) -> [String: Probe] {
    var made: [String: Probe] = [:]
    for case .probe(let stage, let probe) in pass.operations {
      guard let store = stores[probe.side] else { continue }
      do throws(KeyIndex.Duplicate) {
        let index = try KeyIndex(store, keys: probe.sideKeys, isUnique: !probe.allowsMany)
        made[stage] = Probe(stage: stage, plan: probe, index: index, capacity: capacity)
      } catch {
        let key = ledger.shown(
          probe.sideKeys.map { store.text(error.first, $0) }.joined(separator: ", "),
          at: probe.side,
          columns: probe.sideKeys.map { store.columns[$0].name })
        throw EngineError(
          .step(
            .duplicateKey(
              side: probe.side, key: key, promise: probe.cardinality.rawValue,
              lines: [Int(store.lines[error.first]), Int(store.lines[error.second])],
              place: attempt.sources[plan.drivingSource(of: probe.side)]?.place ?? probe.side)),
          stage: stage)
      }
    }
    probes.merge(made) { $1 }
    return made
  }

  /// Rows of joined sides that found no partner.
  func settleSides(
    of pass: PlanPass, root: RootSource, isWhole: Bool
  ) throws(EngineError) {
    guard isWhole else { return }
    for case .probe(let stage, let plan) in pass.operations where plan.isJoin {
      guard let probe = probes[stage], plan.unmatchedSide != .drop, plan.unmatchedSide != .keep
      else { continue }
      let rows = probe.unmatchedRows
      guard !rows.isEmpty else { continue }
      if plan.unmatchedSide == .reject {
        try rejectSide(rows, of: probe, stage: stage)
      } else {
        pulse.note(
          "\(rows.count) row\(rows.count == 1 ? "" : "s") of \(plan.side) without a partner",
          stage: stage)
      }
    }
  }

  func rejectSide(
    _ rows: [Int], of probe: Probe, stage: String
  ) throws(EngineError) {
    let store = probe.index.store
    let name = plan.drivingSource(of: probe.plan.side)
    guard let source = attempt.sources[name] else { return }
    let parcel = Parcel(batch: RecordBatch(width: 0, columns: [], capacity: 1))
    for row in rows {
      parcel.batch.begin(position: .start)
      _ = parcel.batch.addRow()
      parcel.origin = .store(store, [Int32(row)])
      let key = probe.plan.sideKeys.map { store.text(row, $0) }.joined(separator: ", ")
      try ledger.reject(
        0, of: parcel, source: source, layout: nil, stage: stage,
        faults: [
          RecordFault(
            code: .joinUnmatched,
            column: probe.plan.sideKeys.map { store.columns[$0].name }.joined(separator: ", "),
            value: key, rule: plan.leftInput(of: stage))
        ])
    }
    ledger.board.count(stage) { tally in
      tally.added += rows.count
      tally.rejected += rows.count
    }
  }
}
