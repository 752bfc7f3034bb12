// The operands of expressions: literals, names, calls, parentheses, `case`.

extension ExpressionParser {
  mutating func prefix() throws(ExpressionDiagnostic) -> ExpressionSyntax {
    let start = token
    switch start.kind {
    case .keyword(.not):
      advance()
      let operand = try expression(strength: 3)
      return try node(.not(operand), start.span.lowerBound..<operand.span.upperBound)
    case .sign(.minus):
      advance()
      if case .number(let digits) = token.kind {
        let span = start.span.lowerBound..<token.span.upperBound
        advance()
        return try node(.literal(try number("-" + digits, span)), span)
      }
      let operand = try expression(strength: Strength.unaryMinus)
      return try node(.negate(operand), start.span.lowerBound..<operand.span.upperBound)
    case .sign(.plus):
      advance()
      return try expression(strength: Strength.unaryMinus)
    case .sign(.open):
      advance()
      var inner = try expression(strength: 0)
      guard token.kind == .sign(.close) else { throw unexpected("\")\"") }
      inner.span = start.span.lowerBound..<token.span.upperBound
      advance()
      return inner
    case .keyword(.case):
      return try choice()
    case .keyword(.null), .keyword(.true), .keyword(.false):
      advance()
      let value: ExpressionConstant =
        start.kind == .keyword(.null) ? .null : .boolean(start.kind == .keyword(.true))
      return try node(.literal(value), start.span)
    case .number(let digits):
      advance()
      return try node(.literal(try number(digits, start.span)), start.span)
    case .text(let value):
      advance()
      return try node(.literal(.text(value)), start.span)
    case .name(let name, let isQuoted):
      advance()
      return try named(name, isQuoted: isQuoted, start.span)
    case .keyword, .sign, .end:
      throw unexpected("a value")
    }
  }

  /// A call, `date '…'`, or a plain name.
  private mutating func named(
    _ name: String, isQuoted: Bool, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> ExpressionSyntax {
    if !isQuoted, case .text(let value) = token.kind {
      let whole = span.lowerBound..<token.span.upperBound
      let type: ValueType
      switch name.lowercased() {
      case "date": type = .date
      case "timestamp": type = .timestamp
      default: throw unexpected("an operator")
      }
      guard let constant = ExpressionConstant(reading: value, as: type) else {
        throw ExpressionDiagnostic(.constant, token.span, .notAValue(type: type, text: value))
      }
      advance()
      return try node(.literal(constant), whole)
    }
    guard !isQuoted, take(.open) else { return try node(.name(name, isQuoted: isQuoted), span) }
    var arguments: [ExpressionSyntax] = []
    if token.kind != .sign(.close) {
      repeat { arguments.append(try expression(strength: 0)) } while take(.comma)
    }
    let end = token.span.upperBound
    try expect(.close)
    return try node(
      .call(name.lowercased(), nameSpan: span, arguments), span.lowerBound..<end)
  }

  private mutating func choice() throws(ExpressionDiagnostic) -> ExpressionSyntax {
    let start = token.span.lowerBound
    advance()
    let value = token.kind == .keyword(.when) ? nil : try expression(strength: 0)
    var branches: [ExpressionSyntax.Branch] = []
    try expect(.when)
    repeat {
      let when = try expression(strength: 0)
      try expect(.then)
      branches.append(.init(when: when, then: try expression(strength: 0)))
    } while take(.when)
    let otherwise = take(.else) ? try expression(strength: 0) : nil
    let end = token.span.upperBound
    try expect(.end)
    guard let value else {
      return try node(.choice(branches, otherwise: otherwise), start..<end)
    }
    return try node(.match(value, branches, otherwise: otherwise), start..<end)
  }

  private func number(
    _ text: String, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> ExpressionConstant {
    let constant: ExpressionConstant? =
      if text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
        Double(text).flatMap { $0.isFinite ? .real($0) : nil }
      } else if text.utf8.contains(UInt8(ascii: ".")) {
        ExpressionConstant(decimal: text)
      } else {
        Int64(text).map { .integer($0) }
      }
    guard let constant else { throw ExpressionDiagnostic(.constant, span, .numberTooLarge(text)) }
    return constant
  }
}
