// The indexes of a loaded table: unique ones before its rows, so that a row is blamed that breaks
// one; the others after them, which is faster.

import Foundation
import GRDB

/// An index that a pipeline asks for.
struct TargetIndex: Hashable, Sendable {
  /// A name of our own, so that an index of somebody else is never taken for it.
  var name: String
  /// The columns, in order.
  var columns: [String]
  var isUnique: Bool

  /// The indexes of a table, each with a name of its own.
  static func all(of table: String, plain: [[String]], unique: [[String]]) -> [TargetIndex] {
    var indexes: [TargetIndex] = []
    for (columns, isUnique) in plain.map({ ($0, false) }) + unique.map({ ($0, true) })
    where !indexes.contains(where: { $0.columns == columns && $0.isUnique == isUnique }) {
      let name = (["etl", table] + columns + (isUnique ? ["unique"] : [])).joined(separator: "_")
      let alike = indexes.count { $0.name == name || $0.name.hasPrefix(name + "__") }
      indexes.append(
        TargetIndex(
          name: alike == 0 ? name : "\(name)__\(alike + 1)", columns: columns, isUnique: isUnique))
    }
    return indexes
  }
}

extension TargetTable {
  /// Makes those of the indexes that are not there, in the load's transaction.
  ///
  /// One that a pipeline no longer asks for stays. Throws `notUnique` if rows that are there
  /// already break a new one.
  func makeIndexes(unique isUnique: Bool, in database: Database, path: String) throws {
    for index in indexes where index.isUnique == isUnique {
      let columns = index.columns.map(quotedName).joined(separator: ",")
      do {
        try database.execute(
          sql: "CREATE \(isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(quotedName(index.name)) "
            + "ON \(quotedName(name))(\(columns))")
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        let twice = try Row.fetchOne(
          database,
          sql: "SELECT \(columns), count(*) FROM \(quotedName(name)) GROUP BY \(columns) "
            + "HAVING count(*) > 1 LIMIT 1")
        let values =
          twice.map { zip(index.columns, $0.databaseValues).map(shown) } ?? []
        throw EngineError(
          .load(
            .notUnique(
              table: name, columns: index.columns, example: values.joined(separator: ", "),
              path: path)), stage: "load")
      }
    }
  }

  private func shown(_ column: String, _ value: DatabaseValue) -> String {
    hidden.contains(column) ? Redaction.mask : value.shown ?? "null"
  }

  /// Whether a row can break a rule of the table in a way that OR FAIL does not cover: SQLite takes
  /// back the whole statement then, rows before included, so rows go in one by one.
  ///
  /// Foreign keys are judged when a statement ends, and an update knows no OR FAIL.
  func mayAbort(in database: Database) throws -> Bool {
    guard
      try Row.fetchOne(
        database, sql: "SELECT 1 FROM pragma_foreign_key_list(?)", arguments: [name]) == nil
    else { return true }
    guard mode == .upsert else { return false }
    let own = Set(key.map { $0.lowercased() })
    for row in try Row.fetchAll(
      database, sql: "SELECT name FROM pragma_index_list(?) WHERE \"unique\"", arguments: [name])
    {
      let index: String = row["name"]
      let columns = try String?.fetchAll(
        database, sql: "SELECT name FROM pragma_index_info(?)", arguments: [index])
      guard Set(columns.map { $0?.lowercased() }) == Set(own.map(Optional.some)) else {
        return true
      }
    }
    let sql = try String.fetchOne(
      database, sql: "SELECT sql FROM sqlite_master WHERE type='table' AND name=?",
      arguments: [name])
    // The rule, not a column of such a name.
    let check = #"\bcheck\s*\("#
    if sql?.range(of: check, options: [.regularExpression, .caseInsensitive]) != nil {
      return true
    }
    return try database.columns(in: name).contains { column in
      column.isNotNull
        && self.columns.contains {
          $0.name.lowercased() == column.name.lowercased() && $0.isNullable
        }
    }
  }
}
