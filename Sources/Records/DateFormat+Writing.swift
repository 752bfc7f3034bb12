// Dates and times written by a pattern. No locale: months have their English names.

extension DateFormat {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Appends a time, in microseconds since 1970, as the pattern says; an offset is always `Z`.
  ///
  /// False, and nothing is appended, outside the years 1 to 9999.
  func append(_ microseconds: Int64, to text: inout [UInt8]) -> Bool {
    let (days, rest) = CivilDate.split(microseconds: microseconds)
    let date = CivilDate(days: days)
    guard (1...9_999).contains(date.year) else { return false }
    let second = Int(rest / 1_000_000)
    for token in tokens {
      switch token {
      case .year4: append(date.year, digits: 4, to: &text)
      case .year2: append(date.year % 100, digits: 2, to: &text)
      case .month2: append(date.month, digits: 2, to: &text)
      case .month1: append(date.month, digits: 1, to: &text)
      case .monthName: text += Self.months[date.month - 1].utf8
      case .day2: append(date.day, digits: 2, to: &text)
      case .day1: append(date.day, digits: 1, to: &text)
      case .hour2: append(second / 3_600, digits: 2, to: &text)
      case .hour1: append(second / 3_600, digits: 1, to: &text)
      case .minute2: append(second / 60 % 60, digits: 2, to: &text)
      case .second2: append(second % 60, digits: 2, to: &text)
      case .fraction(let digits):
        // Nine digits at the most: six that are known and zeros.
        let fraction = Int(rest % 1_000_000) * 1_000
        append(fraction / Int(powersOfTen[9 - Int(digits)]), digits: Int(digits), to: &text)
      case .offset: text.append(UInt8(ascii: "Z"))
      case .literal(let byte): text.append(byte)
      }
    }
    return true
  }

  /// At least so many digits.
  private func append(_ number: Int, digits: Int, to text: inout [UInt8]) {
    var power = 1
    for _ in 1..<digits { power *= 10 }
    while power * 10 <= number { power *= 10 }
    while power > 0 {
      text.append(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
  }
}
