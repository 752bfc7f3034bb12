// Columns of type int in whose files fractions stand, where the contract lets them become real: found
// before the plan is made anew, remembered by the destination's own description of its table.

import Records

extension RunAttempt {
  /// Makes real what must be, and plans anew.
  ///
  /// A column that was widened stays so, also for files that hold whole numbers only. Keys stay int:
  /// they identify records, and the same record would become another one.
  mutating func widen() throws(EngineError) {
    guard pipeline.sources.contains(where: { $0.contract.typeDrift == .evolve }) else { return }
    let known = plan.loads.reduce(into: Set()) {
      $0.formUnion(TargetTable.widened($1.table.name, at: destinationPath))
    }
    var first: [(name: WidenedColumn, value: WideningEvidence.Value)] = []
    for index in pipeline.sources.indices
    where pipeline.sources[index].contract.typeDrift == .evolve {
      let spec = pipeline.sources[index]
      guard let pass = plan.passes.first(where: { $0.input == .source(index) }) else { continue }
      let names = plan.wideningCandidates(of: spec)
      guard !names.isEmpty else { continue }
      let scan = WideningScan(spec, pass: pass, names: names)
      let hidden = Set(spec.redacted.map(\.value))
      var evidence: [String: WideningEvidence] = [:]
      for snapshot in sources[spec.name.value]?.snapshots ?? [] {
        evidence.merge(try scan.evidence(in: snapshot)) { first, second in
          var sum = first
          sum.add(second)
          return sum
        }
      }
      for name in spec.columns.map(\.value.name) where names.contains(name) {
        let column = WidenedColumn(source: spec.name.value, column: name)
        let found = hidden.contains(name) ? evidence[name]?.hidden : evidence[name]
        guard known.contains(column) || found?.fraction != nil else { continue }
        if let large = found?.large {
          throw EngineError(
            .contract(
              .notExact(column: name, value: large.text, line: large.line, place: large.place)),
            stage: spec.name.value)
        }
        pipeline.sources[index].widen(name)
        if !known.contains(column), let value = found?.fraction { first.append((column, value)) }
      }
    }
    guard pipeline.sources.contains(where: { !$0.widened.isEmpty }) else { return }
    try planWidened(because: first)
  }

  private mutating func planWidened(
    because first: [(name: WidenedColumn, value: WideningEvidence.Value)]
  ) throws(EngineError) {
    let before = plan
    func refusal(_ reason: String) -> EngineError {
      EngineError(
        .contract(
          .cannotWiden(
            column: first.first?.name.column
              ?? pipeline.sources.flatMap(\.widened).sorted().first ?? "",
            value: first.first?.value.text, line: first.first?.value.line,
            place: first.first?.value.place ?? pipeline.file, reason: reason)),
        stage: first.first?.name.source)
    }
    do throws(EngineError) {
      plan = try PipelinePlan(pipeline, constants: before.constants)
    } catch {
      guard case .pipeline(let diagnostics) = error.problem else { throw error }
      throw refusal(diagnostics.first?.what ?? error.text.what)
    }
    plan.hash = before.hash
    for (old, new) in zip(before.loads, plan.loads) {
      for (old, new) in zip(old.table.columns, new.table.columns)
      where new.isKey && old.type != new.type {
        throw refusal("the key \(new.name) of the table would become real too")
      }
    }
    for (name, value) in first {
      remark(
        "\(ContractProblem.quoted(name.column)) is \"\(value.text)\" in line \(value.line): "
          + "int becomes real, in the table too", stage: name.source)
    }
  }
}

extension PipelinePlan {
  /// The columns of type int of a source that may become real: no key, no watermark.
  fileprivate func wideningCandidates(of source: SourceSpec) -> Set<String> {
    guard let index = pipeline.sources.firstIndex(where: { $0.name.value == source.name.value })
    else { return [] }
    let identities = passes.filter { $0.input == .source(index) }
      .flatMap { $0.casts.prefix($0.identityCount).map(\.spec.name) }
    return Set(source.columns.map(\.value).filter { $0.type == .integer }.map(\.name))
      .subtracting(identities).subtracting([source.watermark?.column.value].compactMap(\.self))
  }
}

extension SourceSpec {
  /// Makes a column of type int real.
  fileprivate mutating func widen(_ name: String) {
    guard let place = columns.firstIndex(where: { $0.value.name == name }) else { return }
    columns[place].value = columns[place].value.asReal
    widened.insert(name)
  }
}
