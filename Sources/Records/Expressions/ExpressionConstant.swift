// A value that does not come from a record: a literal, a variable of the pipeline, a folded part.

/// A value known before any record is read.
public enum ExpressionConstant: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  /// The value is `units / 10^scale`.
  case decimal(units: Int64, scale: Int)
  case text(String)
  case boolean(Bool)
  /// Days since 1970-01-01.
  case date(Int64)
  /// Microseconds since 1970-01-01 00:00 UTC.
  case timestamp(Int64)
}

extension ExpressionConstant {
  /// The type of the value; nil for null, which fits every type.
  public var type: ValueType? {
    switch self {
    case .null: nil
    case .integer: .integer
    case .real: .real
    case .decimal(let units, let scale):
      .decimal(precision: max(decimalDigits(units), scale, 1), scale: scale)
    case .text: .text
    case .boolean: .boolean
    case .date: .date
    case .timestamp: .timestamp
    }
  }

  /// The value as `text(x)` writes it; nil for null.
  public var plainText: String? {
    switch self {
    case .null: nil
    case .integer(let value): String(value)
    case .real(let value): ValueText.real(value)
    case .decimal(let units, let scale): ValueText.decimal(units, scale: scale)
    case .text(let value): value
    case .boolean(let value): value ? "true" : "false"
    case .date(let days): ValueText.date(days)
    case .timestamp(let micros): ValueText.timestamp(micros)
    }
  }

  /// The value as it is written in an expression.
  public var literal: String {
    switch self {
    case .null: "null"
    case .text(let value): quoted(value)
    case .date(let days): "date \(quoted(ValueText.date(days)))"
    case .timestamp(let micros): "timestamp \(quoted(ValueText.timestamp(micros)))"
    case .real(let value):
      value.rounded(.towardZero) == value && abs(value) < 1e15
        ? "\(Int64(value))e0" : ValueText.real(value)
    case .integer, .decimal, .boolean: plainText ?? "null"
    }
  }
}

/// The text between single quotes, with the quotes inside it doubled.
func quoted(_ text: String) -> String {
  var result = "'"
  for character in text {
    if character == "'" { result.append("'") }
    result.append(character)
  }
  result.append("'")
  return result
}

/// How many digits a number has, without its sign.
func decimalDigits(_ units: Int64) -> Int {
  var rest = units.magnitude
  var digits = 0
  while rest > 0 {
    rest /= 10
    digits += 1
  }
  return digits
}
