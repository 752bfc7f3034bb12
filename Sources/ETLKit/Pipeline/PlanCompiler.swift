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
  var sides: Set<String> = []
  /// Stages that are being compiled, or have a mistake that is told.
  private var failed: Set<String>
  /// Stages whose mistakes were told by the reader of the file.
  private let broken: Set<String>
  /// Columns whose values must not be shown.
  let redactedColumns: RedactedColumns
  /// Row by row steps in which a mistake was found here; their columns are not to be trusted.
  var mistaken: Set<String> = []

  init(_ pipeline: Pipeline, constants: RunConstants, broken: Set<String> = []) {
    self.pipeline = pipeline
    self.constants = constants
    self.broken = broken
    failed = broken
    redactedColumns = RedactedColumns(pipeline)
    plan = PipelinePlan(pipeline: pipeline)
  }

  /// The whole compilation.
  mutating func compile() throws(EngineError) -> PipelinePlan {
    surveyReferences()
    for load in pipeline.loads { survey(load.from.value, seen: []) }
    gatherReferences()
    compileLoads()
    compileChecks()
    checkWatermarks()
    setIdentities()
    for index in plan.passes.indices {
      switch plan.passes[index].sink {
      case .step(_, .sql(let query)): plan.passes[index].keepsRaw = query.givesRecords
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

  /// What can be told of the stages that are whole, in a file that has mistakes already.
  ///
  /// A stage that nobody reads any more, because its reader has a mistake, is an end of its own.
  mutating func mistakes() -> [Diagnostic] {
    let isLoaded = !broken.contains("load")
    let whole = pipeline.steps.filter { !broken.contains($0.name.value) }
    let read = Set(
      whole.flatMap(\.inputs).map(\.value) + (isLoaded ? pipeline.loads.map(\.from.value) : []))
    let ends = (pipeline.sources.map(\.name.value) + whole.map(\.name.value))
      .filter { !broken.contains($0) && !read.contains($0) }
    surveyReferences()
    for end in ends { survey(end, seen: []) }
    if isLoaded { for load in pipeline.loads { survey(load.from.value, seen: []) } }
    gatherReferences()
    for end in ends { _ = gather(end) }
    if isLoaded { compileLoads() }
    compileChecks()
    return diagnostics
  }

  /// Whether the plan cannot be carried out.
  var hasMistakes: Bool { !broken.isEmpty || diagnostics.contains { $0.severity == .error } }

  /// Whether the columns of a stage are known.
  func isWhole(_ stage: String) -> Bool {
    !mistaken.contains(stage) && plan.stages.contains { $0.name == stage }
  }

  // MARK: Graph

  /// Finds which stages have several readers and which are sides of joins and lookups.
  mutating func survey(_ name: String, seen: Set<String>) {
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
  enum Goal {
    /// To keep the rows of its last stage.
    case gather
    /// To feed a gathering step.
    case step(StepSpec)
    /// To load, by the load's place.
    case load(Int)
  }

  /// The columns of a stage in memory, after the passes that bring it there; nil after a mistake.
  mutating func gather(_ name: String) -> [PlanColumn]? {
    if let known = gathered[name] { return known }
    guard failed.insert(name).inserted else { return nil }
    let columns: [PlanColumn]?
    if let step = step(name), step.isGathering {
      switch step.kind {
      case .union(let inputs): columns = compileUnion(step, inputs)
      case .sql(let sql): columns = compileSQL(step, sql)
      default: columns = compilePass(to: step.inputs[0].value, for: .step(step))
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
  mutating func compilePass(to end: String, for goal: Goal) -> [PlanColumn]? {
    guard let begun = beginPass(to: end, for: goal) else { return nil }
    var builder = begun.builder
    let isWhole = begun.isWhole
    switch goal {
    case .load(let index): builder.pass.sink = .load(index)
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
    guard !broken.contains(name), !chain.contains(where: { broken.contains($0.name.value) }) else {
      return nil
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
      builder = PassBuilder(gathered: name, columns: start, sink: .look)
    } else if isWhole || !isGathered(name) || isGoal && name == end,
      let index = pipeline.sources.firstIndex(where: { $0.name.value == name })
    {
      builder = PassBuilder(source: pipeline.sources[index], index: index, sink: .look)
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
    guard let builders = beginPasses(of: step, inputs),
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

  /// The passes up to each of several inputs; nil after a mistake.
  private mutating func beginPasses(
    of step: StepSpec, _ inputs: [Located<String>]
  ) -> [PassBuilder]? {
    var builders: [PassBuilder] = []
    for input in inputs {
      guard let (builder, isWhole) = beginPass(to: input.value, for: .step(step)), isWhole else {
        continue
      }
      builders.append(builder)
    }
    return builders.count == inputs.count ? builders : nil
  }

  /// One pass for each input of a query, each into its table.
  private mutating func compileSQL(_ step: StepSpec, _ sql: SQLSpec) -> [PlanColumn]? {
    let name = step.name.value
    guard let builders = beginPasses(of: step, sql.from),
      var query = compileQuery(sql, tables: builders.map(\.shape), of: name)
    else { return nil }
    for index in builders.indices {
      var builder = builders[index]
      builder.pass.operations.append(.enter(stage: name, []))
      query.input = index
      builder.pass.sink = .step(name, .sql(query))
      builder.pass.isLastInput = index == builders.count - 1
      builder.pass.outputColumns = builder.shape
      plan.passes.append(builder.pass)
    }
    addStage(name, .sql, inputs: sql.from.map(\.value), query.result)
    return query.result
  }

  mutating func addStage(
    _ name: String, _ kind: StageKind, inputs: [String], _ columns: [PlanColumn]
  ) {
    plan.stages.append(PlanStage(name: name, kind: kind, inputs: inputs, columns: columns))
  }

  private mutating func finishStages() {
    let ends = pipeline.loads.map(\.from.value)
    if !pipeline.checks.isEmpty {
      let distinct = ends.enumerated().filter { !ends[..<$0].contains($1) }.map(\.element)
      addStage("checks", .checks, inputs: distinct, [])
    }
    for (load, end) in zip(pipeline.loads, ends) {
      addStage(
        pipeline.stage(of: load), .load, inputs: [pipeline.checks.isEmpty ? end : "checks"], [])
    }
  }
}
