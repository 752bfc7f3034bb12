// The answer that shows all pipelines at once, and what needs a person.

internal import Foundation
internal import GRDB

extension WorkspaceReader {
  /// All pipelines that have a file or have run.
  func overview(_ files: [PipelineListing], in database: Database) throws -> Overview {
    let live = try LiveRuns(database, stateFolder: workspace.stateFolder)
    var result = Overview()
    var open: [Int64: (count: Int, dead: Int)] = [:]
    for row in try Row.fetchAll(database, sql: ReaderSQL.openByPipeline) {
      open[row["pipeline_id"]] = (row["count"], row["dead"])
    }
    for row in try Row.fetchAll(database, sql: ReaderSQL.pendingByPipeline) {
      open[row["pipeline_id"], default: (0, 0)].count += row["count"] as Int
    }
    var ids: [String: Int64] = [:]
    for row in try Row.fetchAll(database, sql: ReaderSQL.pipelines) {
      ids[row["name"]] = row["id"]
    }
    let held = try Row.fetchAll(database, sql: ReaderSQL.heldRuns).map { row in
      (run: row["run_id"] as RunID, pipeline: row["pipeline"] as String)
    }
    for load in held {
      result.needs.append(
        Need(
          state: .failed, pipeline: load.pipeline,
          text: "the load of run \(load.run) is held back; publish or drop it", run: load.run,
          isHeldLoad: true))
    }
    let names = Set(files.map(\.name)).union(ids.keys).sorted()
    for name in names {
      let file = files.first { $0.name == name }
      var pipeline = Self.row(name: name, file: file)
      var dead = 0
      if let id = ids[name] {
        pipeline.openRejects = open[id]?.count ?? 0
        dead = open[id]?.dead ?? 0
        pipeline.heldRun = held.first { $0.pipeline == name }?.run
        try fill(&pipeline, id: id, live: live, in: database)
      }
      result.needs += needs(of: pipeline, file: file, dead: dead, live: live)
      result.pipelines.append(pipeline)
    }
    for row in try Row.fetchAll(database, sql: ReaderSQL.undecidedLoads) {
      result.needs.append(
        Need(
          state: .crashed, pipeline: row["pipeline"],
          text: "a load was cut short while it was published; the next run finds out",
          run: row["id"]))
    }
    result.needs = gravestFirst(result.needs)
    result.events = try Row.fetchAll(database, sql: ReaderSQL.events)
      .compactMap(EventRow.init(row:))
    return result
  }

  /// What the files alone say.
  func overview(_ files: [PipelineListing]) -> Overview {
    var result = Overview()
    for file in files.sorted(by: { $0.name < $1.name }) {
      let row = Self.row(name: file.name, file: file)
      result.needs += needs(of: row, file: file, dead: 0, live: LiveRuns())
      result.pipelines.append(row)
    }
    return result
  }

  private static func row(name: String, file: PipelineListing?) -> PipelineRow {
    var row = PipelineRow(name: name, summary: file?.pipeline?.summary)
    if let file, file.pipeline == nil {
      row.problem =
        file.diagnostics.first { $0.severity == .error }.map { mistake in
          "\(mistake.file):\(mistake.mark.line):\(mistake.mark.column): \(mistake.what)"
        } ?? "\(file.file) cannot be read"
    }
    return row
  }

  private func fill(
    _ pipeline: inout PipelineRow, id: Int64, live: LiveRuns, in database: Database
  ) throws {
    let last = try Row.fetchAll(database, sql: ReaderSQL.lastRuns, arguments: [id])
    pipeline.lastRuns = last.reversed().compactMap { RunState(rawValue: $0["state"]) }
    pipeline.usualSeconds = usualSeconds(last)
    let newest = try Row.fetchOne(
      database, sql: ReaderSQL.runsOfPipeline, arguments: [pipeline.name, 1])
    guard let newest else { return }
    let run = try runRow(newest, live: live, in: database)
    pipeline.run = run
    pipeline.state = run.state
    pipeline.isOwned = run.isOwned
    pipeline.stages = try stages(of: run.id, isLive: live.all.contains(run.id), in: database)
    pipeline.rates = Self.rates(of: .load, in: pipeline.stages)
    if pipeline.rates.isEmpty { pipeline.rates = Self.rates(of: .source, in: pipeline.stages) }
  }

  /// The rates of the stage of a kind that has most rows.
  private static func rates(of kind: StageKind, in stages: [StageRow]) -> [Double] {
    stages.filter { $0.kind == kind }.max { $0.rowsIn < $1.rowsIn }?.rates ?? []
  }

  private func needs(
    of pipeline: PipelineRow, file: PipelineListing?, dead: Int, live: LiveRuns
  ) -> [Need] {
    var needs: [Need] = []
    func add(_ state: RunState, _ text: String) {
      needs.append(Need(state: state, pipeline: pipeline.name, text: text, run: pipeline.run?.id))
    }
    if let problem = pipeline.problem { add(.failed, problem) }
    switch pipeline.state {
    case .failed? where pipeline.heldRun != nil && pipeline.heldRun == pipeline.run?.id: break
    case .failed?, .crashed?:
      add(pipeline.state ?? .failed, pipeline.run?.error ?? "the last run failed")
    case .running?, .paused?, .queued?:
      if !pipeline.isOwned { add(.crashed, "its process is gone; the next run tidies up") }
    default: break
    }
    let waiting = pipeline.openRejects - dead
    if dead > 0 { add(.partial, "\(records(dead)) given up") }
    if waiting > 0 { add(.partial, "\(records(waiting)) to retry") }
    return needs
  }

  private func records(_ count: Int) -> String { "\(count) record\(count == 1 ? "" : "s")" }

  private func gravestFirst(_ needs: [Need]) -> [Need] {
    let order: [RunState] = [.failed, .crashed]
    func rank(_ need: Need) -> Int { order.firstIndex(of: need.state) ?? order.count }
    return needs.enumerated()
      .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
      .map(\.element)
  }
}
