// Dates and timestamps: bytes to numbers and back. No locale, no zones but fixed offsets, no clock.

/// Reads and writes dates and timestamps.
public enum DateBytes {
  /// The century of a two-digit year is decided as POSIX does: 69–99 → 1969–1999, 00–68 → 2000–2068.
  @inlinable public static func year(twoDigits: Int) -> Int {
    twoDigits >= 69 ? 1_900 + twoDigits : 2_000 + twoDigits
  }

  /// The pivot in words, for `explain` and the reference.
  public static let pivotRule = "two-digit years: 69–99 are 1969–1999, 00–68 are 2000–2068"

  /// The most bytes that `writeDate` uses.
  public static let dateByteCount = 16
  /// The most bytes that `writeTimestamp` uses.
  public static let timestampByteCount = 40

  /// Reads `yyyy-MM-dd`, exactly ten bytes, as days since 1970-01-01.
  @inlinable public static func days(iso bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count == 10, let base = bytes.baseAddress else { return nil }
    return days(isoAt: base)
  }

  @inlinable static func days(isoAt base: UnsafePointer<UInt8>) -> Int64? {
    let zero = UInt8(ascii: "0")
    let y0 = base[0] &- zero
    let y1 = base[1] &- zero
    let y2 = base[2] &- zero
    let y3 = base[3] &- zero
    let m0 = base[5] &- zero
    let m1 = base[6] &- zero
    let d0 = base[8] &- zero
    let d1 = base[9] &- zero
    let dash = UInt8(ascii: "-")
    guard y0 < 10, y1 < 10, y2 < 10, y3 < 10, m0 < 10, m1 < 10, d0 < 10, d1 < 10,
      base[4] == dash, base[7] == dash
    else { return nil }
    let year = Int(y0) &* 1_000 &+ Int(y1) &* 100 &+ Int(y2) &* 10 &+ Int(y3)
    let month = Int(m0) &* 10 &+ Int(m1)
    let day = Int(d0) &* 10 &+ Int(d1)
    guard year > 0, day > 0 else { return nil }
    if day > 28, day > CivilDate.daysInMonth(year: year, month: month) { return nil }
    guard month > 0, month < 13 else { return nil }
    return Int64(CivilDate.days(year: year, month: month, day: day))
  }

  /// Reads an ISO 8601 timestamp as microseconds since 1970 UTC.
  ///
  /// A date alone is its midnight. Date and time are parted by `T`, `t` or a blank; seconds may be
  /// left out and may have one to nine decimals, of which six are kept. No zone means UTC; `Z`,
  /// `+02`, `+02:00` and `+0200` are understood. 24:00 and leap seconds are not times of a day.
  public static func microseconds(iso bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count >= 10, let base = bytes.baseAddress, let days = days(isoAt: base)
    else { return nil }
    let midnight = days * CivilDate.microsecondsPerDay
    if bytes.count == 10 { return midnight }
    var cursor = ByteCursor(bytes, at: 10)
    guard cursor.take("T") || cursor.take("t") || cursor.take(" "),
      let hour = cursor.number(2), hour < 24, cursor.take(":"),
      let minute = cursor.number(2), minute < 60
    else { return nil }
    var time = Int64(hour * 3_600 + minute * 60) * 1_000_000
    if cursor.take(":") {
      guard let second = cursor.number(2), second < 60 else { return nil }
      time += Int64(second) * 1_000_000
      if cursor.take(".") || cursor.take(",") {
        guard let fraction = cursor.fraction(1...9) else { return nil }
        time += fraction
      }
    }
    if !cursor.isAtEnd {
      guard let offset = cursor.offset() else { return nil }
      time -= offset
    }
    return cursor.isAtEnd ? midnight + time : nil
  }

  /// Reads bytes by a format: days since 1970-01-01, and microseconds of the day (UTC; may reach
  /// beyond the day if there is an offset).
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, as format: DateFormat
  ) -> (days: Int64, microseconds: Int64)? {
    var cursor = ByteCursor(bytes, at: 0)
    var year = 0
    var month = 0
    var day = 0
    var time: Int64 = 0
    let tokens = format.tokens
    for index in tokens.indices {
      switch tokens[index] {
      case .literal(let byte):
        guard cursor.take(byte) else { return nil }
      case .year4:
        guard let number = cursor.number(4), number > 0 else { return nil }
        year = number
      case .year2:
        guard let number = cursor.number(2) else { return nil }
        year = DateBytes.year(twoDigits: number)
      case .month2:
        guard let number = cursor.number(2) else { return nil }
        month = number
      case .month1:
        guard let number = cursor.oneOrTwo() else { return nil }
        month = number
      case .monthName:
        guard let number = cursor.monthName() else { return nil }
        month = number
      case .day2:
        guard let number = cursor.number(2) else { return nil }
        day = number
      case .day1:
        guard let number = cursor.oneOrTwo() else { return nil }
        day = number
      case .hour2:
        guard let number = cursor.number(2), number < 24 else { return nil }
        time += Int64(number) * 3_600_000_000
      case .hour1:
        guard let number = cursor.oneOrTwo(), number < 24 else { return nil }
        time += Int64(number) * 3_600_000_000
      case .minute2:
        guard let number = cursor.number(2), number < 60 else { return nil }
        time += Int64(number) * 60_000_000
      case .second2:
        guard let number = cursor.number(2), number < 60 else { return nil }
        time += Int64(number) * 1_000_000
      case .fraction(let digits):
        guard let fraction = cursor.fraction(Int(digits)...Int(digits)) else { return nil }
        time += fraction
      case .offset:
        guard let offset = cursor.offset() else { return nil }
        time -= offset
      }
    }
    guard cursor.isAtEnd, CivilDate(year: year, month: month, day: day).isValid else { return nil }
    return (Int64(CivilDate.days(year: year, month: month, day: day)), time)
  }

  /// Writes `YYYY-MM-DD`; years beyond 0–9999 get a sign and more digits.
  /// - Parameters:
  ///   - days: since 1970-01-01.
  ///   - target: room for `dateByteCount` bytes.
  /// - Returns: How many bytes were written.
  @discardableResult public static func writeDate(
    _ days: Int64, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let most: Int64 = 366_000_000
    let date = CivilDate(days: Int(max(-most, min(most, days))))
    var count = 0
    if (0...9_999).contains(date.year) {
      write(date.year, digits: 4, to: target)
      count = 4
    } else {
      target[0] = UInt8(ascii: date.year < 0 ? "-" : "+")
      write(abs(date.year), digits: 7, to: target + 1)
      count = 8
    }
    target[count] = UInt8(ascii: "-")
    write(date.month, digits: 2, to: target + count + 1)
    target[count + 3] = UInt8(ascii: "-")
    write(date.day, digits: 2, to: target + count + 4)
    return count + 6
  }

  /// Writes `YYYY-MM-DDTHH:MM:SS`, the microseconds if there are any, and `Z`.
  ///
  /// Without the `Z` texts sort as their times do, whether they have a fraction or not.
  /// - Parameters:
  ///   - microseconds: since 1970 UTC.
  ///   - target: room for `timestampByteCount` bytes.
  ///   - hasZone: whether `Z` is written.
  ///   - separator: what parts the date from the time.
  /// - Returns: How many bytes were written.
  @discardableResult public static func writeTimestamp(
    _ microseconds: Int64, into target: UnsafeMutablePointer<UInt8>, hasZone: Bool = true,
    separator: UInt8 = UInt8(ascii: "T")
  ) -> Int {
    let (days, rest) = CivilDate.split(microseconds: microseconds)
    var count = writeDate(Int64(days), into: target)
    let second = Int(rest / 1_000_000)
    let fraction = Int(rest % 1_000_000)
    target[count] = separator
    write(second / 3_600, digits: 2, to: target + count + 1)
    target[count + 3] = UInt8(ascii: ":")
    write(second / 60 % 60, digits: 2, to: target + count + 4)
    target[count + 6] = UInt8(ascii: ":")
    write(second % 60, digits: 2, to: target + count + 7)
    count += 9
    if fraction != 0 {
      target[count] = UInt8(ascii: ".")
      write(fraction, digits: 6, to: target + count + 1)
      count += 7
    }
    if hasZone {
      target[count] = UInt8(ascii: "Z")
      count += 1
    }
    return count
  }

  private static func write(_ number: Int, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
    var rest = number
    var index = digits
    while index > 0 {
      index -= 1
      target[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  /// `YYYY-MM-DD`, for messages and tests.
  public static func dateText(_ days: Int64) -> String {
    String(unsafeUninitializedCapacity: dateByteCount) {
      $0.baseAddress.map { writeDate(days, into: $0) } ?? 0
    }
  }

  /// An ISO timestamp, for messages and tests.
  public static func timestampText(_ microseconds: Int64) -> String {
    String(unsafeUninitializedCapacity: timestampByteCount) {
      $0.baseAddress.map { writeTimestamp(microseconds, into: $0) } ?? 0
    }
  }
}
