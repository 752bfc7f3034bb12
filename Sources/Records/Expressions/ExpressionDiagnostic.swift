// What is wrong with an expression, before any record is read: facts here, words at the end.

/// A mistake in the text of an expression.
public struct ExpressionDiagnostic: Error, Hashable, Sendable {
  /// The family of a mistake.
  public enum Code: String, Sendable {
    case syntax = "expr.syntax"
    case name = "expr.name"
    case type = "expr.type"
    case argument = "expr.argument"
    case constant = "expr.constant"
    case limit = "expr.limit"
  }

  /// What was found, without words.
  public enum Facts: Hashable, Sendable {
    case unexpected(found: String, expected: String)
    case unknownSign(String)
    case openQuote(String)
    case numberTooLarge(String)
    case notAValue(type: ValueType, text: String)
    case chainedComparison
    case unknownName(String)
    case unknownFunction(String)
    case argumentCount(function: String, expected: String, found: Int)
    case argumentType(function: String, position: Int, expected: String, found: ValueType)
    case argumentNotConstant(function: String, position: Int)
    case argumentValue(function: String, position: Int, expected: String)
    case operands(sign: String, left: ValueType, right: ValueType)
    case operand(sign: String, expected: String, found: ValueType)
    case comparedWithNull
    case differentResults(first: ValueType, other: ValueType)
    case resultType(expected: ValueType, found: ValueType)
    case scaleTooLarge(Int)
    case badPattern(String, why: String?)
    case alwaysFails(code: String, text: String)
    case tooDeep(limit: Int)
    case tooLong(limit: Int)
  }

  /// Which family it belongs to.
  public var code: Code
  /// Where, in UTF-8 offsets from the start of the text.
  public var span: Range<Int>
  /// What was found.
  public var facts: Facts
  /// What to write instead of the span.
  public var suggestion: String?

  /// Makes a diagnostic from its facts.
  public init(_ code: Code, _ span: Range<Int>, _ facts: Facts, suggestion: String? = nil) {
    self.code = code
    self.span = span
    self.facts = facts
    self.suggestion = suggestion
  }
}

extension ExpressionDiagnostic: CustomStringConvertible {
  /// The facts as a sentence, without the suggestion.
  public var message: String {
    switch facts {
    case .unexpected(let found, let expected): "found \(found) where \(expected) should be"
    case .unknownSign(let sign): "\(sign) is not a sign of this language"
    case .openQuote(let quote): "the quote \(quote) is never closed"
    case .numberTooLarge(let text): "\(text) does not fit into 64 bits"
    case .notAValue(let type, let text): "\(quoted(text)) is not a \(type.name)"
    case .chainedComparison: "one comparison cannot follow another"
    case .unknownName(let name): "no column or variable \"\(name)\""
    case .unknownFunction(let name): "no function \"\(name)\""
    case .argumentCount(let function, let expected, let found):
      "\(function) takes \(expected), not \(found)"
    case .argumentType(let function, let position, let expected, let found):
      "argument \(position) of \(function) is \(found.name), expected \(expected)"
    case .argumentNotConstant(let function, let position):
      "argument \(position) of \(function) must be a constant"
    case .argumentValue(let function, let position, let expected):
      "argument \(position) of \(function) must be \(expected)"
    case .operands(let sign, let left, let right):
      "\(sign) cannot take \(left.name) and \(right.name)"
    case .operand(let sign, let expected, let found):
      "\(sign) takes \(expected), not \(found.name)"
    case .comparedWithNull: "a comparison with null is never true"
    case .differentResults(let first, let other):
      "the results are \(first.name) and \(other.name)"
    case .resultType(let expected, let found):
      "the expression is \(found.name), expected \(expected.name)"
    case .scaleTooLarge(let scale): "the result would have \(scale) decimal places, at most 18 fit"
    case .badPattern(let text, let why):
      "the pattern \(quoted(text)) cannot be read" + (why.map { ": \($0)" } ?? "")
    case .alwaysFails(let code, let text): "\(text) fails for every record (\(code))"
    case .tooDeep(let limit): "nested more than \(limit) deep"
    case .tooLong(let limit): "longer than \(limit) bytes"
    }
  }

  /// The message, the suggestion and the code in one line.
  public var description: String {
    let hint = suggestion.map { "; write \($0)" } ?? ""
    return "\(message)\(hint) (\(code.rawValue))"
  }
}
