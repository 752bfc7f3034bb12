// The values of gathered rows: as bytes and words, compared and hashed.

import Records

extension RowStore {
  /// The record behind a row.
  func record(of row: Int) -> RecordBook.Record? {
    guard let book, recordOf[row] >= 0 else { return nil }
    return book.records[Int(recordOf[row])]
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
    return String(decoding: bytes(of: slot), as: UTF8.self)
  }

  /// Whether two rows have the same value in a column; null is the same as null.
  func isSame(_ column: Int, _ row: Int, _ other: Int) -> Bool {
    guard !nulls[column][row], !nulls[column][other] else {
      return nulls[column][row] == nulls[column][other]
    }
    return order(column, row, other) == 0
  }

  /// Less than, equal to or greater than 0 as the value of `row` is to that of `other`; null is
  /// less than everything.
  func order(_ column: Int, _ row: Int, _ other: Int) -> Int {
    guard !nulls[column][row], !nulls[column][other] else {
      return (nulls[column][row] ? 0 : 1) - (nulls[column][other] ? 0 : 1)
    }
    let (one, two) = (slots[column][row], slots[column][other])
    switch columns[column].type {
    case .text:
      let (first, second) = (bytes(of: one), bytes(of: two))
      if first.elementsEqual(second) { return 0 }
      return first.lexicographicallyPrecedes(second) ? -1 : 1
    case .real:
      let first = Double(bitPattern: UInt64(bitPattern: one))
      let second = Double(bitPattern: UInt64(bitPattern: two))
      return first < second ? -1 : first > second ? 1 : 0
    case .integer, .decimal, .boolean, .date, .timestamp:
      return one < two ? -1 : one > two ? 1 : 0
    }
  }

  /// Mixes a value into a hash; equal values of one type mix alike.
  func hash(_ column: Int, _ row: Int, into hash: UInt64) -> UInt64 {
    guard !nulls[column][row] else { return ByteHash.hashOfNull(seed: hash) }
    let slot = slots[column][row]
    guard columns[column].type == .text else { return ByteHash.hash(slot, seed: hash) }
    return ByteHash.hash(bytes(of: slot), seed: hash)
  }
}
