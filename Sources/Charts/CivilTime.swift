// Calendar dates in UTC by arithmetic: seconds since 1970 to year, month, day and back.
//
// The proleptic Gregorian calendar, with a year 0; eras of 400 years make every division exact.

/// A calendar date and a time of day.
struct CivilTime: Hashable, Sendable {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay: Int

  init(year: Int, month: Int = 1, day: Int = 1, secondOfDay: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = secondOfDay
  }

  /// The civil time of an instant; instants out of any calendar are kept within three million years.
  init(seconds: Double) {
    let limit = 1e14
    let clamped = seconds.isNaN ? 0 : min(max(seconds, -limit), limit)
    let whole = Int(clamped.rounded(.down))
    let days = floorDivide(whole, Self.secondsPerDay)
    self.init(dayNumber: days)
    secondOfDay = whole - days * Self.secondsPerDay
  }

  /// The civil date of a day counted from 1970-01-01.
  init(dayNumber: Int) {
    // Count from 1 March of year 0, so that the leap day ends a year.
    let shifted = dayNumber + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    secondOfDay = 0
  }

  static let secondsPerDay = 86_400

  /// Days from 1970-01-01.
  var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Seconds since 1970-01-01.
  var seconds: Double { Double(dayNumber * Self.secondsPerDay + secondOfDay) }

  /// Months from January of year 0.
  var monthNumber: Int { year * 12 + month - 1 }

  /// 0 for Monday to 6 for Sunday.
  var weekday: Int {
    let shifted = dayNumber + 3
    return shifted - floorDivide(shifted, 7) * 7
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let weekdayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  /// The month in three letters.
  var monthName: String { Self.monthNames[min(max(month, 1), 12) - 1] }

  /// The weekday in three letters.
  var weekdayName: String { Self.weekdayNames[min(max(weekday, 0), 6)] }

  /// Hours and minutes, as 09:05.
  var clock: String { "\(twoDigits(secondOfDay / 3_600)):\(twoDigits(secondOfDay / 60 % 60))" }

  /// Hours, minutes and seconds, as 09:05:30.
  var clockWithSeconds: String { "\(clock):\(twoDigits(secondOfDay % 60))" }

  /// The ISO date, as 2021-03-15.
  var isoDate: String {
    let digits = String(abs(year))
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return "\(year < 0 ? "-" : "")\(padded)-\(twoDigits(month))-\(twoDigits(day))"
  }

  /// The date in words, as 3 Jan 2022.
  var longDate: String { "\(day) \(monthName) \(year)" }
}

/// The text of an instant for read-outs and tables, exact to the microsecond.
func instantText(_ seconds: Double, dateOnly: Bool) -> String {
  let civil = CivilTime(seconds: seconds)
  guard !dateOnly else { return civil.isoDate }
  let rest = seconds - seconds.rounded(.down)
  let micros = Int((rest * 1_000_000).rounded())
  guard micros > 0, micros < 1_000_000 else { return "\(civil.isoDate) \(civil.clockWithSeconds)Z" }
  var digits = String(micros)
  digits = String(repeating: "0", count: 6 - digits.count) + digits
  while digits.hasSuffix("0") { digits.removeLast() }
  return "\(civil.isoDate) \(civil.clockWithSeconds).\(digits)Z"
}

/// The quotient rounded towards minus infinity.
func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// A number below a hundred with two digits.
private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
