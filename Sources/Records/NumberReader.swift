// Steps through the bytes of a number: sign, groups of digits, fraction. Keeps the magnitude exactly.

struct NumberReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let marks: NumberBytes.Marks
  private(set) var index = 0
  private(set) var isNegative = false
  private(set) var magnitude: UInt64 = 0
  private(set) var isTooLarge = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, marks: NumberBytes.Marks) {
    self.bytes = bytes
    self.marks = marks
  }

  var isAtEnd: Bool { index == bytes.count }
  var byte: UInt8 { index < bytes.count ? bytes[index] : 0 }
  private var digit: UInt8 {
    index < bytes.count ? bytes[index] &- UInt8(ascii: "0") : 255
  }

  /// Takes a sign if there is one.
  /// - Returns: Whether anything follows.
  mutating func sign() -> Bool {
    if byte == UInt8(ascii: "-") {
      isNegative = true
      index += 1
    } else if byte == UInt8(ascii: "+") {
      index += 1
    }
    return index < bytes.count
  }

  /// Takes the whole part.
  /// - Returns: How many digits there were, or -1 if a group has other than three.
  mutating func whole() -> Int {
    var digits = 0
    while digit < 10 {
      push(digit)
      digits += 1
      index += 1
    }
    guard let mark = marks.thousands, byte == mark, !isAtEnd else { return digits }
    guard (1...3).contains(digits) else { return -1 }
    while !isAtEnd, byte == mark {
      index += 1
      for _ in 0..<3 {
        guard digit < 10 else { return -1 }
        push(digit)
        digits += 1
        index += 1
      }
    }
    return digit < 10 ? -1 : digits
  }

  mutating func takeDecimalMark() -> Bool {
    guard !isAtEnd, byte == marks.decimal else { return false }
    index += 1
    return true
  }

  /// Takes decimals.
  /// - Parameter kept: how many count; those after must be zero.
  /// - Returns: How many there were, or -1 if one that does not count is not zero.
  mutating func fraction(kept: Int) -> Int {
    var digits = 0
    while digit < 10 {
      if digits < kept {
        push(digit)
      } else if digit != 0 {
        return -1
      }
      digits += 1
      index += 1
    }
    return digits
  }

  mutating func scale(by zeros: Int) {
    for _ in 0..<max(0, zeros) { push(0) }
  }

  mutating func advance() { index += 1 }

  private mutating func push(_ digit: UInt8) {
    let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
    if overflow || carry { isTooLarge = true }
    magnitude = sum
  }
}
