// Gathering steps → what they need of each row, and the columns they give.

import Records

extension PlanCompiler {
  /// Ends a pass with a gathering step; gives its columns, nil after a mistake.
  mutating func compileGathering(
    _ step: StepSpec, into builder: inout PassBuilder
  ) -> [PlanColumn]? {
    let before = diagnostics.count
    let name = step.name.value
    let result: (plan: PlanGathering, columns: [PlanColumn])? =
      switch step.kind {
      case .dedupe(let dedupe): compileDedupe(name, dedupe, into: &builder)
      case .aggregate(_, let by, let set): compileAggregate(name, by, set, into: &builder)
      case .join(let join): compilePairs(name, join, into: &builder)
      case .unpivot(let unpivot): compileUnpivot(name, unpivot, into: &builder)
      case .pivot(let pivot): compilePivot(name, pivot, into: &builder)
      case .filter, .select, .map, .lookup, .union, .sql: nil
      }
    guard let result, diagnostics.count == before else { return nil }
    builder.pass.sink = .step(name, result.plan)
    addStage(name, step.stageKind, inputs: step.inputs.map(\.value), result.columns)
    return result.columns
  }

  private mutating func compileDedupe(
    _ name: String, _ dedupe: DedupeSpec, into builder: inout PassBuilder
  ) -> (plan: PlanGathering, columns: [PlanColumn])? {
    func places(_ names: [Located<String>]) -> [Int] {
      names.compactMap { column in
        if let place = builder.shape.firstIndex(where: { $0.name == column.value }) { return place }
        unknownColumn(column, in: builder.shape, of: dedupe.from.value)
        return nil
      }
    }
    let plan = PlanDedupe(
      keys: places(dedupe.key), keepsLast: dedupe.keep == .last, order: places(dedupe.order))
    builder.pass.operations.append(.enter(stage: name, []))
    builder.pass.outputColumns = builder.shape
    return (.dedupe(plan), builder.shape)
  }

  /// The columns of a union: those of its first input, which all others must have too.
  mutating func unite(
    _ shapes: [[PlanColumn]], of name: String, _ inputs: [Located<String>]
  ) -> [PlanColumn]? {
    guard var columns = shapes.first else { return nil }
    var isWhole = true
    for (shape, input) in zip(shapes, inputs).dropFirst() {
      func differ(_ what: String, _ suggestion: String) {
        isWhole = false
        report("union.columns", what, at: input.mark, suggestion: suggestion)
      }
      for place in columns.indices {
        let column = columns[place]
        guard let other = shape.first(where: { $0.name == column.name }) else {
          differ(
            "\(input.value) has no column \(column.name), \(inputs[0].value) has",
            "a union needs the same columns: select them, or add it in a map")
          continue
        }
        if other.type != column.type {
          differ(
            "column \(column.name) is \(other.type.name) in \(input.value),"
              + " \(column.type.name) in \(inputs[0].value)",
            "declare both with the same type")
        }
        columns[place].isNullable = column.isNullable || other.isNullable
        columns[place].otherOrigins += other.origins
      }
      for other in shape where !columns.contains(where: { $0.name == other.name }) {
        differ(
          "\(input.value) has a column \(other.name), \(inputs[0].value) has not",
          "a union needs the same columns: leave it out in a select")
      }
    }
    return isWhole ? columns : nil
  }

  private mutating func compilePairs(
    _ name: String, _ join: JoinSpec, into builder: inout PassBuilder
  ) -> (plan: PlanGathering, columns: [PlanColumn])? {
    let left = builder.shape
    guard let side = gathered[join.right.value],
      let probe = compileProbe(name, join, into: &builder)
    else { return nil }
    builder.pass.operations.append(.probe(stage: name, probe))
    var plan = PlanPairs(stage: name, fromLeft: [], fromRight: [], result: [])
    for var column in left {
      plan.fromLeft.append(column.index)
      let key = join.keys.first { $0.left.value == column.name }
      plan.fromRight.append(
        key.flatMap { key in side.firstIndex { $0.name == key.right.value } })
      if join.unmatchedRight == .keep, key == nil { column.isNullable = true }
      plan.result.append(column)
    }
    for column in builder.shape.dropFirst(left.count) {
      plan.fromLeft.append(nil)
      plan.fromRight.append(side.firstIndex { $0.name == column.name })
      plan.result.append(column)
    }
    builder.pass.outputColumns = left
    return (.pairs(plan), plan.result)
  }
}

extension PlanColumn {
  /// The source columns it is a copy of.
  var origins: [Origin] { (origin.map { [$0] } ?? []) + otherOrigins }
}
