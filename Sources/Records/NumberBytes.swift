// Numbers: bytes to integers, decimals and reals, and back. No locale; nothing is ever rounded
// but a real, and that correctly.

/// Reads and writes numbers.
public enum NumberBytes {
  /// What reading gave.
  public enum Outcome<Value> {
    /// The value.
    case value(Value)
    /// Not a number of this kind.
    case malformed
    /// A number, but one that the type cannot hold.
    case outOfRange
  }

  /// The signs a number is written with.
  public struct Marks: Hashable, Sendable {
    /// Between the whole part and the fraction.
    public var decimal: UInt8
    /// Between groups of exactly three digits of the whole part; nil allows none.
    public var thousands: UInt8?

    /// Creates marks; the default is a point and no groups.
    public init(decimal: UInt8 = UInt8(ascii: "."), thousands: UInt8? = nil) {
      self.decimal = decimal
      self.thousands = thousands
    }
  }

  /// The most bytes that `writeInteger` and `writeDecimal` use.
  public static let byteCount = 24

  /// Reads an integer: an optional sign and digits, nothing else.
  @inlinable public static func integer(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Outcome<Int64> {
    var index = 0
    let count = bytes.count
    guard count > 0 else { return .malformed }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative || bytes[0] == UInt8(ascii: "+") { index = 1 }
    guard index < count else { return .malformed }
    // Eighteen digits always fit.
    if count &- index <= 18 {
      var value: Int64 = 0
      repeat {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return .malformed }
        value = value &* 10 &+ Int64(digit)
        index &+= 1
      } while index < count
      return .value(isNegative ? 0 &- value : value)
    }
    return longInteger(bytes, from: index, isNegative: isNegative)
  }

  @usableFromInline static func longInteger(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isNegative: Bool
  ) -> Outcome<Int64> {
    var value: UInt64 = 0
    var isTooLarge = false
    for index in start..<bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return .malformed }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { isTooLarge = true }
      value = sum
    }
    return signed(value, isNegative: isNegative, isTooLarge: isTooLarge)
  }

  static func signed(
    _ magnitude: UInt64, isNegative: Bool, isTooLarge: Bool
  ) -> Outcome<Int64> {
    let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
    guard !isTooLarge, magnitude <= limit else { return .outOfRange }
    return .value(isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
  }

  /// Reads an integer with marks between its groups.
  public static func integer(
    _ bytes: UnsafeBufferPointer<UInt8>, marks: Marks
  ) -> Outcome<Int64> {
    guard marks.thousands != nil else { return integer(bytes) }
    var reader = NumberReader(bytes, marks: marks)
    guard reader.sign(), reader.whole() > 0, reader.isAtEnd else { return .malformed }
    return signed(
      reader.magnitude, isNegative: reader.isNegative, isTooLarge: reader.isTooLarge)
  }

  /// Reads a decimal as value × 10^scale; more decimals than `scale` are malformed unless zero.
  public static func decimal(
    _ bytes: UnsafeBufferPointer<UInt8>, precision: Int, scale: Int, marks: Marks = Marks()
  ) -> Outcome<Int64> {
    var reader = NumberReader(bytes, marks: marks)
    guard reader.sign() else { return .malformed }
    var digits = reader.whole()
    guard digits >= 0 else { return .malformed }
    var decimals = 0
    if reader.takeDecimalMark() {
      decimals = reader.fraction(kept: scale)
      guard decimals >= 0 else { return .malformed }
      digits += decimals
    }
    guard digits > 0, reader.isAtEnd else { return .malformed }
    reader.scale(by: scale - min(decimals, scale))
    guard !reader.isTooLarge, reader.magnitude < powers[min(max(precision, 0), 18)] else {
      return .outOfRange
    }
    let value = Int64(reader.magnitude)
    return .value(reader.isNegative ? -value : value)
  }

  static let powers: [UInt64] = (0...18).map { exponent in
    (0..<exponent).reduce(UInt64(1)) { value, _ in value * 10 }
  }

  /// Writes an integer.
  /// - Parameters:
  ///   - value: any integer.
  ///   - target: room for `byteCount` bytes.
  /// - Returns: How many bytes were written.
  @discardableResult public static func writeInteger(
    _ value: Int64, into target: UnsafeMutablePointer<UInt8>
  ) -> Int { writeDecimal(value, scale: 0, into: target) }

  /// Writes a decimal with all its decimals: -5 with scale 2 is `-0.05`.
  /// - Parameters:
  ///   - value: the value × 10^scale.
  ///   - scale: how many decimals, 0 to 18.
  ///   - target: room for `byteCount` bytes.
  /// - Returns: How many bytes were written.
  @discardableResult public static func writeDecimal(
    _ value: Int64, scale: Int, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var rest = value.magnitude
    var digits = 1
    var probe = rest
    while probe >= 10 {
      probe /= 10
      digits += 1
    }
    digits = max(digits, scale + 1)
    var count = digits + (scale > 0 ? 1 : 0) + (value < 0 ? 1 : 0)
    let total = count
    for written in 0..<digits {
      if scale > 0, written == scale {
        count -= 1
        target[count] = UInt8(ascii: ".")
      }
      count -= 1
      target[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    if value < 0 { target[0] = UInt8(ascii: "-") }
    return total
  }

  /// A decimal as text, for messages and tests.
  public static func decimalText(_ value: Int64, scale: Int) -> String {
    String(unsafeUninitializedCapacity: byteCount) {
      $0.baseAddress.map { writeDecimal(value, scale: scale, into: $0) } ?? 0
    }
  }
}
