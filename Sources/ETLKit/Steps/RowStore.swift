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
  private(set) var slots: [ContiguousArray<Int64>]
  private(set) var nulls: [ContiguousArray<Bool>]
  private var arena: ContiguousArray<UInt8> = []
  private let keepsRaw: Bool

  init(columns: [PlanColumn], keepsRaw: Bool) {
    self.columns = columns
    self.keepsRaw = keepsRaw
    slots = columns.map { _ in [] }
    nulls = columns.map { _ in [] }
  }

  /// Adds the selected rows of a batch; `columns` of the plan say where their values are.
  func append(_ parcel: Parcel) {
    let batch = parcel.batch
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    for (place, column) in columns.enumerated() {
      let from = batch.columns[column.index]
      let isText = column.type == .text
      for row in selected {
        let isNull = from.nulls[Int(row)]
        nulls[place].append(isNull)
        let slot = from.slots[Int(row)]
        slots[place].append(isText && !isNull ? keep(batch.bytes(of: slot)) : slot)
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

  /// The bytes of a text slot of this store.
  func withBytes<Result>(
    of slot: Int64, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let start = Int(UInt64(bitPattern: slot) >> 32)
    let length = Int(slot & 0xFFFF_FFFF)
    return try arena.withUnsafeBufferPointer { bytes in
      try body(UnsafeBufferPointer(rebasing: bytes[start..<start + length]))
    }
  }

  /// All texts at once, for loops over many rows.
  func withArena<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result { try arena.withUnsafeBufferPointer(body) }

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
    let slot = Int64(arena.count) << 32 | Int64(bytes.count)
    arena.append(contentsOf: bytes)
    return slot
  }
}
