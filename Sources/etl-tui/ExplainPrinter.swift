// An explanation as lines of at most eighty signs, and as JSON.

import Cells
import ETLKit

/// Prints explanations.
enum ExplainPrinter {
  private static let width = 80

  /// `isWhole`: all stages with what they change; otherwise one, with all its columns.
  static func lines(_ explanation: PlanExplanation, isWhole: Bool) -> [String] {
    var lines = isWhole ? ["\(explanation.pipeline)  \(explanation.file)", ""] : []
    for stage in explanation.stages {
      lines += wrapped(stage.summary, after: "\(stage.name)  \(stage.kind.rawValue)  ", indent: 4)
      for count in stage.counts { lines += wrapped(count.rows, after: "  \(count.name): ") }
      lines += columns(of: stage, isWhole: isWhole)
      lines.append("")
    }
    guard isWhole else { return Array(lines.dropLast()) }
    return lines + paths(explanation.paths, explanation.repetition)
  }

  private static func columns(of stage: PlanExplanation.Stage, isWhole: Bool) -> [String] {
    let shown = stage.columns.filter { column in
      !isWhole || stage.kind == .load || column.origin != .input
    }
    var lines: [String] = []
    let left = stage.columns.count - shown.count
    if left > 0, let input = stage.inputs.first {
      lines.append("    \(left) column\(left == 1 ? "" : "s") as in \(input)")
    }
    let nameWidth = shown.map { min(24, cellWidth(of: $0.name)) }.max() ?? 0
    let typeWidth = shown.map { cellWidth(of: type(of: $0)) }.max() ?? 0
    for column in shown {
      let head =
        "    " + padded(Shown.text(column.name), nameWidth) + "  "
        + padded(type(of: column), typeWidth) + "  "
      lines += wrapped(source(of: column, in: stage, isWhole: isWhole), after: head)
    }
    return lines
  }

  private static func type(of column: PlanExplanation.Column) -> String {
    column.type + (column.isNullable ? "?" : "") + (column.isMany ? " each" : "")
  }

  /// Where a column comes from, as far as it is worth a word here.
  private static func source(
    of column: PlanExplanation.Column, in stage: PlanExplanation.Stage, isWhole: Bool
  ) -> String {
    let isAtEnd = !isWhole || stage.kind == .load
    var words = isAtEnd && column.maker != stage.name ? "\(column.maker): " : ""
    words += self.words(isAtEnd ? column.made : column.origin, column)
    guard isAtEnd, column.made != column.origin || stage.kind != .source else { return words }
    if case .file = column.made { return words }
    let roots = column.roots.map { root in
      "\(root.source).\(root.column)" + (root.field == root.column ? "" : " (\(root.field))")
    }
    return roots.isEmpty ? words : words + "  ← " + roots.joined(separator: ", ")
  }

  private static func words(
    _ origin: PlanExplanation.Origin, _ column: PlanExplanation.Column
  ) -> String {
    switch origin {
    case .input: "as before"
    case .file(let field): field == column.name ? "field of that name" : "field \(field)"
    case .column(let name, let stage): "\(name) of \(stage)"
    case .expression(let text):
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    case .names(let names): "the names of \(names.joined(separator: ", "))"
    case .values(let names): "the values of \(names.joined(separator: ", "))"
    case .value(let value, let name, let text): "\(value) where \(name) is \(text)"
    case .query: "the query"
    }
  }

  private static func paths(_ paths: [PlanPath], _ repetition: String?) -> [String] {
    guard !paths.isEmpty else { return [] }
    let width = paths.map { cellWidth(of: $0.source) }.max() ?? 0
    var lines = ["How far a mended record reaches"]
    for path in paths {
      let reach =
        (path.reason?.text ?? repetition).map { "\($0), all is run again" } ?? "it is tried alone"
      lines += wrapped(
        reach, after: "    \(padded(path.source, width))  \(padded(path.scope.rawValue, 5))  ")
    }
    return lines
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - cellWidth(of: text)))
  }

  /// Text behind a head, cut between words; later lines stand under its beginning, or at `indent`.
  private static func wrapped(_ text: String, after head: String, indent: Int? = nil) -> [String] {
    let margin = String(repeating: " ", count: min(indent ?? cellWidth(of: head), 40))
    var lines: [String] = []
    var line = head
    var isEmpty = true
    for word in Shown.text(text).split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, cellWidth(of: line) + 1 + cellWidth(of: String(word)) > width {
        lines.append(line)
        line = margin
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  // MARK: JSON

  /// One object a stage, then one a source.
  static func objects(_ explanation: PlanExplanation, isWhole: Bool) -> [[String: Any]] {
    explanation.stages.map { stage in
      [
        "stage": stage.name, "kind": stage.kind.rawValue, "inputs": stage.inputs,
        "summary": stage.summary,
        "counts": stage.counts.map { ["name": $0.name, "rows": $0.rows] },
        "columns": stage.columns.map(object),
      ]
    }
      + (isWhole
        ? explanation.paths.map { path in
          [
            "source": path.source, "scope": path.scope.rawValue,
            "because": path.reason?.text ?? "", "step": path.reason?.step ?? "",
          ]
        } : [])
  }

  private static func object(of column: PlanExplanation.Column) -> [String: Any] {
    [
      "name": column.name, "type": column.type, "nullable": column.isNullable,
      "from": words(column.origin, column), "made_by": column.maker,
      "made": words(column.made, column),
      "fields": column.roots.map {
        ["source": $0.source, "column": $0.column, "field": $0.field]
      },
    ]
  }
}
