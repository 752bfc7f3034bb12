// The rows of a feed as a table of SQLite: one statement drains the whole load.
//
// The hot loop of a load. SQLite calls the functions below through C pointers; they work on a
// cursor of plain pointers, so that a value costs no reference counting and no allocation.

import GRDBSQLite
import Records

/// A virtual table over a `BatchFeed`; the module must outlive the connection's use of it.
final class BatchTable {
  /// The table's name in SQL.
  static let name = "etl_rows"

  /// Tells what happened to the row that the cursor stands on.
  let feed: BatchFeed
  /// For each table column, the column of the batch.
  let columns: [Int]
  let types: [ValueType]
  /// The columns as `CREATE TABLE` takes them.
  let declaration: String
  /// Called when a batch has been drained.
  let drained: (Parcel) -> Void

  /// Rows handed to SQLite so far.
  private(set) var rowCount = 0
  /// Rows that an upsert changed, told by `etl_updated()`.
  var updatedCount = 0
  /// Why the feed failed, if it did.
  private(set) var failure: EngineError?
  /// The batch the cursor stands in.
  private(set) var parcel: Parcel?
  /// The cursor's place in the batch's selection.
  private(set) var index = 0

  fileprivate let slots: UnsafeMutablePointer<UnsafeMutablePointer<Int64>?>
  fileprivate let nulls: UnsafeMutablePointer<UnsafeMutablePointer<Bool>?>
  /// Room for the texts of dates and decimals of one row.
  fileprivate let scratch: UnsafeMutablePointer<UInt8>
  /// The last slot written to each scratch and its length, because dates repeat.
  fileprivate let lastSlot: UnsafeMutablePointer<Int64>
  fileprivate let lastCount: UnsafeMutablePointer<Int32>

  init(
    feed: BatchFeed, table: TargetTable, columns: [Int], drained: @escaping (Parcel) -> Void
  ) {
    self.feed = feed
    self.columns = columns
    self.drained = drained
    types = table.columns.map(\.type)
    declaration = table.columns.map { quotedName($0.name) }.joined(separator: ",")
    slots = .allocate(capacity: columns.count)
    nulls = .allocate(capacity: columns.count)
    slots.initialize(repeating: nil, count: columns.count)
    nulls.initialize(repeating: nil, count: columns.count)
    scratch = .allocate(capacity: columns.count * SlotText.mostBytes)
    scratch.initialize(repeating: 0, count: columns.count * SlotText.mostBytes)
    lastSlot = .allocate(capacity: columns.count)
    lastSlot.initialize(repeating: 0, count: columns.count)
    lastCount = .allocate(capacity: columns.count)
    lastCount.initialize(repeating: 0, count: columns.count)
  }

  deinit {
    slots.deallocate()
    nulls.deallocate()
    scratch.deallocate()
    lastSlot.deallocate()
    lastCount.deallocate()
  }

  /// The row of the batch the cursor stands on; nil before the first and after the last.
  var row: Int? {
    guard let parcel, index < parcel.batch.selectedCount else { return nil }
    return Int(parcel.batch.selection[index])
  }

  /// Makes the table known to a connection, and the function that counts updates.
  func register(on connection: OpaquePointer) -> Int32 {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let result = sqlite3_create_module_v2(
      connection, BatchTable.name, &batchTableModule, context, nil)
    guard result == SQLITE_OK else { return result }
    return sqlite3_create_function_v2(
      connection, "etl_updated", 0, SQLITE_UTF8, context,
      { sqliteContext, _, _ in
        guard let context = sqlite3_user_data(sqliteContext) else { return }
        Unmanaged<BatchTable>.fromOpaque(context).takeUnretainedValue().updatedCount += 1
        sqlite3_result_int(sqliteContext, 1)
      }, nil, nil, nil)
  }

  /// Goes to the next row; false at the end or on failure.
  fileprivate func advance(_ cursor: UnsafeMutablePointer<BatchCursor>) {
    index += 1
    if let parcel, index < parcel.batch.selectedCount {
      cursor.pointee.row = Int(parcel.batch.selection[index])
      rowCount += 1
      return
    }
    while true {
      if let parcel { drained(parcel) }
      parcel = nil
      do throws(EngineError) {
        parcel = try feed.takeReady()
      } catch {
        failure = error
      }
      guard let parcel else {
        cursor.pointee.isAtEnd = true
        return
      }
      index = 0
      guard parcel.batch.selectedCount > 0 else { continue }
      for (place, column) in columns.enumerated() {
        slots[place] = parcel.batch.columns[column].slots
        nulls[place] = parcel.batch.columns[column].nulls
      }
      cursor.pointee.row = Int(parcel.batch.selection[0])
      rowCount += 1
      return
    }
  }

  /// Takes the row under the cursor once more, after the statement stopped at it, and goes on
  /// with the one behind it.
  fileprivate func resume(_ cursor: UnsafeMutablePointer<BatchCursor>) { advance(cursor) }
}

/// What SQLite holds of an open scan; `base` must stay first.
struct BatchCursor {
  var base = sqlite3_vtab_cursor()
  var table: Unmanaged<BatchTable>
  var row = 0
  var isAtEnd = false
}

/// What SQLite holds of the table; `base` must stay first.
private struct BatchTableHandle {
  var base = sqlite3_vtab()
  var table: UnsafeMutableRawPointer
}

private typealias CursorPointer = UnsafeMutablePointer<sqlite3_vtab_cursor>

private func batchCursor(_ pointer: CursorPointer?) -> UnsafeMutablePointer<BatchCursor>? {
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
    let cursor = UnsafeMutablePointer<BatchCursor>.allocate(capacity: 1)
    cursor.initialize(to: BatchCursor(table: .fromOpaque(table)))
    result?.pointee = UnsafeMutableRawPointer(cursor)
      .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  }
  module.xClose = { cursor in
    batchCursor(cursor)?.deallocate()
    return SQLITE_OK
  }
  module.xFilter = { cursor, _, _, _, _ in
    guard let cursor = batchCursor(cursor) else { return SQLITE_MISUSE }
    let table = cursor.pointee.table.takeUnretainedValue()
    table.resume(cursor)
    return table.failure == nil ? SQLITE_OK : SQLITE_ABORT
  }
  module.xNext = { cursor in
    guard let cursor = batchCursor(cursor) else { return SQLITE_MISUSE }
    return cursor.pointee.table._withUnsafeGuaranteedRef { table in
      table.advance(cursor)
      return table.failure == nil ? SQLITE_OK : SQLITE_ABORT
    }
  }
  module.xEof = { cursor in
    batchCursor(cursor)?.pointee.isAtEnd == false ? 0 : 1
  }
  module.xRowid = { cursor, result in
    result?.pointee = Int64(batchCursor(cursor)?.pointee.row ?? 0)
    return SQLITE_OK
  }
  module.xColumn = { cursor, context, column in
    guard let cursor = batchCursor(cursor) else { return SQLITE_MISUSE }
    return cursor.pointee.table._withUnsafeGuaranteedRef { table in
      table.give(column: Int(column), row: cursor.pointee.row, to: context)
      return SQLITE_OK
    }
  }
  return module
}()

extension BatchTable {
  /// Hands one value to SQLite without copying it; it reads the bytes before the next row.
  @inline(__always)
  fileprivate func give(column: Int, row: Int, to context: OpaquePointer?) {
    guard let slots = slots[column], let nulls = nulls[column], !nulls[row] else {
      sqlite3_result_null(context)
      return
    }
    let slot = slots[row]
    switch types[column] {
    case .text:
      guard let bytes = parcel?.batch.bytes(of: slot), let start = bytes.baseAddress else {
        sqlite3_result_text(context, "", 0, nil)
        return
      }
      start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        sqlite3_result_text(context, $0, Int32(bytes.count), nil)
      }
    case .integer, .boolean:
      sqlite3_result_int64(context, slot)
    case .real:
      sqlite3_result_double(context, Double(bitPattern: UInt64(bitPattern: slot)))
    case .date, .timestamp, .decimal:
      let bytes = scratch + column * SlotText.mostBytes
      if lastSlot[column] != slot || lastCount[column] == 0 {
        lastCount[column] = Int32(SlotText.write(slot, as: types[column], into: bytes))
        lastSlot[column] = slot
      }
      bytes.withMemoryRebound(to: CChar.self, capacity: SlotText.mostBytes) {
        sqlite3_result_text(context, $0, lastCount[column], nil)
      }
    }
  }
}
