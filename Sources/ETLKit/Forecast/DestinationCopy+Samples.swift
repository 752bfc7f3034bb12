// What a load changed in a stand-in for a destination: the rows as they were copied, beside the rows
// as the load left them. The destination itself is opened for reading only.

import GRDB
import Records

extension DestinationCopy {
  /// The rows of a table as they were copied.
  fileprivate static func before(_ table: TargetTable) -> String {
    "_etl_plan_before_\(table.name)"
  }

  /// Keeps the copied rows of tables as they are, to compare with after the load.
  func remember(_ tables: [TargetTable]) throws(EngineError) {
    try copying { _, copy in
      for table in tables where try copy.tableExists(table.name) {
        let before = Self.before(table)
        try copy.execute(
          sql: "CREATE TABLE \(quotedName(before)) AS SELECT * FROM \(quotedName(table.name))")
        guard !table.key.isEmpty else { continue }
        try copy.execute(
          sql: "CREATE INDEX \(quotedName(before + "_key")) "
            + "ON \(quotedName(before))(\(Self.list(table.key)))")
      }
    }
  }

  /// How many rows a load that replaces all of them would remove besides those that were copied.
  func leftOut(_ table: TargetTable) throws(EngineError) -> Int {
    guard table.mode == .replace, isThere else { return 0 }
    var count = 0
    try copying { original, copy in
      guard try original.tableExists(table.name) else { return }
      let all = "SELECT count(*) FROM "
      count = try Int.fetchOne(original, sql: all + quotedName(table.name)) ?? 0
      let before = Self.before(table)
      guard try copy.tableExists(before) else { return }
      count -= try Int.fetchOne(copy, sql: all + quotedName(before)) ?? 0
    }
    return count
  }

  /// Some of the rows that the load into the stand-in changed.
  func samples(_ table: TargetTable, most: Int) throws(EngineError) -> [RunForecast.Row] {
    let shape = SampleShape(table)
    let names = shape.names
    var rows: [RunForecast.Row] = []
    do {
      try DatabaseQueue(path: path).read { copy in
        let isCompared = try copy.tableExists(Self.before(table))
        let inserted = try Row.fetchAll(
          copy, sql: shape.inserted(isCompared: isCompared), arguments: [most])
        rows += inserted.map { Self.row(.insert, table, before: nil, after: $0) }
        guard isCompared, let sql = shape.updated else { return }
        let updated = try Row.fetchAll(copy, sql: sql, arguments: [most])
        rows += updated.map { row in
          let values = Array(row.databaseValues)
          return Self.row(
            .update, table, before: Array(values[names.count...]),
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
        rows.append(Self.row(.delete, table, before: Array(row.databaseValues), after: nil))
      }
    }
    return rows
  }

  private static func row(
    _ change: RunForecast.Row.Change, _ table: TargetTable, before: [DatabaseValue]?, after: Row
  ) -> RunForecast.Row {
    row(change, table, before: before, after: Array(after.databaseValues))
  }

  private static func row(
    _ change: RunForecast.Row.Change, _ table: TargetTable, before: [DatabaseValue]?,
    after: [DatabaseValue]?
  ) -> RunForecast.Row {
    let columns =
      table.columns.map { ($0.name, Optional($0.type)) }
      + (table.mode == .scd2 ? TargetTable.validityColumns : []).map { ($0, nil) }
    let values = columns.prefix((after ?? before ?? []).count).enumerated().map { place, column in
      RecordTrial.Row.Value(
        column: column.0, before: before.flatMap { $0[place].shown(as: column.1) },
        after: after.flatMap { $0[place].shown(as: column.1) })
    }
    return RunForecast.Row(change: change, values: values)
  }
}

/// What of a table's rows is compared and shown, and by what they are told apart.
private struct SampleShape {
  let names: [String]
  private let key: [String]
  private let table: String
  private let before: String
  private let isReplaced: Bool

  init(_ table: TargetTable) {
    self.table = quotedName(table.name)
    before = quotedName(DestinationCopy.before(table))
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
      return all + " EXCEPT SELECT \(list) FROM \(before) LIMIT ?"
    }
    return all + " a WHERE NOT EXISTS(SELECT 1 FROM \(before) b WHERE \(same))"
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
    return "SELECT \(list("a")),\(list("b")) FROM \(table) a JOIN \(before) b ON "
      + same + " WHERE \(differs.joined(separator: " OR ")) LIMIT ?"
  }
}
