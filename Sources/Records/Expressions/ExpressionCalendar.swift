// What expressions do with days and instants: years 1 to 9999, pieces of time, whole days and months later.
//
// Arithmetic wraps, so that a column full of nonsense cannot trap.

let microsPerDay = CivilDate.microsecondsPerDay

extension CivilDate {
  /// 0001-01-01 to 9999-12-31, as days since 1970-01-01.
  static let expressionDays: ClosedRange<Int64> = -719_162...2_932_896

  /// Nil if there is no such day in the years 1 to 9999.
  init?(year: Int64, month: Int64, day: Int64) {
    guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
      return nil
    }
    self.init(year: Int(year), month: Int(month), day: Int(day))
    guard isValid else { return nil }
  }
}

/// So many days later; nil outside the years 1 to 9999.
func later(_ days: Int64, days more: Int64) -> Int64? {
  let (result, overflow) = days.addingReportingOverflow(more)
  return !overflow && CivilDate.expressionDays.contains(result) ? result : nil
}

/// So many months later, on the last day of the month if it is shorter; nil outside the years 1 to 9999.
func later(_ days: Int64, months: Int64) -> Int64? {
  guard CivilDate.expressionDays.contains(days), (-200_000...200_000).contains(months) else {
    return nil
  }
  let date = CivilDate(days: Int(days)).adding(months: Int(months))
  return (1...9_999).contains(date.year) ? Int64(date.days) : nil
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
    let date = CivilDate(days: Int(days))
    switch self {
    case .year: return days &- dayOfYear(days) &+ 1
    case .quarter:
      let first = CivilDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1)
      return Int64(first.days)
    case .month: return days &- Int64(date.day) &+ 1
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
func weekday(_ days: Int64) -> Int64 { Int64(CivilDate.weekday(days: Int(days))) }

/// 1 January is 1.
func dayOfYear(_ days: Int64) -> Int64 { Int64(CivilDate(days: Int(days)).dayOfYear) }

@inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient &- 1 : quotient
}
