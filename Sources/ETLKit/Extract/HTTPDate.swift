// Moments as HTTP writes them, in the one form in use and the two that must still be read.

/// Dates of RFC 9110, section 5.6.7.
enum HTTPDate {
  /// Reads any of the three forms, or gives nil.
  ///
  /// They are `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
  /// `Sun Nov  6 08:49:37 1994`. A two-digit year is at most 50 years ahead.
  static func read(_ text: String, now: Timestamp) -> Timestamp? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    let hasZone = words.last == "GMT" || words.last == "UTC"
    let day: Int?
    let month: Int?
    var year: Int?
    let time: String
    if words.count == 6, hasZone {
      (day, month, year, time) = (
        number(words[1]), Self.month(words[2]), number(words[3]), words[4]
      )
      if words[3].count == 2, let short = year {
        let thisYear = civil(now.microseconds / 1_000_000).year
        let century = thisYear / 100 * 100
        year = century + short > thisYear + 50 ? century + short - 100 : century + short
      }
    } else if words.count == 5, !hasZone {
      (day, month, year, time) = (
        number(words[2]), Self.month(words[1]), number(words[4]), words[3]
      )
    } else {
      return nil
    }
    let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
    guard let day, let month, let year, parts.count == 3, let hour = parts[0],
      let minute = parts[1], let second = parts[2], (1...31).contains(day), year >= 1_900,
      year < 10_000, hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds =
      days(year: year, month: month, day: day) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    return Timestamp(microseconds: seconds * 1_000_000)
  }

  /// A moment for people: `2026-03-01 14:22:10 UTC`; parts of a second count as a whole one.
  static func words(_ moment: Timestamp) -> String {
    let seconds = (moment.microseconds + 999_999) / 1_000_000
    let date = civil(seconds)
    let rest = Int(seconds - seconds / 86_400 * 86_400)
    return "\(date.year)-\(two(date.month))-\(two(date.day)) "
      + "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60)) UTC"
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  private static func month(_ text: String) -> Int? {
    months.firstIndex(of: text.lowercased()).map { $0 + 1 }
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(text)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  // Years are counted from March, so that the leap day is the last day of a year.

  private static func days(year: Int, month: Int, day: Int) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    let leaps = marchYear / 4 - marchYear / 100 + marchYear / 400
    return Int64(marchYear * 365 + leaps + (153 * marchMonth + 2) / 5 + day - 1 - 719_468)
  }

  private static func civil(_ seconds: Int64) -> (year: Int, month: Int, day: Int) {
    let day = Int(max(0, seconds) / 86_400) + 719_468
    let era = day / 146_097
    let inEra = day - era * 146_097
    let year = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (year * 365 + year / 4 - year / 100)
    let marchMonth = (5 * inYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (
      year + era * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * marchMonth + 2) / 5 + 1
    )
  }
}
