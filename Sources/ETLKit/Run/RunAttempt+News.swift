// What is new since the last load: files, a plan, a lost destination, and queue entries that are due.

import Foundation
import Records

extension RunAttempt {
  /// Leaves out the files whose rows an appending load has appended already.
  ///
  /// Whatever else changed since, read again they would be there twice. Their queue records are
  /// tried alone. Gives the source with the files that are left, if it is all that is read.
  mutating func leaveOutAppended(
    _ last: LoadedContent?
  ) throws(EngineError) -> RootSource? {
    let appending = plan.loads.filter { $0.table.mode == .append }
    guard !appending.isEmpty, !options.isForced, let last,
      let nonce = try state.loadNonce(of: last.run),
      case .present = LoadMarker.ask(nonce: nonce, at: destinationPath, settles: false)
    else { return nil }
    var read: RootSource?
    for load in appending {
      guard case .source(let index) = plan.passes[load.pass].input else { continue }
      let name = pipeline.sources[index].name.value
      // Who sets a mark wants the records behind it again.
      if marks[name]?.isSetByHand == true { continue }
      let known = Set(last.sources[name]?.contents ?? [])
      let left = (sources[name]?.snapshots ?? []).filter { !known.contains($0.sha256) }
      let source = RootSource(name: name, snapshots: left)
      sources[name] = source
      bound[name] = bound[name]?.filter { !known.contains($0.snapshot.sha256) }
      read = source
    }
    return plan.loads.count == 1 ? read : nil
  }

  func hasNews(since last: LoadedContent?) throws(EngineError) -> Bool {
    guard let last, last.planHash == plan.hash else { return true }
    if marks.values.contains(where: \.isSetByHand) { return true }
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
  ///
  /// Where records are put together, one of a file that is not read any more cannot be tried: without
  /// the others of its file it would make rows that were never meant.
  mutating func claim(
    _ open: [OpenReject], worlds: Worlds, isNews: Bool
  ) throws(EngineError) -> [OpenReject] {
    let now = Timestamp.now
    var due = open.filter { entry in
      entry.isDue(
        inWorld: worlds.world(of: entry), at: now,
        everyRun: isNews && pipeline.retry.everyRun)
    }
    for path in plan.paths where path.scope > .row {
      let read = Set((sources[path.source]?.snapshots ?? []).compactMap(\.id))
      // A newer file may have the old bytes of one that was mended.
      func isLeft(_ entry: OpenReject) -> Bool {
        entry.source == path.source && !read.contains(entry.snapshotID)
          && !(isNews && entry.isEdited)
      }
      let left = due.count(where: isLeft)
      guard left > 0 else { continue }
      due.removeAll(where: isLeft)
      remark(path.leftWaiting(left), stage: path.source)
    }
    guard isNews || !due.isEmpty else { return [] }
    // What became of a mended record may have hung on others, which are put together anew.
    let isDue = Set(due.map(\.id))
    let gathered = Set(plan.paths.filter { $0.scope > .row }.map(\.source))
    due += open.filter { entry in
      entry.isEdited && gathered.contains(entry.source) && !isDue.contains(entry.id)
        && [.waiting, .scheduled].contains(entry.entry.state)
        && sources[entry.source]?.snapshots.contains { $0.id == entry.snapshotID } == true
    }
    due = try whole(due)
    guard !due.isEmpty else { return [] }
    let taken = Set(try state.claim(due.map(\.id), run: run))
    // Read again: nobody can edit them from here on, but until now somebody may have.
    let bytes = Dictionary(due.map { ($0.id, $0.raw) }, uniquingKeysWith: { $1 })
    return try state.openRejects(pipeline: pipeline.name).filter { taken.contains($0.id) }
      .map { entry in
        guard entry.isRawCut, let raw = bytes[entry.id] else { return entry }
        var entry = entry
        (entry.raw, entry.isRawCut) = (raw, false)
        return entry
      }
  }

  /// The entries, if trying them alone gives what a whole run would.
  func rowRedrive(of due: [OpenReject]) -> [OpenReject]? {
    // A table that is replaced is made of all records, or would lose them.
    guard plan.isRowByRow, !plan.loads.contains(where: { $0.table.mode == .replace }) else {
      return nil
    }
    let flowing = Set(plan.loadedPath)
    return due.allSatisfy { flowing.contains($0.source) } ? due : nil
  }
}
