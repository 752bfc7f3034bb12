// When the versions of a load begin, and whether keys that it did not bring end.

extension LoadJob {
  /// What a table of versions needs to know of the run; nil for other tables.
  ///
  /// A version begins at the start of the run that brought it. A record of the queue belongs to the
  /// moment its file was last seen, so that it neither ends nor follows what a newer file said.
  func versionMoments() throws(EngineError) -> VersionMoments? {
    guard plan.table.mode == .scd2 else { return nil }
    let state = attempt.state
    var moments = VersionMoments(
      run: VersionMoments.text(try state.moment(of: attempt.run)), snapshots: [:])
    // A row that stands for several records is as new as the run.
    if !plan.combinesRecords {
      moments.snapshots = try state.lastSeen(
        Set(work.due.map(\.snapshotID)), before: attempt.run
      ).mapValues(VersionMoments.text)
    }
    if attempt.pipeline.load.onVanish == .close, !work.isRedrive {
      moments.endsUnseen = { self.mayEndUnseen() }
    }
    return moments
  }

  /// Not while records are rejected: a key that seems gone may be one of theirs.
  private func mayEndUnseen() -> Bool {
    let rejected = ledger.rejectedOfFiles
    guard rejected > 0 else { return true }
    let whose =
      rejected == 1
      ? "record was rejected, and the key may be its own"
      : "records were rejected, and the key may be theirs"
    pulse.note("no version was ended for a missing key: \(rejected) \(whose)", stage: "load")
    return false
  }
}

extension PipelinePlan {
  /// Whether a row of the load may be made of several records.
  var combinesRecords: Bool {
    loadedPath.contains { name in
      switch pipeline.step(named: name)?.kind {
      case .aggregate, .pivot: true
      default: false
      }
    }
  }
}
