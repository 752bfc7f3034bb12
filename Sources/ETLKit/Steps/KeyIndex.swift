// Rows of a store by key: open addressing, one probe of memory for most rows.
//
// Null equals nothing, as in SQL: a row with a null in its key is never found.

import Records

/// An index over the keys of a store.
struct KeyIndex {
  let store: RowStore
  let keys: [Int]
  private let mask: Int
  /// Row + 1, 0 for an empty place.
  private var table: ContiguousArray<UInt32>
  /// Upper half of the hash, so that most misses need no look at the key.
  private var tags: ContiguousArray<UInt32>
  /// For each row the next one with its key, -1 after the last; empty if keys are unique.
  private var following: ContiguousArray<Int32> = []

  /// Two rows with the same key.
  struct Duplicate: Error {
    var first: Int
    var second: Int
  }

  /// Indexes all rows of a store.
  ///
  /// `isUnique`: whether a key may stand only once; otherwise its first row is found, and
  /// `next(after:)` gives the others in their order.
  init(_ store: RowStore, keys: [Int], isUnique: Bool = true) throws(Duplicate) {
    self.store = store
    self.keys = keys
    var size = 16
    while size < store.count * 2 { size *= 2 }
    mask = size - 1
    table = ContiguousArray(repeating: 0, count: size)
    tags = ContiguousArray(repeating: 0, count: size)
    var ends: ContiguousArray<Int32> = []
    if !isUnique {
      following = ContiguousArray(repeating: -1, count: store.count)
      ends = following
    }
    rows: for row in 0..<store.count {
      guard let hash = hash(of: row) else { continue }
      var place = Int(truncatingIfNeeded: hash) & mask
      let tag = UInt32(truncatingIfNeeded: hash >> 32)
      while table[place] != 0 {
        let other = Int(table[place]) - 1
        if tags[place] == tag, isSameKey(row, other) {
          guard !isUnique else { throw Duplicate(first: other, second: row) }
          following[ends[other] < 0 ? other : Int(ends[other])] = Int32(row)
          ends[other] = Int32(row)
          continue rows
        }
        place = (place + 1) & mask
      }
      table[place] = UInt32(row + 1)
      tags[place] = tag
    }
  }

  /// The next row with the same key; -1 after the last.
  func next(after row: Int) -> Int { following.isEmpty ? -1 : Int(following[row]) }

  /// Finds the rows of a batch; `found` gets the row of the store, or -1.
  func find(
    _ batch: RecordBatch, keys columns: [Int], into found: UnsafeMutablePointer<Int32>
  ) {
    // Columns as plain memory for the loop: no reference is counted for a row.
    let parts = UnsafeMutablePointer<KeyPart>.allocate(capacity: max(1, keys.count))
    defer { parts.deallocate() }
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    let text = batch.textBase
    for (place, key) in keys.enumerated() {
      let column = batch.columns[columns[place]]
      (parts + place).initialize(
        to: KeyPart(
          slots: column.slots, nulls: column.nulls, isText: column.type == .text,
          stored: store.slots[key]))
    }
    let arena = store.text
    table.withUnsafeBufferPointer { table in
      tags.withUnsafeBufferPointer { tags in
        for row in selected {
          let row = Int(row)
          found[row] = -1
          guard !batch.bad[row], let hash = hash(parts, row, text) else { continue }
          var place = Int(truncatingIfNeeded: hash) & mask
          let tag = UInt32(truncatingIfNeeded: hash >> 32)
          while table[place] != 0 {
            if tags[place] == tag, isSameKey(parts, row, text, Int(table[place]) - 1, arena) {
              found[row] = Int32(bitPattern: table[place] - 1)
              break
            }
            place = (place + 1) & mask
          }
        }
      }
    }
  }

  /// One key column of a batch and of the store.
  private struct KeyPart {
    var slots: UnsafeMutablePointer<Int64>
    var nulls: UnsafeMutablePointer<Bool>
    var isText: Bool
    var stored: UnsafeMutablePointer<Int64>
  }

  @inline(__always)
  private func hash(
    _ parts: UnsafeMutablePointer<KeyPart>, _ row: Int, _ text: UnsafePointer<UInt8>
  ) -> UInt64? {
    var hash: UInt64 = 0
    for place in 0..<keys.count {
      guard !parts[place].nulls[row] else { return nil }
      let slot = parts[place].slots[row]
      hash =
        parts[place].isText
        ? ByteHash.hash(KeyIndex.bytes(slot, text), seed: hash) : ByteHash.hash(slot, seed: hash)
    }
    return hash
  }

  @inline(__always)
  private func isSameKey(
    _ parts: UnsafeMutablePointer<KeyPart>, _ row: Int, _ text: UnsafePointer<UInt8>,
    _ other: Int, _ arena: UnsafePointer<UInt8>
  ) -> Bool {
    for place in 0..<keys.count {
      let slot = parts[place].slots[row]
      let otherSlot = parts[place].stored[other]
      guard parts[place].isText else {
        if slot != otherSlot { return false }
        continue
      }
      let bytes = KeyIndex.bytes(slot, text)
      let others = KeyIndex.bytes(otherSlot, arena)
      guard bytes.count == others.count else { return false }
      for index in 0..<bytes.count where bytes[index] != others[index] { return false }
    }
    return true
  }

  @inline(__always)
  private static func bytes(
    _ slot: Int64, _ base: UnsafePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: base + Int(UInt64(bitPattern: slot) >> 32), count: Int(slot & 0xFFFF_FFFF))
  }

  private func hash(of row: Int) -> UInt64? {
    var hash: UInt64 = 0
    for key in keys {
      guard !store.nulls[key][row] else { return nil }
      let slot = store.slots[key][row]
      if store.columns[key].type == .text {
        hash = store.withBytes(of: slot) { ByteHash.hash($0, seed: hash) }
      } else {
        hash = ByteHash.hash(slot, seed: hash)
      }
    }
    return hash
  }

  private func isSameKey(_ row: Int, _ other: Int) -> Bool {
    keys.allSatisfy { key in
      let slot = store.slots[key][row]
      let otherSlot = store.slots[key][other]
      guard store.columns[key].type == .text else { return slot == otherSlot }
      return store.withBytes(of: slot) { bytes in
        store.withBytes(of: otherSlot) { bytes.elementsEqual($0) }
      }
    }
  }
}

/// Hashes of key columns; the same for a row of a batch wherever it is computed.
enum KeyHash {
  /// The hash of a row's key; nil if a part is null.
  @inline(__always)
  static func hash(
    _ batch: RecordBatch, _ row: Int, _ columns: [Int], seed: UInt64 = 0
  ) -> UInt64? {
    var hash = seed
    for index in columns {
      let column = batch.columns[index]
      guard !column.nulls[row] else { return nil }
      let slot = column.slots[row]
      hash =
        column.type == .text
        ? ByteHash.hash(batch.bytes(of: slot), seed: hash) : ByteHash.hash(slot, seed: hash)
    }
    return hash
  }
}
