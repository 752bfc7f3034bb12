// What in the destination keeps a row out, so that a later run can see whether it still does.
//
// Found while a load goes on, kept with the record in the queue, and asked again when a run starts:
// one look-up by key a record. Whoever changed the destination meanwhile makes no difference.

import Crypto
import Foundation
import GRDB
import Records

/// A look-up whose answer made the destination refuse a row.
struct LoadObstacle: Codable, Hashable, Sendable {
  /// The table that is asked.
  var table: String
  /// Its columns.
  var columns: [String]
  /// The columns of the refused row whose values are looked up.
  var fields: [String]
  /// What they hold.
  var values: [Value]
  /// Whether a row that is there is in the way; otherwise it is one that is missing.
  var isThere: Bool

  /// A value as the destination stores it.
  enum Value: Hashable, Sendable {
    case integer(Int64)
    case real(Double)
    case text(String)
  }

  /// Whether it is still in the way.
  func stands(in database: Database) throws -> Bool {
    let condition = columns.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
    let statement = try database.cachedStatement(
      sql: "SELECT EXISTS(SELECT 1 FROM \(quotedName(table)) WHERE \(condition))")
    let found = try Bool.fetchOne(
      statement, arguments: StatementArguments(values.map(\.databaseValue)))
    return found == isThere
  }

  /// The values as people read them.
  var key: String { values.map(\.text).joined(separator: ", ") }
}

extension LoadObstacle.Value: Codable, DatabaseValueConvertible {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int64.self) {
      self = .integer(number)
    } else if let number = try? container.decode(Double.self) {
      self = .real(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let number): try container.encode(number)
    case .real(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    }
  }

  var databaseValue: DatabaseValue {
    switch self {
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.databaseValue
    }
  }

  static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
    switch value.storage {
    case .int64(let number): .integer(number)
    case .double(let number): .real(number)
    case .string(let text): .text(text)
    case .null, .blob: nil
    }
  }

  var text: String {
    switch self {
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): text
    }
  }
}

/// What a load finds out about the rows that its destination refuses.
struct ObstacleFinder {
  /// The hash of the rules that the table keeps: its columns, checks and unique indexes.
  let rules: [UInt8]
  private let table: TargetTable
  /// For each column of the table, the column of the batch.
  private let places: [Int]
  private let foreignKeys: [ForeignKeyInfo]

  /// `places`: for each column of the table, the column of the batch.
  init(_ table: TargetTable, places: [Int], in database: Database) throws {
    self.table = table
    self.places = places
    rules = try ObstacleFinder.rules(of: table.name, in: database)
    foreignKeys = try database.foreignKeys(on: table.name)
  }

  /// The hash of the rules of a table.
  static func rules(of table: String, in database: Database) throws -> [UInt8] {
    let statements = try String.fetchAll(
      database,
      sql: """
        SELECT sql FROM sqlite_master WHERE tbl_name=? COLLATE NOCASE AND
          (type='table' OR type='index' AND sql LIKE 'CREATE UNIQUE%') ORDER BY name
        """, arguments: [table])
    return Array(SHA256.hash(data: Data(statements.joined(separator: "\n").utf8)))
  }

  /// What is in the way of a refused row.
  ///
  /// Empty where no look-up by key shows it: for values that break a rule, and for indexes that
  /// compare otherwise than the table does.
  func obstacles(
    _ code: RecordFault.Code, column: String?, row: Int, in batch: RecordBatch, _ database: Database
  ) -> [LoadObstacle] {
    var candidates: [LoadObstacle] = []
    func add(_ table: String, _ columns: [String], _ fields: [String], isThere: Bool) {
      let values = fields.map { value($0, row, batch) }
      guard !values.isEmpty, !values.contains(nil) else { return }
      candidates.append(
        LoadObstacle(
          table: table, columns: columns, fields: fields, values: values.compactMap(\.self),
          isThere: isThere))
    }
    switch code {
    case .loadUnique:
      let fields = column?.components(separatedBy: ", ") ?? []
      add(table.name, fields, fields, isThere: true)
    case .loadForeignKey:
      for key in foreignKeys {
        add(
          key.destinationTable, key.destinationColumns, key.originColumns, isThere: false)
      }
    default: break
    }
    return candidates.filter { (try? $0.stands(in: database)) == true }
  }

  private func value(_ name: String, _ row: Int, _ batch: RecordBatch) -> LoadObstacle.Value? {
    let place = table.columns.firstIndex { $0.name.lowercased() == name.lowercased() }
    guard let place, places.indices.contains(place) else { return nil }
    let column = batch.columns[places[place]]
    guard !column.nulls[row] else { return nil }
    let slot = column.slots[row]
    return switch column.type {
    case .integer, .boolean: .integer(slot)
    case .real: .real(Double(bitPattern: UInt64(bitPattern: slot)))
    case .text, .date, .timestamp, .decimal:
      .text(SlotText.string(batch, row, places[place]))
    }
  }
}
