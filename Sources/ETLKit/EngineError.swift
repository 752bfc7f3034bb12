// What stops a run or a command: facts only. `ErrorText` turns them into words.

/// An error that the engine throws: a broken world, never one bad record.
public struct EngineError: Error, Hashable, Sendable {
  /// What is known about it.
  public var problem: Problem
  /// The stage it happened in, as named in the pipeline file.
  public var stage: String?

  /// Makes an error.
  public init(_ problem: Problem, stage: String? = nil) {
    self.problem = problem
    self.stage = stage
  }

  /// The kinds of trouble, one for each area; each has its facts in a type of its own.
  public enum Problem: Hashable, Sendable {
    /// Mistakes in pipeline files, all of them.
    case pipeline([Diagnostic])
    /// A source could not be read.
    case fetch(FetchProblem)
    /// A source does not have the shape that was agreed.
    case contract(ContractProblem)
    /// A step's promise about its rows was broken.
    case step(StepProblem)
    /// The destination refused.
    case load(LoadProblem)
    /// The state file, a lock, the workspace.
    case state(StateProblem)
    /// What was asked of the retry queue cannot be done.
    case queue(QueueProblem)
    /// A check or guard with severity `error` did not hold; nothing was published.
    case check(CheckProblem)
    /// More records were rejected than may be; nothing was published.
    case limit(LimitProblem)
    /// A watermark cannot be used or set; nothing was begun.
    case watermark(WatermarkProblem)
    /// The way back from a row cannot be told.
    case why(WhyProblem)
    /// Somebody asked the run to stop.
    case cancelled
  }

  /// Whether trying again without a change may help.
  public var isTransient: Bool {
    switch problem {
    case .fetch(let fetch): fetch.isTransient
    case .load(let load): load.isTransient
    case .state(let state): state.isTransient
    case .pipeline, .contract, .step, .queue, .check, .limit, .watermark, .why, .cancelled: false
    }
  }

  /// The process's exit code: 2 could not run, 3 refused before starting.
  public var exitCode: Int32 {
    switch problem {
    case .queue(.export): 2
    case .pipeline, .queue, .watermark, .why: 3
    case .state(let state): state.exitCode
    case .fetch, .contract, .step, .load, .check, .limit, .cancelled: 2
    }
  }
}
