// Which types become which without being asked: nothing that loses digits but decimal to real.

extension TypedExpression {
  /// Whether it is the literal null, which fits every type.
  var isNull: Bool { constant == .null }
}

extension ValueType {
  var isNumber: Bool {
    switch self {
    case .integer, .real, .decimal: true
    case .text, .boolean, .date, .timestamp: false
    }
  }

  var isTime: Bool { self == .date || self == .timestamp }

  /// Digits before the point that a decimal of this type can have.
  private var wholeDigits: Int {
    if case .decimal(let precision, let scale) = self { precision - scale } else { 18 }
  }

  var scale: Int { if case .decimal(_, let scale) = self { scale } else { 0 } }

  func widens(to other: ValueType) -> Bool {
    switch (self, other) {
    case (.integer, .real), (.integer, .decimal), (.decimal, .real), (.date, .timestamp): true
    case (.decimal(_, let scale), .decimal(_, let wider)): scale <= wider
    default: self == other
    }
  }

  /// The narrowest type that both widen to.
  func common(with other: ValueType) -> ValueType? {
    if case .decimal = self, other == .integer { return decimalCommon(with: other) }
    if self == .integer, case .decimal = other { return decimalCommon(with: other) }
    if case .decimal = self, case .decimal = other { return decimalCommon(with: other) }
    if widens(to: other) { return other }
    return other.widens(to: self) ? self : nil
  }

  private func decimalCommon(with other: ValueType) -> ValueType {
    let scale = max(scale, other.scale)
    let whole = max(wholeDigits, other.wholeDigits)
    return .decimal(precision: min(18, whole + scale), scale: scale)
  }
}
