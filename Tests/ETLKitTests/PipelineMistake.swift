import Testing

@testable import ETLKit

/// A small pipeline file with one section replaced, and what must be told of it.
struct Mistake: CustomTestStringConvertible, Sendable {
  let title: String
  let text: String
  let expected: String

  /// Replaces sections of a file that is right; `rest` stands at its end.
  init(
    _ title: String, head: String = "pipeline: {name: p}", sources: String = Self.sources,
    steps: String? = nil, checks: String? = nil, load: String = Self.load, rest: String? = nil,
    says expected: String
  ) {
    self.title = title
    var sections = [head, "sources:\n" + sources]
    if let steps { sections.append("steps:\n" + steps) }
    if let checks { sections.append("checks:\n" + checks) }
    if !load.isEmpty { sections.append(load) }
    if let rest { sections.append(rest) }
    text = sections.joined(separator: "\n") + "\n"
    self.expected = expected
  }

  /// What reading the file tells, one diagnostic after the other.
  var told: String {
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    let hasErrors = diagnostics.contains { $0.severity == .error }
    // What is told and what is given must fit each other.
    guard (pipeline == nil) == hasErrors else { return "a pipeline in spite of errors, or none" }
    return diagnostics.map(\.description).joined(separator: "\n")
  }

  var testDescription: String { title }

  static let sources = """
      a:
        type: file
        path: a.csv
        columns: {id: int, x: text}
    """
  static let load = "load: {from: a, to: 'sqlite:x.db', table: t, mode: append}"
}
