// The run, top to bottom; the one place that knows every kind of stage.

import Foundation
import Records

/// One run of one pipeline, in this process.
public struct PipelineRun: Sendable {
  let workspace: Workspace
  let pipeline: Pipeline
  let plan: PipelinePlan
  let options: RunOptions
  let cancellation: RunCancellation
  let report: @Sendable (EngineEvent) -> Void

  /// Prepares a run; nothing is touched yet.
  ///
  /// Throws `pipeline` with all mistakes, if the pipeline cannot run.
  public init(
    _ pipeline: Pipeline, in workspace: Workspace, options: RunOptions = RunOptions(),
    cancellation: RunCancellation = RunCancellation(),
    report: @escaping @Sendable (EngineEvent) -> Void = { _ in }
  ) throws(EngineError) {
    var pipeline = pipeline
    for (name, value) in options.variables { pipeline.variables[name] = value }
    self.workspace = workspace
    self.pipeline = pipeline
    self.options = options
    self.cancellation = cancellation
    self.report = report
    let today = Timestamp.now.microseconds / 86_400_000_000
    plan = try PipelinePlan(pipeline, constants: RunConstants(run: 0, logicalDate: today))
  }

  /// Runs.
  ///
  /// Gives how it went, also if it failed after it had begun; then `error` says why.
  /// Throws what kept it from beginning: a lock, a state file, a workspace.
  public func run() async throws(EngineError) -> RunSummary {
    let state = try StateFile.open(workspace)
    // Held until the process ends or this returns; the kernel lets go of it in every case.
    let lock = try RunLock.acquire(
      stateFolder: workspace.stateFolder, pipeline: pipeline.name)
    defer { withExtendedLifetime(lock) {} }
    try LoadRecovery.settle(
      state, before: pipeline.load.path(in: workspace))

    let board = StageBoard(plan)
    let run = try state.beginRun(
      pipeline: pipeline, planHash: plan.hash, kind: options.kind, stages: board.stages,
      parameters: options.variables.merging(options.sources) { first, _ in first })
    report(.started(run, pipeline: pipeline.name, at: .now))
    var attempt = RunAttempt(self, state: state, run: run, board: board)
    do throws(EngineError) {
      let summary = try await attempt.perform()
      report(.finished(summary))
      return summary
    } catch {
      let summary = attempt.failed(error)
      // The disk may be full or gone; the summary is told to the caller in any case.
      try? state.event(
        run: run, stage: error.stage, level: .error, kind: "failed",
        detail: error.text.what + " (\(error.code))")
      try? state.finishRun(summary)
      report(.finished(summary))
      return summary
    }
  }
}

/// The state of a run between its first line and its last.
struct RunAttempt {
  let plan: PipelinePlan
  let pipeline: Pipeline
  let workspace: Workspace
  let options: RunOptions
  let cancellation: RunCancellation
  let report: @Sendable (EngineEvent) -> Void
  let state: StateFile
  let run: RunID
  let started = Timestamp.now

  var board: StageBoard
  var notes: [String] = []
  var checks: [CheckResult] = []
  var sources: [String: RootSource] = [:]
  var bound: [String: [BoundSnapshot]] = [:]
  /// The names of columns that there are any number of, by source.
  var rest: [String: [String]] = [:]

  init(_ run: PipelineRun, state: StateFile, run id: RunID, board: StageBoard) {
    plan = run.plan
    pipeline = run.pipeline
    workspace = run.workspace
    options = run.options
    cancellation = run.cancellation
    report = run.report
    self.state = state
    self.run = id
    self.board = board
  }

  /// The run, as a list.
  mutating func perform() async throws(EngineError) -> RunSummary {
    try await fetch()
    try bind()
    let last = try state.lastLoadedContent(pipeline: pipeline.name)
    let worlds = Worlds(plan, sources: sources)
    let open = try state.openRejects(pipeline: pipeline.name)
    var isNews = options.isForced
    if !isNews { isNews = try hasNews(since: last) }
    var candidates = open
    if isNews, let source = try leaveOutAppended(last) {
      isNews = !source.snapshots.isEmpty
      if !isNews { candidates = open.filter { $0.source == source.name } }
    }
    let due = try claim(candidates, worlds: worlds, isNews: isNews)
    guard isNews || !due.isEmpty else { return try finishUnchanged(open: open.count) }
    let redrive = isNews ? nil : rowRedrive(of: due)
    return try await load(
      LoadWork(
        open: open, due: due,
        mended: redrive == nil ? try state.mendedRejects(pipeline: pipeline.name) : [],
        worlds: worlds, last: last, isRedrive: redrive != nil))
  }

  // MARK: Sources

  /// Sources → blobs, recorded.
  private mutating func fetch() async throws(EngineError) {
    let fetcher = SourceFetcher(workspace: workspace)
    fetcher.removeLeftovers()
    for spec in pipeline.sources where plan.stages.contains(where: { $0.name == spec.name.value }) {
      let name = spec.name.value
      board.start(name, at: .now)
      try state.progress(run: run, stages: board.stages)
      let known = try state.knownSnapshots(pipeline: pipeline.name, source: name)
      let watch = FetchWatch(
        state: state, run: run, stages: board.stages, source: name, report: report)
      let fetched = try await fetcher.fetch(
        spec, known: known, overridePath: options.sources[name],
        report: { progress in watch.tell(progress) })
      let recorded = try state.record(fetched, run: run)
      sources[name] = RootSource(name: name, snapshots: recorded)
      for snapshot in recorded { logFetch(snapshot) }
      if cancellation.isCancelled { throw EngineError(.cancelled, stage: name) }
    }
  }

  private func logFetch(_ snapshot: Snapshot) {
    let size = "\(snapshot.byteCount) bytes"
    let how =
      switch snapshot.outcome {
      case .fetched: "fetched, \(size)"
      case .notModified: "not modified since the last fetch"
      case .sameContent: "same content as before, \(size)"
      }
    log(.info, "\(snapshot.uri): \(how)", stage: snapshot.source)
    if let commit = snapshot.commit { log(.info, "commit \(commit)", stage: snapshot.source) }
    if let resolved = snapshot.resolvedURI, resolved != snapshot.uri {
      log(.info, "answered by \(resolved)", stage: snapshot.source)
    }
  }

  /// Headers against declarations; refused here, before anything is written.
  mutating func bind() throws(EngineError) {
    for pass in plan.passes {
      guard case .source(let index) = pass.input else { continue }
      let spec = pipeline.sources[index]
      rest[spec.name.value] = try restNames(of: spec)
      var all: [BoundSnapshot] = []
      for snapshot in sources[spec.name.value]?.snapshots ?? [] {
        let shape = try ContractCheck.match(snapshot, source: spec)
        for note in shape.notes { remark(note, stage: spec.name.value) }
        let layout = SourceLayout(
          names: shape.names, fields: shape.fields, pass: pass, rest: restNames(of: pass))
        if let id = snapshot.id {
          try state.describe(snapshot: id, header: shape.names, source: spec)
        }
        all.append(BoundSnapshot(snapshot: snapshot, layout: layout))
      }
      bound[spec.name.value] = all
    }
  }

  /// The columns of a source's rest in its files, and in older ones that queue entries come from.
  private func restNames(of spec: SourceSpec) throws(EngineError) -> [String] {
    guard let rest = spec.rest else { return [] }
    var names: [String] = []
    var seen: Set<String> = []
    func add(_ shape: ContractMatch) {
      for member in rest.members(of: shape.names, declared: shape.fields)
      where seen.insert(member.name).inserted { names.append(member.name) }
    }
    for snapshot in sources[spec.name.value]?.snapshots ?? [] {
      let shape = try ContractCheck.match(snapshot, source: spec)
      let found = rest.members(of: shape.names, declared: shape.fields)
      if found.isEmpty, spec.contract.missingColumn == .fail {
        throw EngineError(
          .contract(
            .missingColumns(
              [rest.match.text], found: shape.names, source: spec.name.value, place: snapshot.uri)),
          stage: spec.name.value)
      }
      if let twice = Dictionary(grouping: found, by: \.name).values.first(where: { $0.count > 1 }) {
        throw EngineError(
          .contract(
            .sameName(
              twice[0].name, positions: twice.map { $0.field + 1 }, column: rest.name.value,
              place: snapshot.uri)), stage: spec.name.value)
      }
      add(shape)
    }
    let open = try state.openRejects(pipeline: pipeline.name)
    for id in Set(open.filter { $0.source == spec.name.value }.map(\.snapshotID)).sorted() {
      let header = try state.header(of: id)
      if let shape = try? ContractCheck.match(names: header, source: spec, place: "the queue") {
        add(shape)
      }
    }
    return names
  }

  // MARK: What is new

  /// Leaves out the files whose rows an appending load has appended already.
  ///
  /// Whatever else changed since, read again they would be there twice. Their queue records are
  /// tried alone. Gives the source with the files that are left; nil where all have to be read.
  private mutating func leaveOutAppended(
    _ last: LoadedContent?
  ) throws(EngineError) -> RootSource? {
    guard plan.table.mode == .append, !options.isForced, let last,
      case .source(let index)? = plan.passes.last?.input,
      let nonce = try state.loadNonce(of: last.run),
      case .present = LoadMarker.ask(nonce: nonce, at: destinationPath, settles: false)
    else { return nil }
    let name = pipeline.sources[index].name.value
    let known = Set(last.sources[name]?.contents ?? [])
    let left = (sources[name]?.snapshots ?? []).filter { !known.contains($0.sha256) }
    let source = RootSource(name: name, snapshots: left)
    sources[name] = source
    bound[name] = bound[name]?.filter { !known.contains($0.snapshot.sha256) }
    return source
  }

  private func hasNews(since last: LoadedContent?) throws(EngineError) -> Bool {
    guard let last, last.planHash == plan.hash else { return true }
    for (name, source) in sources
    where last.sources[name]?.contents != source.snapshots.map(\.sha256) {
      return true
    }
    // A destination that was removed, or an older copy of it, has to be loaded again.
    guard let nonce = try state.loadNonce(of: last.run) else { return true }
    switch LoadMarker.ask(nonce: nonce, at: destinationPath, settles: false) {
    case .present: return false
    case .absent: return true
    // Taken for absent, what is there would be loaded twice.
    case .unknown(let problem): throw EngineError(.load(problem), stage: "load")
    }
  }

  var destinationPath: String { pipeline.load.path(in: workspace) }

  /// Takes the queue entries that this run tries again.
  private func claim(
    _ open: [OpenReject], worlds: Worlds, isNews: Bool
  ) throws(EngineError) -> [OpenReject] {
    let now = Timestamp.now
    let due = open.filter { entry in
      entry.isDue(
        inWorld: worlds.world(of: entry), at: now,
        everyRun: isNews && pipeline.retry.everyRun)
    }
    guard !due.isEmpty else { return [] }
    let taken = Set(try state.claim(due.map(\.id), run: run))
    // Read again: nobody can edit them from here on, but until now somebody may have.
    return try state.openRejects(pipeline: pipeline.name).filter { taken.contains($0.id) }
  }

  /// The entries, if trying them alone gives what a whole run would: all come from the source
  /// that is loaded row by row, and nothing but row-local steps lies on their way.
  private func rowRedrive(of due: [OpenReject]) -> [OpenReject]? {
    // A table that is replaced is made of all records, or would lose them.
    guard plan.table.mode != .replace, let pass = plan.passes.last,
      case .source(let index) = pass.input
    else { return nil }
    let source = pipeline.sources[index].name.value
    return due.allSatisfy { $0.source == source } ? due : nil
  }

  private mutating func finishUnchanged(open: Int) throws(EngineError) -> RunSummary {
    for stage in board.stages { board.finish(stage.name, at: .now, .reused) }
    log(.info, "nothing changed since the last load", stage: nil)
    var summary = self.summary(.unchanged)
    summary.openRejects = open
    try state.finishRun(summary)
    return summary
  }

  // MARK: Words and numbers

  func log(_ level: Level, _ text: String, stage: String?) {
    try? state.event(run: run, stage: stage, level: level, kind: "note", detail: text)
    report(.log(run, level, stage: stage, text))
  }

  mutating func remark(_ text: String, stage: String) {
    notes.append("\(stage): \(text)")
    log(.info, text, stage: stage)
  }

  /// The run as it stands.
  func summary(_ runState: RunState) -> RunSummary {
    var summary = RunSummary(
      run: run, pipeline: pipeline.name, kind: options.kind, state: runState, started: started,
      finished: .now, stages: board.stages, checks: checks, notes: notes, error: nil)
    let whole = RunBalance(plan, board)
    summary.read = whole.read
    summary.added = whole.added
    summary.filtered = whole.filtered
    summary.deduplicated = whole.deduplicated
    summary.unmatched = whole.unmatched
    summary.combined = whole.combined
    for stage in board.stages {
      // Rejects of sides wait in the queue like all others.
      summary.rejected += stage.tally.rejected
      guard stage.kind == .load else { continue }
      summary.inserted = stage.tally.inserted
      summary.updated = stage.tally.updated
      summary.unchanged = stage.tally.unchanged
    }
    return summary
  }

  /// How it ended, if it did not end well.
  mutating func failed(_ error: EngineError) -> RunSummary {
    for stage in board.stages where stage.state == .running {
      let isCause = error.stage == nil || error.stage == stage.name
      board.finish(stage.name, at: .now, isCause ? .failed : .skipped)
    }
    for stage in board.stages where stage.state == .pending {
      board.finish(stage.name, at: .now, error.stage == stage.name ? .failed : .skipped)
    }
    var summary = self.summary(error.problem == .cancelled ? .cancelled : .failed)
    (summary.inserted, summary.updated, summary.unchanged) = (0, 0, 0)
    summary.error = error.text
    summary.openRejects = (try? state.openRejectCount(pipeline: pipeline.name)) ?? 0
    return summary
  }
}

extension PipelinePlan {
  /// The sources behind a stage.
  func rootSources(of stage: String) -> Set<String> {
    guard let step = pipeline.steps.first(where: { $0.name.value == stage }) else { return [stage] }
    return step.inputs.reduce(into: []) { $0.formUnion(rootSources(of: $1.value)) }
  }
}
