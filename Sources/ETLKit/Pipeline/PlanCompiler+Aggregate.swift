// Aggregates → the expressions of each row and the functions over them.

import Records

extension PlanCompiler {
  mutating func compileAggregate(
    _ name: String, _ by: [Located<String>], _ set: [ColumnExpression],
    into builder: inout PassBuilder
  ) -> (plan: PlanGathering, columns: [PlanColumn])? {
    var taken: [PlanColumn] = []
    for key in by {
      guard var column = builder.column(key.value) else {
        unknownColumn(key, in: builder.shape, of: name)
        continue
      }
      // Several records have the same key now: it names a row, no record.
      column.origin = nil
      column.otherOrigins = []
      taken.append(column)
    }
    var plan = PlanAggregate(keyCount: taken.count, columns: [], result: taken)
    var sets: [PlanSet] = []
    for entry in set {
      guard let call = aggregateCall(entry, of: name) else { continue }
      var column = PlanAggregate.Column(
        name: entry.name.value, function: call.function, argument: nil, share: 0)
      var argument: TypedExpression?
      if let tree = call.arguments.first {
        let scope = ExpressionScope(
          columns: builder.scopeColumns, constants: expressionConstants)
        guard let typed = typed(tree, of: entry, in: scope) else { continue }
        let index = builder.allocate(typed.type)
        sets.append(PlanSet(expression: typed, column: index))
        column.argument = taken.count
        taken.append(
          PlanColumn(
            name: entry.name.value, type: typed.type, isNullable: typed.isNullable, origin: nil,
            index: index))
        argument = typed
      }
      if call.function == .quantile {
        guard let share = share(call.arguments[1], of: entry) else { continue }
        column.share = share
      }
      guard let type = resultType(call, argument, of: entry) else { continue }
      plan.columns.append(column)
      plan.result.append(
        PlanColumn(
          name: entry.name.value, type: type,
          isNullable: argument?.isNullable == true && !call.function.isCount, origin: nil,
          index: 0))
    }
    builder.pass.operations.append(.enter(stage: name, sets))
    builder.pass.outputColumns = taken
    return (.aggregate(plan), plan.result)
  }

  private struct AggregateCall {
    var function: AggregateFunction
    var span: Range<Int>
    var arguments: [ExpressionTree]
  }

  /// The outer call of a computed column; nil after noting the mistake.
  private mutating func aggregateCall(
    _ entry: ColumnExpression, of name: String
  ) -> AggregateCall? {
    let known = AggregateFunction.allCases.map(\.rawValue)
    // What cannot be read at all was told when the file was read.
    guard let tree = try? ExpressionTree.parse(entry.expression.value) else { return nil }
    guard let call = tree.call else {
      report(
        "aggregate.call", "\(entry.name.value) is not a function over the rows of a group",
        at: entry.expression.mark,
        suggestion: "write one of \(known.joined(separator: ", ")); compute with it in a map after")
      return nil
    }
    guard let function = AggregateFunction(rawValue: call.name) else {
      mistake(
        entry, at: call.nameSpan, "aggregate.call",
        "there is no function \(call.name) over the rows of a group",
        NearestName.suggestion(for: call.name, among: known)
          ?? "known here: \(known.joined(separator: ", "))")
      return nil
    }
    let range = function == .count ? 0...1 : function == .quantile ? 2...2 : 1...1
    guard range.contains(call.arguments.count) else {
      let wanted =
        function == .count
        ? "no value or one"
        : function == .quantile
          ? "a value and a share"
          : "one value"
      mistake(
        entry, at: call.nameSpan, "aggregate.arguments",
        "\(function.rawValue) takes \(wanted), found \(call.arguments.count)", nil)
      return nil
    }
    return AggregateCall(function: function, span: call.nameSpan, arguments: call.arguments)
  }

  private mutating func typed(
    _ tree: ExpressionTree, of entry: ColumnExpression, in scope: ExpressionScope
  ) -> TypedExpression? {
    do throws(ExpressionDiagnostic) {
      return try tree.typed(in: scope)
    } catch {
      report(error, in: entry.expression)
      return nil
    }
  }

  private mutating func share(_ tree: ExpressionTree, of entry: ColumnExpression) -> Double? {
    let scope = ExpressionScope(columns: [:], constants: expressionConstants)
    let value: Double?
    switch typed(tree, of: entry, in: scope)?.constant {
    case nil: return nil
    case .real(let share): value = share
    case .integer(let share): value = Double(share)
    case .decimal(let units, let scale):
      value = (0..<scale).reduce(Double(units)) { value, _ in value / 10 }
    default: value = nil
    }
    if let value, (0...1).contains(value) { return value }
    report(
      "aggregate.share", "the share of quantile is a number from 0 to 1",
      at: entry.expression.mark, suggestion: "write quantile(x, 0.95)")
    return nil
  }

  private mutating func resultType(
    _ call: AggregateCall, _ argument: TypedExpression?, of entry: ColumnExpression
  ) -> ValueType? {
    func refuse(_ wanted: String) -> ValueType? {
      mistake(
        entry, at: call.span, "aggregate.type",
        "\(call.function.rawValue) takes \(wanted), found \(argument?.type.name ?? "nothing")", nil)
      return nil
    }
    guard let argument else { return .integer }
    switch call.function {
    case .count, .distinct: return .integer
    case .countIf: return argument.type == .boolean ? .integer : refuse("a condition")
    case .min, .max, .first, .last: return argument.type
    case .avg, .median, .quantile:
      return AggregateFunction.isNumber(argument.type) ? .real : refuse("a number")
    case .sum:
      guard AggregateFunction.isNumber(argument.type) else { return refuse("a number") }
      if case .decimal(_, let scale) = argument.type {
        return .decimal(precision: 18, scale: scale)
      }
      return argument.type
    }
  }

  private mutating func mistake(
    _ entry: ColumnExpression, at span: Range<Int>, _ code: String, _ what: String,
    _ suggestion: String?
  ) {
    let mark = SourceText(pipeline.text, file: pipeline.file).mark(
      of: span, in: entry.expression.value, at: entry.expression.mark)
    report(code, what, at: mark, suggestion: suggestion)
  }
}

extension AggregateFunction {
  /// Whether it counts; a count is never null.
  var isCount: Bool { self == .count || self == .countIf || self == .distinct }
}
