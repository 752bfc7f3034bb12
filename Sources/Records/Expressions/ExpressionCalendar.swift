// Days and dates of the Gregorian calendar, years 1 to 9999, by arithmetic alone.

let microsPerDay: Int64 = 86_400_000_000

/// A date as year, month and day.
///
/// Arithmetic wraps, so that a column full of nonsense cannot trap.
struct CalendarDay: Hashable {
  var year: Int64
  var month: Int64
  var day: Int64

  /// 0001-01-01 to 9999-12-31, as days since 1970-01-01.
  static let range: ClosedRange<Int64> = -719_162...2_932_896

  /// Counts years from March, so that the leap day is the last of its year.
  init(days: Int64) {
    let shifted = days &+ 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra =
      (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
    day = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
    month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// Nil if there is no such day.
  init?(year: Int64, month: Int64, day: Int64) {
    guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
      day <= CalendarDay.length(ofMonth: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1970-01-01.
  var days: Int64 {
    let shiftedYear = month <= 2 ? year &- 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear &- era &* 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
  }

  static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// So many months later, on the last day of the month if it is shorter; nil outside the range.
  func adding(months: Int64) -> CalendarDay? {
    guard abs(months.clamped) <= 200_000 else { return nil }
    let total = year &* 12 &+ month &- 1 &+ months
    let newYear = floorDivide(total, 12)
    let newMonth = total - newYear * 12 + 1
    let last = CalendarDay.length(ofMonth: newMonth, year: newYear)
    return CalendarDay(year: newYear, month: newMonth, day: min(day, last))
  }
}

extension Int64 {
  /// Itself, but never the one value that has no opposite.
  fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}

/// The pieces of time that dates and timestamps are cut to.
enum DateUnit: String, CaseIterable {
  case year, quarter, month, week, day, hour, minute, second

  /// Whether a date can be cut to it.
  var fitsDates: Bool {
    switch self {
    case .year, .quarter, .month, .week, .day: true
    case .hour, .minute, .second: false
    }
  }

  /// The first day of the piece that a day lies in; weeks start on Monday.
  func start(ofDay days: Int64) -> Int64 {
    let day = CalendarDay(days: days)
    switch self {
    case .year: return days &- dayOfYear(days) &+ 1
    case .quarter:
      var first = day
      first.month = (day.month - 1) / 3 * 3 + 1
      first.day = 1
      return first.days
    case .month: return days &- day.day &+ 1
    case .week: return days &- weekday(days) &+ 1
    case .day, .hour, .minute, .second: return days
    }
  }

  /// The same for an instant, in microseconds.
  func start(ofInstant micros: Int64) -> Int64 {
    let length: Int64
    switch self {
    case .hour: length = 3_600_000_000
    case .minute: length = 60_000_000
    case .second: length = 1_000_000
    default: return start(ofDay: floorDivide(micros, microsPerDay)) &* microsPerDay
    }
    return floorDivide(micros, length) &* length
  }
}

/// Monday is 1, Sunday 7.
func weekday(_ days: Int64) -> Int64 {
  let shifted = (days &+ 3) % 7
  return (shifted < 0 ? shifted + 7 : shifted) + 1
}

/// 1 January is 1.
func dayOfYear(_ days: Int64) -> Int64 {
  var first = CalendarDay(days: days)
  first.month = 1
  first.day = 1
  return days &- first.days &+ 1
}

@inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient &- 1 : quotient
}
