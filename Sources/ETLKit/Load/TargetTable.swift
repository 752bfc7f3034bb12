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
  /// Whether each row keeps where it comes from.
  var hasLineage = false
  /// The sources' columns that are declared as int and loaded as real.
  var widened: [WidenedColumn] = []
  /// Columns whose values no message may show.
  var hidden: Set<String> = []
  /// The indexes that a pipeline asks for.
  var indexes: [TargetIndex] = []

  /// Makes the table; without the clauses SQLite would refuse for a table without a key.
  var createStatement: String {
    guard mode != .scd2 else { return createVersionsStatement }
    var parts = columns.map(definition)
    if hasLineage { parts += Lineage.columns.map { "  \(quotedName($0)) INTEGER" } }
    if !key.isEmpty { parts.append("  PRIMARY KEY(\(list(key)))") }
    return "CREATE TABLE \(quotedName(name))(\n\(parts.joined(separator: ",\n"))\n)"
      + (key.isEmpty ? "" : " WITHOUT ROWID")
  }

  func definition(_ column: Column) -> String {
    "  \(quotedName(column.name)) \(column.type.sqlName)\(column.isNullable ? "" : " NOT NULL")"
  }

  /// Loads all rows that the virtual table `source` gives.
  ///
  /// OR FAIL keeps the rows before a violation, so that the statement can go on after the row
  /// it stopped at. An upsert writes only rows that differ, and tells `etl_updated()` of each;
  /// `etl_kept()` is told of each row that an inserting load leaves alone, and never agrees. Where a
  /// row comes from makes no difference.
  /// `load`: the load's number, for rows that keep it.
  /// `forgets`: whether the table has columns of lineage that this load does not fill; a row that
  /// is changed must not go on naming the record it was before.
  func insertStatement(source: String, load: Int64, forgets: Bool = false) -> String {
    let lineage = hasLineage ? Lineage.columns : []
    let names = list(columns.map(\.name) + lineage)
    let values =
      list(columns.map(\.name))
      + (hasLineage ? ",\(load),\(list([Lineage.source, Lineage.offset]))" : "")
    var sql =
      "INSERT OR FAIL INTO \(quotedName(name))(\(names)) SELECT \(values) FROM \(quotedName(source))"
    guard mode.meetsRows else { return sql }
    let others = columns.filter { !$0.isKey }.map { quotedName($0.name) }
    sql += " WHERE true ON CONFLICT(\(list(key))) DO "
    if mode == .insertOnly {
      let first = key.prefix(1).map { "\(quotedName($0))=excluded.\(quotedName($0))" }.joined()
      return sql + "UPDATE SET \(first) WHERE etl_kept()"
    }
    guard !others.isEmpty else { return sql + "NOTHING" }
    var sets = (others + lineage.map(quotedName)).map { "\($0)=excluded.\($0)" }
    if forgets { sets += Lineage.columns.map { "\(quotedName($0))=NULL" } }
    let differs = others.map { "\(quotedName(name)).\($0) IS NOT excluded.\($0)" }
    sql +=
      "UPDATE SET \(sets.joined(separator: ",")) WHERE (\(differs.joined(separator: " OR ")))"
    if hasLineage {
      let there = [Lineage.source, Lineage.offset].map { "\(quotedName(name)).\(quotedName($0))" }
      sql += " AND etl_may_replace(\(there.joined(separator: ",")))"
    }
    return sql + " AND etl_updated()"
  }

  /// The table's shape in the words of pipeline files, as `_etl_tables` keeps it.
  var schemaJSON: String {
    let parts = columns.map { column in
      "{\"name\":\(JSONText.quoted(column.name)),\"type\":\(JSONText.quoted(column.type.name)),"
        + "\"key\":\(column.isKey),\"nullable\":\(column.isNullable)}"
    }
    let lineage = hasLineage ? ",\"lineage\":true" : ""
    let versions = mode == .scd2 ? ",\"versions\":true" : ""
    let real = widened.isEmpty ? "" : ",\"widened\":\(jsonText(widened))"
    return "{\"columns\":[\(parts.joined(separator: ","))]\(lineage)\(versions)\(real)}"
  }

  /// A hash of the shape.
  var schemaHash: [UInt8] { TargetTable.schemaHash(of: [self]) }

  /// A hash of the shapes of tables that are loaded together.
  static func schemaHash(of tables: [TargetTable]) -> [UInt8] {
    let shapes = tables.map(\.schemaJSON).joined(separator: "\n")
    return Array(SHA256.hash(data: Data(shapes.utf8)))
  }

  func list(_ names: [String]) -> String {
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
  /// Text columns keep every text as it is. DECIMAL has numeric affinity: sums, order and comparison
  /// are those of numbers, and 15 digits come back exactly; rows with more are rejected.
  var sqlName: String {
    switch self {
    case .text, .date, .timestamp: "TEXT"
    case .integer, .boolean: "INTEGER"
    case .real: "REAL"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    }
  }

  /// Whether some values of the type have more digits than a destination keeps.
  var mayLoseDigits: Bool {
    if case .decimal(let precision, let scale) = self { precision > 15 && scale > 0 } else { false }
  }

  /// The least unscaled decimal with more than 15 digits.
  static let tooManyDigits: Int64 = 1_000_000_000_000_000
}
