// The texts of values: whole numbers, durations, sizes, shares. Nothing is guessed: what is not in
// one of the written forms is nil. Touches nothing.

/// Reads the text of one value.
enum ScalarText {
  /// `0`, `-12`; no plus sign, no leading zeros, no separators.
  static func integer(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard isNumber(digits), digits == "0" || !digits.hasPrefix("0") else { return nil }
    return Int(text)
  }

  /// `2`, `2.5`, `-0.25`.
  static func real(_ text: String) -> Double? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, integer(String(whole)) != nil || whole == "-0",
      parts.count == 1 || isNumber(parts[1])
    else { return nil }
    return Double(text)
  }

  static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// Whole seconds in `30s`, `5m`, `1h`, `3d`, at most a century.
  static func seconds(_ text: String) -> Int? {
    let unit =
      switch text.last {
      case "s": 1
      case "m": 60
      case "h": 3600
      case "d": 86_400
      default: 0
      }
    guard unit > 0, let count = integer(String(text.dropLast())), count >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow || product > 36_525 * 86_400 ? nil : product
  }

  /// `250ms` and everything that `seconds` reads.
  static func duration(_ text: String) -> Duration? {
    if text.hasSuffix("ms") {
      guard let count = integer(String(text.dropLast(2))), (0...1_000_000_000).contains(count)
      else { return nil }
      return .milliseconds(count)
    }
    return seconds(text).map { .seconds($0) }
  }

  /// Bytes in `500B`, `10KiB`, `50MiB`, `2GiB`, `10kB`, `50MB`, `2GB`.
  static func size(_ text: String) -> Int? {
    let units = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("B", 1),
    ]
    guard let (name, unit) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
    guard let count = integer(trimmed(text.dropLast(name.count))), count > 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  /// A share from 0 to 1 in `1%` or `0.5%`.
  static func percent(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let value = real(trimmed(text.dropLast())), (0...100).contains(value)
    else { return nil }
    return value / 100
  }

  /// Rows a second in `2000 rows/s`.
  static func rate(_ text: String) -> Int? {
    guard text.hasSuffix("rows/s"), let count = integer(trimmed(text.dropLast(6))), count > 0 else {
      return nil
    }
    return count
  }

  /// The words for signs.
  static let signWords = ["tab", "comma", "semicolon", "pipe", "point", "blank", "none"]

  /// One ASCII sign, or a word for it; `.some(nil)` for `none`.
  static func sign(_ text: String) -> UInt8?? {
    switch text {
    case "tab", "\\t": .some(UInt8(ascii: "\t"))
    case "comma": .some(UInt8(ascii: ","))
    case "semicolon": .some(UInt8(ascii: ";"))
    case "pipe": .some(UInt8(ascii: "|"))
    case "point": .some(UInt8(ascii: "."))
    case "blank": .some(UInt8(ascii: " "))
    case "none": .some(nil)
    default:
      if text.utf8.count == 1, let byte = text.utf8.first, byte != 10, byte != 13, byte != 0 {
        .some(byte)
      } else {
        nil
      }
    }
  }

  /// Whether a text can be a name of a pipeline, stage, variable or check.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100 else { return false }
    return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D }
  }

  /// A name with the same letters, if there is one.
  static func name(like text: String) -> String? {
    let letters = text.map { $0 == "-" || isName("a\($0)") ? $0 : "_" }
    let name = String(letters.drop { !isName(String($0)) })
    return name.contains { $0.isLetter } && isName(name) ? name : nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F
  }
}
