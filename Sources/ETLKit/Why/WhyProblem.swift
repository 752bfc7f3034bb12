// Why the way back from a row cannot be told: facts, and their words.

/// What is wrong with the question where a row comes from.
public enum WhyProblem: Hashable, Sendable {
  /// No pipeline loads a table of this name.
  case unknownTable(String, nearest: String?, known: [String])
  /// Other values are needed to name a row.
  case keyCount(table: String, columns: [String], given: Int)
  /// The table has no key, and a value without its column was given.
  case noKey(table: String, columns: [String])
  /// A value is not of its column's type.
  case value(String, column: String, type: String)
  /// Nothing was loaded yet.
  case notLoaded(table: String, pipeline: String, path: String)
  /// There is no such row.
  case noRow(table: String, key: String)
  /// There is no such row, because its record waits in the queue.
  case waiting(table: String, key: String, record: RejectID, reason: String)

  /// The words.
  var text: ErrorText {
    switch self {
    case .unknownTable(let name, let nearest, let known):
      ErrorText(
        "no pipeline here loads a table \(name)", code: "why.unknown_table",
        fix: nearest.map { "did you mean \($0)?" }
          ?? (known.isEmpty ? nil : "known here: " + known.joined(separator: ", ")))
    case .keyCount(let table, let columns, let given):
      ErrorText(
        "a row of \(table) is named by \(columns.joined(separator: ", ")): "
          + "\(columns.count) value\(columns.count == 1 ? "" : "s"), found \(given)",
        code: "why.key_count",
        fix: "etl-tui why \(table) " + columns.map { $0.uppercased() }.joined(separator: " "))
    case .noKey(let table, let columns):
      ErrorText(
        "table \(table) has no key", code: "why.no_key",
        fix: "name a row by its columns: etl-tui why \(table) \(columns.first ?? "column")=VALUE")
    case .value(let value, let column, let type):
      ErrorText("\"\(value)\" is no value of \(column), which is \(type)", code: "why.value")
    case .notLoaded(let table, let pipeline, let path):
      ErrorText(
        "table \(table) is not there yet", code: "why.not_loaded", places: [path],
        fix: "etl-tui run \(pipeline)")
    case .noRow(let table, let key):
      ErrorText("\(table) has no row \(key)", code: "why.no_row")
    case .waiting(let table, let key, let record, let reason):
      ErrorText(
        "\(table) has no row \(key): its record waits in the queue, \(reason)",
        code: "why.waiting", fix: "etl-tui retry show \(record)")
    }
  }
}
