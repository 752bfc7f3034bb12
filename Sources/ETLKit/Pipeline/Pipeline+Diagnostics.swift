// Mistakes that are found after reading, when types are known, with their place in the file.
// Touches nothing.

public import Records

extension Pipeline {
  /// A mistake at a mark of this pipeline's file.
  public func diagnostic(
    _ code: String, _ what: String, at mark: TextMark, suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    SourceText(text, file: file)
      .diagnostic(code, what, at: mark, suggestion: suggestion, severity: severity)
  }

  /// A mistake inside an expression, its span found again in the file.
  public func diagnostic(
    _ problem: ExpressionDiagnostic, in expression: Located<String>
  ) -> Diagnostic {
    let source = SourceText(text, file: file)
    return source.diagnostic(
      problem.code.rawValue, problem.message,
      at: source.mark(of: problem.span, in: expression.value, at: expression.mark),
      suggestion: problem.advice)
  }
}

extension ExpressionDiagnostic {
  /// The suggestion as a line of advice.
  var advice: String? {
    guard let suggestion else { return nil }
    switch facts {
    case .unknownName, .unknownFunction: return "did you mean \"\(suggestion)\"?"
    default: return "write \(suggestion)"
    }
  }
}
