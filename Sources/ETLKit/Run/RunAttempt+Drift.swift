// How today's files differ from what is declared and from the ones before: told, or taken over.

import Records

extension RunAttempt {
  /// Takes over what files bring besides what is declared, where the contract says so.
  mutating func evolve() throws(EngineError) {
    try addColumns()
    try widen()
  }

  /// Columns that files have besides the declared ones go through the steps as text; the table gets
  /// a column for each, in the transaction of the load.
  private mutating func addColumns() throws(EngineError) {
    let declared = plan.hash
    var added: [(column: String, source: String)] = []
    for index in pipeline.sources.indices
    where pipeline.sources[index].contract.newColumn == .evolve {
      var spec = pipeline.sources[index]
      for snapshot in sources[spec.name.value]?.snapshots ?? [] {
        for name in try ContractCheck.match(snapshot, source: spec).new {
          let taken = spec.columns.map { $0.value.name.lowercased() }
          guard !taken.contains(name.lowercased()) else { continue }
          let column = ColumnSpec(name: name, type: .text, nulls: spec.nulls)
          spec.columns.append(Located(column, at: spec.name.mark))
          spec.evolved.insert(name)
          added.append((name, spec.name.value))
        }
      }
      pipeline.sources[index] = spec
    }
    guard !added.isEmpty else { return }
    plan = try PipelinePlan(pipeline, constants: plan.constants)
    // A run is asked for by what is declared; what the files bring besides is content.
    plan.hash = declared
    for (column, source) in added {
      let isLoaded = plan.loads.contains { load in
        load.table.columns.contains { $0.name == column }
      }
      remark(
        "the header has \(ContractProblem.list([column])), not declared: "
          + (isLoaded ? "loaded as text" : "a step leaves it out"), stage: source)
    }
  }

  /// Says what is other about a new file's columns than about those of the file before.
  mutating func tellDrift(_ snapshot: Snapshot, _ names: [String], of source: String)
    throws(EngineError)
  {
    guard snapshot.outcome == .fetched, let id = snapshot.id,
      let before = try state.headerBefore(id, source: source, pipeline: pipeline.name),
      before != names
    else { return }
    let new = names.filter { !before.contains($0) }
    let gone = before.filter { !names.contains($0) }
    var parts: [String] = []
    if !new.isEmpty { parts.append("new \(ContractProblem.list(new))") }
    if !gone.isEmpty { parts.append("gone \(ContractProblem.list(gone))") }
    if names.filter(before.contains) != before.filter(names.contains) {
      parts.append("in another order")
    }
    remark(
      "columns differ from the file before: \(parts.joined(separator: ", "))", stage: source)
  }
}

extension SourceSpec {
  /// The spellings of no value that its columns share.
  fileprivate var nulls: [[UInt8]] { columns.first?.value.nulls ?? [[]] }
}
