// What all parts of one run share: its plan, its numbers, its way to the state file.

import Dispatch
import Records
import Synchronization

/// Asks a run to stop; from a signal handler's task, an embedding program, a test.
public final class RunCancellation: Sendable {
  private let isSet = Atomic(false)
  /// How often it may still be asked before it is set by itself; below zero: it never is.
  private let questionsLeft: Atomic<Int>

  /// Makes one that is not set.
  public init() { questionsLeft = Atomic(-1) }

  /// Makes one that is set when it is asked for this time, counted from 1: every moment at which a
  /// run can stop has a number.
  init(atQuestion number: Int) { questionsLeft = Atomic(number) }

  /// Asks the run to stop at its next batch; a commit under way is finished first.
  public func cancel() { isSet.store(true, ordering: .relaxed) }

  /// Whether the run was asked to stop.
  public var isCancelled: Bool {
    if questionsLeft.load(ordering: .relaxed) > 0,
      questionsLeft.subtract(1, ordering: .relaxed).newValue == 0
    {
      cancel()
    }
    return isSet.load(ordering: .relaxed)
  }
}

/// The numbers of a run's stages, written by the evaluating thread, read by nobody else.
struct StageBoard {
  private(set) var stages: [StageSummary]
  private let places: [String: Int]

  init(_ plan: PipelinePlan) {
    stages = plan.stages.map { stage in
      StageSummary(
        name: stage.name, kind: stage.kind, state: .pending, started: nil, finished: nil,
        fraction: nil, inputs: stage.inputs)
    }
    places = Dictionary(
      plan.stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> StageSummary? { places[name].map { stages[$0] } }

  /// Changes a stage's numbers.
  mutating func change(_ name: String, _ body: (inout StageSummary) -> Void) {
    guard let place = places[name] else { return }
    body(&stages[place])
  }

  /// Changes what became of a stage's rows.
  mutating func count(_ name: String, _ body: (inout StageTally) -> Void) {
    guard let place = places[name] else { return }
    body(&stages[place].tally)
  }

  /// Says how far stages are, 0…1.
  mutating func advance(_ names: [String], to fraction: Double) {
    for name in names { change(name) { $0.fraction = min(1, fraction) } }
  }

  mutating func start(_ name: String, at now: Timestamp) {
    change(name) { stage in
      guard stage.state == .pending else { return }
      stage.state = .running
      stage.started = now
    }
  }

  mutating func finish(_ name: String, at now: Timestamp, _ state: StageState = .succeeded) {
    change(name) { stage in
      guard stage.state == .running || stage.state == .pending else { return }
      if stage.started == nil { stage.started = now }
      stage.state = state
      stage.finished = now
      if state == .succeeded { stage.fraction = 1 }
    }
  }

  /// The first stage whose rows do not add up.
  var unbalanced: StageSummary? { stages.first { !$0.tally.isBalanced } }
}
