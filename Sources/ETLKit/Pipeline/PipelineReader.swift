// What all parts of reading a pipeline file share: the text, the mistakes so far, and which stages
// were named where. Touches nothing.

import Records

/// The state of reading one pipeline file.
final class PipelineReader {
  /// A stage that is named by somebody: by a step, a check or the load.
  struct StageReference {
    /// The step that names it; nil for checks and the load.
    var user: String?
    var target: Located<String>
  }

  /// The most mistakes that are told of one file.
  static let limit = 200

  let source: SourceText
  private(set) var diagnostics: [Diagnostic]
  /// Every stage that is declared, also one with mistakes in it.
  private(set) var stages: [Located<String>] = []
  private(set) var references: [StageReference] = []
  /// Names that stand twice; whose inputs are meant is not known.
  private(set) var ambiguous: Set<String> = []
  /// Steps that go round in a circle.
  var circular: Set<String> = []

  init(_ yaml: StrictYAML) {
    source = yaml.source
    diagnostics = yaml.diagnostics
  }

  /// Notes a mistake.
  func tell(
    _ code: String, _ what: String, at mark: TextMark, _ suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    take(source.diagnostic(code, what, at: mark, suggestion: suggestion, severity: severity))
  }

  /// Whether a mistake keeps the pipeline from running.
  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Notes a mistake that was found elsewhere.
  func take(_ new: Diagnostic) {
    // A value behind an alias is read once for each use.
    if diagnostics.count <= Self.limit, !diagnostics.contains(new) { diagnostics.append(new) }
  }

  /// Notes that a stage is declared; a second one of the name is a mistake.
  func declare(_ name: Located<String>) {
    if let first = stages.first(where: { $0.value == name.value }) {
      ambiguous.insert(name.value)
      tell(
        "name.duplicate",
        "there is a stage \(quoted(name.value)) already, on line \(first.mark.line)", at: name.mark,
        "give one of them another name")
    } else {
      stages.append(name)
    }
  }

  /// Notes that a stage is named.
  func refer(to target: Located<String>, by user: String?) {
    references.append(StageReference(user: user, target: target))
  }

  /// The mistakes in the order of the file.
  var sorted: [Diagnostic] {
    var all = diagnostics.enumerated().sorted { first, second in
      let (one, other) = (first.element.mark, second.element.mark)
      return (one.line, one.column, first.offset) < (other.line, other.column, second.offset)
    }.map(\.element)
    if all.count > Self.limit, let last = all.last {
      all[all.count - 1] = source.diagnostic(
        "yaml.limit", "more than \(Self.limit) mistakes; the rest is not told", at: last.mark)
    }
    return all
  }

  /// Checks the words of an expression, its types come later.
  func checkExpression(_ text: Located<String>) {
    do throws(ExpressionDiagnostic) {
      _ = try ExpressionTree.parse(text.value)
    } catch {
      tell(
        error.code.rawValue, error.message,
        at: source.mark(of: error.span, in: text.value, at: text.mark),
        error.advice)
    }
  }
}
