// The sources of a run: fetched, recorded, and their headers bound to what the pipeline declares.

import Foundation
import Records

extension RunAttempt {
  /// Sources → blobs, recorded.
  mutating func fetch() async throws(EngineError) {
    if let wish = options.publication { return try takeHeld(wish) }
    let fetcher = SourceFetcher(workspace: workspace)
    fetcher.removeLeftovers()
    for spec in pipeline.sources where plan.stages.contains(where: { $0.name == spec.name.value }) {
      let name = spec.name.value
      board.start(name, at: .now)
      try state.progress(run: run, stages: board.stages)
      let known = try state.knownSnapshots(pipeline: pipeline.name, source: name)
      let watch = FetchWatch(
        state: state, run: run, stages: board.stages, source: name, report: report)
      let fetched = try await fetcher.fetch(
        spec, known: known, overridePath: options.sources[name],
        report: { progress in watch.tell(progress) })
      let recorded = try state.record(fetched, run: run)
      sources[name] = RootSource(name: name, snapshots: recorded)
      for snapshot in recorded { logFetch(snapshot) }
      if cancellation.isCancelled { throw EngineError(.cancelled, stage: name) }
    }
  }

  /// The files of a load that was held back, in place of what the sources have now.
  private mutating func takeHeld(_ wish: HeldPublication) throws(EngineError) {
    let held = try state.snapshots(of: wish.run)
    for spec in pipeline.sources where plan.stages.contains(where: { $0.name == spec.name.value }) {
      let name = spec.name.value
      board.start(name, at: .now)
      let recorded = try state.record(held.filter { $0.source == name }, run: run)
      sources[name] = RootSource(name: name, snapshots: recorded)
      for snapshot in recorded {
        log(.info, "\(snapshot.uri): as run \(wish.run) fetched it", stage: name)
      }
    }
  }

  private func logFetch(_ snapshot: Snapshot) {
    let size = "\(snapshot.byteCount) bytes"
    let how =
      switch snapshot.outcome {
      case .fetched: "fetched, \(size)"
      case .notModified: "not modified since the last fetch"
      case .sameContent: "same content as before, \(size)"
      }
    log(.info, "\(snapshot.uri): \(how)", stage: snapshot.source)
    if let commit = snapshot.commit { log(.info, "commit \(commit)", stage: snapshot.source) }
    if let resolved = snapshot.resolvedURI, resolved != snapshot.uri {
      log(.info, "answered by \(resolved)", stage: snapshot.source)
    }
  }

  /// Headers against declarations; refused here, before anything is written.
  mutating func bind() throws(EngineError) {
    for pass in plan.passes {
      guard case .source(let index) = pass.input else { continue }
      let spec = pipeline.sources[index]
      rest[spec.name.value] = try restNames(of: spec)
      var all: [BoundSnapshot] = []
      for snapshot in sources[spec.name.value]?.snapshots ?? [] {
        let shape = try ContractCheck.match(snapshot, source: spec)
        for note in shape.notes { remark(note, stage: spec.name.value) }
        if spec.dialect.hasHeader, spec.format == .delimited {
          try tellDrift(snapshot, shape.names, of: spec.name.value)
        }
        let layout = SourceLayout(
          names: shape.names, fields: shape.fields, pass: pass, rest: restNames(of: pass))
        if let id = snapshot.id {
          try state.describe(snapshot: id, header: shape.names, source: spec)
        }
        all.append(BoundSnapshot(snapshot: snapshot, layout: layout))
      }
      bound[spec.name.value] = all
    }
  }

  /// The columns of a source's rest in its files, and in older ones that queue entries come from.
  private func restNames(of spec: SourceSpec) throws(EngineError) -> [String] {
    guard let rest = spec.rest else { return [] }
    var names: [String] = []
    var seen: Set<String> = []
    func add(_ shape: ContractMatch) {
      for member in rest.members(of: shape.names, declared: shape.fields)
      where seen.insert(member.name).inserted { names.append(member.name) }
    }
    for snapshot in sources[spec.name.value]?.snapshots ?? [] {
      let shape = try ContractCheck.match(snapshot, source: spec)
      let found = rest.members(of: shape.names, declared: shape.fields)
      if found.isEmpty, spec.contract.missingColumn == .fail {
        throw EngineError(
          .contract(
            .missingColumns(
              [rest.match.text], found: shape.names, source: spec.name.value, place: snapshot.uri)),
          stage: spec.name.value)
      }
      if let twice = Dictionary(grouping: found, by: \.name).values.first(where: { $0.count > 1 }) {
        throw EngineError(
          .contract(
            .sameName(
              twice[0].name, positions: twice.map { $0.field + 1 }, column: rest.name.value,
              place: snapshot.uri)), stage: spec.name.value)
      }
      add(shape)
    }
    let open = try state.openRejects(pipeline: pipeline.name)
    for id in Set(open.filter { $0.source == spec.name.value }.map(\.snapshotID)).sorted() {
      let header = try state.header(of: id)
      if let shape = try? ContractCheck.match(names: header, source: spec, place: "the queue") {
        add(shape)
      }
    }
    return names
  }
}

extension PipelinePlan {
  /// The sources behind a stage.
  func rootSources(of stage: String) -> Set<String> {
    guard let step = pipeline.steps.first(where: { $0.name.value == stage }) else { return [stage] }
    return step.inputs.reduce(into: []) { $0.formUnion(rootSources(of: $1.value)) }
  }
}
