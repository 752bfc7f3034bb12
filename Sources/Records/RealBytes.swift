// Reals: the nearest double to a decimal text, always.
//
// Most texts have at most 15 digits and a small exponent: then mantissa and power of ten are exact
// doubles and one operation rounds once (Clinger's fast path). Up to 19 digits are divided exactly
// in 128 bits and rounded here. The others go through the standard library, which rounds correctly
// too but is slower and makes a string.

extension NumberBytes {
  /// Reads a real: sign, digits, decimal mark, digits, exponent.
  ///
  /// No hexadecimal, `nan` or `inf`. Too large is out of range; too small is the nearest there is, at last 0.
  public static func real(
    _ bytes: UnsafeBufferPointer<UInt8>, marks: Marks = Marks()
  ) -> Outcome<Double> {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return .malformed }
    guard marks.thousands == nil else { return groupedReal(bytes, marks: marks) }
    let end = bytes.count
    var index = 0
    let isNegative = base[0] == UInt8(ascii: "-")
    if isNegative || base[0] == UInt8(ascii: "+") { index = 1 }
    var mantissa: UInt64 = 0
    let wholeStart = index
    while index < end {
      let digit = base[index] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index &+= 1
    }
    var digits = index - wholeStart
    var exponent = 0
    if index < end, base[index] == marks.decimal {
      index += 1
      let fractionStart = index
      while index < end {
        let digit = base[index] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index &+= 1
      }
      digits += index - fractionStart
      exponent = fractionStart - index
    }
    guard digits > 0 else { return .malformed }
    if index < end {
      guard let written = exponentPart(base, from: index, end: end) else { return .malformed }
      exponent += written
    }
    // Nineteen digits fit in 64 bits; 53 bits are exact in a double.
    if digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let whole = Double(mantissa)
      let value = exponent < 0 ? whole / exactPowers[-exponent] : whole * exactPowers[exponent]
      return .value(isNegative ? -value : value)
    }
    if digits <= 19, mantissa > 0, exponent <= 0, exponent >= -19 {
      let value = quotient(mantissa, tenTo: -exponent)
      return .value(isNegative ? -value : value)
    }
    return slowReal(bytes, marks: marks)
  }

  /// The double nearest to `mantissa / 10^power`, ties to even; the power is at most 19.
  private static func quotient(_ mantissa: UInt64, tenTo power: Int) -> Double {
    if power == 0 { return Double(mantissa) }
    let divisor = power == 19 ? 10_000_000_000_000_000_000 : powers[power]
    let mantissaShift = mantissa.leadingZeroBitCount
    let divisorShift = divisor.leadingZeroBitCount
    let dividend = mantissa << UInt64(mantissaShift)
    let normal = divisor << UInt64(divisorShift)
    // Both have their highest bit set; halving a dividend that is not smaller gives 64 bits of
    // quotient either way.
    let isHalved = dividend >= normal
    let (bits, rest) = normal.dividingFullWidth(
      isHalved ? (dividend >> 1, dividend << 63) : (dividend, 0))
    let exponent = (isHalved ? -63 : -64) + divisorShift - mantissaShift
    var significand = bits >> 11
    let cut = bits & 0x7FF
    if cut > 0x400 || (cut == 0x400 && (rest != 0 || significand & 1 == 1)) { significand += 1 }
    return Double(sign: .plus, exponent: exponent + 11, significand: Double(significand))
  }

  /// The exponent after the digits, kept within what makes a difference.
  private static func exponentPart(_ base: UnsafePointer<UInt8>, from start: Int, end: Int) -> Int?
  {
    var index = start
    guard base[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    guard index < end else { return nil }
    let isNegative = base[index] == UInt8(ascii: "-")
    if isNegative || base[index] == UInt8(ascii: "+") { index += 1 }
    guard index < end else { return nil }
    var value = 0
    while index < end {
      let digit = base[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = min(value * 10 + Int(digit), 1 << 40)
      index += 1
    }
    return isNegative ? -value : value
  }

  /// Checks the groups, then reads the number without them.
  private static func groupedReal(
    _ bytes: UnsafeBufferPointer<UInt8>, marks: Marks
  ) -> Outcome<Double> {
    var reader = NumberReader(bytes, marks: marks)
    guard reader.sign(), reader.whole() >= 0 else { return .malformed }
    let wholeEnd = reader.index
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { plain in
      var count = 0
      for index in 0..<bytes.count {
        if index < wholeEnd, bytes[index] == marks.thousands { continue }
        plain[count] = bytes[index]
        count += 1
      }
      return real(
        UnsafeBufferPointer(rebasing: plain[..<count]), marks: Marks(decimal: marks.decimal))
    }
  }

  /// The bytes are known to be a number.
  private static func slowReal(
    _ bytes: UnsafeBufferPointer<UInt8>, marks: Marks
  ) -> Outcome<Double> {
    let point = UInt8(ascii: ".")
    let text = String(unsafeUninitializedCapacity: bytes.count) { target in
      for index in 0..<bytes.count {
        target[index] = bytes[index] == marks.decimal ? point : bytes[index]
      }
      return bytes.count
    }
    guard let value = Double(text) else { return .malformed }
    return value.isFinite ? .value(value) : .outOfRange
  }

  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
