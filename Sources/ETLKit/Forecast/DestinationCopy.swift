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

  /// The rows as they were copied, to compare with afterwards.
  fileprivate static let before = "_etl_plan_before"

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
  /// `meetsAll`: whether a run ends the versions of keys that it does not bring.
  func fill(
    _ table: TargetTable, meeting rows: String, meetsAll: Bool
  ) throws(EngineError) {
    try copying { original, copy in
      guard try original.tableExists(table.name) else { return }
      let staged = try DatabaseQueue(path: rows)
      let loaded = Set(table.columns.map { $0.name.lowercased() })
      var keys = try original.indexes(on: table.name).filter(\.isUnique).map(\.columns)
      keys.append(try original.primaryKey(table.name).columns)
      if !table.key.isEmpty { keys.append(table.key) }
      try staged.read { staged in
        for key in Set(keys.map { $0.map { $0.lowercased() } })
        where key.allSatisfy(loaded.contains) {
          try Self.copyRows(
            of: table.name, where: key, are: key, from: original, of: staged, to: copy)
        }
        for parent in try Self.parents(of: table.name, in: original)
        where parent.from.allSatisfy({ loaded.contains($0.lowercased()) }) {
          try Self.copyRows(
            of: parent.table, where: parent.to, are: parent.from, from: original, of: staged,
            to: copy)
        }
      }
      if meetsAll {
        let names = try original.columns(in: table.name).map(\.name)
        let sql = "SELECT \(Self.list(names)) FROM \(quotedName(table.name)) WHERE is_current=1"
        try Self.copy(Row.fetchCursor(original, sql: sql), names, into: table.name, in: copy)
      }
      try copy.execute(
        sql: "CREATE TABLE \(Self.before) AS SELECT * FROM \(quotedName(table.name))")
      if !table.key.isEmpty {
        try copy.execute(
          sql: "CREATE INDEX \(Self.before)_key ON \(Self.before)(\(Self.list(table.key)))")
      }
    }
  }

  /// How many rows a load that replaces all of them would remove besides those that were copied.
  func leftOut(_ table: TargetTable) throws(EngineError) -> Int {
    guard table.mode == .replace, isThere else { return 0 }
    var count = 0
    try copying { original, copy in
      guard try original.tableExists(table.name) else { return }
      let all = "SELECT count(*) FROM \(quotedName(table.name))"
      count = try Int.fetchOne(original, sql: all) ?? 0
      guard try copy.tableExists(Self.before) else { return }
      count -= try Int.fetchOne(copy, sql: "SELECT count(*) FROM \(Self.before)") ?? 0
    }
    return count
  }

  // MARK: Samples

  /// Some of the rows that the load into the stand-in changed.
  func samples(_ table: TargetTable, most: Int) throws(EngineError) -> [RunForecast.Row] {
    let shape = SampleShape(table)
    let names = shape.names
    var rows: [RunForecast.Row] = []
    do {
      try DatabaseQueue(path: path).read { copy in
        let isCompared = try copy.tableExists(Self.before)
        let inserted = try Row.fetchAll(
          copy, sql: shape.inserted(isCompared: isCompared), arguments: [most])
        rows += inserted.map { Self.row(.insert, names, before: nil, after: $0) }
        guard isCompared, let sql = shape.updated else { return }
        let updated = try Row.fetchAll(copy, sql: sql, arguments: [most])
        rows += updated.map { row in
          let values = Array(row.databaseValues)
          return Self.row(
            .update, names, before: Array(values[names.count...]),
            after: Array(values[..<names.count]))
        }
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
    if table.mode == .replace, isThere { rows += try removed(table, most: most) }
    return rows
  }

  /// Rows that a replacing load would not bring again, if its rows have a key to tell.
  private func removed(_ table: TargetTable, most: Int) throws(EngineError) -> [RunForecast.Row] {
    guard !table.key.isEmpty else { return [] }
    let names = table.columns.map(\.name)
    var rows: [RunForecast.Row] = []
    try copying { original, copy in
      guard try original.tableExists(table.name) else { return }
      let present = Set(try original.columns(in: table.name).map { $0.name.lowercased() })
      guard names.allSatisfy({ present.contains($0.lowercased()) }) else { return }
      let same = table.key.map { "\(quotedName($0)) IS ?" }.joined(separator: " AND ")
      let find = "SELECT 1 FROM \(quotedName(table.name)) WHERE \(same)"
      let all = try Row.fetchCursor(
        original, sql: "SELECT \(Self.list(names)) FROM \(quotedName(table.name)) LIMIT 10000")
      while rows.count < most, let row = try all.next() {
        let key = table.key.map { row[$0] as DatabaseValue }
        guard try Row.fetchOne(copy, sql: find, arguments: StatementArguments(key)) == nil else {
          continue
        }
        rows.append(Self.row(.delete, names, before: Array(row.databaseValues), after: nil))
      }
    }
    return rows
  }

  private static func row(
    _ change: RunForecast.Row.Change, _ names: [String], before: [DatabaseValue]?, after: Row
  ) -> RunForecast.Row {
    row(change, names, before: before, after: Array(after.databaseValues))
  }

  private static func row(
    _ change: RunForecast.Row.Change, _ names: [String], before: [DatabaseValue]?,
    after: [DatabaseValue]?
  ) -> RunForecast.Row {
    RunForecast.Row(
      change: change,
      values: names.enumerated().map { place, name in
        RecordTrial.Row.Value(
          column: name, before: before.flatMap { $0[place].shown },
          after: after.flatMap { $0[place].shown })
      })
  }

  // MARK: Copying

  private func copying(
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
    of staged: Database, to copy: Database
  ) throws {
    let names = try original.columns(in: table).map(\.name)
    let condition = columns.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
    let find = try original.makeStatement(
      sql: "SELECT \(list(names)) FROM \(quotedName(table)) WHERE \(condition)")
    let keys = try Row.fetchCursor(staged, sql: "SELECT DISTINCT \(list(values)) FROM rows")
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

  fileprivate static func list(_ names: [String]) -> String {
    names.map(quotedName).joined(separator: ",")
  }
}

/// What of a table's rows is compared and shown, and by what they are told apart.
private struct SampleShape {
  let names: [String]
  private let key: [String]
  private let table: String
  private let isReplaced: Bool

  init(_ table: TargetTable) {
    self.table = quotedName(table.name)
    let isVersioned = table.mode == .scd2
    names = table.columns.map(\.name) + (isVersioned ? TargetTable.validityColumns : [])
    key = table.key + (isVersioned ? TargetTable.validityColumns.prefix(1) : [])
    isReplaced = table.mode == .replace
  }

  private var same: String {
    key.map { "b.\(quotedName($0)) IS a.\(quotedName($0))" }.joined(separator: " AND ")
  }

  /// Rows that were not there before; those of a table that is replaced without a key are all new.
  func inserted(isCompared: Bool) -> String {
    let list = DestinationCopy.list(names)
    let all = "SELECT \(list) FROM \(table)"
    guard isCompared, !isReplaced || !key.isEmpty else { return all + " LIMIT ?" }
    guard !key.isEmpty else {
      return all + " EXCEPT SELECT \(list) FROM \(DestinationCopy.before) LIMIT ?"
    }
    return all + " a WHERE NOT EXISTS(SELECT 1 FROM \(DestinationCopy.before) b WHERE \(same))"
      + " LIMIT ?"
  }

  /// Rows of the same key with other values: as they are, then as they were.
  var updated: String? {
    let others = names.filter { !key.contains($0) }.map(quotedName)
    guard !key.isEmpty, !others.isEmpty else { return nil }
    func list(_ side: String) -> String {
      names.map { "\(side).\(quotedName($0))" }.joined(separator: ",")
    }
    let differs = others.map { "a.\($0) IS NOT b.\($0)" }
    return "SELECT \(list("a")),\(list("b")) FROM \(table) a JOIN \(DestinationCopy.before) b ON "
      + same + " WHERE \(differs.joined(separator: " OR ")) LIMIT ?"
  }
}
