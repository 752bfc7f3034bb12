// Removes what was kept long enough: a recorded run for each pipeline that something went of.

import Foundation
import GRDB

/// Prunes a workspace.
public struct Pruner: Sendable {
  private let workspace: Workspace
  private let rules: RetentionRules
  private let now: Timestamp

  /// Touches nothing yet.
  public init(
    _ workspace: Workspace, rules: RetentionRules = RetentionRules(), now: Timestamp = .now
  ) {
    self.workspace = workspace
    self.rules = rules
    self.now = now
  }

  /// What would go; writes nothing.
  public func preview() throws(EngineError) -> [Pruned] {
    let path = workspace.stateFile
    do {
      return try DatabaseQueue.quietReader(path, label: "state").read { database in
        try StateFile.identify(database, path: path, readOnly: true)
        let blobs = try BlobPruning(keep: keep, now: now, in: database)
        var found = try Row.fetchAll(database, sql: "SELECT id, name FROM pipeline ORDER BY name")
          .map { row in
            var pruned = try Pruned(
              row["name"], PruneCutoffs(rules, pipeline: row["id"], now: now), in: database)
            count(blobs, of: row["id"], into: &pruned)
            return pruned
          }
        let unused = self.unused(besides: Set(blobs.entries.map(\.path)))
        found.append(
          Pruned(
            pipeline: nil, files: unused.count, fileBytes: unused.reduce(0) { $0 + $1.size }))
        return found.filter { !$0.isNothing }
      }
    } catch {
      throw StateFile.engineError(error, path: path)
    }
  }

  /// Removes it, and says what went.
  ///
  /// A pipeline that runs just now is left alone, and then so are all fetched files: it may be
  /// about to use any of them.
  public func prune() throws(EngineError) -> [Pruned] {
    let now = now
    let state = try StateFile.open(folder: workspace.stateFolder, clock: { now })
    var locks: [Int64: RunLock] = [:]
    var result: [Pruned] = []
    let pipelines = try state.prunablePipelines()
    for (id, name) in pipelines {
      do throws(EngineError) {
        locks[id] = try RunLock.acquire(stateFolder: workspace.stateFolder, pipeline: name)
      } catch {
        guard case .state(.alreadyRunning) = error.problem else { throw error }
        result.append(Pruned(pipeline: name, skipped: error.text.what))
      }
    }
    defer { withExtendedLifetime(locks) {} }
    let blobs = try state.read { database in
      try BlobPruning(keep: keep, now: now, in: database)
    }
    let takesFiles = locks.count == pipelines.count
    for (id, name) in pipelines where locks[id] != nil {
      let pruned = try prune(name, id, takesFiles ? blobs : nil, in: state)
      if !pruned.isNothing { result.append(pruned) }
    }
    if takesFiles {
      let files = removeUnused(state)
      if files.files > 0 { result.append(files) }
    }
    state.truncateLog()
    return result
  }

  private func prune(
    _ name: String, _ id: Int64, _ blobs: BlobPruning?, in state: StateFile
  ) throws(EngineError) -> Pruned {
    let cutoffs = PruneCutoffs(rules, pipeline: id, now: now)
    var pruned = try state.read { database in try Pruned(name, cutoffs, in: database) }
    var gone: [Int64] = []
    if let blobs {
      count(blobs, of: id, into: &pruned)
      let going = blobs.going(of: id)
      gone = (going.old + going.lost).map(\.snapshot)
    }
    guard !pruned.isNothing else { return pruned }
    pruned.run = try state.beginPrune(of: id)
    try state.prune(cutoffs, counted: pruned, gone: gone)
    // Noted first: a file that is left because this process dies here is found unused next time.
    for entry in blobs?.going(of: id).old ?? [] where blobs?.needed.contains(entry.path) == false {
      unlink(entry.path)
    }
    return pruned
  }

  private func count(_ blobs: BlobPruning, of pipeline: Int64, into pruned: inout Pruned) {
    let going = blobs.going(of: pipeline)
    let files = Set(going.old.map(\.path)).subtracting(blobs.needed)
    pruned.files = files.count
    for path in files { pruned.fileBytes += FileStatus.at(path)?.size ?? 0 }
    pruned.lostFiles = going.lost.count
  }

  /// Files that no run has noted, left behind by one that died; young ones may still be noted.
  private func unused(besides known: Set<String>) -> [(path: String, size: Int)] {
    BlobStore(folder: workspace.blobsFolder).files(olderThan: 86_400, now: now)
      .filter { !known.contains($0.path) }
  }

  private func removeUnused(_ state: StateFile) -> Pruned {
    var pruned = Pruned(pipeline: nil)
    let known = try? state.read { database in
      Set(
        try String.fetchAll(
          database, sql: "SELECT blob_path FROM snapshot WHERE purged_at IS NULL"))
    }
    guard let known else { return pruned }
    for file in unused(besides: known) where unlink(file.path) == 0 {
      pruned.files += 1
      pruned.fileBytes += file.size
    }
    BlobStore(folder: workspace.blobsFolder).removeLeftovers()
    return pruned
  }

  /// For how long the pipelines of the workspace keep the files of their sources.
  private var keep: [String: [String: Int]] {
    var keep: [String: [String: Int]] = [:]
    for pipeline in ((try? workspace.pipelines()) ?? []).compactMap(\.pipeline) {
      for source in pipeline.sources {
        keep[pipeline.name, default: [:]][source.name.value] = source.fetch.keepSeconds
      }
    }
    return keep
  }
}
