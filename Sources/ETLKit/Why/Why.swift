// `why`: from a loaded row back to its record, and forward again through every step.
//
// Reads the destination, the state file and kept files; writes only into a folder that is thrown away.

import Foundation
import GRDB
import Records

extension Workspace {
  /// The way a row came: its load, its file and line, and what each step made of its record.
  ///
  /// A row that keeps its lineage names its record. Otherwise the files of the published loads are
  /// evaluated again, the newest first, until a record gives the row.
  /// `key`: a value for each column of the key, or `column=value` for a table without one.
  public func why(table name: String, key words: [String]) async throws(EngineError) -> RowTrace {
    let all = try pipelines().compactMap(\.pipeline)
    let loading = all.filter { $0.load(into: name) != nil }
    guard !loading.isEmpty else {
      let known = Set(all.flatMap(\.loads).map(\.table.value)).sorted()
      throw EngineError(
        .why(
          .unknownTable(name, nearest: NearestName.of(name, among: known), known: known)))
    }
    var problem: EngineError?
    for pipeline in loading {
      do throws(EngineError) {
        return try await WhyQuestion(self, pipeline, name, words).answer()
      } catch {
        // Several pipelines may load one table.
        if problem == nil { problem = error }
      }
    }
    throw problem ?? EngineError(.cancelled)
  }
}

/// One row of one pipeline's table.
private struct WhyQuestion {
  let workspace: Workspace
  /// The pipeline, without loads into other tables.
  let pipeline: Pipeline
  let plan: PipelinePlan
  /// The pipeline with all its loads.
  let whole: Pipeline
  let key: RowKey

  init(
    _ workspace: Workspace, _ whole: Pipeline, _ table: String, _ words: [String]
  ) throws(EngineError) {
    self.workspace = workspace
    pipeline = whole.loadingOnly(table)
    plan = try PipelinePlan(pipeline)
    self.whole = whole
    key = try RowKey(words, of: plan.table)
  }

  func answer() async throws(EngineError) -> RowTrace {
    let row = try loadedRow()
    var trace = RowTrace(
      pipeline: pipeline.name, table: plan.table.name,
      row: zip(plan.table.columns, row.values).map {
        RowTrace.Value(name: $0.name, value: $1.shown(as: $0.type))
      },
      load: row.load, file: row.file, offset: row.offset)
    guard access(workspace.stateFile, F_OK) == 0 else {
      trace.notes.append("the state file is gone, and with it the run and its files")
      return trace
    }
    let state = try StateFile.open(workspace, readOnly: true)
    do throws(EngineError) {
      if let load = row.load {
        trace.load?.version = try state.version(load.planHash, of: pipeline.name)?.number
      }
      if let load = row.load, let file = row.file, let offset = row.offset {
        try await follow(load, file, offset, row, state, into: &trace)
      } else {
        trace.notes.append(
          plan.table.hasLineage
            ? "the row keeps no origin: it was there before load.lineage, or has no record"
            : "the table keeps no lineage: files were evaluated again to find the record")
        try await find(row, state, into: &trace)
      }
    } catch {
      trace.notes.append("its record cannot be read again: \(error.text.what)")
    }
    return trace
  }

  /// The row, or why there is none.
  private func loadedRow() throws(EngineError) -> LoadedRow {
    let path = pipeline.load.path(in: workspace)
    let table = plan.table
    var row: LoadedRow?
    var isThere = false
    if access(path, F_OK) == 0 {
      do {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only=1") }
        (isThere, row) = try DatabaseQueue(path: path, configuration: configuration).read {
          guard try $0.tableExists(table.name) else { return (false, nil) }
          return (true, try LoadedRow(key, of: table, pipeline: pipeline.name, in: $0))
        }
      } catch {
        throw EngineError(.load(LoadProblem(error, path: path)))
      }
    }
    if let row { return row }
    if access(workspace.stateFile, F_OK) == 0,
      let waiting = try StateFile.open(workspace, readOnly: true)
        .waitingEntry(of: pipeline.name, key: key.text)
    {
      throw EngineError(
        .why(
          .waiting(
            table: table.name, key: key.text, record: waiting.id, reason: waiting.reason)))
    }
    guard isThere else {
      throw EngineError(
        .why(.notLoaded(table: table.name, pipeline: pipeline.name, path: path)))
    }
    throw EngineError(.why(.noRow(table: table.name, key: key.text)))
  }

  // MARK: With lineage

  private func follow(
    _ load: RowTrace.Load, _ file: RowTrace.File, _ offset: Int, _ row: LoadedRow,
    _ state: StateFile, into trace: inout RowTrace
  ) async throws(EngineError) {
    guard let snapshot = try state.snapshotID(of: file, pipeline: pipeline.name) else {
      trace.notes.append("the state file does not know this file")
      return
    }
    let place = SoughtPlace(snapshot: snapshot, offset: offset)
    var files = try state.files(of: load.run)
    let isDirect = plan.passes.last?.isOfSource == true
    if isDirect {
      files[file.source] = [snapshot]
    } else if files[file.source]?.contains(snapshot) != true {
      files[file.source, default: []].insert(snapshot, at: 0)
    }
    let mended = try state.mendedEntry(of: pipeline.name, at: place, key: key.text)
    let used = try version(of: load, state, into: &trace)
    let (found, _) = try await search(used, files, row, at: place, mended: mended, state)
    guard let found else {
      trace.notes.append("the record does not give this row any more")
      return
    }
    tell(found, mended, into: &trace)
  }

  /// The pipeline as it was when the row was loaded.
  private func version(
    of load: RowTrace.Load, _ state: StateFile, into trace: inout RowTrace
  ) throws(EngineError) -> Pipeline {
    let today = try replacing(pipeline, as: load.run, state, into: &trace)
    guard load.planHash != (try? PipelinePlan(replacing(whole, as: load.run, state)))?.hash,
      let old = try state.version(load.planHash, of: pipeline.name)
    else { return today }
    guard
      let written = PipelineFile.read(text: old.text, file: old.file).pipeline?
        .loadingOnly(plan.table.name),
      case let then = try replacing(written, as: load.run, state),
      let plan = try? PipelinePlan(then),
      plan.table.columns == self.plan.table.columns
    else {
      trace.notes.append("the pipeline was another one then; the steps are those of today")
      return today
    }
    trace.notes.append("the steps are those of version \(old.number), as it was loaded")
    return then
  }

  /// The pipeline with the variables that a run was started with.
  private func replacing(
    _ pipeline: Pipeline, as run: RunID, _ state: StateFile
  ) throws(EngineError) -> Pipeline {
    var pipeline = pipeline
    for (name, value) in try state.parameters(of: run) where pipeline.variables[name] != nil {
      pipeline.variables[name] = value
    }
    return pipeline
  }

  /// The same, told.
  private func replacing(
    _ pipeline: Pipeline, as run: RunID, _ state: StateFile, into trace: inout RowTrace
  ) throws(EngineError) -> Pipeline {
    let replaced = try replacing(pipeline, as: run, state)
    let differing = replaced.variables.filter { pipeline.variables[$0.key] != $0.value }
    if !differing.isEmpty {
      let words = differing.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      trace.notes.append("run \(run) was started with --var \(words.joined(separator: " --var "))")
    }
    return replaced
  }

  // MARK: Without lineage

  private func find(
    _ row: LoadedRow, _ state: StateFile, into trace: inout RowTrace
  ) async throws(EngineError) {
    let mended = try state.mendedEntry(of: pipeline.name, at: nil, key: key.text)
    var seen: Set<Evaluated> = []
    var other: (FoundRow, RowTrace.Load)?
    for load in try state.publishedLoads(of: pipeline.name, most: 50) {
      let files = try state.files(of: load.run)
      let used = try replacing(pipeline, as: load.run, state)
      guard seen.insert(Evaluated(files: files, variables: used.variables)).inserted else {
        continue
      }
      if let mended, seen.count == 1 {
        let (found, isExact) = try await search(used, files, row, at: nil, mended: mended, state)
        if let found, isExact {
          return try await tell(found, load, mended, files, row, state, &trace)
        }
      }
      let (found, isExact) = try await search(used, files, row, at: nil, mended: nil, state)
      guard let found else { continue }
      if isExact { return try await tell(found, load, nil, files, row, state, &trace) }
      if other == nil { other = (found, load) }
    }
    guard let (found, load) = other else {
      trace.notes.append("no file that is kept gives a row with this key")
      return
    }
    trace.notes.append("the record gives other values: the row was changed by somebody else")
    try await tell(found, load, nil, try state.files(of: load.run), row, state, &trace)
  }

  private func tell(
    _ found: FoundRow, _ load: RowTrace.Load, _ mended: MendedEntry?, _ files: [String: [Int64]],
    _ row: LoadedRow, _ state: StateFile, _ trace: inout RowTrace
  ) async throws(EngineError) {
    if trace.load == nil {
      trace.load = load
      trace.load?.version = try state.version(load.planHash, of: pipeline.name)?.number
    }
    let used = try replacing(pipeline, as: load.run, state, into: &trace)
    var whole = found
    if let snapshot = found.snapshot {
      if trace.file == nil { trace.file = try state.file(snapshot) }
      // What came before a gathering step is seen when the record's place is known.
      if plan.passes.last?.isOfSource != true, let place = found.place, mended == nil {
        let sought = SoughtPlace(snapshot: snapshot, offset: place.offset)
        whole = try await search(used, files, row, at: sought, mended: nil, state).row ?? found
      }
    }
    tell(whole, mended, into: &trace)
  }

  /// What was searched already.
  private struct Evaluated: Hashable {
    var files: [String: [Int64]]
    var variables: [String: String]
  }

  typealias MendedEntry = (entry: RejectID, raw: [UInt8], original: [UInt8], by: String?)

  private func tell(_ found: FoundRow, _ mended: MendedEntry?, into trace: inout RowTrace) {
    trace.stages = found.stages
    if let place = found.place {
      trace.lines = place.line...max(place.line, place.lastLine)
      trace.offset = place.offset
    }
    if !found.raw.isEmpty { trace.raw = String(decoding: found.raw, as: UTF8.self) }
    guard let mended else { return }
    trace.original = String(decoding: mended.original, as: UTF8.self)
    trace.mendedBy = mended.by
  }

  // MARK: The search

  /// Runs a pipeline over kept files into nothing, until the row is found.
  private func search(
    _ pipeline: Pipeline, _ files: [String: [Int64]], _ row: LoadedRow, at place: SoughtPlace?,
    mended: MendedEntry?, _ state: StateFile
  ) async throws(EngineError) -> (row: FoundRow?, isExact: Bool) {
    let folder = NSTemporaryDirectory() + "etl-why-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EngineError(.state(.cannotOpen(reason: "no room to search", path: folder)))
    }
    let copy = try state.read { database in
      try TrialCopy(files: files, records: mended.map { [$0.entry] } ?? [], in: database)
    }
    let job = try Trial(
      workspace: workspace, pipeline: pipeline, copy: copy,
      records: mended.map { [$0.entry: $0.raw] } ?? [:], folder: folder
    ).searchJob()
    let (key, values) = (key, row.values)
    let result = await OwnThread.run {
      () -> Result<(row: FoundRow?, isExact: Bool), EngineError> in
      do throws(EngineError) {
        return .success(try job.search(for: key, values: values, at: place))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
