// What was probably meant by a value that does not fit its key. Touches nothing.

import Records

extension KeyExpectation {
  /// What to write in place of a value, if that can be known.
  func suggestion(for node: YAMLNode) -> String? {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else { return nil }
    switch self {
    case .choice(let words): return NearestName.suggestion(for: text, among: words)
    case .boolean where ["yes", "on", "y"].contains(text.lowercased()): return "write true"
    case .boolean where ["no", "off", "n"].contains(text.lowercased()): return "write false"
    case .integer(let least) where ScalarText.integer(text) != nil: return "write \(least) or more"
    case .percent where ScalarText.percent(text + "%") != nil: return "write \(text)%"
    case .duration, .size:
      if let short = shortened(text) { return "write \(short)" }
      return ScalarText.integer(text) == nil ? nil : "add the unit"
    case .rate where ScalarText.rate(text + " rows/s") != nil: return "write \(text) rows/s"
    case .url where !text.contains("://") && text.contains("."): return "write https://\(text)"
    case .sign: return NearestName.suggestion(for: text, among: ScalarText.signWords)
    default: return nil
    }
  }

  /// `20 seconds` as `20s`.
  private func shortened(_ text: String) -> String? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let isKnown = ["seconds", "minutes", "hours", "days"].contains { $0.hasPrefix(unit) }
    guard self == .duration, !unit.isEmpty, isKnown else { return nil }
    let short = digits + unit.prefix(1)
    return ScalarText.seconds(String(short)).map { _ in String(short) }
  }
}
