// Slots as the destination stores them: dates and decimals become text.

import Records

/// Writes the text of a date, timestamp or decimal into bytes that the caller owns.
enum SlotText {
  /// The most bytes a slot's text takes.
  static let mostBytes = max(DateBytes.timestampByteCount, NumberBytes.byteCount)

  /// The text of a slot; nothing for types that SQLite stores as they are.
  static func write(
    _ slot: Int64, as type: ValueType, into bytes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    switch type {
    case .date: DateBytes.writeDate(slot, into: bytes)
    case .timestamp: DateBytes.writeTimestamp(slot, into: bytes)
    case .decimal(_, let scale): NumberBytes.writeDecimal(slot, scale: scale, into: bytes)
    case .text, .integer, .real, .boolean: 0
    }
  }
}

extension SlotText {
  /// A value that is no text, as people read it.
  static func string(_ slot: Int64, as type: ValueType) -> String {
    switch type {
    case .text: ""
    case .integer: String(slot)
    case .real: String(Double(bitPattern: UInt64(bitPattern: slot)))
    case .boolean: slot == 0 ? "false" : "true"
    case .date: DateBytes.dateText(slot)
    case .timestamp: DateBytes.timestampText(slot)
    case .decimal(_, let scale): NumberBytes.decimalText(slot, scale: scale)
    }
  }

  /// A value of a batch as people read it.
  static func string(_ batch: RecordBatch, _ row: Int, _ column: Int) -> String {
    let values = batch.columns[column]
    guard !values.nulls[row] else { return "null" }
    guard values.type == .text else { return string(values.slots[row], as: values.type) }
    return String(decoding: batch.bytes(of: values.slots[row]), as: UTF8.self)
  }
}
