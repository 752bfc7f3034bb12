// The rows that a trial wrote, beside those that stand in the real destination.

import Foundation
import GRDB
import Records

extension Trial {
  /// What the records have become, as the table's columns hold it.
  func loadedRows(_ table: TargetTable) throws(EngineError) -> [Row] {
    let list = table.list(table.columns.map(\.name))
    do {
      return try DatabaseQueue(path: scratch).read { database in
        guard try database.tableExists(table.name) else { return [] }
        return try Row.fetchAll(
          database, sql: "SELECT \(list) FROM \(quotedName(table.name)) LIMIT 1000")
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: scratch)))
    }
  }

  /// The rows that they would be in the destination.
  func rows(
    _ table: TargetTable, destination: String, of loaded: [Row]
  ) throws(EngineError) -> [RecordTrial.Row] {
    let names = table.columns.map(\.name)
    let list = table.list(names)
    do {
      let after =
        table.mode.meetsRows && !table.key.isEmpty
        ? try DatabaseQueue(path: scratch).read { database in
          try loaded.compactMap { try Trial.before($0, table, list, in: database) }
        } : loaded
      var configuration = Configuration()
      configuration.readonly = true
      let real =
        FileManager.default.fileExists(atPath: destination)
        ? try DatabaseQueue(path: destination, configuration: configuration) : nil
      return try after.map { row in
        let before = try real?.read { try Trial.before(row, table, list, in: $0) }
        let values = names.enumerated().map { index, name in
          RecordTrial.Row.Value(
            column: name,
            before: before.flatMap {
              ($0[index] as DatabaseValue).shown(as: table.columns[index].type)
            }, after: (row[index] as DatabaseValue).shown(as: table.columns[index].type))
        }
        let isSame = values.allSatisfy { $0.before == $0.after }
        return RecordTrial.Row(
          table: table.name,
          change: before == nil ? .insert : isSame ? .unchanged : .update, values: values)
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: destination)))
    }
  }

  /// Rows that an inserting load leaves alone stay as they are.
  func leaveOutKept(_ plan: PipelinePlan, _ result: inout RecordTrial) {
    let inserting = plan.loads.map(\.table).filter { $0.mode == .insertOnly }.map(\.name)
    var hasKept = false
    for index in result.rows.indices
    where inserting.contains(result.rows[index].table) && result.rows[index].change != .insert {
      hasKept = true
      result.rows[index].change = .unchanged
      for place in result.rows[index].values.indices {
        result.rows[index].values[place].after = result.rows[index].values[place].before
      }
    }
    // Which of several records a row belongs to is not known here.
    guard hasKept, records.count == 1, result.rows.allSatisfy({ $0.change == .unchanged }) else {
      return
    }
    for id in result.fates.keys { result.fates[id] = .leftOut("a row with its key is there") }
  }

  private static func before(
    _ row: Row, _ table: TargetTable, _ list: String, in database: Database
  ) throws -> Row? {
    guard table.mode.meetsRows, !table.key.isEmpty, try database.tableExists(table.name) else {
      return nil
    }
    let present = Set(try database.columns(in: table.name).map(\.name))
    guard table.columns.allSatisfy({ present.contains($0.name) }) else { return nil }
    let condition =
      table.key.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
      + (table.mode == .scd2 ? " AND is_current=1" : "")
    return try Row.fetchOne(
      database, sql: "SELECT \(list) FROM \(quotedName(table.name)) WHERE \(condition)",
      arguments: StatementArguments(table.key.map { row[$0] as DatabaseValue }))
  }
}

extension DatabaseValue {
  /// The value of a column as people read it: a decimal with all its places.
  func shown(as type: ValueType?) -> String? {
    guard case .decimal(_, let scale)? = type, scale > 0,
      let number = Double.fromDatabaseValue(self)
    else { return shown }
    let units = (number * QueryValues.power(scale)).rounded()
    return Int64(exactly: units).map { NumberBytes.decimalText($0, scale: scale) } ?? shown
  }

  /// The value as people read it; nil for null.
  var shown: String? {
    switch storage {
    case .null: nil
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .string(let text): text
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
