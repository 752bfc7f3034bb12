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
    plan = try PipelinePlan(
      pipeline, constants: RunConstants(run: 0, logicalDate: options.logicalDate ?? today))
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

    // Asked under the lock: nobody else can decide it from here on.
    let held = try options.publication.map { wish throws(EngineError) in
      try state.heldLoad(wish.run)
    }
    if let held, held.pipeline != pipeline.name {
      throw EngineError(.queue(.heldElsewhere(held.run, pipeline: held.pipeline)))
    }

    let board = StageBoard(plan)
    let run = try state.beginRun(
      pipeline: pipeline, planHash: plan.hash, kind: options.kind, stages: board.stages,
      parameters: options.variables.merging(options.sources) { first, _ in first })
    if let wish = options.publication { try state.beginPublishing(wish, by: run) }
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
  var plan: PipelinePlan
  var pipeline: Pipeline
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
  /// The watermarks of sources that have one.
  var marks: [String: MarkFilter] = [:]
  /// The destination itself, where a stand-in for it is loaded.
  var original: String?

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
    guard let work = try await findWork() else { return try finishUnchanged() }
    return try await load(work)
  }

  /// Fetches the sources and says what there is to load; nil for nothing.
  mutating func findWork() async throws(EngineError) -> LoadWork? {
    try await fetch()
    try evolve()
    try bind()
    try readMarks()
    let last = try state.lastLoadedContent(pipeline: pipeline.name)
    var worlds = Worlds(plan, sources: sources)
    let open = try state.openRejects(pipeline: pipeline.name)
    worlds.ask(original ?? destinationPath, loads: plan.loads, about: open)
    var isNews = options.isForced || options.publication != nil
    if !isNews { isNews = try hasNews(since: last) }
    var candidates = open
    if isNews || plan.loads.count > 1, let source = try leaveOutAppended(last) {
      isNews = !source.snapshots.isEmpty
      if !isNews { candidates = open.filter { $0.source == source.name } }
    }
    let due = try claim(candidates, worlds: worlds, isNews: isNews)
    guard isNews || !due.isEmpty else { return nil }
    let redrive = isNews ? nil : rowRedrive(of: due)
    return LoadWork(
      open: open, due: due,
      mended: redrive == nil ? try state.mendedRejects(pipeline: pipeline.name) : [],
      worlds: worlds, last: last, isRedrive: redrive != nil)
  }

  mutating func finishUnchanged() throws(EngineError) -> RunSummary {
    for stage in board.stages { board.finish(stage.name, at: .now, .reused) }
    log(.info, "nothing changed since the last load", stage: nil)
    var summary = self.summary(.unchanged)
    summary.openRejects = try state.openRejectCount(pipeline: pipeline.name)
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
      summary.inserted += stage.tally.inserted
      summary.updated += stage.tally.updated
      summary.unchanged += stage.tally.unchanged
    }
    return summary
  }

  /// How it ended, if it did not end well.
  mutating func failed(_ error: EngineError) -> RunSummary {
    for stage in board.stages where stage.state == .running {
      // What the destination reports belongs to all its loads.
      let isCause =
        error.stage == nil || error.stage == stage.name
        || error.stage == "load" && stage.kind == .load
      board.finish(stage.name, at: .now, isCause ? .failed : .skipped)
    }
    for stage in board.stages where stage.state == .pending {
      board.finish(stage.name, at: .now, error.stage == stage.name ? .failed : .skipped)
    }
    let judged = Set(checks.map(\.name))
    for spec in pipeline.checks where !judged.contains(spec.name.value) {
      checks.append(
        CheckResult(
          name: spec.name.value, severity: spec.severity, outcome: .skip,
          found: "an earlier stage failed"))
    }
    var summary = self.summary(error.problem == .cancelled ? .cancelled : .failed)
    (summary.inserted, summary.updated, summary.unchanged) = (0, 0, 0)
    summary.error = error.text
    summary.openRejects = (try? state.openRejectCount(pipeline: pipeline.name)) ?? 0
    return summary
  }
}
