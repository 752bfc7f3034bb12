// What came of a test, as people and programs read it.

import Cells
import ETLKit
import Foundation

/// Prints results of tests.
enum TestReport {
  /// At most so many rows of a kind are shown.
  private static let mostRows = 20

  /// The result as people read it: one line if everything is as expected.
  static func lines(of result: TestResult) -> [String] {
    let title = "\(result.pipeline): \(result.name)"
    guard !result.hasPassed else { return ["holds  \(Shown.text(title))"] }
    var lines = [
      "FAILS  \(Shown.text(title))",
      "  in \(result.file):\(result.mark.line):\(result.mark.column)",
    ]
    if let problem = result.problem {
      lines.append("  \(Shown.text(problem.what)) (\(problem.code))")
      lines += problem.places.map { "    in \(Shown.text($0))" }
      if let fix = problem.fix { lines.append("    fix: \(fix)") }
    }
    for difference in result.differences { lines += self.lines(of: difference) }
    lines += rejects("not rejected, though expected", result.missingRejects)
    lines += rejects("rejected, though not expected", result.unexpectedRejects)
    for check in result.checks {
      lines.append(
        "  check \(check.name): \(check.outcome), \(check.expected) expected: "
          + Shown.text(check.found))
    }
    return lines
  }

  private static func rejects(_ what: String, _ words: [String]) -> [String] {
    guard !words.isEmpty else { return [] }
    return ["  \(what): \(Readable.count(words.count))"]
      + words.prefix(mostRows).map { "    \(Shown.text($0))" }
      + more(words.count)
  }

  private static func more(_ count: Int) -> [String] {
    count > mostRows ? ["    and \(Readable.count(count - mostRows)) more"] : []
  }

  private static func lines(of difference: TestResult.Difference) -> [String] {
    var counts: [String] = []
    func count(_ number: Int, _ what: String) {
      if number > 0 { counts.append("\(Readable.count(number)) \(what)") }
    }
    count(difference.missing.count, "missing")
    count(difference.unexpected.count, "not expected")
    count(
      difference.differing.count, difference.isOrderOnly ? "in another order" : "with other values")
    return ["  rows of \(difference.stage): \(counts.joined(separator: ", "))"]
      + table(of: difference)
  }

  /// The rows under their column names; below a pair of rows its differing cells are marked.
  private static func table(of difference: TestResult.Difference) -> [String] {
    var rows: [(head: String, cells: [String], marked: Set<Int>)] = []
    func add(_ head: String, _ row: TestResult.Row, marking places: [Int] = []) {
      let line = row.line.map { " (line \($0))" } ?? ""
      rows.append((head + line, row.cells.map { $0.map(Shown.text) ?? "" }, Set(places)))
    }
    for row in difference.missing.prefix(mostRows) { add("missing", row) }
    for row in difference.unexpected.prefix(mostRows) { add("not expected", row) }
    for pair in difference.differing.prefix(mostRows) {
      add("expected", pair.expected)
      add("found", pair.found, marking: pair.places)
    }
    let header = [""] + difference.columns.map(Shown.text)
    let widths = header.indices.map { place in
      ([header[place]] + rows.map { place == 0 ? $0.head : $0.cells[place - 1] })
        .map { cellWidth(of: $0) }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var line = "    "
      for (place, cell) in cells.enumerated() {
        line += cell + String(repeating: " ", count: widths[place] - cellWidth(of: cell) + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
    var lines = [line(header)]
    for row in rows {
      lines.append(line([row.head] + row.cells))
      guard !row.marked.isEmpty else { continue }
      lines.append(
        line(
          [""]
            + row.cells.indices.map { place in
              guard row.marked.contains(place) else { return "" }
              return String(repeating: "^", count: max(1, cellWidth(of: row.cells[place])))
            }))
    }
    for (kind, count) in [
      ("missing", difference.missing.count), ("not expected", difference.unexpected.count),
      ("with other values", difference.differing.count),
    ] where count > mostRows {
      lines.append("    and \(Readable.count(count - mostRows)) more \(kind)")
    }
    return lines
  }

  /// The result as a JSON object.
  static func object(of result: TestResult) -> [String: Any] {
    func row(_ row: TestResult.Row, _ columns: [String]) -> [String: Any] {
      Dictionary(
        zip(columns, row.cells.map { $0.map { $0 as Any } ?? NSNull() }),
        uniquingKeysWith: { first, _ in first })
    }
    var object: [String: Any] = [
      "pipeline": result.pipeline, "name": result.name, "file": result.file,
      "line": result.mark.line, "holds": result.hasPassed,
      "rows": result.differences.map { difference -> [String: Any] in
        [
          "stage": difference.stage, "order_only": difference.isOrderOnly,
          "missing": difference.missing.map { row($0, difference.columns) },
          "unexpected": difference.unexpected.map { row($0, difference.columns) },
          "differing": difference.differing.map { pair -> [String: Any] in
            [
              "expected": row(pair.expected, difference.columns),
              "found": row(pair.found, difference.columns),
              "columns": pair.places.map { difference.columns[$0] },
            ]
          },
        ]
      },
      "missing_rejects": result.missingRejects, "unexpected_rejects": result.unexpectedRejects,
      "checks": result.checks.map { check -> [String: Any] in
        [
          "name": check.name, "expected": check.expected, "outcome": check.outcome,
          "found": check.found,
        ]
      },
    ]
    if let problem = result.problem {
      object["error"] = ["code": problem.code, "what": problem.what, "places": problem.places]
    }
    return object
  }
}
