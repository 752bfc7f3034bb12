// Types and bounds of columns, from their written forms. Touches nothing.

import Records

extension ValueType {
  /// Words that other systems use for our types.
  static let otherWords = [
    "string": "text", "str": "text", "varchar": "text", "char": "text", "integer": "int",
    "bigint": "int", "long": "int", "number": "real", "float": "real", "double": "real",
    "numeric": "decimal", "boolean": "bool", "datetime": "timestamp", "time": "timestamp",
  ]

  /// A type as a pipeline file writes it.
  init?(written text: String) {
    switch text {
    case "text": self = .text
    case "int": self = .integer
    case "real": self = .real
    case "bool": self = .boolean
    case "date": self = .date
    case "timestamp": self = .timestamp
    default:
      guard text.hasPrefix("decimal("), text.hasSuffix(")") else { return nil }
      let numbers = text.dropFirst(8).dropLast().split(
        separator: ",", omittingEmptySubsequences: false
      ).map { ScalarText.integer(String($0.drop { $0 == " " })) }
      guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1],
        (1...18).contains(precision), (0...precision).contains(scale)
      else { return nil }
      self = .decimal(precision: precision, scale: scale)
    }
  }

  /// What a bound of this type looks like.
  var exampleWords: String {
    switch self {
    case .integer: "a whole number"
    case .real: "a number"
    case .decimal(_, let scale): "a number with at most \(scale) decimal places"
    case .date: "a date such as 2020-01-31"
    case .timestamp: "a timestamp such as 2020-01-31T12:00:00"
    case .text, .boolean: "nothing"
    }
  }
}

extension Bound {
  /// A bound as written; nil if it is not of the type.
  init?(_ text: String, of type: ValueType) {
    let bytes = Array(text.utf8)
    let slot: Int64? = bytes.withUnsafeBufferPointer { bytes in
      switch type {
      case .integer: ScalarText.integer(text).map(Int64.init)
      case .real: ScalarText.real(text).map { Int64(bitPattern: $0.bitPattern) }
      case .decimal(let precision, let scale):
        if case .value(let value) = NumberBytes.decimal(
          bytes, precision: precision, scale: scale)
        {
          value
        } else {
          nil
        }
      case .date: DateBytes.days(iso: bytes)
      case .timestamp:
        DateBytes.microseconds(iso: bytes)
          ?? DateBytes.days(iso: bytes).map { $0 * 86_400_000_000 }
      case .text, .boolean: nil
      }
    }
    guard let slot else { return nil }
    self.init(slot: slot, text: text)
  }

  func isGreater(than other: Bound, _ type: ValueType) -> Bool {
    guard case .real = type else { return slot > other.slot }
    return Double(bitPattern: UInt64(bitPattern: slot))
      > Double(bitPattern: UInt64(bitPattern: other.slot))
  }
}

extension DateFormatError {
  /// The error in words; the suggestion stands apart.
  var words: String {
    switch reason {
    case .lookAlike(let meaning): "\(quoted(found)) in a date pattern is \(meaning)"
    case .unknownLetter: "\(quoted(found)) means nothing in a date pattern"
    case .wrongCount: "\(quoted(found)) is no part of a date pattern in this length"
    case .repeated: "\(quoted(found)) stands twice in the date pattern"
    case .missing(let part): "the date pattern has no \(part)"
    case .openQuote: "the ' in the date pattern is never closed"
    case .notAPattern: "a date pattern such as yyyy-MM-dd is expected, found \(quoted(pattern))"
    }
  }
}
