// The small language of check limits: `failures > 10`, `failures > 0.5%`.

/// A limit on how many rows may fail a check.
public struct CheckLimit: Hashable, Sendable {
  /// How the failures are compared with the number.
  public var comparison: ExpressionOperation.Comparison
  /// The number as it was written, without the percent sign.
  public var number: Double
  /// Whether the number is percent of the rows checked.
  public var isPercent: Bool

  /// Makes a limit.
  public init(
    comparison: ExpressionOperation.Comparison, number: Double, isPercent: Bool
  ) {
    self.comparison = comparison
    self.number = number
    self.isPercent = isPercent
  }

  /// Reads a limit.
  /// - Throws: the first mistake, with its place.
  public static func parse(_ text: String) throws(ExpressionDiagnostic) -> CheckLimit {
    let tokens = try ExpressionLexer.tokens(of: text)
    func wrong(
      _ index: Int, _ expected: String, suggestion: String? = nil
    ) -> ExpressionDiagnostic {
      let span = tokens[index].span
      let found = String(decoding: Array(text.utf8)[span], as: UTF8.self)
      return ExpressionDiagnostic(
        .syntax, span,
        .unexpected(found: found.isEmpty ? "the end" : "\"\(found)\"", expected: expected),
        suggestion: suggestion)
    }
    guard case .name(let name, false) = tokens[0].kind, name.lowercased() == "failures" else {
      throw wrong(0, "\"failures\"", suggestion: "failures")
    }
    guard case .sign(let sign) = tokens[1].kind,
      let comparison = ExpressionOperation.Comparison(rawValue: sign.rawValue)
    else { throw wrong(1, "a comparison") }
    guard case .number(let digits) = tokens[2].kind, let number = Double(digits),
      number.isFinite
    else { throw wrong(2, "a number") }
    let isPercent = tokens[3].kind == .sign(.percent)
    let end = isPercent ? 4 : 3
    guard tokens[end].kind == .end else { throw wrong(end, "the end") }
    return CheckLimit(comparison: comparison, number: number, isPercent: isPercent)
  }

  /// Whether the limit is reached.
  public func isMet(failures: Int, of rows: Int) -> Bool {
    let value =
      isPercent ? (rows == 0 ? 0 : Double(failures) * 100 / Double(rows)) : Double(failures)
    return switch comparison {
    case .equal: value == number
    case .notEqual: value != number
    case .less: value < number
    case .lessOrEqual: value <= number
    case .greater: value > number
    case .greaterOrEqual: value >= number
    }
  }
}
