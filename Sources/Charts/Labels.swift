// Numbers as words: short exact labels for ticks, grouped exact values for read-outs.
//
// Ticks are kept as integer × 10^exponent, so that no label ever shows rounding dust.

/// A decimal number, held exactly.
struct ExactDecimal: Hashable, Sendable {
  private(set) var significand: Int
  private(set) var exponent: Int

  /// A number in lowest terms: its significand does not end with a zero.
  init(_ significand: Int, exponent: Int = 0) {
    self.significand = significand
    self.exponent = significand == 0 ? 0 : exponent
    while self.significand != 0, self.significand % 10 == 0 {
      self.significand /= 10
      self.exponent += 1
    }
  }

  /// The shortest decimal that reads back as the value.
  init(shortest value: Double) {
    guard let parts = ShortestDigits(value), let significand = Int(parts.digits) else {
      self.init(0)
      return
    }
    self.init(parts.isNegative ? -significand : significand, exponent: parts.exponent)
  }

  /// The nearest floating-point number.
  var value: Double { Double("\(significand)e\(exponent)") ?? 0 }

  /// Decimals needed to write it out.
  var decimals: Int { max(0, -exponent) }

  /// Digits, with a point where it belongs, never with an exponent.
  var plainText: String {
    ShortestDigits(
      isNegative: significand < 0, digits: String(significand.magnitude), exponent: exponent
    ).plain(grouped: false)
  }

  /// The number divided by a power of ten.
  func scaled(down power: Int) -> ExactDecimal {
    ExactDecimal(significand, exponent: exponent - power)
  }
}

/// How the labels of one axis are written.
///
/// Each label takes the largest unit that leaves it at least 1, up to the largest that writes the
/// step with two decimals: `250k 500k 750k 1M 1.25M`, never `0.8M`.
struct LabelStyle: Hashable, Sendable {
  private static let units: [(power: Int, letter: String)] = [
    (12, "T"), (9, "G"), (6, "M"), (3, "k"),
  ]

  private let largestPower: Int
  private let usesExponents: Bool

  init(step: ExactDecimal, largest: Double) {
    let places = step.significand == 0 ? 0 : step.exponent
    usesExponents = places < -6 || (places >= 13 && largest >= 1e15)
    let power = Self.units.first { places - $0.power >= -2 }?.power ?? 0
    // Far from zero, 1000.05k says less than 1000050.
    let isFar = power < 12 && ExactDecimal(1_000, exponent: power).value <= largest
    largestPower = isFar ? 0 : power
  }

  /// The label of a tick; reading it back gives the tick.
  func text(_ tick: ExactDecimal) -> String {
    guard tick.significand != 0 else { return "0" }
    let digits = String(tick.significand.magnitude)
    let magnitude = digits.count + tick.exponent  // of 1 it is 1, of 999 it is 3
    guard !usesExponents else { return scientific(tick, digits: digits) }
    for unit in Self.units where unit.power <= largestPower && magnitude > unit.power {
      return tick.scaled(down: unit.power).plainText + unit.letter
    }
    return tick.plainText
  }

  private func scientific(_ tick: ExactDecimal, digits: String) -> String {
    let sign = tick.significand < 0 ? "-" : ""
    let fraction = digits.dropFirst()
    let head = "\(digits.prefix(1))\(fraction.isEmpty ? "" : ".\(fraction)")"
    return "\(sign)\(head)e\(tick.exponent + fraction.count)"
  }
}

/// The exact value with its digits in groups, as 1,000,000,000.25.
func exactText(_ value: Double) -> String {
  guard value.isFinite else {
    return value.isNaN ? "not a number" : value < 0 ? "-infinite" : "infinite"
  }
  guard let digits = ShortestDigits(value) else { return "0" }
  let magnitude = digits.digits.count + digits.exponent
  guard magnitude <= 21, magnitude > -7 else { return "\(value)" }
  // Sixteen digits and a fraction come from arithmetic, as a mean of 7 days; nobody wrote them.
  if digits.digits.count >= 16, digits.exponent < 0 {
    return fixed(value, significant: max(magnitude, 0) + (magnitude > 0 ? 4 : 6))
  }
  return digits.plain(grouped: true)
}

/// The value in at most six columns where that is possible, as 44.3M; for labels beside a line.
func shortText(_ value: Double) -> String {
  guard value.isFinite else { return exactText(value) }
  let magnitude = abs(value)
  guard magnitude >= 10_000 else {
    let exact = exactText(value)
    guard exact.count > 7, magnitude > 0 else { return exact }
    return fixed(value, significant: 3)
  }
  // From 999.5 of a unit on, three digits round up to the next.
  for (unit, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
  where magnitude >= unit * 0.9995 {
    return fixed(value / unit, significant: 3) + letter
  }
  return exactText(value)
}

/// The value rounded to a number of significant digits, written out.
func fixed(_ value: Double, significant: Int) -> String {
  guard value != 0, value.isFinite, let digits = ShortestDigits(value) else {
    return exactText(value)
  }
  let magnitude = digits.digits.count + digits.exponent
  guard magnitude <= 21, magnitude > -7 else { return "\(value)" }
  let kept = min(magnitude - significant, 0)
  var unit = 1.0
  for _ in 0..<(-kept) { unit *= 10 }
  return ShortestDigits((value * unit).rounded() / unit)?.plain(grouped: true) ?? "0"
}

/// The digits of a number as the shortest text that reads back as it.
private struct ShortestDigits {
  var isNegative: Bool
  var digits: String
  var exponent: Int

  init(isNegative: Bool, digits: String, exponent: Int) {
    self.isNegative = isNegative
    self.digits = digits
    self.exponent = exponent
  }

  /// Nothing for zero and for what is no number.
  init?(_ value: Double) {
    guard value.isFinite, value != 0 else { return nil }
    let text = "\(abs(value))"
    let parts = text.split(separator: "e", maxSplits: 1)
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
    if fraction == "0" { fraction = "" }
    isNegative = value < 0
    exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - fraction.count
    let all = (String(mantissa[0]) + fraction).drop { $0 == "0" }
    var trimmed = Substring(all)
    while trimmed.count > 1, trimmed.last == "0" {
      trimmed.removeLast()
      exponent += 1
    }
    digits = String(trimmed)
  }

  func plain(grouped: Bool) -> String {
    var whole = digits
    var fraction = ""
    if exponent >= 0 {
      whole += String(repeating: "0", count: exponent)
    } else if -exponent >= digits.count {
      fraction = String(repeating: "0", count: -exponent - digits.count) + digits
      whole = "0"
    } else {
      fraction = String(digits.suffix(-exponent))
      whole = String(digits.dropLast(-exponent))
    }
    if grouped {
      var text = ""
      for (index, digit) in whole.enumerated() {
        if index > 0, (whole.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
      }
      whole = text
    }
    return "\(isNegative ? "-" : "")\(whole)\(fraction.isEmpty ? "" : ".\(fraction)")"
  }
}
