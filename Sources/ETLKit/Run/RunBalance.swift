// The law of the whole run: what was read or made is all accounted for.

/// The sums over the stages between the sources and the load.
struct RunBalance: Equatable {
  var read = 0
  var added = 0
  var filtered = 0
  var deduplicated = 0
  var unmatched = 0
  var combined = 0
  /// Rejects on the way to the load; those of sides that are only looked into are not among them.
  var rejected = 0
  var loaded = 0

  /// The sum of all ends.
  var accounted: Int { loaded + filtered + deduplicated + unmatched + combined + rejected }
  /// read + added = inserted + updated + unchanged + filtered + deduplicated + unmatched +
  /// combined + rejected.
  var isBalanced: Bool { read + added == accounted }

  init(_ plan: PipelinePlan, _ board: StageBoard) {
    let path = plan.loadedPath
    for name in Set(path) {
      guard let stage = board[name] else { continue }
      let tally = stage.tally
      if stage.kind == .source { read += tally.rowsIn }
      added += tally.added
      filtered += tally.filtered
      deduplicated += tally.deduplicated
      unmatched += tally.unmatched
      combined += tally.combined
      rejected += tally.rejected
      // A stage that several steps read gives each of them all its rows.
      added += tally.rowsOut * (plan.readerCount(of: name, on: path) - 1)
    }
    for load in board.stages where load.kind == .load {
      let tally = load.tally
      loaded += tally.inserted + tally.updated + tally.unchanged
      filtered += tally.filtered
      deduplicated += tally.deduplicated
      unmatched += tally.unmatched
      combined += tally.combined
      rejected += tally.rejected
      added += tally.added
    }
  }
}

extension PipelinePlan {
  /// The stages whose rows flow to the loads, each once.
  var loadedPath: [String] {
    var path: [String] = []
    var open = pipeline.loads.map(\.from.value)
    while let name = open.popLast() {
      guard !path.contains(name) else { continue }
      path.append(name)
      guard let step = pipeline.steps.first(where: { $0.name.value == name }) else { continue }
      open += step.flowing
    }
    return path
  }

  /// How often the rows of a stage flow on, the loads included.
  func readerCount(of name: String, on path: [String]) -> Int {
    var count = pipeline.loads.count { $0.from.value == name }
    for step in pipeline.steps where path.contains(step.name.value) {
      count += step.flowing.count { $0 == name }
    }
    return count
  }
}

extension StepSpec {
  /// The inputs whose rows flow through it.
  var flowing: [String] {
    switch kind {
    case .union, .sql: inputs.map(\.value)
    default: inputs.prefix(1).map(\.value)
    }
  }
}
