// Tokens in, a tree out, by binding strength; depth is bounded.
//
// Strength, weakest first: or, and, not, comparisons, ||, + and -, * / and %, unary minus.

/// Reads one expression.
struct ExpressionParser {
  typealias Sign = ExpressionToken.Sign
  typealias Keyword = ExpressionToken.Keyword

  let text: String
  private let tokens: [ExpressionToken]
  private var position = 0
  private var depth = 0

  init(_ text: String) throws(ExpressionDiagnostic) {
    self.text = text
    tokens = try ExpressionLexer.tokens(of: text)
  }

  /// The expression that the whole text is.
  mutating func whole() throws(ExpressionDiagnostic) -> ExpressionSyntax {
    let expression = try expression(strength: 0)
    guard token.kind == .end else { throw unexpected("the end or an operator") }
    return expression
  }

  var token: ExpressionToken { tokens[position] }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  mutating func take(_ sign: Sign) -> Bool {
    guard token.kind == .sign(sign) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard token.kind == .keyword(keyword) else { return false }
    advance()
    return true
  }

  mutating func expect(_ sign: Sign) throws(ExpressionDiagnostic) {
    guard take(sign) else { throw unexpected("\"\(sign.rawValue)\"") }
  }

  mutating func expect(_ keyword: Keyword) throws(ExpressionDiagnostic) {
    guard take(keyword) else { throw unexpected("\"\(keyword.rawValue)\"") }
  }

  func unexpected(_ expected: String) -> ExpressionDiagnostic {
    let found: String
    var suggestion: String?
    switch token.kind {
    case .end:
      found = "the end"
      if expected == "\")\"" { suggestion = ")" }
    case .name(let name, false):
      found = "\"\(name)\""
      let words = Keyword.allCases.map(\.rawValue)
      suggestion = NearestName.of(name, among: words)
    default:
      let bytes = Array(text.utf8)[token.span]
      found = "\"\(String(decoding: bytes, as: UTF8.self))\""
    }
    return ExpressionDiagnostic(
      .syntax, token.span, .unexpected(found: found, expected: expected), suggestion: suggestion)
  }

  /// Makes a node, unless it nests too deep.
  func node(
    _ form: ExpressionSyntax.Form, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> ExpressionSyntax {
    var result = ExpressionSyntax(form: form, span: span, depth: 1)
    result.depth += result.children.lazy.map(\.depth).max() ?? 0
    guard result.depth <= ExpressionTree.depthLimit else { throw tooDeep(span) }
    return result
  }

  func tooDeep(_ span: Range<Int>) -> ExpressionDiagnostic {
    ExpressionDiagnostic(.limit, span, .tooDeep(limit: ExpressionTree.depthLimit))
  }
}

// Operators.
extension ExpressionParser {
  enum Strength {
    static let or = 1
    static let and = 2
    static let comparison = 4
    static let unaryMinus = 8
  }

  mutating func expression(
    strength: Int
  ) throws(ExpressionDiagnostic) -> ExpressionSyntax {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionTree.depthLimit else { throw tooDeep(token.span) }
    var left = try prefix()
    var wasComparison = false
    while true {
      let sign = token
      if case .keyword(let word) = sign.kind {
        switch word {
        case .or where strength < Strength.or:
          left = try list(left, word: .or, strength: Strength.or)
        case .and where strength < Strength.and:
          left = try list(left, word: .and, strength: Strength.and)
        case .not, .between, .in, .like, .is:
          guard strength < Strength.comparison else { return left }
          if wasComparison { throw ExpressionDiagnostic(.syntax, sign.span, .chainedComparison) }
          left = try wordComparison(left)
          wasComparison = true
          continue
        default: return left
        }
        wasComparison = false
        continue
      }
      guard case .sign(let operation) = sign.kind, let own = Self.strength(of: operation),
        own > strength
      else { return left }
      let isComparison = own == Strength.comparison
      if isComparison, wasComparison { throw chained(left, operation, at: sign.span) }
      advance()
      let right = try expression(strength: own)
      left = try node(
        .binary(operation, left, right), left.span.lowerBound..<right.span.upperBound)
      wasComparison = isComparison
    }
  }

  /// `1 < x < 5` does not mean what it looks like; say what does.
  private func chained(
    _ left: ExpressionSyntax, _ sign: Sign, at span: Range<Int>
  ) -> ExpressionDiagnostic {
    var suggestion: String?
    if case .binary(_, _, let middle) = left.form {
      let bytes = Array(text.utf8)
      let first = String(decoding: bytes[left.span], as: UTF8.self)
      let shared = String(decoding: bytes[middle.span], as: UTF8.self)
      suggestion = "\(first) and \(shared) \(sign.rawValue)"
    }
    let whole = left.span.lowerBound..<span.upperBound
    return ExpressionDiagnostic(.syntax, whole, .chainedComparison, suggestion: suggestion)
  }

  private static func strength(of sign: Sign) -> Int? {
    switch sign {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: Strength.comparison
    case .concat: 5
    case .plus, .minus: 6
    case .times, .divide, .percent: 7
    case .open, .close, .comma: nil
    }
  }

  /// `a or b or c` as one flat list, so that long lists do not nest.
  private mutating func list(
    _ first: ExpressionSyntax, word: Keyword, strength: Int
  ) throws(ExpressionDiagnostic) -> ExpressionSyntax {
    var parts = [first]
    while take(word) { parts.append(try expression(strength: strength)) }
    let span = first.span.lowerBound..<parts[parts.count - 1].span.upperBound
    return try node(word == .or ? .any(parts) : .all(parts), span)
  }

  /// `[not] between`, `[not] in`, `[not] like`, `is [not] null`.
  private mutating func wordComparison(
    _ left: ExpressionSyntax
  ) throws(ExpressionDiagnostic) -> ExpressionSyntax {
    let start = left.span.lowerBound
    var isNegated = take(.not)
    let form: ExpressionSyntax.Form
    if take(.between) {
      let low = try expression(strength: Strength.comparison)
      try expect(.and)
      let high = try expression(strength: Strength.comparison)
      form = .between(left, low, high)
    } else if take(.in) {
      try expect(.open)
      var items = [try expression(strength: 0)]
      while take(.comma) { items.append(try expression(strength: 0)) }
      try expect(.close)
      form = .isIn(left, items)
    } else if take(.like) {
      let pattern = try expression(strength: Strength.comparison)
      let escape = take(.escape) ? try expression(strength: Strength.comparison) : nil
      form = .like(left, pattern, escape: escape)
    } else {
      guard !isNegated, take(.is) else { throw unexpected("between, in or like") }
      isNegated = take(.not)
      try expect(.null)
      form = .isNull(left)
    }
    let span = start..<tokens[position - 1].span.upperBound
    let positive = try node(form, span)
    return isNegated ? try node(.not(positive), span) : positive
  }
}
