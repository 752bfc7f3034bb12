// Comparisons and arithmetic: which types go together, and what to write where they do not.

extension ExpressionTyper {
  func binary(
    _ sign: ExpressionToken.Sign, _ left: TypedExpression, _ right: TypedExpression,
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    if let comparison = ExpressionOperation.Comparison(rawValue: sign.rawValue) {
      if left.isNull || right.isNull { throw comparedWithNull(comparison, left, right, span) }
      let operands = try comparable([left, right], sign: sign.rawValue)
      return try folded(.compare(comparison), operands, .boolean, span)
    }
    if sign == .concat { return try concat(left, right, span) }
    guard let operation = Self.arithmetic[sign],
      left.isNull || left.type.isNumber, right.isNull || right.type.isNumber
    else { throw wrongArithmetic(sign, left, right, span) }
    if !left.isNull, !right.isNull, case .decimal = left.type.common(with: right.type) {
      return try decimal(operation, left, right, span)
    }
    guard let operands = try unified([left, right]) else {
      throw wrongArithmetic(sign, left, right, span)
    }
    return try folded(operation, operands, operands[0].type, span)
  }

  private static let arithmetic: [ExpressionToken.Sign: ExpressionOperation] = [
    .plus: .add, .minus: .subtract, .times: .multiply, .divide: .divide, .percent: .remainder,
  ]

  /// Sums keep the larger scale, products add the scales, quotients have at least 6 places.
  private func decimal(
    _ operation: ExpressionOperation, _ left: TypedExpression, _ right: TypedExpression,
    _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    guard operation == .multiply || operation == .divide else {
      let common = try unified([left, right]) ?? [left, right]
      guard case .decimal(let precision, let scale) = common[0].type else { return common[0] }
      let type = ValueType.decimal(precision: min(18, precision + 1), scale: scale)
      return try folded(operation, common, type, span)
    }
    // Integers become decimals without places, so that scales do not grow for nothing.
    let whole = ValueType.decimal(precision: 18, scale: 0)
    var operands: [TypedExpression] = []
    for operand in [left, right] {
      let isInteger = operand.type == .integer
      operands.append(isInteger ? try widened(operand, to: whole) ?? operand : operand)
    }
    let scales = operands.map(\.type.scale)
    let scale = operation == .multiply ? scales[0] + scales[1] : max(6, scales[0], scales[1])
    guard scale <= 18 else {
      let shorter = "round(\(source(right.span)), \(max(0, 18 - scales[0])))"
      throw ExpressionDiagnostic(
        .type, right.span, .scaleTooLarge(scale), suggestion: scales[0] <= 18 ? shorter : nil)
    }
    return try folded(operation, operands, .decimal(precision: 18, scale: scale), span)
  }

  private func concat(
    _ left: TypedExpression, _ right: TypedExpression, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    if left.type == .boolean, right.type == .boolean {
      throw ExpressionDiagnostic(
        .type, span, .operands(sign: "||", left: left.type, right: right.type),
        suggestion: "\(source(left.span)) or \(source(right.span))")
    }
    var parts: [TypedExpression] = []
    for operand in [left, right] {
      guard let text = try widened(operand, to: .text) else {
        throw wrongOperand("||", "text", operand)
      }
      if case .operation(.concat, let inner) = text.form {
        parts += inner
      } else {
        parts.append(text)
      }
    }
    return try folded(.concat, parts, .text, span)
  }

  /// All parts in one type that can be compared, or what to write instead.
  func comparable(
    _ parts: [TypedExpression], sign: String
  ) throws(ExpressionDiagnostic) -> [TypedExpression] {
    if let result = try unified(parts) { return result }
    // Blame the text, for a number never reads as text by accident, but text often holds numbers.
    for part in parts.dropFirst() where !part.isNull {
      let first = parts[0]
      guard first.type.common(with: part.type) == nil else { continue }
      let (blamed, other) = blame(first, part)
      throw ExpressionDiagnostic(
        .type, blamed.span, .operands(sign: sign, left: first.type, right: part.type),
        suggestion: conversion(of: blamed, to: other.type))
    }
    let types = parts.filter { !$0.isNull }.map(\.type)
    let other = types.first { types[0].common(with: $0) == nil } ?? types[types.count - 1]
    throw ExpressionDiagnostic(
      .type, parts[0].span, .operands(sign: sign, left: types[0], right: other))
  }

  private func blame(
    _ first: TypedExpression, _ second: TypedExpression
  ) -> (TypedExpression, TypedExpression) {
    if first.type == .text { return (first, second) }
    if second.type == .text || second.constant != nil { return (second, first) }
    return (first, second)
  }

  private func comparedWithNull(
    _ comparison: ExpressionOperation.Comparison, _ left: TypedExpression,
    _ right: TypedExpression, _ span: Range<Int>
  ) -> ExpressionDiagnostic {
    let operand = source((left.isNull ? right : left).span)
    let suggestion: String? =
      switch comparison {
      case .equal: "\(operand) is null"
      case .notEqual: "\(operand) is not null"
      default: nil
      }
    return ExpressionDiagnostic(.type, span, .comparedWithNull, suggestion: suggestion)
  }

  private func wrongArithmetic(
    _ sign: ExpressionToken.Sign, _ left: TypedExpression, _ right: TypedExpression,
    _ span: Range<Int>
  ) -> ExpressionDiagnostic {
    let facts = ExpressionDiagnostic.Facts.operands(
      sign: sign.rawValue, left: left.type, right: right.type)
    let (first, second) = (source(left.span), source(right.span))
    let whole: String? =
      switch (sign, left.type, right.type) {
      case (.plus, .text, .text): "\(first) || \(second)"
      case (.plus, .date, .integer), (.plus, .timestamp, .integer): "add_days(\(first), \(second))"
      case (.minus, .date, .integer), (.minus, .timestamp, .integer):
        "add_days(\(first), -\(second))"
      case (.minus, _, _) where left.type.isTime && right.type.isTime:
        "date_diff(\(first), \(second))"
      default: nil
      }
    if whole == nil, left.type == .text, right.type.isNumber {
      return ExpressionDiagnostic(
        .type, left.span, facts, suggestion: conversion(of: left, to: right.type))
    }
    if whole == nil, right.type == .text, left.type.isNumber {
      return ExpressionDiagnostic(
        .type, right.span, facts, suggestion: conversion(of: right, to: left.type))
    }
    return ExpressionDiagnostic(.type, span, facts, suggestion: whole)
  }

  /// What to write to get a value of another type, if there is a way.
  func conversion(of expression: TypedExpression, to type: ValueType) -> String? {
    if case .text(let text) = expression.constant, source(expression.span).hasPrefix("'") {
      switch type {
      case .integer, .real, .decimal:
        return ExpressionConstant(reading: text, as: .real).map { _ in text }
      case .date, .timestamp, .boolean:
        guard let constant = ExpressionConstant(reading: text, as: type) else { return nil }
        return type == .boolean ? constant.literal : "\(type.name) \(quoted(text))"
      case .text: return nil
      }
    }
    if type == .boolean, case .integer(let number) = expression.constant {
      return number == 1 ? "true" : number == 0 ? "false" : nil
    }
    guard expression.type.converts(to: type) else { return nil }
    let inner = source(expression.span)
    return switch type {
    case .decimal(_, let scale): "decimal(\(inner), \(scale))"
    default: "\(type.name)(\(inner))"
    }
  }
}

extension ValueType {
  /// Whether a conversion function leads from here to another type.
  func converts(to other: ValueType) -> Bool {
    if widens(to: other) || self == .text || other == .text { return true }
    switch (self, other) {
    case (.real, .integer), (.decimal, .integer), (.boolean, .integer), (.real, .decimal),
      (.decimal, .decimal), (.timestamp, .date), (.integer, .boolean):
      return true
    default: return false
    }
  }
}
