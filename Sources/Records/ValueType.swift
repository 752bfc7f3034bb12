// What a column can hold, and how a value lies in its eight bytes.

/// The type of a column's values.
///
/// Every value lies in one 8-byte slot:
/// text is `start << 32 | count` into the batch's bytes, an integer is itself, a real is its bit
/// pattern, a decimal is the value times `10^scale`, a boolean is 0 or 1, a date is days since
/// 1970-01-01, a timestamp is microseconds since 1970 UTC.
public enum ValueType: Hashable, Sendable {
  case text
  case integer
  case real
  /// At most 18 digits, `scale` of them behind the point.
  case decimal(precision: Int, scale: Int)
  case boolean
  case date
  case timestamp

  /// As a pipeline file writes it.
  public var name: String {
    switch self {
    case .text: "text"
    case .integer: "int"
    case .real: "real"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .boolean: "bool"
    case .date: "date"
    case .timestamp: "timestamp"
    }
  }
}
