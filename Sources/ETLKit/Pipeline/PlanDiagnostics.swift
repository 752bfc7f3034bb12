// Mistakes that need types to be seen, with their places in the pipeline file.

import Records

extension PlanCompiler {
  /// Notes a mistake.
  mutating func report(
    _ code: String, _ what: String, at mark: TextMark, suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(
        file: pipeline.file, mark: mark, code: code, what: what, suggestion: suggestion,
        sourceLine: pipeline.line(mark.line), severity: severity))
  }

  /// Notes a mistake inside an expression, at its own place.
  mutating func report(_ mistake: ExpressionDiagnostic, in text: Located<String>) {
    let mark = SourceText(pipeline.text, file: pipeline.file).mark(
      of: mistake.span, in: text.value, at: text.mark)
    report(
      mistake.code.rawValue, mistake.message, at: mark,
      suggestion: mistake.advice)
  }

  /// Notes a column that is not there, with the nearest one that is.
  mutating func unknownColumn(
    _ name: Located<String>, in columns: [PlanColumn], of stage: String
  ) {
    let names = columns.map(\.name)
    report(
      "column.unknown", "\(stage) has no column \"\(name.value)\"", at: name.mark,
      suggestion: NearestName.suggestion(for: name.value, among: names)
        ?? "it has \(names.joined(separator: ", "))")
  }

  /// Notes columns that SQLite cannot tell apart.
  mutating func reportCaseClashes(_ columns: [PlanColumn], at mark: TextMark) {
    var seen: [String: String] = [:]
    for column in columns {
      if let other = seen[column.name.lowercased()] {
        report(
          "column.case", "columns \(other) and \(column.name) differ only in case",
          at: mark, suggestion: "SQLite takes them for one; rename one in a select")
      }
      seen[column.name.lowercased()] = column.name
    }
  }

  /// Notes columns with the names of those that say when a version holds.
  mutating func reportValidityColumns(in columns: [PlanColumn], at mark: TextMark) {
    for column in columns
    where TargetTable.validityColumns.contains(column.name.lowercased()) {
      report(
        "column.reserved", "mode scd2 makes a column \(column.name.lowercased()) of its own",
        at: mark, suggestion: "give yours another name in a select")
    }
  }

  /// An expression with its types, or nil after noting the mistake.
  mutating func typed(
    _ text: Located<String>, in scope: ExpressionScope, as type: ValueType?
  ) -> TypedExpression? {
    do throws(ExpressionDiagnostic) {
      let tree = try ExpressionTree.parse(text.value)
      if let type { return try tree.typed(in: scope, as: type) }
      return try tree.typed(in: scope)
    } catch {
      report(error, in: text)
      return nil
    }
  }
}

extension Pipeline {
  /// A line of the file's text, from 1; empty if there is none.
  func line(_ number: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard number >= 1, number <= lines.count else { return "" }
    return lines[number - 1].hasSuffix("\r")
      ? String(lines[number - 1].dropLast()) : String(lines[number - 1])
  }
}
