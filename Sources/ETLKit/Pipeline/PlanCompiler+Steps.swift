// Steps → operations: each resolves its columns against the shape in front of it.

import Records

extension PlanCompiler {
  /// Adds a step to a pass; false after a mistake.
  mutating func compile(_ step: StepSpec, into builder: inout PassBuilder) -> Bool {
    let before = diagnostics.count
    let name = step.name.value
    switch step.kind {
    case .filter(_, let condition):
      let scope = ExpressionScope(columns: builder.scopeColumns, constants: expressionConstants)
      if let expression = typed(
        condition, in: scope, as: .boolean)
      {
        builder.pass.operations.append(.filter(stage: name, expression))
      }
    case .select(_, let columns): compileSelect(name, columns, into: &builder)
    case .map(_, let set): compileMap(name, set, into: &builder)
    case .join(let join): compileJoin(name, join, into: &builder)
    case .lookup(let lookup): compileLookup(name, lookup, into: &builder)
    case .dedupe, .union, .aggregate, .unpivot, .pivot, .sql: break
    }
    addStage(name, step.stageKind, inputs: step.inputs.map(\.value), builder.shape)
    if diagnostics.count > before { mistaken.insert(name) }
    return diagnostics.count == before
  }

  private mutating func compileSelect(
    _ name: String, _ columns: [SelectedColumn], into builder: inout PassBuilder
  ) {
    var shape: [PlanColumn] = []
    for selected in columns {
      guard var column = builder.column(selected.from.value) else {
        unknownColumn(selected.from, in: builder.shape, of: name)
        continue
      }
      if shape.contains(where: { $0.name == selected.name.value }) {
        report(
          "column.duplicate", "column \(selected.name.value) is selected twice",
          at: selected.name.mark, suggestion: "give one of them another name")
      }
      column.name = selected.name.value
      shape.append(column)
    }
    builder.shape = shape
    builder.pass.operations.append(.pass(stage: name))
  }

  private mutating func compileMap(
    _ name: String, _ set: [ColumnExpression], into builder: inout PassBuilder
  ) {
    // All expressions see the columns as they were before the step.
    let scope = ExpressionScope(columns: builder.scopeColumns, constants: expressionConstants)
    var sets: [PlanSet] = []
    for entry in set {
      guard
        let expression = typed(
          entry.expression, in: scope, as: nil)
      else { continue }
      let index = builder.allocate(expression.type)
      sets.append(PlanSet(expression: expression, column: index))
      let column = PlanColumn(
        name: entry.name.value, type: expression.type, isNullable: expression.isNullable,
        origin: nil, index: index)
      if let place = builder.shape.firstIndex(where: { $0.name == column.name }) {
        builder.shape[place] = column
      } else {
        builder.shape.append(column)
      }
    }
    builder.pass.operations.append(.map(stage: name, sets))
  }

  private mutating func compileJoin(
    _ name: String, _ join: JoinSpec, into builder: inout PassBuilder
  ) {
    guard let probe = compileProbe(name, join, into: &builder) else { return }
    builder.pass.operations.append(.probe(stage: name, probe))
  }

  /// A join as a look into its other side, whose columns are added to the shape.
  mutating func compileProbe(
    _ name: String, _ join: JoinSpec, into builder: inout PassBuilder
  ) -> PlanProbe? {
    guard let side = gathered[join.right.value],
      let keys = resolve(join.keys, here: builder.shape, there: side, of: name, join.right.value)
    else { return nil }
    let keyNames = Set(join.keys.map(\.right.value))
    let isKeeping = join.kind == .left || join.kind == .full || join.unmatchedLeft == .keep
    let isMembership = join.kind == .semi || join.kind == .anti
    var adds: [(from: Int, to: Int)] = []
    for (place, column) in side.enumerated()
    where !isMembership && !keyNames.contains(column.name) {
      if builder.column(column.name) != nil {
        report(
          "column.clash", "both sides of join \(name) have a column \(column.name)",
          at: join.right.mark, suggestion: "rename it in a select before the join")
        continue
      }
      adds.append((place, add(column, nullable: isKeeping, to: &builder)))
    }
    identify(by: join.keys.map(\.right.value), in: side)
    let miss: PlanProbe.Miss =
      switch join.unmatchedLeft {
      case .drop, .report: join.kind.keepsLeft ? .keep : .drop
      case .reject: .reject
      case .keep: .keep
      }
    return PlanProbe(
      isJoin: true, side: join.right.value, keys: keys.here, sideKeys: keys.there,
      keyNames: join.keys.map(\.left.value), keyTypes: keys.types,
      adds: join.isExpanding ? [] : adds, miss: miss, cardinality: join.cardinality,
      unmatchedSide: join.unmatchedRight, keepsOnlyMissed: join.kind == .anti,
      allowsMany: join.cardinality == .oneToMany || join.cardinality == .manyToMany,
      isExpanding: join.isExpanding)
  }

  private mutating func compileLookup(
    _ name: String, _ lookup: LookupSpec, into builder: inout PassBuilder
  ) {
    guard let side = gathered[lookup.side.value],
      let keys = resolve(
        lookup.keys, here: builder.shape, there: side, of: name, lookup.side.value)
    else { return }
    var adds: [(from: Int, to: Int)] = []
    for added in lookup.add {
      guard let place = side.firstIndex(where: { $0.name == added.from.value }) else {
        unknownColumn(added.from, in: side, of: lookup.side.value)
        continue
      }
      guard builder.column(added.name.value) == nil else {
        report(
          "column.clash", "lookup \(name) adds a column \(added.name.value) that is there already",
          at: added.name.mark, suggestion: "give it another name: {other_name: \(added.from.value)}"
        )
        continue
      }
      var column = side[place]
      column.name = added.name.value
      adds.append((place, add(column, nullable: lookup.missing == .null, to: &builder)))
    }
    identify(by: lookup.keys.map(\.right.value), in: side)
    let miss: PlanProbe.Miss =
      switch lookup.missing {
      case .reject: .reject
      case .null: .keep
      case .drop: .drop
      case .fail: .fail
      }
    builder.pass.operations.append(
      .probe(
        stage: name,
        PlanProbe(
          isJoin: false, side: lookup.side.value, keys: keys.here, sideKeys: keys.there,
          keyNames: lookup.keys.map(\.left.value), keyTypes: keys.types, adds: adds, miss: miss,
          cardinality: .manyToOne, unmatchedSide: .drop)))
  }

  func add(
    _ column: PlanColumn, nullable: Bool, to builder: inout PassBuilder
  ) -> Int {
    let index = builder.allocate(column.type)
    builder.shape.append(
      PlanColumn(
        name: column.name, type: column.type, isNullable: column.isNullable || nullable,
        origin: nil, index: index))
    return index
  }

  /// Key columns on both sides; nil after a mistake.
  private mutating func resolve(
    _ pairs: [KeyPair], here: [PlanColumn], there: [PlanColumn], of name: String, _ side: String
  ) -> (here: [Int], there: [Int], types: [ValueType])? {
    var result: (here: [Int], there: [Int], types: [ValueType]) = ([], [], [])
    for pair in pairs {
      guard let left = here.first(where: { $0.name == pair.left.value && !$0.isMany }) else {
        unknownColumn(pair.left, in: here, of: name)
        continue
      }
      guard let place = there.firstIndex(where: { $0.name == pair.right.value }) else {
        unknownColumn(pair.right, in: there, of: side)
        continue
      }
      guard left.type == there[place].type else {
        report(
          "join.key_type",
          "key \(pair.left.value) is \(left.type.name) here, \(there[place].type.name) in \(side)",
          at: pair.left.mark, suggestion: "declare both with the same type")
        continue
      }
      result.here.append(left.index)
      result.there.append(place)
      result.types.append(left.type)
    }
    return result.here.count == pairs.count ? result : nil
  }
}

extension StepSpec {
  /// What kind of stage the step is.
  var stageKind: StageKind {
    switch kind {
    case .filter: .filter
    case .select: .select
    case .map: .map
    case .join: .join
    case .lookup: .lookup
    case .dedupe: .dedupe
    case .union: .union
    case .aggregate: .aggregate
    case .unpivot: .unpivot
    case .pivot: .pivot
    case .sql: .sql
    }
  }
}
