// What a run would do: the engine itself, over copies that are thrown away.
//
// The state file is copied whole. Of the destination only the rows that the run can meet are
// copied: a first pass finds which those are, a second one loads into them, so that a plan costs
// what a run reads and not what a database holds, unless a check asks for all of it. Workspace and destination are only read.

import Foundation
import GRDB
import Records

/// Finds out what a run would do.
public struct Forecaster: Sendable {
  private let workspace: Workspace
  private let pipeline: Pipeline
  private let options: RunOptions
  /// How many rows of each kind, and how many rejects, are shown.
  private let samples: Int

  /// Prepares a forecast; `samples` is how many rows of each kind of change it shows.
  public init(
    _ pipeline: Pipeline, in workspace: Workspace, options: RunOptions = RunOptions(),
    samples: Int = 5
  ) {
    self.workspace = workspace
    self.pipeline = pipeline
    self.options = options
    self.samples = samples
  }

  /// Runs the pipeline for show.
  ///
  /// Throws what would keep a run from beginning; what would stop it later is in the summary.
  public func forecast() async throws(EngineError) -> RunForecast {
    if let process = RunLock.holder(
      stateFolder: workspace.stateFolder, pipeline: pipeline.name)
    {
      throw EngineError(.state(.alreadyRunning(pipeline: pipeline.name, process: process)))
    }
    let folder = try TemporaryFolder("etl-plan")
    defer { withExtendedLifetime(folder) {} }
    let destination = DestinationCopy(
      of: pipeline.load.path(in: workspace), to: folder.path + "/destination.db")
    let shadow = workspace.withState(in: folder.path + "/state")
    try StateCopy.make(of: workspace.stateFile, in: shadow.stateFolder)

    var planned = pipeline
    planned.redirect(to: destination.path)
    // Somebody waits for the answer.
    for index in planned.sources.indices { planned.sources[index].throttle = nil }
    let run = try PipelineRun(planned, in: shadow, options: options)
    let state = try StateFile.open(shadow)
    try state.divert(loadsTo: destination.original, into: destination.path)
    if pipeline.asksDestination { try destination.copyWhole() }
    for load in run.plan.loads { try destination.begin(load.table) }
    try LoadRecovery.settle(state, before: destination.path)
    try linkBlobs(state, in: shadow)

    let board = StageBoard(run.plan)
    let id = try state.beginRun(
      pipeline: planned, planHash: run.plan.hash, kind: .dryrun, stages: board.stages)
    var attempt = RunAttempt(run, state: state, run: id, board: board)
    attempt.original = destination.original
    do throws(EngineError) {
      guard let work = try await attempt.findWork() else {
        return RunForecast(summary: try attempt.finishUnchanged())
      }
      if destination.isThere {
        for load in run.plan.loads {
          let rows = try await rows(
            of: load.spec.from.value, in: attempt, work, shadow, "\(folder.path)/\(load.stage)")
          try destination.fill(
            load.table, meeting: "rows", of: rows,
            meetsAll: load.table.mode == .scd2 && load.spec.onVanish == .close)
        }
        try destination.remember(run.plan.loads.map(\.table))
      }
      var summary = try await attempt.load(work)
      var tables: [RunForecast.Table] = []
      for load in run.plan.loads {
        summary.deleted += try destination.leftOut(load.table)
        tables.append(
          RunForecast.Table(
            database: pipeline.load.database.value, name: load.table.name, key: load.table.key,
            samples: try destination.samples(load.table, most: samples)))
      }
      return RunForecast(
        summary: summary, tables: tables, rejects: try state.rejects(of: id, most: samples))
    } catch {
      let summary = attempt.failed(error)
      return RunForecast(summary: summary, rejects: try state.rejects(of: id, most: samples))
    }
  }

  /// The rows that the run would load from a stage, in a database of their own.
  private func rows(
    of stage: String, in attempt: RunAttempt, _ work: LoadWork, _ shadow: Workspace,
    _ folder: String
  ) async throws(EngineError) -> String {
    let path = folder + "/rows.db"
    var pipeline = attempt.pipeline.giving(stage, into: path)
    for index in pipeline.sources.indices { pipeline.sources[index].maximumDrop = nil }
    // Books of its own: what it decides must not be decided already when the load decides it.
    try StateCopy.make(of: shadow.stateFile, in: folder)
    let run = try PipelineRun(pipeline, in: shadow.withState(in: folder), options: options)
    var first = RunAttempt(
      run, state: try StateFile.open(folder: folder), run: attempt.run,
      board: StageBoard(run.plan))
    first.sources = attempt.sources
    first.marks = attempt.marks.mapValues(\.anew)
    try first.bind()
    _ = try await first.load(work)
    return path
  }

  /// Makes the files that were fetched before known to the copy's own store.
  private func linkBlobs(_ state: StateFile, in shadow: Workspace) throws(EngineError) {
    let store = BlobStore(folder: shadow.blobsFolder)
    for source in pipeline.sources {
      for known in try state.knownSnapshots(
        pipeline: pipeline.name, source: source.name.value)
      {
        let link = store.path(of: known.sha256)
        let files = FileManager.default
        try? files.createDirectory(
          atPath: BlobStore.parent(of: link), withIntermediateDirectories: true)
        try? files.createSymbolicLink(atPath: link, withDestinationPath: known.blobPath)
      }
    }
  }
}

extension Pipeline {
  /// Whether checks ask the destination for more than the rows of the load.
  fileprivate var asksDestination: Bool {
    checks.contains { check in
      switch check.kind {
      case .sql, .foreignKey(_, among: .table): true
      default: false
      }
    }
  }
}

/// A state file copied as it is at one moment.
enum StateCopy {
  /// Copies a state file into a folder, which is made; makes only the folder if there is none.
  static func make(of original: String, in folder: String) throws(EngineError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      guard FileManager.default.fileExists(atPath: original) else { return }
      let source = try DatabaseQueue.quietReader(original, label: "state")
      try source.backup(to: DatabaseQueue(path: folder + "/state.db"))
    } catch {
      throw StateFile.engineError(error, path: original)
    }
  }
}

extension StateFile {
  /// In a copy: lets no undecided load ask a real destination.
  ///
  /// Those to `original` ask its copy; those to other destinations are not this run's to decide.
  fileprivate func divert(loadsTo original: String, into copy: String) throws(EngineError) {
    try write(.relaxed) { database in
      try database.execute(
        sql: "UPDATE load SET phase='void' WHERE phase IN ('open','prepared') AND destination<>?",
        arguments: [original])
      try database.execute(
        sql: "UPDATE load SET destination=? WHERE phase IN ('open','prepared')", arguments: [copy])
    }
  }

  /// Records that a run rejected, in the order of their lines.
  fileprivate func rejects(
    of run: RunID, most: Int
  ) throws(EngineError) -> [RunForecast.Reject] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT r.source, r.line_no, r.errors_json, c.stage, c.code
          FROM reject r JOIN reason c ON c.id=r.reason_id
          WHERE r.last_run=? AND r.state IN ('waiting','scheduled','dead')
          ORDER BY r.source, r.line_no, r.id LIMIT ?
          """, arguments: [run, most]
      ).map { row in
        RunForecast.Reject(
          source: row["source"], line: row["line_no"], stage: row["stage"], code: row["code"],
          reasons: faults(row["errors_json"] as String?).map(FaultText.sentence))
      }
    }
  }
}
