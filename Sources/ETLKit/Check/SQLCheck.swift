// A check that is a SELECT in the destination, inside the load's own transaction.

import Foundation
import GRDB
import GRDBSQLite
import Records

/// Runs SELECTs that must give no rows.
enum SQLCheck {
  /// What a SELECT gave.
  enum Answer: Hashable {
    /// So many rows, and the first three as text.
    case rows(Int, [String])
    /// It could not be run, and why.
    case trouble(String)
  }

  /// Runs a SELECT; whatever is none, or does more than read, is refused before it runs.
  ///
  /// A connection that has no more to do than to end its transaction: it loses GRDB's authorizer.
  static func ask(_ query: String, in database: Database) -> Answer {
    guard let connection = database.sqliteConnection else { return .trouble("no connection") }
    let rules = QueryRules(.check)
    defer {
      // The rules end here, and the connection must not ask them any more.
      withExtendedLifetime(rules) { _ = sqlite3_set_authorizer(connection, nil, nil) }
    }
    let statement: OpaquePointer
    do throws(QueryMistake) {
      statement = try GuardedQuery.prepare(query, on: connection, rules: rules)
    } catch {
      return .trouble(error.what)
    }
    defer { sqlite3_finalize(statement) }
    var count = 0
    var first: [String] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        count += 1
        if first.count < 3 { first.append(text(of: statement)) }
      case SQLITE_DONE: return .rows(count, first)
      default:
        return .trouble(rules.refusal?.what ?? String(cString: sqlite3_errmsg(connection)))
      }
    }
  }

  /// What is wrong with a query whatever the destination holds; nothing is read.
  static func mistake(in query: String) -> QueryMistake? {
    var opened: OpaquePointer?
    defer { sqlite3_close_v2(opened) }
    guard sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
      let opened
    else { return nil }
    let rules = QueryRules(.check)
    return withExtendedLifetime(rules) {
      do throws(QueryMistake) {
        sqlite3_finalize(try GuardedQuery.prepare(query, on: opened, rules: rules))
        return nil
      } catch {
        return error.unknownTable == nil && error.unknownColumn == nil ? error : nil
      }
    }
  }

  /// `id=3, v=-`.
  private static func text(of row: OpaquePointer) -> String {
    (0..<sqlite3_column_count(row)).map { column in
      let name = sqlite3_column_name(row, column).map { String(cString: $0) } ?? ""
      let value = sqlite3_column_text(row, column).map { String(cString: $0) } ?? "null"
      return "\(name)=\(value.prefix(40))"
    }.joined(separator: ", ")
  }

  /// The keys of a table, as prints; throws if it has no such table or columns.
  static func keys(
    of table: String, _ names: [String], as columns: [PlanColumn], at path: String
  ) throws -> Set<KeyPrint> {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let specs = columns.map { ColumnSpec(name: $0.name, type: $0.type) }
    return try queue.read { database in
      var prints: Set<KeyPrint> = []
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT \(names.map(quotedName).joined(separator: ",")) FROM \(quotedName(table))")
      rows: while let row = try rows.next() {
        var print = KeyPrint(one: 0, other: KeyPrint.seed)
        for (place, spec) in specs.enumerated() {
          guard let text = String.fromDatabaseValue(row[place]) ?? number(row[place]) else {
            continue rows
          }
          if spec.type == .text {
            Array(text.utf8).withUnsafeBufferPointer { bytes in
              print.one = ByteHash.hash(bytes, seed: print.one)
              print.other = ByteHash.hash(bytes, seed: print.other)
            }
          } else if let slot = spec.bound(text)?.slot {
            print.one = ByteHash.hash(slot, seed: print.one)
            print.other = ByteHash.hash(slot, seed: print.other)
          } else {
            continue rows
          }
        }
        prints.insert(print)
      }
      return prints
    }
  }

  private static func number(_ value: DatabaseValue) -> String? {
    switch value.storage {
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .null, .string, .blob: nil
    }
  }
}
