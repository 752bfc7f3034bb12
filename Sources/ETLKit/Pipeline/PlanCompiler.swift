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
  /// Stages that are being compiled, or have a mistake that is told.
  private var failed: Set<String> = []

  init(_ pipeline: Pipeline, constants: RunConstants) {
    self.pipeline = pipeline
    self.constants = constants
    plan = PipelinePlan(pipeline: pipeline)
  }

  /// The whole compilation.
  mutating func compile() throws(EngineError) -> PipelinePlan {
    survey(pipeline.load.from.value, seen: [])
    let columns = compilePass(to: pipeline.load.from.value, for: .load)
    if let columns { compileLoad(columns) }
    if diagnostics.isEmpty { compileChecks() }
    setIdentities()
    for index in plan.passes.indices {
      switch plan.passes[index].sink {
      case .gather(let name), .step(let name, _):
        plan.passes[index].keepsRaw = needsRaw.contains(name)
      case .look, .load: break
      }
    }
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
    for side in step.sides { sides.insert(side.value) }
    if case .join(let join) = step.kind,
      join.unmatchedRight == .reject || join.unmatchedRight == .keep
    {
      needsRaw.insert(join.right.value)
    }
    for input in step.inputs { survey(input.value, seen: seen) }
  }

  /// A stage is gathered if it is a side, if more than one stage reads it, or if its step has all
  /// rows in memory anyway.
  private func isGathered(_ name: String) -> Bool {
    sides.contains(name) || (readers[name] ?? 0) > 1 || step(name)?.isGathering == true
  }

  func step(_ name: String) -> StepSpec? {
    pipeline.steps.first { $0.name.value == name }
  }

  /// What a pass is compiled for.
  private enum Goal {
    /// To keep the rows of its last stage.
    case gather
    /// To feed a gathering step.
    case step(StepSpec)
    case load
  }

  /// The columns of a stage in memory, after the passes that bring it there; nil after a mistake.
  private mutating func gather(_ name: String) -> [PlanColumn]? {
    if let known = gathered[name] { return known }
    guard failed.insert(name).inserted else { return nil }
    let columns: [PlanColumn]?
    if let step = step(name), step.isGathering {
      if case .union(let inputs) = step.kind {
        columns = compileUnion(step, inputs)
      } else {
        columns = compilePass(to: step.inputs[0].value, for: .step(step))
      }
    } else {
      columns = compilePass(to: name, for: .gather)
    }
    guard let columns else { return nil }
    failed.remove(name)
    gathered[name] = columns
    if step(name)?.isGathering == true { compileLook(at: name, columns) }
    return columns
  }

  /// A pass of its own for the checks of a gathering step.
  private mutating func compileLook(at name: String, _ columns: [PlanColumn]) {
    guard pipeline.checks.contains(where: { $0.step.value == name }) else { return }
    needsRaw.insert(name)
    var builder = PassBuilder(gathered: name, columns: columns, sink: .look)
    builder.pass.operations.append(.given(stage: name))
    plan.passes.append(builder.pass)
  }

  /// Compiles a pass that ends at a stage, after all passes it needs; gives the columns at its
  /// end, or of the step it feeds, nil after a mistake.
  private mutating func compilePass(to end: String, for goal: Goal) -> [PlanColumn]? {
    guard let begun = beginPass(to: end, for: goal) else { return nil }
    var builder = begun.builder
    let isWhole = begun.isWhole
    switch goal {
    case .load: builder.pass.sink = .load
    case .gather: builder.pass.sink = .gather(end)
    case .step(let step):
      guard isWhole, let columns = compileGathering(step, into: &builder) else { return nil }
      plan.passes.append(builder.pass)
      return columns
    }
    guard isWhole else { return nil }
    builder.pass.outputColumns = builder.shape
    plan.passes.append(builder.pass)
    return builder.shape
  }

  /// A pass up to a stage, its sink not yet known.
  private mutating func beginPass(
    to end: String, for goal: Goal
  ) -> (builder: PassBuilder, isWhole: Bool)? {
    let isGoal = if case .gather = goal { true } else { false }
    var chain: [StepSpec] = []
    var name = end
    while let step = step(name), !step.isGathering, !isGathered(name) || isGoal && name == end {
      chain.insert(step, at: 0)
      name = step.inputs[0].value
    }
    var isWhole = true
    var start: [PlanColumn]?
    if isGathered(name), !(isGoal && name == end) {
      needsRaw.insert(name)
      start = gather(name)
      if start == nil { isWhole = false }
    }
    var needed = chain.flatMap(\.sides)
    if case .step(let step) = goal { needed += step.sides }
    for side in needed where gather(side.value) == nil { isWhole = false }

    var builder: PassBuilder
    if let start {
      builder = PassBuilder(gathered: name, columns: start, sink: .load)
    } else if isWhole || !isGathered(name) || isGoal && name == end,
      let index = pipeline.sources.firstIndex(where: { $0.name.value == name })
    {
      builder = PassBuilder(source: pipeline.sources[index], index: index, sink: .load)
      compilePrefilter(of: pipeline.sources[index], into: &builder)
      addStage(name, .source, inputs: [], builder.shape)
    } else {
      return nil
    }
    for step in chain where isWhole {
      if !compile(step, into: &builder) { isWhole = false }
    }
    if case .step(let step) = goal, case .unpivot = step.kind { return (builder, isWhole) }
    if isWhole, builder.shape.contains(where: \.isMany), let rest = builder.pass.rest {
      isWhole = false
      report(
        "rest.unused", "the columns \(rest.name.value) go on as many columns after \(end)",
        at: rest.name.mark,
        suggestion: "make rows of them in an unpivot, or leave them out in a select")
    }
    return (builder, isWhole)
  }

  /// One pass for each input of a union, all into one store.
  private mutating func compileUnion(
    _ step: StepSpec, _ inputs: [Located<String>]
  ) -> [PlanColumn]? {
    let name = step.name.value
    var builders: [PassBuilder] = []
    for input in inputs {
      guard let (builder, isWhole) = beginPass(to: input.value, for: .step(step)), isWhole else {
        continue
      }
      builders.append(builder)
    }
    guard builders.count == inputs.count,
      let columns = unite(builders.map(\.shape), of: name, inputs)
    else { return nil }
    for index in builders.indices {
      var builder = builders[index]
      builder.pass.operations.append(.enter(stage: name, []))
      builder.pass.sink = .gather(name)
      builder.pass.isLastInput = index == builders.count - 1
      builder.pass.outputColumns = columns.map { column in
        var column = column
        column.index = builder.column(column.name)?.index ?? 0
        return column
      }
      plan.passes.append(builder.pass)
    }
    addStage(name, .union, inputs: inputs.map(\.value), columns)
    return columns
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
    let origins = key.compactMap { name in columns.first { $0.name == name }?.origins }
    guard origins.count == key.count, let first = origins.first else { return }
    for source in first.map(\.source) where identities[source] == nil {
      let names = origins.compactMap { $0.first { $0.source == source }?.column }
      if names.count == key.count { identities[source] = names }
    }
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
    pass.rest = source.rest
    guard let rest = source.rest else { return }
    shape.append(
      PlanColumn(
        name: rest.name.value, type: rest.column.type, isNullable: !rest.column.isRequired,
        origin: nil, isMany: true, index: -1))
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
    for column in shape where !column.isMany {
      result[column.name] = (column.index, column.type, column.isNullable)
    }
    return result
  }

  func column(_ name: String) -> PlanColumn? { shape.first { $0.name == name } }
}
