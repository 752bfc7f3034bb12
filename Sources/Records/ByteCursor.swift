// A place in a text while a date or number is read; each step takes bytes or says no.

struct ByteCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var index: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
    self.bytes = bytes
    self.index = index
  }

  var isAtEnd: Bool { index == bytes.count }

  private var digit: UInt8 {
    index < bytes.count ? bytes[index] &- UInt8(ascii: "0") : 255
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool { take(UInt8(ascii: scalar)) }

  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// Exactly that many digits.
  mutating func number(_ digits: Int) -> Int? {
    guard index + digits <= bytes.count else { return nil }
    var value = 0
    for _ in 0..<digits {
      let next = digit
      guard next < 10 else { return nil }
      value = value &* 10 &+ Int(next)
      index += 1
    }
    return value
  }

  /// One digit, or two if the next is one too.
  mutating func oneOrTwo() -> Int? {
    let first = digit
    guard first < 10 else { return nil }
    index += 1
    let second = digit
    guard second < 10 else { return Int(first) }
    index += 1
    return Int(first) * 10 + Int(second)
  }

  /// Decimals of a second, as microseconds; more than six are cut off, not rounded up.
  mutating func fraction(_ allowed: ClosedRange<Int>) -> Int64? {
    var value: Int64 = 0
    var count = 0
    while count < allowed.upperBound, digit < 10 {
      if count < 6 { value = value * 10 + Int64(digit) }
      count += 1
      index += 1
    }
    guard count >= allowed.lowerBound, digit >= 10 else { return nil }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value
  }

  /// `Z`, `+02`, `+02:00`, `+0200`, as microseconds.
  mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let isNegative = take("-")
    guard isNegative || take("+"), let hours = number(2), hours < 24 else { return nil }
    var minutes = 0
    let hasColon = take(":")
    if hasColon || digit < 10 {
      guard let number = number(2), number < 60 else { return nil }
      minutes = number
    }
    let offset = Int64(hours * 60 + minutes) * 60_000_000
    return isNegative ? -offset : offset
  }

  /// An English month of three letters, in any case.
  mutating func monthName() -> Int? {
    guard index + 3 <= bytes.count else { return nil }
    let found =
      UInt32(bytes[index] | 0x20) << 16 | UInt32(bytes[index + 1] | 0x20) << 8
      | UInt32(bytes[index + 2] | 0x20)
    let month: Int
    switch found {
    case 0x6A_616E: month = 1
    case 0x66_6562: month = 2
    case 0x6D_6172: month = 3
    case 0x61_7072: month = 4
    case 0x6D_6179: month = 5
    case 0x6A_756E: month = 6
    case 0x6A_756C: month = 7
    case 0x61_7567: month = 8
    case 0x73_6570: month = 9
    case 0x6F_6374: month = 10
    case 0x6E_6F76: month = 11
    case 0x64_6563: month = 12
    default: return nil
    }
    index += 3
    return month
  }
}
