// Values to text and back, as expressions define it: strict, ISO, no guessing.

/// Values as text.
enum ValueText {
  /// The shortest digits that read back as the same number.
  static func real(_ value: Double) -> String { value.description }

  static func decimal(_ units: Int64, scale: Int) -> String {
    NumberBytes.decimalText(units, scale: scale)
  }

  /// `2020-01-31`.
  static func date(_ days: Int64) -> String { DateBytes.dateText(days) }

  /// `2020-01-31 23:59:59`, with six more digits if there is a fraction.
  static func timestamp(_ microseconds: Int64) -> String {
    String(unsafeUninitializedCapacity: DateBytes.timestampByteCount) {
      $0.baseAddress.map { writeTimestamp(microseconds, into: $0) } ?? 0
    }
  }

  /// The same as bytes; there must be room for `DateBytes.timestampByteCount`.
  static func writeTimestamp(
    _ microseconds: Int64, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    DateBytes.writeTimestamp(
      microseconds, into: target, hasZone: false, separator: UInt8(ascii: " "))
  }

  /// The slot of a value that is written as bytes; nil if it is none of the type, which is not text.
  @inline(__always) static func slot(of bytes: Bytes, as type: ValueType) -> Int64? {
    switch type {
    case .integer: NumberBytes.integer(bytes).value
    case .real: NumberBytes.real(bytes).value?.slot
    case .decimal(let precision, let scale):
      NumberBytes.decimal(bytes, precision: precision, scale: scale).value
    case .boolean: boolean(bytes).map { $0 ? 1 : 0 }
    case .date: DateBytes.days(iso: bytes)
    case .timestamp: DateBytes.microseconds(iso: bytes)
    case .text: nil
    }
  }

  private static let trueWords = ["true", "t", "yes", "y", "1"]
  private static let falseWords = ["false", "f", "no", "n", "0"]

  private static func boolean(_ bytes: Bytes) -> Bool? {
    guard bytes.count <= 5 else { return nil }
    let word = String(decoding: bytes, as: UTF8.self).lowercased()
    if trueWords.contains(word) { return true }
    return falseWords.contains(word) ? false : nil
  }
}

extension NumberBytes.Outcome {
  /// What was read; nil if it cannot be held.
  fileprivate var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }
}

extension ExpressionConstant {
  /// The value that a text stands for; nil if it is none of the type.
  init?(reading text: String, as type: ValueType) {
    var text = text
    let slot = text.withUTF8 { ValueText.slot(of: $0, as: type) }
    switch (type, slot) {
    case (.text, _): self = .text(text)
    case (_, nil): return nil
    case (.integer, let slot?): self = .integer(slot)
    case (.real, let slot?): self = .real(Double(slot: slot))
    case (.decimal(_, let scale), let slot?): self = .decimal(units: slot, scale: scale)
    case (.boolean, let slot?): self = .boolean(slot != 0)
    case (.date, let slot?): self = .date(slot)
    case (.timestamp, let slot?): self = .timestamp(slot)
    }
  }

  /// A decimal with as many places as are written; nil if it has more than 18 digits.
  init?(decimal text: String) {
    let places = text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
    guard places <= 18 else { return nil }
    self.init(reading: text, as: .decimal(precision: 18, scale: places))
  }
}
