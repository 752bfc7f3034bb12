// The rows of a feed as a table of SQLite: one statement drains the whole load.
//
// The hot loop of a load. SQLite calls the functions below through C pointers; they work on a
// cursor of plain pointers, so that a value costs no reference counting and no allocation.

import GRDBSQLite
import Records

/// A virtual table over a `BatchFeed`; it must outlive the connection's use of it.
final class BatchTable {
  /// The table's name in SQL.
  static let name = "etl_rows"

  let feed: BatchFeed
  /// The columns as `CREATE TABLE` takes them.
  let declaration: String
  /// Called when a batch has been drained.
  private let drained: (Parcel) -> Void
  /// For each table column, the column of the batch.
  let columns: [Int]
  /// Where the rows come from, if the table keeps it.
  let places: RowPlaces?

  /// Called for each row whose key was taken and that was left out therefore.
  var kept: ((Parcel, Int) -> Void)?

  /// Rows handed to SQLite so far.
  var rowCount: Int { place.pointee.rowCount }
  /// Rows that an upsert changed, told by `etl_updated()`.
  var updatedCount: Int { place.pointee.updatedCount }
  /// Why the feed failed, if it did.
  private(set) var failure: EngineError?
  /// The batch the scan stands in.
  private(set) var parcel: Parcel?

  /// What the scan touches for every row and value: plain memory, not properties of an object, so
  /// that a value costs no reference counting and no check for exclusive access.
  fileprivate let place: UnsafeMutablePointer<ScanPlace>

  init(
    feed: BatchFeed, table: TargetTable, columns: [Int], places: RowPlaces? = nil,
    drained: @escaping (Parcel) -> Void
  ) {
    self.feed = feed
    self.columns = columns
    self.drained = drained
    self.places = places
    let lineage = places == nil ? [] : [Lineage.source, Lineage.offset]
    declaration = (table.columns.map(\.name) + lineage).map(quotedName).joined(separator: ",")
    place = .allocate(capacity: 1)
    place.initialize(
      to: ScanPlace(types: table.columns.map(\.type) + lineage.map { _ in .integer }))
    guard let places else { return }
    for (index, slots) in [places.sources, places.offsets].enumerated() {
      place.pointee.bind(table.columns.count + index, slots: slots, nulls: places.nulls)
    }
  }

  deinit {
    place.pointee.deallocate()
    place.deallocate()
  }

  /// Whether all rows were handed over.
  var isAtEnd: Bool { place.pointee.isAtEnd }

  /// Says that the last update that was told did not happen.
  func takeBackUpdate() { place.pointee.updatedCount -= 1 }

  /// The row of the batch the scan stands on; nil before the first and after the last.
  var row: Int? {
    guard parcel != nil, place.pointee.index < place.pointee.count else { return nil }
    return place.pointee.row
  }

  /// Makes the table known to a connection, and the functions that are told what becomes of rows.
  ///
  /// `isOneByOne`: whether a statement over it sees one row only, and the next statement the next.
  func register(on connection: OpaquePointer, isOneByOne: Bool = false) -> Int32 {
    let data = Unmanaged.passUnretained(self).toOpaque()
    let result =
      isOneByOne
      ? sqlite3_create_module_v2(connection, BatchTable.name, &singleRowModule, data, nil)
      : sqlite3_create_module_v2(connection, BatchTable.name, &batchTableModule, data, nil)
    guard result == SQLITE_OK, registerOrder(on: connection) == SQLITE_OK else { return result }
    let other = sqlite3_create_function_v2(
      connection, "etl_kept", 0, SQLITE_UTF8, Unmanaged.passUnretained(self).toOpaque(),
      { sqliteContext, _, _ in
        if let pointer = sqlite3_user_data(sqliteContext) {
          Unmanaged<BatchTable>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.tellKept() }
        }
        sqlite3_result_int(sqliteContext, 0)
      }, nil, nil, nil)
    guard other == SQLITE_OK else { return other }
    return sqlite3_create_function_v2(
      connection, "etl_updated", 0, SQLITE_UTF8, place,
      { sqliteContext, _, _ in
        let place = sqlite3_user_data(sqliteContext)?.assumingMemoryBound(to: ScanPlace.self)
        place?.pointee.updatedCount += 1
        sqlite3_result_int(sqliteContext, 1)
      }, nil, nil, nil)
  }

  /// The function that asks whether the row at hand may replace one from a file and an offset.
  private func registerOrder(on connection: OpaquePointer) -> Int32 {
    guard places != nil else { return SQLITE_OK }
    return sqlite3_create_function_v2(
      connection, "etl_may_replace", 2, SQLITE_UTF8, Unmanaged.passUnretained(self).toOpaque(),
      { context, _, values in
        guard let values, let data = sqlite3_user_data(context) else { return }
        let table = Unmanaged<BatchTable>.fromOpaque(data).takeUnretainedValue()
        let isKnown = sqlite3_value_type(values[0]) == SQLITE_INTEGER
        let may =
          table.places?.mayReplace(
            row: table.place.pointee.row, source: isKnown ? sqlite3_value_int64(values[0]) : nil,
            offset: sqlite3_value_int64(values[1])) ?? true
        sqlite3_result_int(context, may ? 1 : 0)
      }, nil, nil, nil)
  }

  private func tellKept() {
    guard let kept, let parcel, let row else { return }
    kept(parcel, row)
  }

  /// Goes to the first row of the next batch that has one; at the end or on failure `isAtEnd`.
  fileprivate func takeNextBatch() {
    while true {
      if let parcel { drained(parcel) }
      parcel = nil
      do throws(EngineError) {
        parcel = try feed.takeReady()
      } catch {
        failure = error
      }
      guard let parcel else {
        place.pointee.isAtEnd = true
        return
      }
      places?.fill(parcel)
      if place.pointee.enter(parcel.batch, columns: columns) { return }
    }
  }
}

/// What SQLite holds of an open scan; `base` must stay first.
private struct BatchCursor {
  var base = sqlite3_vtab_cursor()
  var table: Unmanaged<BatchTable>
  var place: UnsafeMutablePointer<ScanPlace>

  /// Goes to the next row, of this batch or a later one.
  @inline(__always)
  func advance() -> Int32 {
    if place.pointee.step() { return SQLITE_OK }
    return table._withUnsafeGuaranteedRef { table in
      table.takeNextBatch()
      return table.failure == nil ? SQLITE_OK : SQLITE_ABORT
    }
  }
}

/// What SQLite holds of the table; `base` must stay first.
private struct BatchTableHandle {
  var base = sqlite3_vtab()
  var table: UnsafeMutableRawPointer
}

private func cursor(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?
) -> UnsafeMutablePointer<BatchCursor>? {
  UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: BatchCursor.self)
}

/// The functions SQLite calls.
///
/// `nonisolated(unsafe)`: written once here, then only read.
nonisolated(unsafe) private var batchTableModule: sqlite3_module = {
  var module = sqlite3_module()
  module.iVersion = 1
  // Without xCreate the table exists in every connection that knows the module.
  module.xConnect = { connection, context, _, _, result, _ in
    guard let context else { return SQLITE_MISUSE }
    let table = Unmanaged<BatchTable>.fromOpaque(context).takeUnretainedValue()
    let code = sqlite3_declare_vtab(connection, "CREATE TABLE x(\(table.declaration))")
    guard code == SQLITE_OK else { return code }
    let handle = UnsafeMutablePointer<BatchTableHandle>.allocate(capacity: 1)
    handle.initialize(to: BatchTableHandle(table: context))
    result?.pointee = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: sqlite3_vtab.self)
    return SQLITE_OK
  }
  module.xDisconnect = { handle in
    UnsafeMutableRawPointer(handle)?.assumingMemoryBound(to: BatchTableHandle.self).deallocate()
    return SQLITE_OK
  }
  module.xBestIndex = { _, plan in
    plan?.pointee.estimatedCost = 1e9
    plan?.pointee.estimatedRows = 1_000_000
    return SQLITE_OK
  }
  module.xOpen = { handle, result in
    guard
      let table = UnsafeMutableRawPointer(handle)?
        .assumingMemoryBound(to: BatchTableHandle.self).pointee.table
    else { return SQLITE_MISUSE }
    let reference = Unmanaged<BatchTable>.fromOpaque(table)
    let cursor = UnsafeMutablePointer<BatchCursor>.allocate(capacity: 1)
    cursor.initialize(
      to: BatchCursor(
        table: reference, place: reference._withUnsafeGuaranteedRef { $0.place }))
    result?.pointee = UnsafeMutableRawPointer(cursor)
      .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  }
  module.xClose = { pointer in
    cursor(pointer)?.deallocate()
    return SQLITE_OK
  }
  // A statement that stopped at a row starts again behind it.
  module.xFilter = { pointer, _, _, _, _ in cursor(pointer)?.pointee.advance() ?? SQLITE_MISUSE }
  module.xNext = { pointer in cursor(pointer)?.pointee.advance() ?? SQLITE_MISUSE }
  module.xEof = { pointer in cursor(pointer)?.pointee.place.pointee.isAtEnd == false ? 0 : 1 }
  module.xRowid = { pointer, result in
    result?.pointee = Int64(cursor(pointer)?.pointee.place.pointee.row ?? 0)
    return SQLITE_OK
  }
  module.xColumn = { pointer, context, column in
    cursor(pointer)?.pointee.place.pointee.give(Int(column), to: context)
    return SQLITE_OK
  }
  return module
}()

/// The same for statements that see one row each.
///
/// `nonisolated(unsafe)`: written once here, then only read.
nonisolated(unsafe) private var singleRowModule: sqlite3_module = {
  var module = batchTableModule
  module.xFilter = { pointer, _, _, _, _ in
    cursor(pointer)?.pointee.place.pointee.isRowDone = false
    return cursor(pointer)?.pointee.advance() ?? SQLITE_MISUSE
  }
  module.xNext = { pointer in
    cursor(pointer)?.pointee.place.pointee.isRowDone = true
    return SQLITE_OK
  }
  module.xEof = { pointer in
    guard let place = cursor(pointer)?.pointee.place else { return 1 }
    return place.pointee.isAtEnd || place.pointee.isRowDone ? 1 : 0
  }
  return module
}()
