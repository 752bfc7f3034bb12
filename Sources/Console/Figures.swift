// Numbers, durations and moments as the screens print them.
//
// Honest ones: thousands separated, one unit a column, a dash for what is not known.

import ETLKit

enum Figures {
  /// "412,080"; a dash for nil.
  static func count(_ number: Int?) -> String {
    guard let number else { return "–" }
    let digits = String(number.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// "1 record", "31 records".
  static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// "412", "6.1k", "18.2k", "1.3M".
  static func rate(_ rate: Double?) -> String {
    guard let rate, rate.isFinite, rate >= 0 else { return "–" }
    switch rate {
    case ..<1_000: return String(Int(rate.rounded()))
    case ..<1_000_000: return tenths(rate / 1_000) + "k"
    case ..<1_000_000_000: return tenths(rate / 1_000_000) + "M"
    default: return ">999M"
    }
  }

  /// "74%"; complete only when it is complete.
  static func percent(_ fraction: Double?) -> String {
    guard let fraction, fraction.isFinite else { return "–" }
    if fraction >= 1 { return "100%" }
    return "\(min(99, max(0, Int(fraction * 100))))%"
  }

  /// "0.01%", "37%": the share of a part, never rounded to nothing.
  static func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "–" }
    let percent = Double(part) / Double(whole) * 100
    if part == 0 { return "0%" }
    if part == whole { return "100%" }
    if percent < 0.01 { return "<0.01%" }
    if percent < 1 {
      let hundredths = Int((percent * 100).rounded())
      return "0." + padded(min(hundredths, 99), 2) + "%"
    }
    return tenths(percent) + "%"
  }

  /// "02:41", "1:02:41", "3 d 04 h".
  static func duration(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    let whole = Int(seconds)
    let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
    if hours >= 48 { return "\(hours / 24) d \(padded(hours % 24, 2)) h" }
    if hours > 0 { return "\(hours):\(padded(minutes, 2)):\(padded(whole % 60, 2))" }
    return "\(padded(minutes, 2)):\(padded(whole % 60, 2))"
  }

  /// "12 s", "3 m", "2 h", "2 d": how long ago, in one unit.
  static func age(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e11 else { return "–" }
    let whole = max(0, Int(seconds))
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3_600: return "\(whole / 60) m"
    case ..<172_800: return "\(whole / 3_600) h"
    default: return "\(whole / 86_400) d"
    }
  }

  /// The clock on the same day, `yest` or a weekday and the minute within a week, else the date.
  static func moment(_ moment: Timestamp?, now: Timestamp) -> String {
    guard let moment else { return "–" }
    let (then, today) = (Civil(moment), Civil(now))
    let days = today.days - then.days
    if days == 0 { return then.clock }
    if days == 1 { return "yest. " + then.minutes }
    if days > 1, days < 7 { return then.weekday + " " + then.minutes }
    return moment.dateText
  }

  static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded(.down))
    return "\(tenths / 10).\(tenths % 10)"
  }
}

/// A moment on the calendar, in UTC.
struct Civil {
  /// Days since 1970-01-01.
  let days: Int
  private let second: Int

  init(_ moment: Timestamp) {
    let seconds = moment.microseconds / 1_000_000
    let floored = moment.microseconds % 1_000_000 < 0 ? seconds - 1 : seconds
    var day = floored / 86_400
    if floored % 86_400 < 0 { day -= 1 }
    days = Int(day)
    second = Int(floored - day * 86_400)
  }

  var minutes: String {
    Figures.padded(second / 3_600, 2) + ":" + Figures.padded(second / 60 % 60, 2)
  }

  var clock: String { minutes + ":" + Figures.padded(second % 60, 2) }

  var weekday: String {
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970-01-01 was a Thursday.
    return names[((days % 7) + 7) % 7]
  }
}

extension Timestamp {
  static let zero = Timestamp(microseconds: 0)
}
