// The table a load writes: its columns, its statements, and what it remembers of itself.

import Crypto
import Foundation
import Records

/// A destination table as the plan wants it.
struct TargetTable: Hashable, Sendable {
  /// One column of the table.
  struct Column: Hashable, Sendable {
    var name: String
    var type: ValueType
    var isNullable: Bool
    var isKey: Bool
  }

  /// The table's name.
  var name: String
  /// The columns, in order.
  var columns: [Column]
  /// How rows meet the rows that are there.
  var mode: LoadSpec.Mode

  /// The key columns' names, in key order.
  var key: [String]

  /// Makes the table; without the clauses SQLite would refuse for a table without a key.
  var createStatement: String {
    var parts = columns.map { column in
      "  \(quotedName(column.name)) \(column.type.sqlName)\(column.isNullable ? "" : " NOT NULL")"
    }
    if !key.isEmpty { parts.append("  PRIMARY KEY(\(list(key)))") }
    return "CREATE TABLE \(quotedName(name))(\n\(parts.joined(separator: ",\n"))\n)"
      + (key.isEmpty ? "" : " WITHOUT ROWID")
  }

  /// Loads all rows that the virtual table `source` gives.
  ///
  /// OR FAIL keeps the rows before a violation, so that the statement can go on after the row
  /// it stopped at. An upsert writes only rows that differ, and tells `etl_updated()` of each.
  func insertStatement(source: String) -> String {
    let names = list(columns.map(\.name))
    var sql =
      "INSERT OR FAIL INTO \(quotedName(name))(\(names)) SELECT \(names) FROM \(quotedName(source))"
    guard mode == .upsert else { return sql }
    let others = columns.filter { !$0.isKey }.map { quotedName($0.name) }
    sql += " WHERE true ON CONFLICT(\(list(key))) DO "
    guard !others.isEmpty else { return sql + "NOTHING" }
    let sets = others.map { "\($0)=excluded.\($0)" }.joined(separator: ",")
    let differs = others.map { "\(quotedName(name)).\($0) IS NOT excluded.\($0)" }
    return sql + "UPDATE SET \(sets) WHERE (\(differs.joined(separator: " OR "))) AND etl_updated()"
  }

  /// The table's shape in the words of pipeline files, as `_etl_tables` keeps it.
  var schemaJSON: String {
    let parts = columns.map { column in
      "{\"name\":\(JSONText.quoted(column.name)),\"type\":\(JSONText.quoted(column.type.name)),"
        + "\"key\":\(column.isKey),\"nullable\":\(column.isNullable)}"
    }
    return "{\"columns\":[\(parts.joined(separator: ","))]}"
  }

  /// A hash of the shape.
  var schemaHash: [UInt8] { Array(SHA256.hash(data: Data(schemaJSON.utf8))) }

  private func list(_ names: [String]) -> String {
    names.map(quotedName).joined(separator: ",")
  }
}

/// A name as SQL takes it, whatever it contains.
func quotedName(_ name: String) -> String {
  "\"" + name.replacing("\"", with: "\"\"") + "\""
}

extension ValueType {
  /// The type a destination column is declared with.
  ///
  /// Text columns keep every text as it is; DECIMAL has numeric affinity, which keeps a decimal
  /// exactly as long as it has at most 15 digits and keeps it as text beyond.
  var sqlName: String {
    switch self {
    case .text, .date, .timestamp: "TEXT"
    case .integer, .boolean: "INTEGER"
    case .real: "REAL"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    }
  }
}
