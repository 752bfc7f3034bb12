// All pipelines at a glance, as a console shows them.

/// All pipelines at a glance.
public struct Overview: Hashable, Sendable {
  /// One row a pipeline.
  public var pipelines: [PipelineRow]
  /// What needs a person, gravest first.
  public var needs: [Need]
  /// The newest events of all runs, newest first.
  public var events: [EventRow]

  /// Makes a value from its parts.
  public init(
    pipelines: [PipelineRow] = [], needs: [Need] = [], events: [EventRow] = []
  ) {
    self.pipelines = pipelines
    self.needs = needs
    self.events = events
  }
}

/// One pipeline at a glance.
public struct PipelineRow: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it is for.
  public var summary: String?
  /// The state of its newest run; nil if it never ran.
  public var state: RunState?
  /// Whether a living process holds the run (a running one without is stale).
  public var isOwned: Bool
  /// Why its file cannot run: its first mistake.
  public var problem: String?
  /// Its newest run.
  public var run: RunRow?
  /// The stages of its newest run.
  public var stages: [StageRow]
  /// Its last runs, oldest first, at most 12.
  public var lastRuns: [RunState]
  /// Open queue entries.
  public var openRejects: Int
  /// The run whose load is held back, if one is.
  public var heldRun: RunID?
  /// Rows a second of the newest run, sampled, oldest first.
  public var rates: [Double]
  /// How long its runs usually take.
  public var usualSeconds: Double?

  /// Makes a value from its parts.
  public init(
    name: String, summary: String? = nil, state: RunState? = nil, isOwned: Bool = false,
    problem: String? = nil, run: RunRow? = nil, stages: [StageRow] = [], lastRuns: [RunState] = [],
    openRejects: Int = 0, heldRun: RunID? = nil, rates: [Double] = [], usualSeconds: Double? = nil
  ) {
    self.name = name
    self.summary = summary
    self.state = state
    self.isOwned = isOwned
    self.problem = problem
    self.run = run
    self.stages = stages
    self.lastRuns = lastRuns
    self.openRejects = openRejects
    self.heldRun = heldRun
    self.rates = rates
    self.usualSeconds = usualSeconds
  }
}

/// Something that needs a person.
public struct Need: Hashable, Sendable {
  /// The sign it carries.
  public var state: RunState
  /// The pipeline.
  public var pipeline: String
  /// What, in words.
  public var text: String
  /// The run to open, if it is one.
  public var run: RunID?
  /// Whether it is a load that is held back.
  public var isHeldLoad: Bool

  /// Makes a value from its parts.
  public init(
    state: RunState, pipeline: String, text: String, run: RunID? = nil, isHeldLoad: Bool = false
  ) {
    self.state = state
    self.pipeline = pipeline
    self.text = text
    self.run = run
    self.isHeldLoad = isHeldLoad
  }
}
