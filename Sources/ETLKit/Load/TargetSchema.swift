// A table that is there against the table that is wanted: made, extended, or refused.

import Foundation
import GRDB
import Records

/// Brings the destination's table into the shape of the plan.
enum TargetSchema {
  /// Makes the table if it is not there, adds columns that may be null, and remembers the shape.
  ///
  /// Throws `LoadProblem.shape` if rows of the plan cannot go into the table that is there.
  static func make(_ table: TargetTable, in database: Database, path: String) throws {
    let known = try Row.fetchOne(
      database, sql: "SELECT schema_sha256, version FROM _etl_tables WHERE name = ?",
      arguments: [table.name])
    let exists = try database.tableExists(table.name)
    if exists, let known, known["schema_sha256"] == Data(table.schemaHash) { return }
    if exists {
      try extend(table, in: database, path: path)
    } else {
      try database.execute(sql: table.createStatement)
    }
    let keys = table.key.map(JSONText.quoted).joined(separator: ",")
    try database.execute(
      sql: """
        INSERT INTO _etl_tables(name, pipeline, key_json, schema_json, schema_sha256, version,
          updated_at)
        VALUES (?, ?, ?, ?, ?, 1, ?)
        ON CONFLICT(name) DO UPDATE SET key_json=excluded.key_json,
          schema_json=excluded.schema_json, schema_sha256=excluded.schema_sha256,
          version=version+1, updated_at=excluded.updated_at
        """,
      arguments: [
        table.name, "", "[\(keys)]", table.schemaJSON, Data(table.schemaHash),
        Int64(Date().timeIntervalSince1970 * 1_000_000),
      ])
  }

  private static func extend(_ table: TargetTable, in database: Database, path: String) throws {
    let present = try database.columns(in: table.name)
    let names = present.map { $0.name.lowercased() }
    func refuse(found: String, expected: String) -> EngineError {
      EngineError(
        .load(.shape(table: table.name, found: found, expected: expected, path: path)))
    }
    for column in table.columns {
      guard let place = names.firstIndex(of: column.name.lowercased()) else {
        guard column.isNullable, !column.isKey else {
          throw refuse(
            found: "no column \(column.name)",
            expected: "it as \(column.type.name), and it must not be null")
        }
        try database.execute(
          sql: "ALTER TABLE \(quotedName(table.name)) ADD COLUMN \(quotedName(column.name)) "
            + column.type.sqlName)
        continue
      }
      let found = present[place]
      if !table.widened.isEmpty, column.type == .real, affinity(of: found.type) == "INTEGER" {
        try TargetWidening(
          table: table.name, column: found.name, isHidden: table.hidden.contains(column.name),
          path: path
        ).perform(in: database)
        continue
      }
      guard affinity(of: found.type) == affinity(of: column.type.sqlName) else {
        throw refuse(
          found: "column \(column.name) as \(found.type)",
          expected: "it as \(column.type.sqlName)")
      }
    }
    if table.hasLineage {
      for name in Lineage.columns where !names.contains(name) {
        try database.execute(
          sql: "ALTER TABLE \(quotedName(table.name)) ADD COLUMN \(quotedName(name)) INTEGER")
      }
    }
    let own = table.mode == .scd2 ? TargetTable.validityColumns : []
    for column in present where column.isNotNull && column.defaultValueSQL == nil {
      let isLoaded =
        table.columns.contains { $0.name.lowercased() == column.name.lowercased() }
        || own.contains(column.name.lowercased())
      if !isLoaded, column.primaryKeyIndex == 0 {
        throw refuse(
          found: "column \(column.name), which must not be null", expected: "no such column")
      }
    }
    guard table.mode.meetsRows else { return }
    guard table.mode != .scd2 else {
      guard try hasVersions(table, present, in: database) else {
        throw refuse(
          found: "no versions: a primary key of \(table.key.joined(separator: ", ")), valid_from",
          expected: "them")
      }
      return try database.execute(sql: table.createCurrentIndexStatement)
    }
    let key = table.key.map { $0.lowercased() }.sorted()
    let uniques =
      try database.indexes(on: table.name).filter(\.isUnique).map(\.columns)
      + [database.primaryKey(table.name).columns]
    guard uniques.contains(where: { $0.map { $0.lowercased() }.sorted() == key }) else {
      throw refuse(
        found: "no unique index on \(table.key.joined(separator: ", "))",
        expected: "rows by that key")
    }
  }

  /// Whether the table that is there can hold versions.
  private static func hasVersions(
    _ table: TargetTable, _ present: [ColumnInfo], in database: Database
  ) throws -> Bool {
    let key = table.key.map { $0.lowercased() }
    let names = Set(present.map { $0.name.lowercased() })
    return try database.primaryKey(table.name).columns.map { $0.lowercased() }
      == key + ["valid_from"]
      && names.isSuperset(of: TargetTable.validityColumns)
      && present.allSatisfy { $0.isNotNull || !key.contains($0.name.lowercased()) }
  }

  /// SQLite's rules of column affinity, sqlite.org/datatype3.html 3.1.
  private static func affinity(of type: String) -> String {
    let type = type.uppercased()
    if type.contains("INT") { return "INTEGER" }
    if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) { return "TEXT" }
    if type.isEmpty || type.contains("BLOB") { return "BLOB" }
    if ["REAL", "FLOA", "DOUB"].contains(where: type.contains) { return "REAL" }
    return "NUMERIC"
  }
}
