// The rows of one stage in memory, for joins, lookups and steps that need all rows.
//
// Columns of 8-byte slots like a batch; texts lie in one arena.

import Records

/// Gathered rows.
final class RowStore {
  let columns: [PlanColumn]
  private(set) var count = 0
  /// Lines of the rows, for messages.
  private(set) var lines: ContiguousArray<Int32> = []
  /// The record behind each row; empty if the store has no book.
  private(set) var recordOf: ContiguousArray<Int32> = []
  /// The values, a column each; memory that moves when rows are added.
  private(set) var slots: [UnsafeMutablePointer<Int64>]
  private(set) var nulls: [UnsafeMutablePointer<Bool>]
  /// Where the bytes of texts start; moves when rows are added.
  private(set) var text: UnsafeMutablePointer<UInt8>
  /// What is known of the records, if rows may have to go to the retry queue.
  let book: RecordBook?

  private var capacity = 256
  private var textCount = 0
  private var textCapacity = 4_096
  /// Hashing may look at a few bytes behind a text.
  private static let padding = 16

  init(columns: [PlanColumn], book: RecordBook?) {
    self.columns = columns
    self.book = book
    let capacity = self.capacity
    slots = columns.map { _ in .allocate(capacity: capacity) }
    nulls = columns.map { _ in .allocate(capacity: capacity) }
    text = .allocate(capacity: textCapacity + RowStore.padding)
    text.initialize(repeating: 0, count: textCapacity + RowStore.padding)
  }

  deinit {
    for column in slots { column.deallocate() }
    for column in nulls { column.deallocate() }
    text.deallocate()
  }

  // MARK: Adding

  /// Adds the selected rows of a batch; `columns` say where their values are.
  func append(_ parcel: Parcel, columns: [PlanColumn], from source: RootSource) {
    let batch = parcel.batch
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    reserve(count + selected.count)
    for (place, column) in columns.enumerated() {
      let from = batch.columns[column.index]
      let isText = column.type == .text
      for (offset, row) in selected.enumerated() {
        let isNull = from.nulls[Int(row)]
        nulls[place][count + offset] = isNull
        let slot = from.slots[Int(row)]
        slots[place][count + offset] = isText && !isNull ? keep(batch.bytes(of: slot)) : slot
      }
    }
    for row in selected {
      finishRow(line: parcel.line(of: Int(row)), record: note(Int(row), of: parcel, source))
    }
  }

  /// Notes the record behind a row of a batch.
  func note(_ row: Int, of parcel: Parcel, _ source: RootSource) -> Int32 {
    book?.note(row, of: parcel, source: source) ?? -1
  }

  /// Makes room for one more row; then each of its columns is put, then it is finished.
  func beginRow() { reserve(count + 1) }

  /// Counts the row whose values were put.
  func finishRow(line: Int32, record: Int32) {
    lines.append(line)
    if book != nil { recordOf.append(record) }
    count += 1
  }

  /// Puts a value of a batch into the row.
  func put(_ place: Int, _ batch: RecordBatch, _ row: Int, _ column: Int) {
    let from = batch.columns[column]
    let isNull = from.nulls[row]
    nulls[place][count] = isNull
    let slot = from.slots[row]
    slots[place][count] = from.type == .text && !isNull ? keep(batch.bytes(of: slot)) : slot
  }

  /// Puts a value of another store into the row.
  func put(_ place: Int, _ store: RowStore, _ row: Int, _ column: Int) {
    let isNull = store.nulls[column][row]
    nulls[place][count] = isNull
    let slot = store.slots[column][row]
    let isText = store.columns[column].type == .text
    slots[place][count] = isText && !isNull ? keep(store.bytes(of: slot)) : slot
  }

  /// Puts a value that is no text, or a text slot of this store; nil is null.
  func put(_ place: Int, slot: Int64?) {
    nulls[place][count] = slot == nil
    slots[place][count] = slot ?? 0
  }

  /// Keeps a text; gives its slot.
  func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    if textCount + bytes.count > textCapacity {
      let larger = max(textCapacity * 2, textCount + bytes.count)
      let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + RowStore.padding)
      next.initialize(repeating: 0, count: larger + RowStore.padding)
      next.update(from: text, count: textCount)
      text.deallocate()
      text = next
      textCapacity = larger
    }
    let slot = Int64(textCount) << 32 | Int64(bytes.count)
    if let start = bytes.baseAddress {
      (text + textCount).update(from: start, count: bytes.count)
    }
    textCount += bytes.count
    return slot
  }

  /// Says that another record stands for a row.
  func blame(_ record: Int32, for row: Int) {
    if book != nil { recordOf[row] = record }
  }

  /// Keeps the rows of a list, which ascends; their texts stay where they are.
  func keepRows(_ rows: [Int]) {
    for (target, row) in rows.enumerated() {
      lines[target] = lines[row]
      if book != nil { recordOf[target] = recordOf[row] }
      for place in columns.indices {
        slots[place][target] = slots[place][row]
        nulls[place][target] = nulls[place][row]
      }
    }
    lines.removeLast(count - rows.count)
    if book != nil { recordOf.removeLast(count - rows.count) }
    count = rows.count
  }

  private func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let larger = max(wanted, capacity * 2)
    for place in columns.indices {
      slots[place] = RowStore.grown(slots[place], count: count, to: larger)
      nulls[place] = RowStore.grown(nulls[place], count: count, to: larger)
    }
    capacity = larger
  }

  private static func grown<Value: BitwiseCopyable>(
    _ old: UnsafeMutablePointer<Value>, count: Int, to capacity: Int
  ) -> UnsafeMutablePointer<Value> {
    let next = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    next.initialize(from: old, count: count)
    old.deallocate()
    return next
  }
}

extension Parcel {
  /// The line of a row, for messages.
  func line(of row: Int) -> Int32 {
    if case .store(let store, let rows) = origin { return store.lines[Int(rows[row])] }
    return Int32(clamping: batch.place(of: row).line)
  }
}
