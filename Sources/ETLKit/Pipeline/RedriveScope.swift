// What has to be done again when one record of a source is mended: the way of its rows to the load.

/// How much of a load one record reaches.
public enum RedriveScope: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Its own rows only: it can be tried alone.
  case row
  /// The rows of its group.
  case group
  /// Any row.
  case set

  /// Row is the least, set the most.
  public static func < (one: RedriveScope, other: RedriveScope) -> Bool {
    allCases.firstIndex(of: one).map { one in
      allCases.firstIndex(of: other).map { one < $0 } ?? false
    } ?? false
  }
}

/// The way of a source's records to the load.
public struct PlanPath: Hashable, Sendable {
  /// What a step does to the way.
  public enum Reason: Hashable, Sendable {
    /// It makes one row of several, or chooses among them.
    case gathers(step: String, StageKind)
    /// It looks into the rows of the way, for any row of another one.
    case looksInto(step: String, StageKind)
    /// It keeps rows of its other side that nothing here is a partner of.
    case keepsOtherSide(step: String)

    /// The reason in words.
    public var text: String {
      switch self {
      case .gathers(let step, .sql): "\(step) is a query over all rows"
      case .gathers(let step, _): "\(step) makes rows of several records"
      case .looksInto(let step, _): "\(step) looks into its rows"
      case .keepsOtherSide(let step): "\(step) keeps rows of its other side"
      }
    }

    /// The step.
    public var step: String {
      switch self {
      case .gathers(let step, _), .looksInto(let step, _), .keepsOtherSide(let step): step
      }
    }
  }

  /// The source.
  public var source: String
  /// How much of the load one of its records reaches.
  public var scope: RedriveScope
  /// The step that makes it more than a row.
  public var reason: Reason?

  /// Makes a path.
  public init(source: String, scope: RedriveScope, reason: Reason? = nil) {
    self.source = source
    self.scope = scope
    self.reason = reason
  }
}

extension PlanPath {
  /// Why so many records of files that are not read any more wait on.
  func leftWaiting(_ count: Int) -> String {
    "\(count) waiting record\(count == 1 ? "" : "s") of files that are not read any more"
      + " \(count == 1 ? "was" : "were") not tried" + (reason.map { ": \($0.text)" } ?? "")
  }
}

extension PipelinePlan {
  /// The way of each source's records to the load, in the order of the stages.
  ///
  /// A waiting record of a `row` path is tried alone. In all other cases the load is repeated over the
  /// kept files with the mended records in their lines' places: what has to be computed again has to
  /// be read again anyway.
  public var paths: [PlanPath] {
    var widest: [String: PlanPath] = [:]
    for load in pipeline.loads { follow(load.from.value, .row, nil, into: &widest) }
    return stages.compactMap { $0.kind == .source ? widest[$0.name] : nil }
  }

  /// Whether every record on its way to the load can be tried alone.
  var isRowByRow: Bool {
    let flowing = Set(loadedPath)
    return paths.allSatisfy { $0.scope == .row || !flowing.contains($0.source) }
  }

  /// The scope of a source's records.
  func scope(of source: String) -> RedriveScope {
    paths.first { $0.source == source }?.scope ?? .set
  }

  /// Whether the rows of a pass flow to the load.
  func isOnWay(_ pass: PlanPass) -> Bool {
    switch pass.input {
    case .source(let index): loadedPath.contains(pipeline.sources[index].name.value)
    case .gathered(let name): loadedPath.contains(name)
    }
  }

  private func follow(
    _ name: String, _ scope: RedriveScope, _ reason: PlanPath.Reason?,
    into widest: inout [String: PlanPath]
  ) {
    guard let step = pipeline.steps.first(where: { $0.name.value == name }) else {
      if let known = widest[name], known.scope >= scope { return }
      widest[name] = PlanPath(source: name, scope: scope, reason: reason)
      return
    }
    let own = step.reach
    let wider = own.scope > scope
    for input in step.flowing {
      follow(input, max(scope, own.scope), wider ? own.reason : reason, into: &widest)
    }
    for side in step.sides {
      follow(
        side.value, .set, scope == .set ? reason : .looksInto(step: name, step.stageKind),
        into: &widest)
    }
  }
}

extension StepSpec {
  /// How far a record reaches that flows through the step.
  fileprivate var reach: (scope: RedriveScope, reason: PlanPath.Reason?) {
    switch kind {
    case .filter, .select, .map, .lookup, .union, .unpivot: (.row, nil)
    case .join(let join) where join.unmatchedRight == .keep:
      (.set, .keepsOtherSide(step: name.value))
    case .join: (.row, nil)
    case .dedupe, .aggregate, .pivot: (.group, .gathers(step: name.value, stageKind))
    case .sql: (.set, .gathers(step: name.value, stageKind))
    }
  }
}
