// What a pipeline does, before any data is read: its stages, the columns they give and where each
// comes from, what is counted where, and how far a mended record reaches.

import Records

/// A plan as people read it.
public struct PlanExplanation: Hashable, Sendable {
  /// How a stage has a column.
  public enum Origin: Hashable, Sendable {
    /// As its input has it.
    case input
    /// The field of a file: by name, by place, at a path.
    case file(String)
    /// A column of a stage, perhaps under another name.
    case column(String, of: String)
    /// Computed.
    case expression(String)
    /// The names, or the values, of the columns that an unpivot makes rows of.
    case names([String]), values([String])
    /// The values of a column in the rows in which another one has a name.
    case value(of: String, where: String, is: String)
    /// What a query gives.
    case query
  }

  /// A declared column that values come from.
  public struct Root: Hashable, Sendable {
    /// The source.
    public var source: String
    /// The declared column.
    public var column: String
    /// The field of the file.
    public var field: String
  }

  /// A column of a stage.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it holds, as a pipeline file writes it.
    public var type: String
    /// Whether it can be null.
    public var isNullable: Bool
    /// Whether it stands for all columns that a source's `rest` takes.
    public var isMany: Bool
    /// How the stage has it.
    public var origin: Origin
    /// The stage that made its values, and how.
    public var maker: String
    /// How the maker has it.
    public var made: Origin
    /// The fields of files that its values come from.
    public var roots: [Root]
  }

  /// What is counted in a stage, and of which rows.
  public struct Count: Hashable, Sendable {
    /// The word in a run's numbers.
    public var name: String
    /// Which rows.
    public var rows: String
  }

  /// A stage.
  public struct Stage: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: StageKind
    /// The stages it reads.
    public var inputs: [String]
    /// What it does, in a few words.
    public var summary: String
    /// What it counts besides rows in and out.
    public var counts: [Count]
    /// The columns it gives; those that are loaded, of the load.
    public var columns: [Column]
  }

  /// The pipeline's name.
  public var pipeline: String
  /// The file, relative to the workspace.
  public var file: String
  /// The stages, each after those it reads.
  public var stages: [Stage] = []
  /// The way of each source's records to the load.
  public var paths: [PlanPath]
  /// Why a record is not tried alone though its own way would allow it; nil where it is.
  public var repetition: String?

  /// Explains a plan.
  public init(_ plan: PipelinePlan) {
    pipeline = plan.pipeline.name
    file = plan.pipeline.file
    paths = plan.paths
    if plan.loads.contains(where: { $0.table.mode == .replace }) {
      repetition = "the table is replaced"
    } else if !plan.isRowByRow {
      repetition = "rows of other sources hang together"
    }
    let sources = plan.pipeline.sources
    for stage in plan.stages {
      if let source = sources.first(where: { $0.name.value == stage.name }) {
        add(source, stage)
      } else if let step = plan.pipeline.steps.first(where: { $0.name.value == stage.name }) {
        add(step, stage)
      } else if stage.kind == .checks {
        stages.append(
          Stage(
            name: stage.name, kind: .checks, inputs: stage.inputs,
            summary: plan.pipeline.checks.map(\.name.value).joined(separator: ", "), counts: [],
            columns: []))
      } else if let load = plan.pipeline.load(at: stage.name) {
        add(load, stage)
      }
    }
  }

  private func columns(of stage: String) -> [Column] {
    stages.first { $0.name == stage }?.columns ?? []
  }

  private func column(_ name: String, of stage: String) -> Column? {
    columns(of: stage).first { $0.name == name }
  }

  private mutating func add(_ source: SourceSpec, _ stage: PlanStage) {
    let columns = stage.columns.map { column in
      let spec = source.columns.first { $0.value.name == column.name }?.value
      let field =
        spec.map { spec in spec.position.map { "field \($0)" } ?? spec.from }
        ?? source.rest.map { "all that match \($0.match.text)" } ?? column.name
      return Column(
        name: column.name, type: column.type.name, isNullable: column.isNullable,
        isMany: column.isMany, origin: .file(field), maker: stage.name, made: .file(field),
        roots: [Root(source: stage.name, column: column.name, field: field)])
    }
    stages.append(
      Stage(
        name: stage.name, kind: .source, inputs: [], summary: source.placeWords,
        counts: source.counts, columns: columns))
  }

  private mutating func add(_ step: StepSpec, _ stage: PlanStage) {
    let columns = stage.columns.map { column in
      let origin = step.origin(of: column.name, in: self.columns(of: stage.inputs[0]).map(\.name))
      let here = stage.inputs[0]
      var result = Column(
        name: column.name, type: column.type.name, isNullable: column.isNullable,
        isMany: column.isMany, origin: origin, maker: stage.name, made: origin, roots: [])
      func inherit(_ name: String, _ input: String) {
        guard let before = self.column(name, of: input) else { return }
        (result.maker, result.made) = (before.maker, before.made)
      }
      let parts: [(column: String, stage: String)]
      switch origin {
      case .file, .query: parts = []
      case .input:
        parts = step.flowing.map { (column.name, $0) }
        if parts.count == 1 { inherit(column.name, here) }
      case .column(let name, let other):
        parts = [(name, other)]
        inherit(name, other)
      case .expression(let text):
        parts = ((try? ExpressionTree.parse(text))?.columnNames ?? []).sorted().map { ($0, here) }
      case .names(let names), .values(let names): parts = names.map { ($0, here) }
      case .value(let value, _, _): parts = [(value, here)]
      }
      for part in parts {
        for root in self.column(part.column, of: part.stage)?.roots ?? []
        where !result.roots.contains(root) { result.roots.append(root) }
      }
      return result
    }
    stages.append(
      Stage(
        name: stage.name, kind: stage.kind, inputs: stage.inputs, summary: step.summaryWords,
        counts: step.counts, columns: columns))
  }

  private mutating func add(_ load: LoadSpec, _ stage: PlanStage) {
    let columns = self.columns(of: load.from.value).map { column in
      var column = column
      column.origin = .input
      if load.key.contains(where: { $0.value == column.name }) { column.isNullable = false }
      return column
    }
    let key = load.key.map(\.value).joined(separator: ", ")
    stages.append(
      Stage(
        name: stage.name, kind: .load, inputs: stage.inputs,
        summary: "\(load.mode.rawValue) into \(load.table.value) of \(load.database.value)"
          + (key.isEmpty ? "" : " by \(key)"), counts: load.counts, columns: columns))
  }
}

extension StepSpec {
  /// How the step has a column; `here` are the columns of the input that flows.
  fileprivate func origin(of name: String, in here: [String]) -> PlanExplanation.Origin {
    func computed(_ set: [ColumnExpression]) -> PlanExplanation.Origin {
      set.first { $0.name.value == name }.map { .expression($0.expression.value) } ?? .input
    }
    switch kind {
    case .filter, .dedupe, .union: return .input
    case .select(let from, let columns):
      let old = columns.first { $0.name.value == name }?.from.value ?? name
      return old == name ? .input : .column(old, of: from.value)
    case .map(_, let set), .aggregate(_, _, let set): return computed(set)
    case .join(let join): return here.contains(name) ? .input : .column(name, of: join.right.value)
    case .lookup(let lookup):
      return lookup.add.first { $0.name.value == name }
        .map { .column($0.from.value, of: lookup.side.value) } ?? .input
    case .unpivot(let unpivot):
      let columns = unpivot.columns.map(\.value)
      if name == unpivot.name.value { return .names(columns) }
      return name == unpivot.value.value ? .values(columns) : .input
    case .pivot(let pivot):
      return pivot.columns.first { $0.name.value == name }
        .map { .value(of: pivot.value.value, where: pivot.name.value, is: $0.from.value) } ?? .input
    case .sql: return .query
    }
  }
}
