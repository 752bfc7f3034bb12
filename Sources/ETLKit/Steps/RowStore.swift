// The rows of one stage in memory, for joins and lookups.
//
// Columns of 8-byte slots like a batch; texts lie in one arena.

import Records

/// Gathered rows.
final class RowStore {
  /// Where a row came from, kept if it may have to go to the retry queue.
  struct Origin {
    var snapshot: Int32
    var entry: RejectID?
    var place: RecordPlace
    var raw: Int64
  }

  let columns: [PlanColumn]
  private(set) var count = 0
  /// Lines of the rows, for messages.
  private(set) var lines: ContiguousArray<Int32> = []
  private(set) var origins: ContiguousArray<Origin> = []
  /// The values, a column each; memory that moves when rows are added.
  private(set) var slots: [UnsafeMutablePointer<Int64>]
  private(set) var nulls: [UnsafeMutablePointer<Bool>]
  /// Where the bytes of texts start; moves when rows are added.
  private(set) var text: UnsafeMutablePointer<UInt8>

  private var capacity = 256
  private var textCount = 0
  private var textCapacity = 4_096
  private let keepsRaw: Bool
  /// Hashing may look at a few bytes behind a text.
  private static let padding = 16

  init(columns: [PlanColumn], keepsRaw: Bool) {
    self.columns = columns
    self.keepsRaw = keepsRaw
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

  /// Adds the selected rows of a batch; `columns` of the plan say where their values are.
  func append(_ parcel: Parcel) {
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
      let placeOfRow = batch.place(of: Int(row))
      lines.append(Int32(clamping: placeOfRow.line))
      guard keepsRaw else { continue }
      var origin = Origin(
        snapshot: -1, entry: nil, place: placeOfRow, raw: keep(batch.raw(Int(row))))
      switch parcel.origin {
      case .snapshot(let index): origin.snapshot = Int32(index)
      case .queue(let entries):
        origin.entry = entries[Int(row)].id
        origin.place = entries[Int(row)].place
      case .none, .store: break
      }
      origins.append(origin)
    }
    count += selected.count
  }

  /// The bytes of a text slot of this store; valid until rows are added.
  func bytes(of slot: Int64) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: text + Int(UInt64(bitPattern: slot) >> 32), count: Int(slot & 0xFFFF_FFFF))
  }

  /// The bytes of a text slot of this store.
  func withBytes<Result>(
    of slot: Int64, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result { try body(bytes(of: slot)) }

  /// A value as people read it, for messages.
  func text(_ row: Int, _ column: Int) -> String {
    guard !nulls[column][row] else { return "null" }
    let slot = slots[column][row]
    guard columns[column].type == .text else {
      return SlotText.string(slot, as: columns[column].type)
    }
    return withBytes(of: slot) { String(decoding: $0, as: UTF8.self) }
  }

  private func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
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
