// The part of a destination that a run can meet, copied: its tables' shapes, and the rows whose
// keys the run brings. The destination itself is opened for reading only.

import Foundation
import GRDB
import Records

/// A small stand-in for a destination.
struct DestinationCopy {
  /// The destination.
  let original: String
  /// The stand-in.
  let path: String

  init(of original: String, to path: String) {
    self.original = original
    self.path = path
  }

  /// Whether there is a destination at all.
  var isThere: Bool { FileManager.default.fileExists(atPath: original) }

  /// Copies all of the destination, for checks that may ask for any of it.
  func copyWhole() throws(EngineError) {
    guard isThere else { return }
    do {
      try DatabaseQueue.quietReader(original, label: "destination")
        .backup(to: DatabaseQueue(path: path))
    } catch {
      throw EngineError(.load(LoadProblem(error, path: original)))
    }
  }

  /// Makes the stand-in: its tables without rows, and what the destination knows of its loads.
  func begin(_ table: TargetTable) throws(EngineError) {
    guard isThere else { return }
    try copying { original, copy in
      // What it knows of loads, tables and files.
      let own = try String.fetchAll(
        original, sql: "SELECT name FROM sqlite_master WHERE type='table' AND name GLOB '_etl_*'"
      ).filter { try !copy.tableExists($0) }
      for name in try own + [table.name] + Self.parents(of: table.name, in: original).map(\.table) {
        try Self.copyShape(of: name, from: original, to: copy)
      }
      for name in own {
        let columns = try original.columns(in: name).map(\.name)
        try Self.copy(
          Row.fetchCursor(original, sql: "SELECT \(Self.list(columns)) FROM \(name)"),
          columns, into: name, in: copy)
      }
    }
  }

  /// Copies the rows that rows of the run can meet: of the same key, by any unique index, and those
  /// they refer to.
  ///
  /// `rows`: the table of the database `path` that holds the rows of the run.
  /// `meetsAll`: whether a run ends the versions of keys that it does not bring.
  func fill(
    _ table: TargetTable, meeting rows: String, of path: String, meetsAll: Bool
  ) throws(EngineError) {
    try copying { original, copy in
      guard try original.tableExists(table.name) else { return }
      let staged = try DatabaseQueue(path: path)
      let loaded = Set(table.columns.map { $0.name.lowercased() })
      var keys = try original.indexes(on: table.name).filter(\.isUnique).map(\.columns)
      keys.append(try original.primaryKey(table.name).columns)
      if !table.key.isEmpty { keys.append(table.key) }
      try staged.read { staged in
        for key in Set(keys.map { $0.map { $0.lowercased() } })
        where key.allSatisfy(loaded.contains) {
          try Self.copyRows(
            of: table.name, where: key, are: key, from: original, of: (staged, rows), to: copy)
        }
        for parent in try Self.parents(of: table.name, in: original)
        where parent.from.allSatisfy({ loaded.contains($0.lowercased()) }) {
          try Self.copyRows(
            of: parent.table, where: parent.to, are: parent.from, from: original,
            of: (staged, rows),
            to: copy)
        }
      }
      if meetsAll {
        let names = try original.columns(in: table.name).map(\.name)
        let sql = "SELECT \(Self.list(names)) FROM \(quotedName(table.name)) WHERE is_current=1"
        try Self.copy(Row.fetchCursor(original, sql: sql), names, into: table.name, in: copy)
      }
    }
  }

  // MARK: Copying

  func copying(
    _ body: (_ original: Database, _ copy: Database) throws -> Void
  ) throws(EngineError) {
    do {
      let source = try DatabaseQueue.quietReader(original, label: "destination")
      var loose = Configuration()
      // Rows come table by table, and parents of parents not at all.
      loose.foreignKeysEnabled = false
      let target = try DatabaseQueue(path: path, configuration: loose)
      try source.read { original in
        try target.write { copy in try body(original, copy) }
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: original)))
    }
  }

  private static func copyShape(
    of table: String, from original: Database, to copy: Database
  ) throws {
    guard try !copy.tableExists(table) else { return }
    let statements = try String.fetchAll(
      original,
      sql: """
        SELECT sql FROM sqlite_master WHERE tbl_name=? COLLATE NOCASE AND type IN ('table','index')
          AND sql IS NOT NULL ORDER BY type DESC
        """, arguments: [table])
    for statement in statements { try copy.execute(sql: statement) }
  }

  /// A table that rows of another one refer to.
  private struct Parent: Hashable {
    var table: String
    var from: [String]
    var to: [String]
  }

  private static func parents(of table: String, in database: Database) throws -> [Parent] {
    guard try database.tableExists(table) else { return [] }
    return try database.foreignKeys(on: table).filter {
      try database.tableExists($0.destinationTable)
    }
    .map { key in
      Parent(
        table: key.destinationTable, from: key.mapping.map(\.origin),
        to: key.mapping.map(\.destination))
    }
  }

  /// Copies the rows of a table whose columns have the values that staged rows have in theirs.
  private static func copyRows(
    of table: String, where columns: [String], are values: [String], from original: Database,
    of staged: (database: Database, table: String), to copy: Database
  ) throws {
    let names = try original.columns(in: table).map(\.name)
    let condition = columns.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
    let find = try original.makeStatement(
      sql: "SELECT \(list(names)) FROM \(quotedName(table)) WHERE \(condition)")
    let keys = try Row.fetchCursor(
      staged.database,
      sql: "SELECT DISTINCT \(list(values)) FROM \(quotedName(staged.table))")
    while let key = try keys.next() {
      let found = try Row.fetchCursor(
        find, arguments: StatementArguments(Array(key.databaseValues)))
      try Self.copy(found, names, into: table, in: copy)
    }
  }

  private static func copy(
    _ rows: RowCursor, _ columns: [String], into table: String, in copy: Database
  ) throws {
    let insert = try copy.cachedStatement(
      sql: "INSERT OR IGNORE INTO \(quotedName(table))(\(list(columns))) VALUES("
        + columns.map { _ in "?" }.joined(separator: ",") + ")")
    while let row = try rows.next() {
      try insert.execute(arguments: StatementArguments(Array(row.databaseValues)))
    }
  }

  static func list(_ names: [String]) -> String {
    names.map(quotedName).joined(separator: ",")
  }
}
