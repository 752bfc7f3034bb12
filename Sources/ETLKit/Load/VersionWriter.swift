// Rows as versions: one that differs ends the version that was current and opens a new one.
//
// One statement gives each row with the current version of its key; what is equal costs nothing
// more. Works inside the load's transaction, row by row, so that every refusal has its row.

import GRDB
import GRDBSQLite
import Records

/// The moments at which the versions of a load begin.
struct VersionMoments {
  /// The run's own, for records that its files bring.
  var run: String
  /// For records of the queue: when a run last saw their file, by snapshot.
  var snapshots: [Int64: String]
  /// Asked when all rows are in: whether the keys that did not come are ended; nil if never.
  var endsUnseen: (() -> Bool)?

  /// A moment as the table holds it, so that the order of texts is the order of moments.
  static func text(_ moment: Timestamp) -> String {
    let fraction = moment.microseconds.quotientAndRemainder(dividingBy: 1_000_000).remainder
    let digits = String(fraction)
    return DateBytes.timestampText(moment.microseconds - fraction).dropLast() + "."
      + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "Z"
  }
}

/// Writes versions; lives for one load.
///
/// A key has one version a load: a second record that differs from the first is refused, or the two
/// would take turns in every run.
struct VersionWriter {
  private let database: Database
  private let connection: OpaquePointer
  private let table: TargetTable
  private let moments: VersionMoments
  private let keyPlaces: [Int32]
  private let open: RawStatement
  private let end: RawStatement
  private let endedLater: RawStatement
  private let see: RawStatement

  init(
    _ table: TargetTable, load: Int64, moments: VersionMoments, database: Database,
    connection: OpaquePointer
  ) throws {
    self.database = database
    self.connection = connection
    self.table = table
    self.moments = moments
    keyPlaces = table.key.compactMap { name in
      table.columns.firstIndex { $0.name == name }.map(Int32.init)
    }
    open = try RawStatement(table.openStatement(load: load), on: connection)
    end = try RawStatement(table.endStatement, on: connection)
    endedLater = try RawStatement(table.endedLaterStatement, on: connection)
    try database.execute(sql: table.createSeenStatement)
    see = try RawStatement(table.seeStatement, on: connection)
  }

  /// What becomes of a row.
  private enum Fate {
    case inserted, updated, unchanged
    /// A newer version is there.
    case superseded
    case refused(RecordFault.Code, column: String?, String)
  }

  /// Writes all rows of a source.
  func fill(
    from source: BatchTable, violated: (Loader.Violation) throws(EngineError) -> Void
  ) throws -> LoadCounts {
    var counts = LoadCounts()
    let rows = try RawStatement(table.currentVersions(of: BatchTable.name), on: connection)
    while true {
      let result = sqlite3_step(rows.pointer)
      if result == SQLITE_DONE { break }
      guard result == SQLITE_ROW, let parcel = source.parcel, let row = source.row else {
        throw DatabaseError(lastOf: connection)
      }
      switch try write(rows, parcel.queueEntry(of: row)) {
      case .inserted: counts.inserted += 1
      case .updated: counts.updated += 1
      case .unchanged: counts.unchanged += 1
      case .superseded:
        counts.superseded += 1
        source.kept?(parcel, row)
      case .refused(let code, let column, let message):
        counts.rejected += 1
        try violated(
          Loader.Violation(
            parcel: parcel, row: row, code: code, column: column, message: message))
      }
    }
    if moments.endsUnseen?() == true {
      try database.execute(sql: table.endUnseenStatement, arguments: [moments.run, moments.run])
      counts.deleted = database.changesCount
    }
    return counts
  }

  private func write(_ row: RawStatement, _ entry: OpenReject?) throws -> Fate {
    let moment = entry.flatMap { moments.snapshots[$0.snapshotID] } ?? moments.run
    // A record of an older file is no second one beside that of a newer file.
    let isFirst = try moment != moments.run || isNew(row)
    let fromPlace = Int32(table.rowColumns.count)
    guard let from = row.text(fromPlace) else {
      // A key that ended after the record's file was seen is gone, and stays so.
      if entry != nil {
        for (place, key) in keyPlaces.enumerated() { endedLater.bind(place + 1, row, key) }
        endedLater.bind(keyPlaces.count + 1, moment)
        defer { endedLater.reset() }
        switch sqlite3_step(endedLater.pointer) {
        case SQLITE_ROW: return .superseded
        case SQLITE_DONE: break
        default: throw DatabaseError(lastOf: connection)
        }
      }
      return try insert(row, moment) ?? .inserted
    }
    guard sqlite3_column_int(row.pointer, fromPlace + 1) != 0 else { return .unchanged }
    if entry != nil, from > moment { return .superseded }
    guard isFirst, from < moment else {
      return .refused(
        .loadUnique, column: table.key.joined(separator: ", "),
        from > moment ? "older than the version of \(from)" : "one version a key and load")
    }
    try setEnd(moment, isCurrent: false, row, from)
    guard let refusal = try insert(row, moment) else { return .updated }
    try setEnd(nil, isCurrent: true, row, from)
    return refusal
  }

  /// Opens a version; gives what it was refused for.
  private func insert(_ row: RawStatement, _ moment: String) throws -> Fate? {
    let count = table.rowColumns.count
    for place in 0..<count { open.bind(place + 1, row, Int32(place)) }
    open.bind(count + 1, moment)
    defer { open.reset() }
    guard sqlite3_step(open.pointer) != SQLITE_DONE else { return nil }
    guard let code = RecordFault.Code(constraint: sqlite3_extended_errcode(connection)) else {
      throw DatabaseError(lastOf: connection)
    }
    let message = String(cString: sqlite3_errmsg(connection))
    return .refused(code, column: Loader.columns(in: message), message)
  }

  private func setEnd(
    _ moment: String?, isCurrent: Bool, _ row: RawStatement, _ from: String
  ) throws {
    if let moment { end.bind(1, moment) } else { sqlite3_bind_null(end.pointer, 1) }
    sqlite3_bind_int(end.pointer, 2, isCurrent ? 1 : 0)
    for (place, key) in keyPlaces.enumerated() { end.bind(place + 3, row, key) }
    end.bind(keyPlaces.count + 3, from)
    defer { end.reset() }
    guard sqlite3_step(end.pointer) == SQLITE_DONE else { throw DatabaseError(lastOf: connection) }
  }

  /// Notes a row's key; gives whether it is the first of it in this load.
  private func isNew(_ row: RawStatement) throws -> Bool {
    for (place, key) in keyPlaces.enumerated() { see.bind(place + 1, row, key) }
    defer { see.reset() }
    guard sqlite3_step(see.pointer) == SQLITE_DONE else { throw DatabaseError(lastOf: connection) }
    return sqlite3_changes(connection) > 0
  }
}

/// A prepared statement for a loop that hands values from one to another without reading them.
private final class RawStatement {
  let pointer: OpaquePointer

  init(_ sql: String, on connection: OpaquePointer) throws {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK,
      let statement
    else { throw DatabaseError(lastOf: connection) }
    pointer = statement
  }

  deinit { sqlite3_finalize(pointer) }

  func reset() { sqlite3_reset(pointer) }

  /// A column of the row it stands on, as text; nil for null.
  func text(_ column: Int32) -> String? {
    sqlite3_column_text(pointer, column).map { String(cString: $0) }
  }

  func bind(_ place: Int, _ row: RawStatement, _ column: Int32) {
    sqlite3_bind_value(pointer, Int32(place), sqlite3_column_value(row.pointer, column))
  }

  func bind(_ place: Int, _ text: String) {
    // SQLite takes a copy: −1 is its SQLITE_TRANSIENT.
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(pointer, Int32(place), text, -1, copies)
  }
}
