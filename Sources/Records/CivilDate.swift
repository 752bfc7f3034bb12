// The proleptic Gregorian calendar as arithmetic on day numbers.
//
// Shared by casts, expressions and the loader. Knows no zones and no clock.

/// A day of the calendar.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// The year; 1 BC is 0.
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int

  /// Creates a date without checking it; see `isValid`.
  @inlinable public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that many days after 1970-01-01.
  ///
  /// Counts in eras of 400 years that begin on 1 March, so that the leap day is the last of its year
  /// (the method of Howard Hinnant's `civil_from_days`).
  @inlinable public init(days: Int) {
    let shifted = days &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra =
      (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
    day = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
    month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  @inlinable public var days: Int {
    CivilDate.days(year: year, month: month, day: day)
  }

  /// Days from 1970-01-01 to a date of the calendar.
  @inlinable public static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year &- 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear &- 399) / 400
    let yearOfEra = shiftedYear &- era &* 400
    let shiftedMonth = month > 2 ? month &- 3 : month &+ 9
    let dayOfYear = (153 &* shiftedMonth &+ 2) / 5 &+ day &- 1
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
  }

  /// Whether a year has 366 days.
  @inlinable public static func isLeap(_ year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// How many days a month has; 0 if there is no such month.
  @inlinable public static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: 31
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 0
    }
  }

  /// Whether the calendar has this day.
  @inlinable public var isValid: Bool {
    day >= 1 && day <= CivilDate.daysInMonth(year: year, month: month)
  }

  /// 1 for Monday to 7 for Sunday, as ISO 8601 counts.
  @inlinable public var weekday: Int { CivilDate.weekday(days: days) }

  /// The same of a day counted from 1970-01-01.
  @inlinable public static func weekday(days: Int) -> Int {
    let shifted = (days &+ 3) % 7
    return (shifted < 0 ? shifted + 7 : shifted) + 1
  }

  /// 1 for 1 January.
  @inlinable public var dayOfYear: Int {
    days &- CivilDate.days(year: year, month: 1, day: 1) &+ 1
  }

  /// The same day some months later; the last of the month if there is no such day.
  public func adding(months: Int) -> CivilDate {
    let total = year * 12 + month - 1 + months
    let newYear = total >= 0 ? total / 12 : (total - 11) / 12
    let newMonth = total - newYear * 12 + 1
    let last = CivilDate.daysInMonth(year: newYear, month: newMonth)
    return CivilDate(year: newYear, month: newMonth, day: min(day, last))
  }

  /// Earlier first.
  @inlinable public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CivilDate {
  /// Microseconds of a day.
  public static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The day of a timestamp, and the microseconds since that midnight (UTC).
  @inlinable public static func split(
    microseconds: Int64
  ) -> (days: Int, microsecondOfDay: Int64) {
    let perDay: Int64 = 86_400_000_000
    var days = microseconds / perDay
    var rest = microseconds - days * perDay
    if rest < 0 {
      rest += perDay
      days -= 1
    }
    return (Int(days), rest)
  }
}
