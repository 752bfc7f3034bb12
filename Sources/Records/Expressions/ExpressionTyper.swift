// Names to columns, signs to operations, values to types. Every implicit conversion becomes a node.

/// Finds the type of every part of an expression.
struct ExpressionTyper {
  let scope: ExpressionScope
  let text: String
  /// Above zero inside a part that may never be evaluated, or whose failure is caught: there a
  /// constant that fails is no mistake.
  var conditionalDepth = 0

  mutating func typed(
    _ node: ExpressionSyntax
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    switch node.form {
    case .literal(let value):
      return constant(value, type: value.type ?? .text, node.span)
    case .name(let name, let isQuoted):
      return try named(name, isQuoted: isQuoted, node.span)
    case .negate(let operand):
      let operand = try typed(operand)
      guard operand.type.isNumber || operand.isNull else {
        throw wrongOperand("-", "a number", operand)
      }
      return try folded(.negate, [operand], operand.type, node.span)
    case .not(let operand):
      return try folded(.not, [try condition(operand, of: "not")], .boolean, node.span)
    case .all(let parts): return try logic(.and, "and", parts, node.span)
    case .any(let parts): return try logic(.or, "or", parts, node.span)
    case .binary(let sign, let left, let right):
      return try binary(sign, try typed(left), try typed(right), node.span)
    case .between(let value, let low, let high):
      let value = try typed(value)
      let parts = [value, try typed(low), try typed(high)]
      let common = try comparable(parts, sign: "between")
      return try folded(.between, common, .boolean, node.span)
    case .isIn(let value, let items):
      var parts = [try typed(value)]
      for item in items { parts.append(try typed(item)) }
      return try folded(.isIn, try comparable(parts, sign: "in"), .boolean, node.span)
    case .like(let value, let pattern, let escape):
      return try like(try typed(value), pattern, escape, node.span)
    case .isNull(let operand):
      return try folded(.isNull, [try typed(operand)], .boolean, node.span, isNullable: false)
    case .choice(let branches, let otherwise):
      return try choice(branches, otherwise, node.span)
    case .match(let value, let branches, let otherwise):
      return try match(try typed(value), branches, otherwise, node.span)
    case .call(let name, let nameSpan, let arguments):
      return try call(name, nameSpan, arguments, node.span)
    }
  }

  mutating func typed(
    _ node: ExpressionSyntax, as type: ValueType
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let expression = try typed(node)
    guard let result = try widened(expression, to: type) else {
      throw ExpressionDiagnostic(
        .type, node.span, .resultType(expected: type, found: expression.type),
        suggestion: conversion(of: expression, to: type))
    }
    return result
  }

  /// A part that may never be evaluated.
  mutating func typedConditionally(
    _ node: ExpressionSyntax
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    conditionalDepth += 1
    defer { conditionalDepth -= 1 }
    return try typed(node)
  }

  private func named(
    _ name: String, isQuoted: Bool, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    if let column = scope.columns[name] {
      return TypedExpression(
        type: column.type, isNullable: column.isNullable,
        form: .column(column.column, name: name), span: span)
    }
    if let value = scope.constants[name] {
      return constant(value, type: value.type ?? .text, span)
    }
    let suggestion = scope.nearest(to: name) ?? (isQuoted ? quoted(name) : nil)
    throw ExpressionDiagnostic(.name, span, .unknownName(name), suggestion: suggestion)
  }

  mutating func condition(
    _ node: ExpressionSyntax, of sign: String
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let operand = try typed(node)
    guard let result = try widened(operand, to: .boolean) else {
      throw wrongOperand(sign, "true or false", operand)
    }
    return result
  }

  private mutating func logic(
    _ operation: ExpressionOperation, _ sign: String, _ parts: [ExpressionSyntax],
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var operands = [try condition(parts[0], of: sign)]
    conditionalDepth += 1
    defer { conditionalDepth -= 1 }
    for part in parts.dropFirst() { operands.append(try condition(part, of: sign)) }
    return try folded(operation, operands, .boolean, span)
  }

  private mutating func like(
    _ value: TypedExpression, _ pattern: ExpressionSyntax, _ escape: ExpressionSyntax?,
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    guard let value = try widened(value, to: .text) else {
      throw wrongOperand("like", "text", value)
    }
    guard case .text(let text) = try typed(pattern).constant else {
      throw ExpressionDiagnostic(
        .argument, pattern.span, .argumentNotConstant(function: "like", position: 2))
    }
    var escapeLetter: Unicode.Scalar?
    if let escape {
      guard case .text(let letter) = try typed(escape).constant, letter.unicodeScalars.count == 1
      else {
        throw ExpressionDiagnostic(
          .argument, escape.span,
          .argumentValue(function: "like", position: 3, expected: "one letter"))
      }
      escapeLetter = letter.unicodeScalars.first
    }
    guard let compiled = LikePattern(text, escape: escapeLetter) else {
      throw ExpressionDiagnostic(.argument, pattern.span, .badPattern(text, why: nil))
    }
    return try folded(.like(compiled), [value], .boolean, span)
  }

  private mutating func choice(
    _ branches: [ExpressionSyntax.Branch], _ otherwise: ExpressionSyntax?, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var conditions = [try condition(branches[0].when, of: "when")]
    conditionalDepth += 1
    defer { conditionalDepth -= 1 }
    for branch in branches.dropFirst() {
      conditions.append(try condition(branch.when, of: "when"))
    }
    return try branched(.choose, [], conditions, branches, otherwise, span)
  }

  private mutating func match(
    _ value: TypedExpression, _ branches: [ExpressionSyntax.Branch],
    _ otherwise: ExpressionSyntax?, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var parts = [value, try typed(branches[0].when)]
    conditionalDepth += 1
    defer { conditionalDepth -= 1 }
    for branch in branches.dropFirst() { parts.append(try typed(branch.when)) }
    let common = try comparable(parts, sign: "case")
    return try branched(.match, [common[0]], Array(common[1...]), branches, otherwise, span)
  }

  private mutating func branched(
    _ operation: ExpressionOperation, _ start: [TypedExpression], _ tests: [TypedExpression],
    _ branches: [ExpressionSyntax.Branch], _ otherwise: ExpressionSyntax?, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var results: [TypedExpression] = []
    for branch in branches { results.append(try typed(branch.then)) }
    if let otherwise {
      results.append(try typed(otherwise))
    } else {
      results.append(constant(.null, type: .text, span.upperBound..<span.upperBound))
    }
    let common = try sameType(results)
    var arguments = start
    for (test, result) in zip(tests, common) { arguments += [test, result] }
    arguments.append(common[common.count - 1])
    return try folded(
      operation, arguments, common[0].type, span,
      isNullable: common.contains { $0.isNullable })
  }
}

// Making nodes.
extension ExpressionTyper {
  func constant(
    _ value: ExpressionConstant, type: ValueType, _ span: Range<Int>
  ) -> TypedExpression {
    TypedExpression(
      type: type, isNullable: value == .null, form: .constant(value), span: span)
  }

  /// The operation, or its value if all operands are constants.
  func folded(
    _ operation: ExpressionOperation, _ arguments: [TypedExpression], _ type: ValueType,
    _ span: Range<Int>, isNullable: Bool? = nil
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let node = TypedExpression(
      type: type, isNullable: isNullable ?? arguments.contains { $0.isNullable },
      form: .operation(operation, arguments), span: span)
    guard arguments.allSatisfy({ $0.constant != nil }) else { return node }
    do throws(ExpressionFailure) {
      return constant(try ExpressionReference().value(of: node), type: type, span)
    } catch {
      guard conditionalDepth == 0 else { return node }
      throw ExpressionDiagnostic(
        .constant, span, .alwaysFails(code: error.code.rawValue, text: "\(error.node)"))
    }
  }

  /// The value as a wider type; nil if only an explicit conversion leads there.
  func widened(
    _ expression: TypedExpression, to type: ValueType
  ) throws(ExpressionDiagnostic) -> TypedExpression? {
    if expression.type == type { return expression }
    if expression.isNull { return constant(.null, type: type, expression.span) }
    guard expression.type.widens(to: type) else { return nil }
    return try folded(.convert, [expression], type, expression.span)
  }

  /// All values in the one type that every one fits into; nil if there is none.
  func unified(
    _ parts: [TypedExpression]
  ) throws(ExpressionDiagnostic) -> [TypedExpression]? {
    var common: ValueType?
    for part in parts where !part.isNull {
      // The digits of an integer literal are known: it needs no 18 places.
      let type =
        if case .integer = part.constant, case .decimal = common {
          ValueType.decimal(precision: 1, scale: 0)
        } else {
          part.type
        }
      guard let known = common else {
        common = type
        continue
      }
      guard let wider = known.common(with: type) else { return nil }
      common = wider
    }
    var result: [TypedExpression] = []
    for part in parts {
      guard let wide = try widened(part, to: common ?? part.type) else { return nil }
      result.append(wide)
    }
    return result
  }

  /// All results in one type.
  func sameType(
    _ parts: [TypedExpression]
  ) throws(ExpressionDiagnostic) -> [TypedExpression] {
    if let result = try unified(parts) { return result }
    let known = parts.filter { !$0.isNull }
    let first = known[0]
    let other = known.first { first.type.common(with: $0.type) == nil } ?? first
    throw ExpressionDiagnostic(
      .type, other.span, .differentResults(first: first.type, other: other.type),
      suggestion: conversion(of: other, to: first.type))
  }

  func source(_ span: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[span], as: UTF8.self)
  }

  func wrongOperand(
    _ sign: String, _ expected: String, _ operand: TypedExpression
  ) -> ExpressionDiagnostic {
    let target: ValueType? =
      switch expected {
      case "text": .text
      case "a number" where operand.type == .text: .real
      default: nil
      }
    return ExpressionDiagnostic(
      .type, operand.span, .operand(sign: sign, expected: expected, found: operand.type),
      suggestion: target.flatMap { conversion(of: operand, to: $0) })
  }
}
