// What a run in this process tells while it goes on; for watching, never for knowing.

/// Something a run tells.
public enum EngineEvent: Hashable, Sendable {
  /// It has a number.
  case started(RunID, pipeline: String, at: Timestamp)
  /// Its stages' numbers, a few times a second.
  case progress(RunID, [StageSummary])
  /// A line of its log.
  case log(RunID, Level, stage: String?, String)
  /// It is over.
  case finished(RunSummary)
}

/// How a run is to be done.
public struct RunOptions: Hashable, Sendable {
  /// Why it is started.
  public var kind: RunKind
  /// Variables replaced for this run.
  public var variables: [String: String]
  /// Locations of sources replaced by files for this run; absolute paths.
  public var sources: [String: String]
  /// Whether to load also when nothing changed.
  public var isForced: Bool
  /// The day that `run.logical_date` is, in days since 1970; today if nil.
  var logicalDate: Int64?
  /// A load that was held back and is loaded now, from the files it was made of.
  public var publication: HeldPublication?
  /// Rows a batch holds; fewer for throttled sources, so that progress stays smooth.
  package var batchCapacity = 4_096
  /// How long to wait for another writer of the destination.
  var busySeconds = 5.0
  /// Bytes that are read at once, at most.
  var readLimit = Int.max

  /// Makes options.
  public init(
    kind: RunKind = .manual, variables: [String: String] = [:], sources: [String: String] = [:],
    isForced: Bool = false
  ) {
    self.kind = kind
    self.variables = variables
    self.sources = sources
    self.isForced = isForced
  }
}
