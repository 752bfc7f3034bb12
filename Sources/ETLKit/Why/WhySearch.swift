// What a search for a row runs: the pipeline with one load, which is never performed.

extension Pipeline {
  /// The load into a table.
  func load(into table: String) -> LoadSpec? {
    loads.first { $0.table.value.lowercased() == table.lowercased() }
  }

  /// The pipeline with the load into a table alone, if it has one.
  func loadingOnly(_ table: String) -> Pipeline {
    var result = self
    if let load = load(into: table) { result.load = load }
    return result
  }
}

extension Trial {
  /// A load that is searched and never performed, over the copy's files.
  func searchJob() throws(EngineError) -> LoadJob {
    let attempt = try begin(checks: [])
    let (plan, state, run) = (attempt.plan, attempt.state, attempt.run)
    let entries = try state.openRejects(pipeline: pipeline.name)
    let worlds = Worlds(plan, sources: attempt.sources)
    let work = LoadWork(
      open: entries, due: entries, mended: entries, worlds: worlds, last: nil,
      isRedrive: !entries.isEmpty && plan.passes.last?.isOfSource == true)
    let pending = try state.beginLoad(run: run, destination: scratch)
    let ledger = RunLedger(
      board: attempt.board, state: state, load: pending, open: entries, mended: entries,
      dataWorld: worlds.dataWorld, referenceWorlds: worlds.referenceWorlds)
    let pulse = RunPulse(
      state: state, run: run, ledger: ledger, cancellation: RunCancellation(), report: { _ in })
    return LoadJob(attempt: attempt, work: work, pending: pending, ledger: ledger, pulse: pulse)
  }
}
