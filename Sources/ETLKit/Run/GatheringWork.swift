// The gathering step that a pass feeds, and what became of its rows.

import Records

/// Makes a pass's gathering step, and counts when it is done.
struct GatheringWork {
  let step: any GatheringStep
  /// Whether it is a step of the pipeline, not only a stage kept in memory.
  let isStep: Bool
  private let stage: String
  private let before: Int
  private let ledger: RunLedger

  /// Makes the step at the end of a pass.
  ///
  /// `known`: what was gathered into the same stage before; `staging`: the tables of a query.
  init(
    _ pass: PlanPass, known: RowStore?, probes: [String: Probe], book: RecordBook?,
    ledger: RunLedger, source: RootSource, rest: [String],
    staging: (database: StagingDatabase, cancellation: RunCancellation)? = nil
  ) throws(EngineError) {
    self.ledger = ledger
    stage = pass.sink.stage ?? ""
    before = known?.count ?? 0
    let store = known ?? RowStore(columns: pass.outputColumns, book: book)
    switch pass.sink {
    case .gather:
      // A union's columns lie elsewhere in the batches of each input.
      step = Collector(store, columns: pass.outputColumns)
      isStep = pass.operations.contains { $0.isUnfinished }
    case .step(_, .dedupe(let plan)):
      step = Dedupe(plan, store)
      isStep = true
    case .step(let stage, .aggregate(let plan)):
      step = Aggregate(plan, store) { store, row, fault throws(EngineError) in
        try ledger.reject(row, of: store, stage: stage, faults: [fault])
      }
      isStep = true
    case .step(_, .pairs(let plan)):
      guard let probe = probes[plan.stage] else { throw EngineError(.cancelled) }
      step = JoinPairs(plan, probe, RowStore(columns: plan.result, book: book))
      isStep = true
    case .step(let stage, .unpivot(var plan)):
      if plan.isRest {
        plan.members = rest.enumerated().map {
          .init(name: $1, column: pass.types.count + $0)
        }
      }
      do throws(EngineError) {
        step = try Unpivot(plan, RowStore(columns: plan.result, book: book), source: source)
      } catch {
        throw EngineError(error.problem, stage: stage)
      }
      isStep = true
    case .step(let stage, .pivot(let plan)):
      step = Pivot(
        plan, store, stage: stage, place: source.place,
        shown: { ledger.shown($0, at: stage, columns: $1) }
      ) { store, row, fault throws(EngineError) in
        try ledger.reject(row, of: store, stage: stage, faults: [fault])
      }
      isStep = true
    case .step(let stage, .sql(let plan)):
      guard let staging else { throw EngineError(.cancelled) }
      step = try QueryStep(
        plan, staging.database, book: book, isLast: pass.isLastInput, stage: stage,
        cancellation: staging.cancellation
      ) { store, row, faults throws(EngineError) in
        try ledger.reject(row, of: store, stage: stage, faults: faults)
      }
      isStep = true
    case .look, .load:
      step = Nowhere()
      isStep = false
    }
  }

  /// The rows it gives, counted.
  func finish(_ source: RootSource) throws(EngineError) -> RowStore {
    let store = try step.finish()
    guard isStep else { return store }
    ledger.board.count(stage) { tally in
      tally.rowsOut += store.count - before
      if let dedupe = step as? Dedupe { tally.deduplicated += dedupe.leftOut }
      if let pairs = step as? JoinPairs { tally.added += pairs.added }
      if let unpivot = step as? Unpivot {
        tally.added += unpivot.added
        tally.filtered += unpivot.leftOut
      }
      if let pivot = step as? Pivot {
        tally.filtered += pivot.leftOut
        tally.deduplicated += pivot.repeated
        tally.rejected += pivot.refused
        tally.combined += pivot.used - store.count
      }
      if let query = step as? QueryStep {
        tally.rejected += query.refused
        tally.added += query.added
        tally.combined += query.combined
      }
      if let aggregate = step as? Aggregate {
        tally.rejected += aggregate.refused
        tally.combined += aggregate.taken - aggregate.refused - store.count
      }
    }
    return store
  }
}

/// The end of a pass that is there only for its checks.
private final class Nowhere: GatheringStep {
  func take(_ parcel: Parcel, from source: RootSource) {}
  func finish() -> RowStore { RowStore(columns: [], book: nil) }
}

extension PlanPass.Sink {
  /// The stage whose rows it keeps.
  var stage: String? {
    switch self {
    case .gather(let stage), .step(let stage, _): stage
    case .look, .load: nil
    }
  }
}

extension PlanOperation {
  /// Whether its stage goes on after the pass, in a gathering step.
  var isUnfinished: Bool {
    switch self {
    case .enter: true
    case .probe(_, let probe): probe.isExpanding
    case .filter, .map, .pass, .given: false
    }
  }
}
