// Function calls against the table of functions.

extension ExpressionTyper {
  mutating func call(
    _ name: String, _ nameSpan: Range<Int>, _ nodes: [ExpressionSyntax], _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    guard let function = ExpressionFunction.named(name) else {
      throw ExpressionDiagnostic(
        .name, nameSpan, .unknownFunction(name),
        suggestion: NearestName.of(name, among: ExpressionFunction.names))
    }
    guard function.accepts(nodes.count) else {
      throw ExpressionDiagnostic(
        .argument, span,
        .argumentCount(
          function: name, expected: function.argumentCountText, found: nodes.count))
    }
    var arguments: [TypedExpression] = []
    for (index, node) in nodes.enumerated() {
      let parameter = function.parameters[min(index, function.parameters.count - 1)]
      let isConditional = function.isConditional(argument: index)
      let argument = isConditional ? try typedConditionally(node) : try typed(node)
      arguments.append(try checked(argument, parameter, name, position: index + 1))
    }
    return try meaning(function, name, arguments, span)
  }

  private func checked(
    _ argument: TypedExpression, _ parameter: ExpressionFunction.Parameter, _ function: String,
    position: Int
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let wanted: ValueType? =
      switch parameter.kind {
      case .text: .text
      case .int: .integer
      case .bool: .boolean
      case .number: argument.type.isNumber ? argument.type : .real
      case .time: argument.type.isTime ? argument.type : .date
      case .instant: .timestamp
      case .any: nil
      }
    guard let wanted else { return argument }
    guard let result = try widened(argument, to: wanted) else {
      throw ExpressionDiagnostic(
        .type, argument.span,
        .argumentType(
          function: function, position: position, expected: parameter.kind.rawValue,
          found: argument.type),
        suggestion: conversion(of: argument, to: wanted))
    }
    if parameter.isConstant, result.constant == nil {
      throw ExpressionDiagnostic(
        .argument, argument.span, .argumentNotConstant(function: function, position: position))
    }
    return result
  }

  private mutating func meaning(
    _ function: ExpressionFunction, _ name: String, _ arguments: [TypedExpression],
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    switch function.meaning {
    case .scalar(let scalar):
      return try self.scalar(scalar, function, arguments, span)
    case .coalesce:
      let parts = try sameType(arguments)
      return try folded(
        .coalesce, parts, parts[0].type, span, isNullable: parts.allSatisfy(\.isNullable))
    case .nullIf:
      let parts = try comparable(arguments, sign: name)
      return try folded(.nullIf, parts, parts[0].type, span, isNullable: true)
    case .choose:
      let results = try sameType(Array(arguments[1...]))
      return try folded(
        .choose, [arguments[0]] + results, results[0].type, span,
        isNullable: results.contains { $0.isNullable })
    case .attempt:
      let parts = try sameType(arguments)
      return try folded(.attempt, parts, parts[0].type, span)
    case .concat: return try concatenation(arguments, span)
    case .remainder: return try binary(.percent, arguments[0], arguments[1], span)
    case .matches(let isWhole): return try matches(arguments, isWhole: isWhole, span)
    case .prepared(let prepared): return try self.prepared(prepared, function, arguments, span)
    case .convert(let target): return try conversion(arguments, to: target, name, span)
    }
  }

  private func scalar(
    _ scalar: ScalarFunction, _ function: ExpressionFunction, _ given: [TypedExpression],
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var arguments = given
    switch scalar {
    case .least, .greatest: arguments = try comparable(given, sign: scalar.rawValue)
    case .year, .quarter, .month, .day, .weekday, .dayOfYear, .dateDiff:
      arguments = []
      for argument in given {
        arguments.append(
          argument.type == .timestamp
            ? try folded(.convert, [argument], .date, argument.span) : argument)
      }
    case .hour, .minute, .second:
      arguments = [try widened(given[0], to: .timestamp) ?? given[0]]
    case .dateTrunc: try checkUnit(given)
    default: break
    }
    let type: ValueType
    switch function.result {
    case .type(let fixed): type = fixed
    case .last: type = arguments[arguments.count - 1].type
    case .rounded: type = try rounded(arguments)
    case .first, .common, .own: type = arguments[0].type
    }
    return try folded(.call(scalar), arguments, type, span)
  }

  private func checkUnit(_ arguments: [TypedExpression]) throws(ExpressionDiagnostic) {
    guard case .text(let name) = arguments[0].constant else { return }
    let known = DateUnit.allCases.filter { arguments[1].type == .timestamp || $0.fitsDates }
    guard !known.contains(where: { $0.rawValue == name }) else { return }
    let names = known.map(\.rawValue)
    throw ExpressionDiagnostic(
      .argument, arguments[0].span,
      .argumentValue(
        function: "date_trunc", position: 1, expected: names.joined(separator: ", ")),
      suggestion: NearestName.of(name, among: names).map { quoted($0) })
  }

  private func rounded(
    _ arguments: [TypedExpression]
  ) throws(ExpressionDiagnostic) -> ValueType {
    var places: Int64 = 0
    if arguments.count > 1, case .integer(let number) = arguments[1].constant {
      guard (0...18).contains(number) else {
        throw ExpressionDiagnostic(
          .argument, arguments[1].span,
          .argumentValue(function: "round", position: 2, expected: "0 to 18"))
      }
      places = number
    }
    guard case .decimal(let precision, let scale) = arguments[0].type else {
      return arguments[0].type
    }
    let kept = min(scale, Int(places))
    return .decimal(precision: min(18, precision - scale + kept + 1), scale: kept)
  }

  /// `concat` is `||` over texts in which null counts as nothing.
  private func concatenation(
    _ arguments: [TypedExpression], _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var parts: [TypedExpression] = []
    for argument in arguments {
      var text = argument
      if argument.isNull {
        text = constant(.text(""), type: .text, argument.span)
      } else if argument.type != .text {
        text = try folded(.convert, [argument], .text, argument.span)
      }
      if text.isNullable {
        let nothing = constant(.text(""), type: .text, argument.span)
        text = try folded(.coalesce, [text, nothing], .text, argument.span, isNullable: false)
      }
      parts.append(text)
    }
    return try folded(.concat, parts, .text, span)
  }

  private func matches(
    _ arguments: [TypedExpression], isWhole: Bool, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    guard case .text(let text) = arguments[1].constant else {
      return constant(.null, type: .boolean, span)
    }
    let pattern = try pattern(text, arguments[1].span)
    return try folded(.matches(pattern, isWhole: isWhole), [arguments[0]], .boolean, span)
  }

  private func conversion(
    _ arguments: [TypedExpression], to target: ValueType, _ name: String, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let argument = arguments[0]
    let type = try decimalTarget(arguments, target, span)
    if argument.isNull { return constant(.null, type: type, span) }
    if argument.type == type { return argument }
    guard argument.type.converts(to: type) else {
      throw ExpressionDiagnostic(
        .type, argument.span,
        .argumentType(
          function: name, position: 1, expected: type.sources, found: argument.type))
    }
    return try folded(.convert, [argument], type, span)
  }

  /// `decimal(x, scale)` and `decimal(x, precision, scale)`.
  private func decimalTarget(
    _ arguments: [TypedExpression], _ target: ValueType, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> ValueType {
    guard case .decimal = target else { return target }
    let numbers: [Int64] = arguments.dropFirst().compactMap {
      if case .integer(let number) = $0.constant { number } else { nil }
    }
    switch numbers.count {
    case 0:
      if case .decimal = arguments[0].type { return arguments[0].type }
      guard arguments[0].type == .integer || arguments[0].isNull else {
        throw ExpressionDiagnostic(
          .argument, span,
          .argumentCount(function: "decimal", expected: "2 to 3 arguments", found: 1),
          suggestion: "decimal(\(source(arguments[0].span)), 2)")
      }
      return target
    default:
      let scale = numbers[numbers.count - 1]
      let precision = numbers.count == 1 ? 18 : numbers[0]
      guard (1...18).contains(precision), (0...precision).contains(scale) else {
        throw ExpressionDiagnostic(
          .argument, span,
          .argumentValue(
            function: "decimal", position: 2,
            expected: "at most 18 digits, not fewer than the decimal places"))
      }
      return .decimal(precision: Int(precision), scale: Int(scale))
    }
  }
}

extension ExpressionFunction {
  /// Whether an argument may never be evaluated, or its failure is caught.
  fileprivate func isConditional(argument index: Int) -> Bool {
    switch meaning {
    case .coalesce, .choose: index > 0
    case .attempt: true
    default: false
    }
  }
}

extension ValueType {
  /// What can be converted to the type, in words.
  fileprivate var sources: String {
    switch self {
    case .integer: "text, a number or a bool"
    case .real, .decimal: "text or a number"
    case .boolean: "text or int"
    case .date: "text or timestamp"
    case .timestamp: "text or date"
    case .text: "any"
    }
  }
}
