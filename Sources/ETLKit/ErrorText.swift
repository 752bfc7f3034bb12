// The one place where engine errors become words. Each area's sentences stand in
// `ErrorText+<Area>.swift`; this file puts the parts together.

/// An error in words: what happened, where, and what to type next.
public struct ErrorText: Hashable, Sendable {
  /// What was found, and what was expected; no final period.
  public var what: String
  /// The error's code (`fetch.timeout`), stable for scripts.
  public var code: String
  /// Where, as `file:line:column` or a path; empty if nowhere in particular.
  public var places: [String]
  /// What to type or change next.
  public var fix: String?

  /// Makes a text from its parts.
  public init(_ what: String, code: String, places: [String] = [], fix: String? = nil) {
    self.what = what
    self.code = code
    self.places = places
    self.fix = fix
  }
}

extension EngineError: CustomStringConvertible {
  /// The error as people read it, several lines.
  ///
  /// ```
  /// load: database is locked by another process (load.locked)
  ///   in covid.db
  ///   fix: close the program that holds it, then run again
  /// ```
  public var description: String {
    if case .pipeline(let diagnostics) = problem {
      return diagnostics.map(\.description).joined(separator: "\n")
    }
    let text = self.text
    var lines = [(stage.map { "\($0): " } ?? "") + "\(text.what) (\(text.code))"]
    lines += text.places.map { "  in \($0)" }
    if let fix = text.fix { lines.append("  fix: \(fix)") }
    return lines.joined(separator: "\n")
  }

  /// The parts of the error's words.
  public var text: ErrorText {
    switch problem {
    case .pipeline(let diagnostics):
      ErrorText(
        "\(diagnostics.count) mistake\(diagnostics.count == 1 ? "" : "s") in pipeline files",
        code: "plan.invalid", fix: "etl-tui check")
    case .fetch(let fetch): fetch.text
    case .contract(let contract): contract.text
    case .step(let step): step.text
    case .load(let load): load.text
    case .state(let state): state.text
    case .queue(let queue): queue.text
    case .check(let check): check.text
    case .limit(let limit): limit.text
    case .watermark(let watermark): watermark.text
    case .why(let why): why.text
    case .cancelled: ErrorText("stopped on request, nothing was published", code: "run.cancelled")
    }
  }

  /// The error's code, such as `fetch.timeout`.
  public var code: String { text.code }
}
