// A pipeline with every name resolved to a typed column, cut into passes over the data.
//
// Independent of how it is executed: expressions stay typed trees, operations are values.

import Crypto
import Foundation
public import Records

/// What a run does, decided before any data is read.
public struct PipelinePlan: Sendable {
  /// The pipeline.
  public let pipeline: Pipeline
  /// The stages that are executed, in graph order; checks and load are the last two.
  public internal(set) var stages: [PlanStage]
  /// Mistakes that do not stop the pipeline.
  public internal(set) var warnings: [Diagnostic]
  /// A hash of everything that influences results.
  public internal(set) var hash: [UInt8]

  /// What the run knew before it started.
  var constants = RunConstants()
  /// The passes, each after those it needs; the last ones load, one for each load.
  var passes: [PlanPass]
  /// The loads, in the order of the file.
  var loads: [PlanLoad]
  /// The checks, in file order.
  var checks: [PlanCheck]

  /// Resolves a pipeline.
  ///
  /// Throws `pipeline` with all mistakes that need types to be seen.
  public init(_ pipeline: Pipeline, constants: RunConstants = RunConstants())
    throws(EngineError)
  {
    var compiler = PlanCompiler(pipeline, constants: constants)
    self = try compiler.compile()
    self.constants = constants
  }

  init(pipeline: Pipeline) {
    self.pipeline = pipeline
    stages = []
    warnings = []
    passes = []
    loads = []
    checks = []
    let meaning = pipeline.meaning + "\u{0}" + PipelinePlan.engineVersion
    hash = Array(SHA256.hash(data: Data(meaning.utf8)))
  }

  /// The table of the first load.
  var table: TargetTable {
    loads.first?.table ?? TargetTable(name: "", columns: [], mode: .append, key: [])
  }

  /// Changed when the engine gives other results for the same file.
  static let engineVersion = "1"
}

/// What a run knows before it starts, as expressions see it: `run.id`, `run.logical_date`.
public struct RunConstants: Hashable, Sendable {
  /// The run's number.
  public var run: RunID
  /// The day the run stands for, in days since 1970.
  public var logicalDate: Int64

  /// Makes the constants.
  public init(run: RunID = 0, logicalDate: Int64 = 0) {
    self.run = run
    self.logicalDate = logicalDate
  }
}

/// One stage of a plan, as `explain` and the run screen show it.
public struct PlanStage: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it is.
  public var kind: StageKind
  /// The stages it reads from.
  public var inputs: [String]
  /// The columns it gives.
  public var columns: [PlanColumn]
}

/// A column as a stage gives it.
public struct PlanColumn: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it holds.
  public var type: ValueType
  /// Whether it can be null.
  public var isNullable: Bool
  /// The source column it is a copy of, if it is one.
  public var origin: Origin?
  /// The source columns it is a copy of besides, in the other inputs of a union.
  var otherOrigins: [Origin] = []
  /// Whether it stands for all columns of a source's `rest`; then it has no column of the batch.
  var isMany = false
  /// The column of the pass's batch.
  var index: Int

  /// A declared column of a source.
  public struct Origin: Hashable, Sendable {
    /// The source's name.
    public var source: String
    /// The declared column's name.
    public var column: String
  }
}

/// One load of a plan.
struct PlanLoad: Sendable {
  /// Its stage.
  var stage: String
  /// As it was declared.
  var spec: LoadSpec
  /// The destination's table.
  var table: TargetTable
  /// For each table column, the column of the pass's batch.
  var columns: [Int]
  /// The pass that loads, by its place in the plan.
  var pass: Int
}

/// One pass over rows: fused operations from an input to a sink.
struct PlanPass: Sendable {
  /// Where rows come from.
  enum Input: Hashable, Sendable {
    /// A source, by its place in the pipeline.
    case source(Int)
    /// A stage that was gathered before.
    case gathered(String)
  }

  /// Where rows go.
  enum Sink: Sendable {
    /// Into memory, for joins and lookups; several passes may gather one stage.
    case gather(String)
    /// Into a step that needs all rows, whose result stays in memory under its name.
    case step(String, PlanGathering)
    /// Nowhere: the pass is there for a check.
    case look
    /// Into a table of the destination, by the load's place in the plan.
    case load(Int)

    var isLoad: Bool { if case .load = self { true } else { false } }
  }

  var input: Input
  /// The types of the batch's columns.
  var types: [ValueType]
  /// Columns as the input gives them.
  var inputColumns: [PlanColumn]
  /// Raw texts for the prefilter.
  var prefilterCasts: [PlanCast] = []
  var prefilter: TypedExpression?
  /// The source's columns, those that identify a record first.
  var casts: [PlanCast] = []
  /// How many of `casts` identify a record.
  var identityCount = 0
  var operations: [PlanOperation] = []
  var sink: Sink
  /// Columns as the sink takes them.
  var outputColumns: [PlanColumn]
  /// Whether the gathered rows must be able to become rejects.
  var keepsRaw = false
  /// The source's columns of which there are any number; they follow `types` in the batch.
  var rest: RestSpec?
  /// Whether it reads a source.
  var isOfSource: Bool { if case .source = input { true } else { false } }
  /// Whether the stage that is gathered into is complete after this pass.
  var isLastInput = true
}

/// A step that needs all rows.
enum PlanGathering: Sendable {
  case dedupe(PlanDedupe)
  case aggregate(PlanAggregate)
  case pairs(PlanPairs)
  case unpivot(PlanUnpivot)
  case pivot(PlanPivot)
  case sql(PlanSQL)
}

/// A declared column and where its values go.
struct PlanCast: Hashable, Sendable {
  var spec: ColumnSpec
  /// Its place among the source's declared columns.
  var declared: Int
  /// The column of the batch.
  var column: Int
}

/// One operation of a pass; each belongs to a stage.
enum PlanOperation: Sendable {
  case filter(stage: String, TypedExpression)
  case map(stage: String, [PlanSet])
  case probe(stage: String, PlanProbe)
  /// Rows pass; only counted (`select`, a source or gathered input).
  case pass(stage: String)
  /// Rows go into a gathering step, with what it computes of each of them.
  case enter(stage: String, [PlanSet])
  /// Rows that a gathering step gave, for checks.
  case given(stage: String)

  var stage: String {
    switch self {
    case .filter(let stage, _), .map(let stage, _), .probe(let stage, _), .pass(let stage),
      .enter(let stage, _), .given(let stage):
      stage
    }
  }
}

/// One column set by a `map`.
struct PlanSet: Sendable {
  var expression: TypedExpression
  var column: Int
}

/// A join or lookup as a pass executes it: the other side is in memory.
struct PlanProbe: Sendable {
  /// What happens to a row without a partner.
  enum Miss: Hashable, Sendable {
    case drop, reject, keep, fail
  }

  var isJoin: Bool
  /// The gathered side.
  var side: String
  /// Key columns of the batch.
  var keys: [Int]
  /// Key columns of the side, by their place in its store.
  var sideKeys: [Int]
  /// Key names here, for messages.
  var keyNames: [String]
  var keyTypes: [ValueType]
  /// Columns taken over: place in the side's store → column of the batch.
  var adds: [(from: Int, to: Int)]
  var miss: Miss
  /// Whether one row here may be the partner of many there, and the other way round.
  var cardinality: JoinSpec.Cardinality
  /// What happens to rows of the side without a partner.
  var unmatchedSide: JoinSpec.UnmatchedPolicy
  /// Whether rows with a partner are left out instead (`anti`).
  var keepsOnlyMissed = false
  /// Whether a key may stand several times on the side.
  var allowsMany = false
  /// Whether the pairs are made by the sink, because there can be more than one for a row.
  var isExpanding = false
}

/// A check with its expressions resolved.
struct PlanCheck: Sendable {
  enum Kind: Sendable {
    case rowCount(minimum: Int?, maximum: Int?, maximumDrop: Double?)
    /// Rows for which the expression is not true are failures; its value goes to a column of
    /// the batch that nothing else uses.
    case rows(TypedExpression, truth: Int)
    case unique([PlanColumn])
    case monotonic(PlanColumn, orderBy: PlanColumn)
    /// The keys are among those of a gathered stage.
    case foreignKey([PlanColumn], stage: String, places: [Int])
    /// The keys are among those of a table in the destination.
    case tableKey([PlanColumn], table: String, columns: [String])
    case freshness(PlanColumn, warnAfter: Int?, errorAfter: Int?)
    case compare(CheckSpec.Measure, PlanColumn?, CheckSpec.ChangeLimits)
    case sql(String)
  }

  var spec: CheckSpec
  var kind: Kind
  var warnIf: CheckLimit
  var errorIf: CheckLimit?
  /// The pass and the place in it at which the rows are seen: after so many operations.
  var pass: Int
  var afterOperation: Int
  /// The file and line of the check.
  var place: String
  /// The column to blame for a row that fails, if it is one.
  var blamed: PlanColumn?
  /// Whether what it finds must not be shown.
  var hidesValues = false
}
