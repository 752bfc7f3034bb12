// When the versions of a load begin, and whether keys that it did not bring end.

extension LoadJob {
  /// What a table of versions needs to know of the run; nil for other tables.
  ///
  /// A version begins at the start of the run that brought it. A record of the queue belongs to the
  /// moment its file was last seen, so that it neither ends nor follows what a newer file said.
  func versionMoments(of load: PlanLoad) throws(EngineError) -> VersionMoments? {
    guard load.table.mode == .scd2 else { return nil }
    let state = attempt.state
    var moments = VersionMoments(
      run: VersionMoments.text(try state.moment(of: attempt.run)), snapshots: [:])
    // A row that stands for several records is as new as the run.
    if !plan.combinesRecords(load.spec.from.value) {
      moments.snapshots = try state.lastSeen(
        Set(work.due.map(\.snapshotID)), before: attempt.run
      ).mapValues(VersionMoments.text)
    }
    // Under a watermark most of the file was not looked at.
    let source = rootSource(of: plan.passes[load.pass]).name
    if load.spec.onVanish == .close, !work.isRedrive, attempt.marks[source]?.floor == nil {
      moments.endsUnseen = { self.mayEndUnseen(load.stage) }
    }
    return moments
  }

  /// Not while records are rejected: a key that seems gone may be one of theirs.
  private func mayEndUnseen(_ stage: String) -> Bool {
    let rejected = ledger.rejectedOfFiles
    guard rejected > 0 else { return true }
    let whose =
      rejected == 1
      ? "record was rejected, and the key may be its own"
      : "records were rejected, and the key may be theirs"
    pulse.note("no version was ended for a missing key: \(rejected) \(whose)", stage: stage)
    return false
  }
}

extension PipelinePlan {
  /// Whether a row of the load may be made of several records.
  func combinesRecords(_ stage: String) -> Bool {
    guard let step = pipeline.step(named: stage) else { return false }
    switch step.kind {
    case .aggregate, .pivot, .sql: return true
    default: return step.flowing.contains(where: combinesRecords)
    }
  }
}
