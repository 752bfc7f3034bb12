// Rows into the destination: one transaction, one statement, exact counts, exact blame.

import Foundation
import GRDB
import GRDBSQLite
import Records

/// Loads the rows of feeds into tables, all in one transaction.
struct Loader {
  /// Where to.
  let destination: Destination
  /// The load's number.
  let load: Int64
  /// The pipeline's name.
  let pipeline: String

  /// One table and its rows.
  struct Part {
    /// The table as the plan wants it.
    let table: TargetTable
    /// Its rows.
    let rows: BatchTable
    /// When versions begin, where the table keeps them.
    let versions: VersionMoments?
    /// Called for each row the destination refuses, while its batch is there; what it throws ends
    /// the load.
    let violated: (Violation) throws(EngineError) -> Void
  }

  /// A row that the destination refused.
  struct Violation {
    var parcel: Parcel
    var row: Int
    var code: RecordFault.Code
    /// The columns to blame, if the destination names them.
    var column: String?
    var message: String
    /// What is in its way, and the hash of the rules it was judged by.
    var obstacles: [LoadObstacle] = []
    var rules: [UInt8] = []
  }

  /// Loads everything the feeds give, one after the other, and commits, unless `decide` throws.
  ///
  /// `decide`: called when all rows are in and nothing is visible yet; gives the marker that
  /// makes the load true.
  func load(
    _ parts: [Part], decide: ([LoadCounts], Database) throws(EngineError) -> LoadMarker
  ) throws(EngineError) {
    let path = destination.path
    var failure: EngineError?
    do {
      try destination.queue.writeWithoutTransaction { database in
        do {
          try begin(database, parts)
          let deleted = try empty(database, parts)
          var counts: [LoadCounts] = []
          for (part, deleted) in zip(parts, deleted) {
            counts.append(try fill(database, part))
            counts[counts.count - 1].deleted += deleted
          }
          for part in parts { try part.table.makeIndexes(unique: false, in: database, path: path) }
          do throws(EngineError) {
            try decide(counts, database).write(
              to: database, tables: parts.map(\.table), path: path)
          } catch {
            failure = error
            throw error
          }
          try database.execute(sql: "COMMIT")
        } catch {
          if failure == nil {
            failure = parts.lazy.compactMap(\.rows.failure).first ?? error as? EngineError
          }
          // After "disk full" SQLite has rolled back already; asking again is harmless.
          if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
          throw error
        }
      }
    } catch {
      throw failure ?? EngineError(.load(LoadProblem(error, path: path)))
    }
  }

  private func begin(_ database: Database, _ parts: [Part]) throws {
    try database.execute(sql: "BEGIN IMMEDIATE")
    try LoadMarker.createTables(database)
    for part in parts {
      try TargetSchema.make(part.table, in: database, path: destination.path)
      try part.table.makeIndexes(unique: true, in: database, path: destination.path)
    }
  }

  /// Empties the tables that are replaced; gives how many rows each had.
  ///
  /// The last one first, for its rows may refer to those of an earlier one.
  private func empty(_ database: Database, _ parts: [Part]) throws -> [Int] {
    try parts.reversed().map { part in
      guard part.table.mode == .replace else { return 0 }
      try database.execute(sql: "DELETE FROM \(quotedName(part.table.name))")
      return database.changesCount
    }.reversed()
  }

  private func fill(_ database: Database, _ part: Part) throws -> LoadCounts {
    let (table, source) = (part.table, part.rows)
    try source.places?.settle { snapshots in
      try DestinationFiles.note(
        snapshots, pipeline: pipeline, needsRanks: table.mode == .upsert, in: database)
    }
    let finder = try ObstacleFinder(table, places: source.columns, in: database)
    func refuse(_ violation: Violation) throws(EngineError) {
      var violation = violation
      violation.rules = finder.rules
      violation.obstacles = finder.obstacles(
        violation.code, column: violation.column, row: violation.row,
        in: violation.parcel.batch, database)
      try part.violated(violation)
    }
    guard let connection = database.sqliteConnection else { throw DatabaseError() }
    var counts = LoadCounts()
    let isOneByOne = try table.mayAbort(in: database)
    guard source.register(on: connection, isOneByOne: isOneByOne) == SQLITE_OK else {
      throw DatabaseError(lastOf: connection)
    }
    guard table.mode != .scd2 else {
      guard let versions = part.versions else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
      counts = try VersionWriter(
        table, load: load, moments: versions, database: database, connection: connection
      ).fill(from: source, violated: refuse)
      try check(counts, given: source.rowCount, table)
      return counts
    }
    var statement: OpaquePointer?
    let forgets =
      try !table.hasLineage && table.mode == .upsert
      && database.columns(in: table.name).contains { $0.name == Lineage.load }
    let sql = table.insertStatement(source: BatchTable.name, load: load, forgets: forgets)
    guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
      throw DatabaseError(lastOf: connection)
    }
    defer { sqlite3_finalize(statement) }

    let before = database.totalChangesCount
    var begun = (changes: before, updates: 0)
    while true {
      let result = sqlite3_step(statement)
      if result == SQLITE_DONE {
        guard isOneByOne, !source.isAtEnd else { break }
        sqlite3_reset(statement)
        begun = (database.totalChangesCount, source.updatedCount)
        continue
      }
      let code = sqlite3_extended_errcode(connection)
      guard let blame = RecordFault.Code(constraint: code), let parcel = source.parcel,
        let row = source.row
      else { throw DatabaseError(lastOf: connection) }
      counts.rejected += 1
      let message = String(cString: sqlite3_errmsg(connection))
      try refuse(
        Violation(
          parcel: parcel, row: row, code: blame, column: Loader.columns(in: message),
          message: message))
      // An update that breaks a rule takes back all that its statement did.
      if source.updatedCount > begun.updates, database.totalChangesCount == begun.changes {
        guard isOneByOne else { throw DatabaseError(lastOf: connection) }
        source.takeBackUpdate()
      }
      // The rows before stay; the next step starts again behind the row that failed.
      sqlite3_reset(statement)
      begun = (database.totalChangesCount, source.updatedCount)
    }
    let written = database.totalChangesCount - before
    counts.updated = source.updatedCount
    counts.inserted = written - counts.updated
    counts.superseded = source.places?.overtaken.count ?? 0
    counts.unchanged = source.rowCount - written - counts.rejected - counts.superseded
    try check(counts, given: source.rowCount, table)
    return counts
  }

  /// Throws if rows are unaccounted for.
  private func check(_ counts: LoadCounts, given: Int, _ table: TargetTable) throws {
    let accounted =
      counts.inserted + counts.updated + counts.unchanged + counts.superseded + counts.rejected
    guard accounted == given, counts.unchanged >= 0,
      table.mode.meetsRows || counts.unchanged == 0
    else {
      throw EngineError(
        .load(
          .unbalanced(
            table: table.name, given: given,
            accounted: table.mode == .scd2 ? accounted : accounted - counts.unchanged,
            path: destination.path)))
    }
  }

  /// The columns that a message of SQLite names: `UNIQUE constraint failed: t.a, t.b`.
  static func columns(in message: String) -> String? {
    let parts = message.split(separator: " constraint failed: ", maxSplits: 1)
    guard parts.count == 2, parts[0] == "UNIQUE" || parts[0] == "NOT NULL" else { return nil }
    return parts[1].split(separator: ", ").map { name in
      name.split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
    }.joined(separator: ", ")
  }
}

extension DatabaseError {
  /// The last error of a connection.
  init(lastOf connection: OpaquePointer) {
    self.init(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: String(cString: sqlite3_errmsg(connection)))
  }
}

extension LoadMarker {
  fileprivate func write(
    to database: Database, tables: [TargetTable], path: String
  ) throws(EngineError) {
    do {
      try write(to: database, tables: tables)
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }
}

extension RecordFault.Code {
  /// The fault behind an extended result code of SQLite, if the row is to blame.
  init?(constraint code: Int32) {
    switch ResultCode(rawValue: code) {
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
      self = .loadUnique
    case .SQLITE_CONSTRAINT_NOTNULL: self = .loadNotNull
    case .SQLITE_CONSTRAINT_CHECK: self = .loadCheck
    case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .loadForeignKey
    default: return nil
    }
  }
}
