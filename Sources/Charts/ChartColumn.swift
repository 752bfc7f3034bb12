// What a chart is made of: columns of values, and the marks they can be shown with.

/// One loaded column, in the order of its rows.
public struct ChartColumn: Hashable, Sendable {
  /// What the values are.
  public enum Kind: Hashable, Sendable {
    /// Instants, as seconds since 1970 UTC.
    case temporal(dateOnly: Bool)
    /// Numbers.
    case number(isInteger: Bool)
    /// Words, in `texts`.
    case text
  }

  /// The name a reader knows it by.
  public var name: String
  /// What the values are.
  public var kind: Kind
  /// The values, `nil` where there is none; empty for words.
  public var values: [Double?]
  /// The words, `nil` where there is none; only for `Kind.text`.
  public var texts: [String?]

  /// A column from its values.
  public init(name: String, kind: Kind, values: [Double?] = [], texts: [String?] = []) {
    self.name = name
    self.kind = kind
    self.values = values
    self.texts = texts
  }

  /// The number of rows.
  public var count: Int { kind == .text ? texts.count : values.count }

  /// Hashes what tells columns apart in practice, not every value: a column may be long.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(kind)
    hasher.combine(values.count)
    hasher.combine(texts.count)
    hasher.combine(values.first)
    hasher.combine(values.last)
    hasher.combine(texts.first)
    hasher.combine(texts.last)
  }

  /// The number at a row, or nothing if there is none that can be drawn.
  func number(at row: Int) -> Double? {
    guard row >= 0, row < values.count, let value = values[row], value.isDrawable else {
      return nil
    }
    return value
  }

  var isTemporal: Bool {
    guard case .temporal = kind else { return false }
    return true
  }

  var isDateOnly: Bool { kind == .temporal(dateOnly: true) }

  var isInteger: Bool { kind == .number(isInteger: true) }
}

/// The ways to show columns.
public enum ChartMark: String, CaseIterable, Sendable {
  /// Values along an axis, joined.
  case line
  /// One bar a row.
  case bar
  /// How often values of a size occur.
  case histogram
  /// The values themselves.
  case table
}

extension Double {
  // Beyond this, differences of two values overflow; nobody can mean such a number.
  private static let drawableLimit = 1e300

  /// Whether a place on an axis can be computed for it.
  var isDrawable: Bool { abs(self) <= Self.drawableLimit }  // false for NaN
}
