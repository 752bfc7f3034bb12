// Which row is meant: values as people type them, found in the destination and in batches of a run.

import GRDB
import Records

/// The values that name a row.
struct RowKey {
  /// A column of the table with the value asked for.
  struct Part {
    var name: String
    /// Its place among the table's columns.
    var place: Int
    /// As the destination keeps it.
    var stored: DatabaseValue
  }

  var parts: [Part]

  /// As the queue writes the key of a record.
  var text: String { parts.map { $0.stored.shown ?? "null" }.joined(separator: ", ") }

  /// Reads what was typed: a value for each key column, or `column=value` where there is no key.
  init(_ words: [String], of table: TargetTable) throws(EngineError) {
    let names = table.columns.map(\.name)
    var pairs: [(name: String, value: String)] = []
    if table.key.isEmpty {
      for word in words {
        guard let sign = word.firstIndex(of: "="), names.contains(String(word[..<sign])) else {
          throw EngineError(.why(.noKey(table: table.name, columns: names)))
        }
        pairs.append((String(word[..<sign]), String(word[word.index(after: sign)...])))
      }
    } else {
      pairs = Array(zip(table.key, words).map { ($0, $1) })
    }
    guard !pairs.isEmpty, pairs.count == words.count,
      table.key.isEmpty || pairs.count == table.key.count
    else {
      throw EngineError(
        .why(
          .keyCount(
            table: table.name, columns: table.key.isEmpty ? names : table.key, given: words.count)))
    }
    parts = []
    for (name, value) in pairs {
      guard let place = names.firstIndex(of: name) else { continue }
      let type = table.columns[place].type
      guard let stored = type.stored(value) else {
        throw EngineError(.why(.value(value, column: name, type: type.name)))
      }
      parts.append(Part(name: name, place: place, stored: stored))
    }
  }

  /// The rows with these values.
  func rows(of table: TargetTable, in database: Database) throws -> [Row] {
    let condition = parts.map { "\(quotedName($0.name)) IS ?" }.joined(separator: " AND ")
    let order = table.mode == .scd2 ? " ORDER BY is_current DESC, valid_from DESC" : ""
    return try Row.fetchAll(
      database,
      sql: "SELECT * FROM \(quotedName(table.name)) WHERE \(condition)\(order) LIMIT 2",
      arguments: StatementArguments(parts.map(\.stored)))
  }
}

extension ValueType {
  /// A typed value as a destination keeps it; nil if it is none of the type.
  func stored(_ text: String) -> DatabaseValue? {
    var text = text
    switch self {
    case .text: return text.databaseValue
    case .integer: return Int64(text)?.databaseValue
    case .real: return Double(text)?.databaseValue
    case .decimal: return Double(text) == nil ? nil : text.databaseValue
    case .boolean: return ["true": 1, "false": 0, "1": 1, "0": 0][text]?.databaseValue
    case .date:
      return text.withUTF8 { DateBytes.days(iso: $0) }.map { DateBytes.dateText($0).databaseValue }
    case .timestamp:
      return text.withUTF8 { DateBytes.microseconds(iso: $0) }
        .map { DateBytes.timestampText($0).databaseValue }
    }
  }

  /// Whether a value of a batch is the one that a destination keeps.
  func isSame(_ batch: RecordBatch, _ row: Int, _ column: Int, as stored: DatabaseValue) -> Bool {
    let values = batch.columns[column]
    guard !values.nulls[row], !stored.isNull else { return values.nulls[row] && stored.isNull }
    let slot = values.slots[row]
    switch self {
    case .integer, .boolean: return Int64.fromDatabaseValue(stored) == slot
    case .real:
      return Double.fromDatabaseValue(stored) == Double(bitPattern: UInt64(bitPattern: slot))
    case .decimal:
      let text = SlotText.string(slot, as: self)
      return stored.shown == text || stored.shown.flatMap(Double.init) == Double(text)
    case .date, .timestamp: return stored.shown == SlotText.string(slot, as: self)
    case .text:
      guard case .string(let text) = stored.storage else { return false }
      let bytes = batch.bytes(of: slot)
      return bytes.count == text.utf8.count && bytes.elementsEqual(text.utf8)
    }
  }
}
