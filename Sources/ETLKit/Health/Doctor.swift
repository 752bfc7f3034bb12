// A look at everything a workspace lives from: files, databases, locks, room. Changes nothing.

import Foundation
import GRDB

/// Examines a workspace.
public struct Doctor: Sendable {
  let workspace: Workspace
  /// Whether every page and index is compared, and not only the pages' structure.
  let isThorough: Bool
  let now: Timestamp

  /// Looks at nothing yet.
  ///
  /// `thorough`: databases are checked index by index, which takes as long as reading them sorted.
  public init(_ workspace: Workspace, thorough: Bool = false, now: Timestamp = .now) {
    self.workspace = workspace
    isThorough = thorough
    self.now = now
  }

  /// All findings, in a fixed order; what is fine is among them.
  public func examine() -> [HealthFinding] {
    var findings = pipelines()
    findings += state()
    findings += destinations()
    findings += files()
    return findings
  }

  // MARK: Pipelines

  private func pipelines() -> [HealthFinding] {
    do throws(EngineError) {
      let listings = try workspace.pipelines()
      let broken = listings.filter { $0.pipeline == nil }
      guard let first = broken.first else {
        return [
          HealthFinding(
            severity: .ok, code: "pipelines",
            what: listings.count == 1
              ? "1 pipeline file is read" : "\(listings.count) pipeline files are read")
        ]
      }
      return [
        HealthFinding(
          severity: .warn, code: "pipelines",
          what: "\(broken.count) of \(listings.count) pipeline files cannot be run",
          place: first.file, fix: "etl-tui check")
      ]
    } catch {
      return [HealthFinding(error.text)]
    }
  }

  /// The databases that pipelines load, with a pipeline for each, in the order of their paths.
  var databases: [(path: String, pipeline: String)] {
    let all = ((try? workspace.pipelines()) ?? []).compactMap(\.pipeline)
    var named: [String: String] = [:]
    for pipeline in all {
      let path = pipeline.load.path(in: workspace)
      if named[path] == nil { named[path] = pipeline.name }
    }
    return named.sorted { $0.key < $1.key }.map { (path: $0.key, pipeline: $0.value) }
  }

  // MARK: State

  private func state() -> [HealthFinding] {
    guard FileManager.default.fileExists(atPath: workspace.stateFile) else {
      return [
        HealthFinding(
          severity: .note, code: "state", what: "nothing has run here yet",
          place: workspace.stateFile)
      ]
    }
    var findings: [HealthFinding] = []
    do {
      let queue = try DatabaseQueue.quietReader(workspace.stateFile, label: "state")
      try queue.read { database in
        if let problem = try foreign(database) {
          findings.append(HealthFinding(problem))
          return
        }
        findings += integrity(
          of: database, path: workspace.stateFile, code: "state", what: "state file")
        findings += try runs(in: database)
        findings += try loads(in: database)
        findings += try heldLoads(in: database)
        findings += try queueEntries(in: database)
        findings += try blobs(in: database)
      }
    } catch {
      findings.append(HealthFinding(StateFile.engineError(error, path: workspace.stateFile).text))
    }
    return findings
  }

  /// Why a file is not one of ours, or not one that this program can read.
  private func foreign(_ database: Database) throws -> ErrorText? {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let path = workspace.stateFile
    if application != StateSchema.applicationID {
      return EngineError(.state(.foreignFile(path: path))).text
    }
    if version > StateSchema.version {
      let problem = StateProblem.newerVersion(
        found: version, known: StateSchema.version, path: path)
      return EngineError(.state(problem)).text
    }
    guard version == StateSchema.version else {
      return ErrorText(
        "the state file has format \(version); the next run brings it to \(StateSchema.version)",
        code: "state.older", places: [path], fix: "etl-tui run NAME")
    }
    return nil
  }

  private func runs(in database: Database) throws -> [HealthFinding] {
    let live = try LiveRuns(database, stateFolder: workspace.stateFolder)
    var findings: [HealthFinding] = []
    if !live.owned.isEmpty {
      let numbers = live.owned.sorted().map(String.init).joined(separator: ", ")
      findings.append(
        HealthFinding(severity: .note, code: "runs.live", what: "going on: run \(numbers)"))
    }
    for run in live.all.subtracting(live.owned).sorted() {
      let name = try String.fetchOne(
        database,
        sql: "SELECT name FROM pipeline WHERE id=(SELECT pipeline_id FROM run WHERE id=?)",
        arguments: [run])
      findings.append(
        HealthFinding(
          severity: .warn, code: "runs.stale",
          what: "run \(run) calls itself running, but its process is gone",
          fix: "etl-tui run \(name ?? "NAME")"))
    }
    if findings.isEmpty {
      findings.append(
        HealthFinding(severity: .ok, code: "runs", what: "no run is going on or left over"))
    }
    return findings
  }

  private func loads(in database: Database) throws -> [HealthFinding] {
    let rows = try Row.fetchAll(database, sql: ReaderSQL.undecidedLoads)
    return rows.map { row in
      let name: String = row["pipeline"]
      return HealthFinding(
        severity: .warn, code: "loads.undecided",
        what: "run \(row["id"] as RunID) was cut short while its load was published;"
          + " the next run finds out whether it counts", fix: "etl-tui run \(name)")
    }
  }

  private func queueEntries(in database: Database) throws -> [HealthFinding] {
    let dead =
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM reject WHERE \(ReaderSQL.open) AND state='dead'") ?? 0
    let open = try Int.fetchOne(database, sql: ReaderSQL.openCount) ?? 0
    var findings = [
      HealthFinding(
        severity: dead > 0 ? .note : .ok, code: "queue",
        what: "\(open) \(open == 1 ? "record waits" : "records wait")"
          + (dead > 0 ? ", \(dead) of them given up" : ""),
        fix: dead > 0 ? "etl-tui retry list" : nil)
    ]
    let gone = try Row.fetchAll(
      database,
      sql: """
        SELECT DISTINCT s.blob_path, count(*) AS records FROM reject r
        JOIN snapshot s ON s.id=r.snapshot_id WHERE r.\(ReaderSQL.open)
          AND r.raw_truncated<>0 AND r.edited_raw IS NULL GROUP BY s.blob_path
        """
    ).filter { FileStatus.at($0["blob_path"]) == nil }
    for row in gone {
      let count: Int = row["records"]
      findings.append(
        HealthFinding(
          severity: .error, code: "queue.bytes",
          what: "\(count) waiting \(count == 1 ? "record is" : "records are") not kept whole, and"
            + " the file that has the rest is gone", place: row["blob_path"],
          fix: "put the file back, or etl-tui retry discard"))
    }
    return findings
  }
}
