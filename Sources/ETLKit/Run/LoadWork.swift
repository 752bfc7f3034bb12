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
      dataWorld: work.worlds.dataWorld, referenceWorlds: work.worlds.referenceWorlds)
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
    switch outcome {
    case .success(let counts):
      return try publish(work, pending, counts, retried: ledger.retriedCount)
    case .failure(let error) where job.isPrepared:
      // What reported an error may have happened all the same; only the destination knows.
      switch LoadMarker.ask(nonce: pending.nonce, at: destinationPath, settles: true) {
      case .present:
        remark(
          "the destination holds the load, though it reported: \(error.text.what)", stage: "load")
        return try publish(work, pending, job.counts, retried: ledger.retriedCount)
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
        case .check, .step: true
        default: false
        }
      try? ledger.flush()
      try? state.void(pending, keepRejects: keepsRejects, countsInterruption: false)
      throw error
    }
  }

  private mutating func publish(
    _ work: LoadWork, _ pending: PendingLoad, _ counts: LoadCounts, retried: Int
  ) throws(EngineError) -> RunSummary {
    for stage in board.stages { board.finish(stage.name, at: .now) }
    var summary = self.summary(.succeeded)
    summary.retried = retried
    summary.deleted = counts.deleted
    if summary.rejected > 0 { summary.state = .partial }
    log(
      .info,
      "published: \(summary.inserted) inserted, \(summary.updated) updated, "
        + "\(summary.unchanged) unchanged, \(summary.rejected) rejected", stage: "load")
    do throws(EngineError) {
      try state.finalise(pending, summary: summary, updatesContent: !work.isRedrive)
    } catch {
      remark("the destination holds the load; the next run finishes its books", stage: "load")
      throw error
    }
    summary.openRejects = try state.openRejectCount(pipeline: pipeline.name)
    return summary
  }
}

/// Everything that blocks: the passes and the load, on threads of their own.
///
/// `@unchecked Sendable`: made by the run, used by one thread until that thread ends; `decide`
/// runs on the loading thread while the evaluating thread waits for it.
private final class LoadJob: @unchecked Sendable {
  let attempt: RunAttempt
  let work: LoadWork
  let pending: PendingLoad
  let ledger: RunLedger
  let pulse: RunPulse
  private(set) var checkResults: [CheckResult] = []
  /// Whether the state file knows that the destination commits next.
  private(set) var isPrepared = false
  /// What the load did, known once all rows are in.
  private(set) var counts = LoadCounts()

  private var stores: [String: RowStore] = [:]
  private let book = RecordBook()
  private var probes: [String: Probe] = [:]
  private var plan: PipelinePlan { attempt.plan }

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
    let checks = plan.checks.map { CheckRunner($0) }
    for (index, pass) in plan.passes.dropLast().enumerated() {
      try gather(pass, checks: checks.filter { $0.plan.pass == index })
    }
    let destination = try Destination(path: attempt.destinationPath)
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

  private func gather(_ pass: PlanPass, checks: [CheckRunner]) throws(EngineError) {
    let rest = attempt.restNames(of: pass)
    let types = pass.types + rest.map { _ in pass.rest?.column.type ?? .text }
    // Very wide batches hold fewer records.
    let capacity = max(1, min(self.capacity(of: pass), (1 << 20) / max(1, types.count)))
    let made = try makeProbes(pass, capacity: capacity)
    let gathering = try GatheringWork(
      pass, known: pass.sink.stage.flatMap { stores[$0] }, probes: made,
      book: pass.keepsRaw ? book : nil, ledger: ledger, source: rootSource(of: pass), rest: rest)
    let root = rootSource(of: pass)
    let sink = GatheringSink(gathering.step, source: root, types: types, capacity: capacity)
    try drive(
      pass, into: sink, probes: made, checks: checks, capacity: capacity, onlyQueue: false)
    guard let stage = pass.sink.stage else { return }
    stores[stage] = try gathering.finish(root)
    guard gathering.isStep, pass.isLastInput else { return }
    ledger.board.finish(stage, at: .now)
    tellFinished(stage)
  }

  private func tellFinished(_ stage: String) {
    guard let tally = ledger.board[stage]?.tally else { return }
    pulse.log(
      .info, "\(tally.rowsIn) rows in, \(tally.rowsOut) out", stage: stage, kind: "finished")
  }

  private func capacity(of pass: PlanPass) -> Int {
    guard case .source(let index) = pass.input,
      let throttle = attempt.pipeline.sources[index].throttle
    else { return attempt.options.batchCapacity }
    return max(1, min(attempt.options.batchCapacity, throttle / 5))
  }

  /// Runs a pass over its input.
  private func drive(
    _ pass: PlanPass, into sink: any BatchSink, probes: [String: Probe], checks: [CheckRunner],
    capacity: Int, onlyQueue: Bool
  ) throws(EngineError) {
    for operation in pass.operations { ledger.board.start(operation.stage, at: .now) }
    let root = rootSource(of: pass)
    let runner = PassRunner(
      plan: pass, source: root, ledger: ledger, probes: probes, checks: checks)
    switch pass.input {
    case .gathered(let name):
      try stores[name]?.replay(
        through: runner, columns: pass.inputColumns, pulse: pulse, into: sink)
    case .source(let index):
      let spec = attempt.pipeline.sources[index]
      let reader = SourceReader(
        spec: spec, runner: runner, ledger: ledger, pulse: pulse,
        readLimit: attempt.options.readLimit)
      let snapshots = attempt.bound[spec.name.value] ?? []
      try reader.read(
        entries: try entries(of: spec, pass: pass, alongside: onlyQueue ? [] : snapshots),
        snapshots: onlyQueue ? [] : snapshots, into: sink)
      let mended = ledger.takeMended(of: spec.name.value)
      try reader.read(
        entries: try groups(of: mended, spec: spec, pass: pass), snapshots: [], into: sink)
    }
    for operation in pass.operations where !operation.isUnfinished {
      ledger.board.finish(operation.stage, at: .now)
      tellFinished(operation.stage)
    }
    try settleSides(of: pass, root: root, isWhole: !onlyQueue)
    pulse.tellRejects()
    try pulse.tell()
  }

  private func rootSource(of pass: PlanPass) -> RootSource {
    let name =
      switch pass.input {
      case .source(let index): attempt.pipeline.sources[index].name.value
      case .gathered(let stage): plan.drivingSource(of: stage)
      }
    return attempt.sources[name] ?? RootSource(name: name, snapshots: [])
  }

  /// Queue entries of a source that are tried now and that its files do not bring by themselves.
  private func entries(
    of spec: SourceSpec, pass: PlanPass, alongside snapshots: [BoundSnapshot]
  ) throws(EngineError) -> [BoundEntries] {
    let read = Set(snapshots.compactMap(\.snapshot.id))
    let due = work.due.filter { entry in
      entry.source == spec.name.value && (entry.isEdited || !read.contains(entry.snapshotID))
    }
    return try groups(of: due, spec: spec, pass: pass)
  }

  /// Queue entries with the layouts of the files they came from.
  private func groups(
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

  private func makeProbes(
    _ pass: PlanPass, capacity: Int
  ) throws(EngineError) -> [String: Probe] {
    var made: [String: Probe] = [:]
    for case .probe(let stage, let probe) in pass.operations {
      guard let store = stores[probe.side] else { continue }
      do throws(KeyIndex.Duplicate) {
        let index = try KeyIndex(store, keys: probe.sideKeys, isUnique: !probe.allowsMany)
        made[stage] = Probe(stage: stage, plan: probe, index: index, capacity: capacity)
      } catch {
        let key = probe.sideKeys.map { store.text(error.first, $0) }.joined(separator: ", ")
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
  private func settleSides(
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

  private func rejectSide(
    _ rows: [Int], of probe: Probe, stage: String
  ) throws(EngineError) {
    let store = probe.index.store
    let name = plan.drivingSource(of: probe.plan.side)
    guard let source = attempt.sources[name], store.book != nil else { return }
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

  // MARK: Loading

  private func load(
    into destination: Destination, checks: [CheckRunner]
  ) throws(EngineError) -> LoadCounts {
    guard let pass = plan.passes.last else { return LoadCounts() }
    let capacity = self.capacity(of: pass)
    let width = attempt.firstWidth(of: pass)
    let parcels = (0..<5).map { _ in
      Parcel(batch: RecordBatch(width: width, columns: pass.types, capacity: capacity))
    }
    let feed = BatchFeed(parcels: parcels)
    let loaded = Atomic(0)
    let rows = BatchTable(feed: feed, table: plan.table, columns: plan.tableColumns) { parcel in
      loaded.add(parcel.batch.selectedCount, ordering: .relaxed)
      feed.giveBack(parcel)
    }
    let root = rootSource(of: pass)
    let layouts = attempt.bound[root.name] ?? []
    ledger.board.start("load", at: .now)
    pulse.loadedCount = { loaded.load(ordering: .relaxed) }

    let writer = WriterThread(
      job: self, destination: destination, rows: rows, checks: checks, root: root,
      layouts: layouts)
    writer.start()
    var failure: EngineError?
    do throws(EngineError) {
      let sink = LoadingSink(
        feed: feed, types: pass.types, capacity: capacity,
        keyColumns: pass.outputColumns.filter { plan.table.key.contains($0.name) },
        ledger: ledger
      ) { row, parcel, fault throws(EngineError) in
        try self.ledger.reject(
          row, of: parcel, source: root, layout: self.layout(of: parcel, layouts),
          stage: "load", faults: [fault])
      }
      try drive(
        pass, into: sink, probes: try makeProbes(pass, capacity: capacity),
        checks: checks.filter { $0.plan.pass == plan.passes.count - 1 },
        capacity: capacity, onlyQueue: work.isRedrive)
      feed.finish()
    } catch {
      failure = error
      feed.finish(error)
    }
    let result = writer.wait()
    pulse.loadedCount = { 0 }
    switch result {
    case .success(let counts):
      if let failure { throw failure }
      return counts
    case .failure(let error):
      // The loading side's own error comes first; "cancelled" is only its echo.
      throw error
    }
  }

  func layout(of parcel: Parcel, _ layouts: [BoundSnapshot]) -> SourceLayout? {
    switch parcel.origin {
    case .snapshot(let index): layouts.indices.contains(index) ? layouts[index].layout : nil
    case .queue, .store, .none: nil
    }
  }

  /// Judges the load when all rows are in and nothing is visible.
  func decide(_ counts: LoadCounts, checks: [CheckRunner]) throws(EngineError) -> LoadMarker {
    ledger.board.count("load") { tally in
      tally.inserted = counts.inserted
      tally.updated = counts.updated
      tally.unchanged = counts.unchanged
      tally.rejected += counts.rejected
      tally.rowsOut = counts.inserted + counts.updated + counts.unchanged
    }
    if plan.table.mode == .upsert, !work.isRedrive, let pass = plan.passes.last {
      try ledger.closeVanished(among: work.open, source: rootSource(of: pass), counts: counts)
    }
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

  private func judge(_ checks: [CheckRunner]) throws(EngineError) {
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

  /// A source that lost more rows than it may against the last load blocks the load.
  private func guardAgainstShrinking() throws(EngineError) {
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

/// The loading thread.
///
/// `@unchecked Sendable`: its parts are used by this thread only, from `start` to the signal.
private final class WriterThread: @unchecked Sendable {
  private let job: LoadJob
  private let destination: Destination
  private let rows: BatchTable
  private let checks: [CheckRunner]
  private let root: RootSource
  private let layouts: [BoundSnapshot]
  private let isDone = DispatchSemaphore(value: 0)
  private var result: Result<LoadCounts, EngineError> = .failure(EngineError(.cancelled))

  init(
    job: LoadJob, destination: Destination, rows: BatchTable, checks: [CheckRunner],
    root: RootSource, layouts: [BoundSnapshot]
  ) {
    self.job = job
    self.destination = destination
    self.rows = rows
    self.checks = checks
    self.root = root
    self.layouts = layouts
  }

  func start() {
    Thread.detachNewThread { [self] in
      do throws(EngineError) {
        result = .success(try load())
      } catch {
        result = .failure(error)
        rows.feed.abandon()
      }
      isDone.signal()
    }
  }

  func wait() -> Result<LoadCounts, EngineError> {
    isDone.wait()
    return result
  }

  private func load() throws(EngineError) -> LoadCounts {
    var failure: EngineError?
    let loader = Loader(destination: destination, table: job.attempt.plan.table)
    return try loader.load(
      rows,
      violated: { violation in
        do throws(EngineError) {
          try job.ledger.rejectLoaded(
            violation, source: root, layout: job.layout(of: violation.parcel, layouts))
        } catch {
          failure = error
        }
      },
      decide: { counts throws(EngineError) in
        if let failure { throw failure }
        return try job.decide(counts, checks: checks)
      })
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
