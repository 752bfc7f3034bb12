// The tables of one query, in a database file of their own that nobody sees and nothing survives.
//
// The file loses its name as soon as it is open: whatever ends the process, the space is free again.

import Foundation
import GRDBSQLite
import Records

/// What a `sql` step does.
struct PlanSQL: Sendable {
  /// A stage as a table of the query; `columns` say where its values lie in a batch.
  struct Table: Sendable {
    var name: String
    var columns: [PlanColumn]
  }

  var query: String
  var tables: [Table]
  /// The table that a pass fills.
  var input = 0
  /// What it gives.
  var result: [PlanColumn]
  /// Whether the query says which record stands behind a row.
  var givesRecords = false
  /// The file and line of the query.
  var place: String
}

/// A database for the tables of one query.
final class StagingDatabase {
  let handle: OpaquePointer
  /// Rows that are in the tables.
  var taken = 0
  private let rules = QueryRules(.step)

  /// Makes the tables, empty.
  ///
  /// `path`: the file, which belongs to this process alone; nil for memory.
  init(_ plan: PlanSQL, path: String?) throws(QueryMistake) {
    if let path { unlink(path) }
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(
      path ?? ":memory:", &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, StillClock.name)
    if let path { unlink(path) }
    guard code == SQLITE_OK, let opened else {
      let reason = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(opened)
      throw QueryMistake(code: "sql.failed", what: reason)
    }
    handle = opened
    for setting in [
      "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-16384",
      "temp_store=FILE",
    ] { try run("PRAGMA \(setting)") }
    for table in plan.tables {
      let columns =
        table.columns.map { "\(quotedName($0.name)) \($0.type.stagedName)" }
        + ["\(SQLSpec.record) INTEGER"]
      try run("CREATE TABLE \(quotedName(table.name))(\(columns.joined(separator: ",")))")
    }
    try run("BEGIN")
  }

  deinit { sqlite3_close_v2(handle) }

  /// The names of the columns that a query gives; nothing is read.
  static func columns(of plan: PlanSQL) throws(QueryMistake) -> [String] {
    let database = try StagingDatabase(plan, path: nil)
    let statement = try database.prepare(plan.query)
    defer { sqlite3_finalize(statement) }
    return names(of: statement)
  }

  static func names(of statement: OpaquePointer) -> [String] {
    (0..<sqlite3_column_count(statement)).map { column in
      sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
    }
  }

  /// A statement of our own.
  func statement(_ sql: String) throws(QueryMistake) -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure
    }
    return statement
  }

  /// The query of the pipeline; from here on nothing else is allowed.
  func prepare(_ query: String) throws(QueryMistake) -> OpaquePointer {
    try GuardedQuery.prepare(query, on: handle, rules: rules)
  }

  /// What SQLite says, as it stands.
  var failure: QueryMistake {
    QueryMistake(code: "sql.failed", what: String(cString: sqlite3_errmsg(handle)))
  }

  private func run(_ sql: String) throws(QueryMistake) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
  }
}
