// What a run would do, as people and programs read it.

import ETLKit
import Foundation

/// Prints forecasts.
enum PlanReport {
  /// The forecast as people read it.
  ///
  /// `held`: the run whose held load it is about.
  static func lines(of forecast: RunForecast, held: RunID? = nil) -> [String] {
    let summary = forecast.summary
    var lines = ["\(summary.pipeline) · plan · a run would end \(summary.state.rawValue)"]
    // The counts, checks and notes of a run, without its number and time.
    lines += RunPrinter.lines(of: summary).dropFirst().filter { !$0.hasPrefix("  queue: ") }
    if summary.state == .unchanged { lines.append("  nothing changed since the last load") }
    for table in forecast.tables {
      lines.append("  \(table.name) in \(table.database)")
      lines += table.samples.map { "    " + Self.line(of: $0, key: table.key) }
    }
    if !forecast.rejects.isEmpty { lines.append("  rejected") }
    for reject in forecast.rejects {
      lines.append(
        "    \(reject.source), line \(reject.line), \(reject.stage): "
          + Shown.text(reject.reasons.joined(separator: "; ")))
    }
    let act =
      held.map { "etl-tui retry quarantine publish \($0) --note WHY" }
      ?? "etl-tui run \(summary.pipeline)"
    lines.append("nothing was written; \(act) does it")
    return lines
  }

  /// `update  date 2020-01-22: cases 1 → 2`; of other rows all columns.
  private static func line(of row: RunForecast.Row, key: [String]) -> String {
    func text(_ value: String?) -> String { value.map(Shown.text) ?? "null" }
    let changed = row.values.filter { $0.before != $0.after && !key.contains($0.column) }
    func all(_ value: (RecordTrial.Row.Value) -> String?) -> String {
      row.values.map { "\($0.column) \(text(value($0)))" }.joined(separator: ", ")
    }
    switch row.change {
    case .insert: return "insert  " + all(\.after)
    case .delete: return "delete  " + all(\.before)
    case .update:
      let names = row.values.filter { key.contains($0.column) }
        .map { "\($0.column) \(text($0.after))" }.joined(separator: ", ")
      return "update  \(names): "
        + changed.map { "\($0.column) \(text($0.before)) → \(text($0.after))" }
        .joined(separator: ", ")
    }
  }

  /// The forecast as a JSON object: the summary's keys, and what would change.
  static func object(of forecast: RunForecast) -> [String: Any] {
    func object(_ values: [RecordTrial.Row.Value], _ value: (RecordTrial.Row.Value) -> String?)
      -> [String: Any]
    {
      Dictionary(
        values.map { ($0.column, value($0).map { $0 as Any } ?? NSNull()) },
        uniquingKeysWith: { first, _ in first })
    }
    var result = EventJSON.object(of: forecast.summary)
    for key in ["run", "kind", "started_us", "finished_us"] { result[key] = nil }
    result["event"] = "plan"
    result["tables"] = forecast.tables.map { table -> [String: Any] in
      [
        "database": table.database, "table": table.name, "key": table.key,
        "samples": table.samples.map { row -> [String: Any] in
          var sample: [String: Any] = ["change": row.change.rawValue]
          if row.change != .insert { sample["before"] = object(row.values, \.before) }
          if row.change != .delete { sample["after"] = object(row.values, \.after) }
          return sample
        },
      ]
    }
    result["rejects"] = forecast.rejects.map { reject -> [String: Any] in
      [
        "source": reject.source, "line": reject.line, "stage": reject.stage,
        "code": reject.code, "reasons": reject.reasons,
      ]
    }
    return result
  }
}
