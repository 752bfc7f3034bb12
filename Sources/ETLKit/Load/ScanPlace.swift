// Where a scan of a `BatchTable` stands, and how it gives a value to SQLite.
//
// Plain memory for the hot loop of a load: no reference is counted, nothing is allocated.

import GRDBSQLite
import Records

/// Where a scan stands, and what it needs to give values.
struct ScanPlace {
  /// How a table column gets its values.
  private struct Column {
    var type: ValueType
    var slots: UnsafeMutablePointer<Int64>?
    var nulls: UnsafeMutablePointer<Bool>?
    /// Room for the text of a date or decimal, and the slot whose text it holds.
    var scratch: UnsafeMutablePointer<UInt8>
    var lastSlot: Int64 = 0
    var lastCount: Int32 = 0
  }

  var row = 0
  var index = 0
  var count = 0
  var rowCount = 0
  var updatedCount = 0
  var isAtEnd = false
  /// Whether a statement that sees one row has seen it.
  var isRowDone = false
  private var selection: UnsafeMutablePointer<UInt16>?
  private var text: UnsafePointer<UInt8>?
  private let columns: UnsafeMutablePointer<Column>
  private let columnCount: Int

  init(types: [ValueType]) {
    columnCount = types.count
    columns = .allocate(capacity: max(1, types.count))
    for (place, type) in types.enumerated() {
      let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: SlotText.mostBytes)
      scratch.initialize(repeating: 0, count: SlotText.mostBytes)
      (columns + place).initialize(to: Column(type: type, scratch: scratch))
    }
  }

  func deallocate() {
    for place in 0..<columnCount { columns[place].scratch.deallocate() }
    columns.deinitialize(count: columnCount)
    columns.deallocate()
  }

  /// Takes a column's values from memory that stays the same for all batches.
  mutating func bind(
    _ place: Int, slots: UnsafeMutablePointer<Int64>, nulls: UnsafeMutablePointer<Bool>
  ) {
    columns[place].slots = slots
    columns[place].nulls = nulls
  }

  /// Stands on the first row of a batch; false if it has none.
  mutating func enter(_ batch: RecordBatch, columns indexes: [Int]) -> Bool {
    index = 0
    count = batch.selectedCount
    guard count > 0 else { return false }
    selection = batch.selection
    // Nothing is appended to a batch that was handed over, so its texts stay where they are.
    text = batch.textBase
    for (place, column) in indexes.enumerated() {
      columns[place].slots = batch.columns[column].slots
      columns[place].nulls = batch.columns[column].nulls
    }
    row = Int(batch.selection[0])
    rowCount += 1
    return true
  }

  /// Goes to the next row of the batch; false behind its last.
  @inline(__always)
  mutating func step() -> Bool {
    index += 1
    guard index < count, let selection else { return false }
    row = Int(selection[index])
    rowCount += 1
    return true
  }

  /// Hands one value to SQLite without copying it; it reads the bytes before the next row.
  @inline(__always)
  func give(_ place: Int, to context: OpaquePointer?) {
    let column = columns + place
    guard let slots = column.pointee.slots, let nulls = column.pointee.nulls, !nulls[row] else {
      sqlite3_result_null(context)
      return
    }
    let slot = slots[row]
    switch column.pointee.type {
    case .text:
      let start = text.map { $0 + Int(UInt64(bitPattern: slot) >> 32) }
      UnsafeRawPointer(start).map { bytes in
        sqlite3_result_text(
          context, bytes.assumingMemoryBound(to: CChar.self), Int32(slot & 0xFFFF_FFFF), nil)
      }
    case .integer, .boolean:
      sqlite3_result_int64(context, slot)
    case .real:
      sqlite3_result_double(context, Double(bitPattern: UInt64(bitPattern: slot)))
    case .date, .timestamp, .decimal:
      // Dates repeat from row to row.
      if column.pointee.lastSlot != slot || column.pointee.lastCount == 0 {
        column.pointee.lastCount = Int32(
          SlotText.write(slot, as: column.pointee.type, into: column.pointee.scratch))
        column.pointee.lastSlot = slot
      }
      sqlite3_result_text(
        context,
        UnsafeRawPointer(column.pointee.scratch).assumingMemoryBound(to: CChar.self),
        column.pointee.lastCount, nil)
    }
  }
}
