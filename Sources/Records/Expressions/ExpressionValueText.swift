// Values to text and back, as expressions define it: strict, ISO, no guessing.

/// Values as text.
enum ValueText {
  /// The shortest digits that read back as the same number.
  static func real(_ value: Double) -> String { value.description }

  static func decimal(_ units: Int64, scale: Int) -> String {
    guard scale > 0 else { return String(units) }
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let whole = padded.dropLast(scale)
    return "\(units < 0 ? "-" : "")\(whole).\(padded.suffix(scale))"
  }

  /// `2020-01-31`.
  static func date(_ days: Int64) -> String {
    let day = CalendarDay(days: days)
    return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
  }

  /// `2020-01-31 23:59:59`, with six more digits if there is a fraction.
  static func timestamp(_ micros: Int64) -> String {
    let days = floorDivide(micros, microsPerDay)
    let rest = micros &- days &* microsPerDay
    let seconds = rest / 1_000_000
    let fraction = rest % 1_000_000
    let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let tail = fraction == 0 ? "" : "." + padded(fraction, 6)
    return "\(date(days)) \(time[0]):\(time[1]):\(time[2])\(tail)"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

// Reading.
extension ValueText {
  /// Digits with an optional sign, nothing else.
  static func readInteger(_ bytes: some Collection<UInt8>) -> Int64? {
    var rest = bytes[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in rest {
      guard let digit = digit(byte) else { return nil }
      let (tenfold, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (next, overflow) =
        isNegative
        ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
      guard !tooLarge, !overflow else { return nil }
      value = next
    }
    return value
  }

  /// Digits, a point, an exponent; no words such as `nan`.
  static func readReal(_ bytes: some Collection<UInt8>) -> Double? {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        continue
      default: return nil
      }
    }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  /// Digits with a point; more decimal places than `scale` are refused, unless they are zeros.
  static func readDecimal(_ bytes: some Collection<UInt8>, scale: Int) -> Int64? {
    var rest = bytes[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    var units: Int64 = 0
    var places: Int?
    var hasDigits = false
    for byte in rest {
      if byte == UInt8(ascii: "."), places == nil {
        places = 0
        continue
      }
      guard let digit = digit(byte) else { return nil }
      hasDigits = true
      if let known = places {
        guard known < scale else {
          guard digit == 0 else { return nil }
          continue
        }
        places = known + 1
      }
      guard units <= decimalLimit / 10 else { return nil }
      units = units * 10 + digit
    }
    guard hasDigits else { return nil }
    guard let scaled = rescaled(units, by: scale - (places ?? 0)) else { return nil }
    return isNegative ? -scaled : scaled
  }

  /// A decimal with as many places as are written.
  static func readDecimalLiteral(_ text: String) -> ExpressionConstant? {
    let places = text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
    guard places <= 18 else { return nil }
    return readDecimal(text.utf8, scale: places).map { .decimal(units: $0, scale: places) }
  }

  static func readDate(_ text: String) -> Int64? { readDate(Array(text.utf8)[...]) }

  /// `yyyy-MM-dd`.
  static func readDate(_ bytes: some Collection<UInt8>) -> Int64? {
    var reader = DigitReader(bytes)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
      reader.skip("-"), let day = reader.number(2), reader.isAtEnd
    else { return nil }
    return CalendarDay(year: year, month: month, day: day)?.days
  }

  static func readTimestamp(_ text: String) -> Int64? { readTimestamp(Array(text.utf8)[...]) }

  /// `yyyy-MM-dd`, then `HH:mm[:ss[.ffffff]]` after a blank or `T`, then `Z` or `±HH:mm`.
  static func readTimestamp(_ bytes: some Collection<UInt8>) -> Int64? {
    var reader = DigitReader(bytes)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
      reader.skip("-"), let day = reader.number(2),
      let days = CalendarDay(year: year, month: month, day: day)?.days
    else { return nil }
    if reader.isAtEnd { return days * microsPerDay }
    guard reader.skip(" ") || reader.skip("T") || reader.skip("t"),
      let hour = reader.number(2), hour < 24, reader.skip(":"),
      let minute = reader.number(2), minute < 60
    else { return nil }
    var micros = days * microsPerDay + (hour * 60 + minute) * 60_000_000
    if reader.skip(":") {
      guard let second = reader.number(2), second < 60 else { return nil }
      micros += second * 1_000_000
      if reader.skip(".") {
        guard let fraction = reader.fraction(6) else { return nil }
        micros += fraction
      }
    }
    if reader.skip("Z") || reader.skip("z") || reader.isAtEnd {
      return reader.isAtEnd ? micros : nil
    }
    let isEast = reader.skip("+")
    guard isEast || reader.skip("-"), let hours = reader.number(2), hours < 24 else { return nil }
    _ = reader.skip(":")
    guard let minutes = reader.number(2), minutes < 60, reader.isAtEnd else { return nil }
    let offset = (hours * 60 + minutes) * 60_000_000
    return micros + (isEast ? -offset : offset)
  }

  private static let trueWords = ["true", "t", "yes", "y", "1"]
  private static let falseWords = ["false", "f", "no", "n", "0"]

  static func readBoolean(_ bytes: some Collection<UInt8>) -> Bool? {
    guard bytes.count <= 5 else { return nil }
    let word = String(decoding: bytes, as: UTF8.self).lowercased()
    if trueWords.contains(word) { return true }
    return falseWords.contains(word) ? false : nil
  }

  fileprivate static func digit(_ byte: UInt8) -> Int64? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
  }
}

/// Takes digits and separators off the front of bytes.
private struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: sign) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Exactly so many digits.
  mutating func number(_ count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let digit = rest.first.flatMap(ValueText.digit) else { return nil }
      value = value * 10 + digit
      rest = rest.dropFirst()
    }
    return value
  }

  /// Up to so many digits behind a point, scaled as if all were there.
  mutating func fraction(_ count: Int) -> Int64? {
    var value: Int64 = 0
    var found = 0
    while let digit = rest.first.flatMap(ValueText.digit) {
      guard found < count else { return nil }
      value = value * 10 + digit
      found += 1
      rest = rest.dropFirst()
    }
    guard found > 0 else { return nil }
    return rescaled(value, by: count - found)
  }
}
