// Pipeline → plan: walks the graph from the load backwards, resolves names, checks types.
//
// All mistakes are collected; a stage with a mistake gives no columns, and what depends on it
// stays silent, so that one mistake makes one message.

import Records

/// Builds a plan.
struct PlanCompiler {
  let pipeline: Pipeline
  let constants: RunConstants
  var plan: PipelinePlan
  var diagnostics: [Diagnostic] = []

  /// Columns of gathered stages, by name.
  var gathered: [String: [PlanColumn]] = [:]
  /// Stages whose gathered rows may become rejects.
  var needsRaw: Set<String> = []
  /// Columns that identify records, by source.
  var identities: [String: [String]] = [:]
  /// How many stages read a stage row by row.
  private var readers: [String: Int] = [:]
  private var sides: Set<String> = []

  init(_ pipeline: Pipeline, constants: RunConstants) {
    self.pipeline = pipeline
    self.constants = constants
    plan = PipelinePlan(pipeline: pipeline)
  }

  /// The whole compilation.
  mutating func compile() throws(EngineError) -> PipelinePlan {
    survey(pipeline.load.from.value, seen: [])
    let columns = compilePass(endingAt: pipeline.load.from.value, sink: .load)
    if let columns { compileLoad(columns) }
    if diagnostics.isEmpty { compileChecks() }
    setIdentities()
    finishStages()
    let errors = diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty else { throw EngineError(.pipeline(diagnostics)) }
    plan.warnings = diagnostics
    return plan
  }

  // MARK: Graph

  /// Finds which stages have several readers and which are sides of joins and lookups.
  private mutating func survey(_ name: String, seen: Set<String>) {
    readers[name, default: 0] += 1
    guard readers[name] == 1, !seen.contains(name), let step = step(name) else { return }
    let seen = seen.union([name])
    switch step.kind {
    case .filter(let from, _), .select(let from, _), .map(let from, _):
      survey(from.value, seen: seen)
    case .join(let join):
      survey(join.left.value, seen: seen)
      sides.insert(join.right.value)
      if join.unmatchedRight == .reject { needsRaw.insert(join.right.value) }
      survey(join.right.value, seen: seen)
    case .lookup(let lookup):
      survey(lookup.from.value, seen: seen)
      sides.insert(lookup.side.value)
      survey(lookup.side.value, seen: seen)
    }
  }

  /// A stage is gathered if it is a side, or if more than one stage reads it.
  private func isGathered(_ name: String) -> Bool {
    sides.contains(name) || (readers[name] ?? 0) > 1
  }

  func step(_ name: String) -> StepSpec? {
    pipeline.steps.first { $0.name.value == name }
  }

  /// Compiles the pass that ends at a stage, after all passes it needs; gives the columns at its
  /// end, nil after a mistake.
  private mutating func compilePass(
    endingAt end: String, sink: PlanPass.Sink
  ) -> [PlanColumn]? {
    var chain: [StepSpec] = []
    var name = end
    while let step = step(name), name == end || !isGathered(name) {
      chain.insert(step, at: 0)
      name = step.inputs[0].value
    }
    if sink == .load, isGathered(end) { chain = [] }
    let isFromGathered = isGathered(name) && (name != end || sink == .load)

    var needed = chain.compactMap { step -> String? in
      switch step.kind {
      case .join(let join): join.right.value
      case .lookup(let lookup): lookup.side.value
      case .filter, .select, .map: nil
      }
    }
    if isFromGathered { needed.insert(sink == .load && isGathered(end) ? end : name, at: 0) }
    var isWhole = true
    for side in needed where gathered[side] == nil {
      guard let columns = compilePass(endingAt: side, sink: .gather(side)) else {
        isWhole = false
        continue
      }
      gathered[side] = columns
    }

    var builder: PassBuilder
    if isFromGathered {
      let start = needed[0]
      guard let columns = gathered[start] else { return nil }
      builder = PassBuilder(gathered: start, columns: columns, sink: sink)
    } else if let index = pipeline.sources.firstIndex(where: { $0.name.value == name }) {
      builder = PassBuilder(source: pipeline.sources[index], index: index, sink: sink)
      compilePrefilter(of: pipeline.sources[index], into: &builder)
    } else {
      return nil
    }
    if case .source(let index) = builder.pass.input {
      addStage(pipeline.sources[index].name.value, .source, inputs: [], builder.shape)
    }
    for step in chain where isWhole {
      guard compile(step, into: &builder) else {
        isWhole = false
        continue
      }
    }
    guard isWhole else { return nil }
    builder.pass.outputColumns = builder.shape
    if case .gather(let name) = sink { builder.pass.keepsRaw = needsRaw.contains(name) }
    plan.passes.append(builder.pass)
    return builder.shape
  }

  mutating func addStage(
    _ name: String, _ kind: StageKind, inputs: [String], _ columns: [PlanColumn]
  ) {
    plan.stages.append(PlanStage(name: name, kind: kind, inputs: inputs, columns: columns))
  }

  private mutating func finishStages() {
    if !pipeline.checks.isEmpty {
      addStage("checks", .checks, inputs: [pipeline.load.from.value], [])
    }
    let from = pipeline.checks.isEmpty ? pipeline.load.from.value : "checks"
    addStage("load", .load, inputs: [from], [])
  }

  /// Marks the casts of each source that identify its records, and puts them first: a record
  /// that fails later still has its key.
  private mutating func setIdentities() {
    for index in plan.passes.indices {
      guard case .source(let source) = plan.passes[index].input,
        let names = identities[pipeline.sources[source].name.value]
      else { continue }
      let casts = plan.passes[index].casts
      let first = names.compactMap { name in casts.first { $0.spec.name == name } }
      guard first.count == names.count else { continue }
      plan.passes[index].casts = first + casts.filter { !names.contains($0.spec.name) }
      plan.passes[index].identityCount = first.count
    }
  }

  // MARK: Load and prefilter

  private mutating func compileLoad(_ columns: [PlanColumn]) {
    let load = pipeline.load
    let key = load.key.compactMap { name -> String? in
      guard columns.contains(where: { $0.name == name.value }) else {
        unknownColumn(name, in: columns, of: load.from.value)
        return nil
      }
      return name.value
    }
    reportCaseClashes(columns, at: load.table.mark)
    identify(by: key, in: columns)
    plan.table = TargetTable(
      name: load.table.value,
      columns: columns.map { column in
        let isKey = key.contains(column.name)
        return TargetTable.Column(
          name: column.name, type: column.type, isNullable: column.isNullable && !isKey,
          isKey: isKey)
      }, mode: load.mode, key: key)
    plan.tableColumns = columns.map(\.index)
  }

  /// Remembers which columns of a source are its records' key, if all are copies of its columns.
  mutating func identify(by key: [String], in columns: [PlanColumn]) {
    let origins = key.compactMap { name in columns.first { $0.name == name }?.origin }
    guard origins.count == key.count, let source = origins.first?.source,
      origins.allSatisfy({ $0.source == source })
    else { return }
    if identities[source] == nil { identities[source] = origins.map(\.column) }
  }

  private mutating func compilePrefilter(of source: SourceSpec, into builder: inout PassBuilder) {
    guard let text = source.prefilter else { return }
    var columns: [String: (column: Int, type: ValueType, isNullable: Bool)] = [:]
    let used = (try? ExpressionTree.parse(text.value))?.columnNames ?? []
    for (declared, column) in source.columns.enumerated() where used.contains(column.value.name) {
      var spec = column.value
      spec = ColumnSpec(
        name: spec.name, from: spec.from, position: spec.position, type: .text,
        nulls: spec.nulls, trims: spec.trims)
      let index = builder.allocate(.text)
      builder.pass.prefilterCasts.append(
        PlanCast(spec: spec, declared: declared, column: index))
      columns[spec.name] = (index, .text, true)
    }
    let scope = ExpressionScope(columns: columns, constants: expressionConstants)
    builder.pass.prefilter = typed(
      text, in: scope, as: .boolean)
  }

  var expressionConstants: [String: ExpressionConstant] {
    var result: [String: ExpressionConstant] = [
      "run.id": .integer(constants.run), "run.logical_date": .date(constants.logicalDate),
    ]
    for (name, value) in pipeline.variables { result["var.\(name)"] = .text(value) }
    return result
  }
}

/// A pass under construction: the batch's columns and the names they have at this point.
struct PassBuilder {
  var pass: PlanPass
  /// The columns by their names here, in order.
  var shape: [PlanColumn]

  init(source: SourceSpec, index: Int, sink: PlanPass.Sink) {
    pass = PlanPass(
      input: .source(index), types: [], inputColumns: [], sink: sink, outputColumns: [])
    shape = []
    for (declared, column) in source.columns.enumerated() {
      let spec = column.value
      let place = allocate(spec.type)
      pass.casts.append(PlanCast(spec: spec, declared: declared, column: place))
      shape.append(
        PlanColumn(
          name: spec.name, type: spec.type, isNullable: !spec.isRequired,
          origin: .init(source: source.name.value, column: spec.name), index: place))
    }
    pass.inputColumns = shape
    pass.operations = [.pass(stage: source.name.value)]
  }

  init(gathered name: String, columns: [PlanColumn], sink: PlanPass.Sink) {
    pass = PlanPass(
      input: .gathered(name), types: [], inputColumns: [], sink: sink, outputColumns: [])
    shape = []
    for column in columns {
      var column = column
      column.index = allocate(column.type)
      shape.append(column)
    }
    pass.inputColumns = shape
  }

  mutating func allocate(_ type: ValueType) -> Int {
    pass.types.append(type)
    return pass.types.count - 1
  }

  var scopeColumns: [String: (column: Int, type: ValueType, isNullable: Bool)] {
    var result: [String: (column: Int, type: ValueType, isNullable: Bool)] = [:]
    for column in shape { result[column.name] = (column.index, column.type, column.isNullable) }
    return result
  }

  func column(_ name: String) -> PlanColumn? { shape.first { $0.name == name } }
}
