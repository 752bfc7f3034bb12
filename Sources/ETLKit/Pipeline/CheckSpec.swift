// What must hold before anything is published. Touches nothing.

/// A check, as declared under `checks`.
public struct CheckSpec: Hashable, Sendable {
  /// What is checked.
  public enum Kind: Hashable, Sendable {
    /// How many rows there are; `maximumDrop` (0…1) compares with the last load.
    case rowCount(minimum: Int?, maximum: Int?, maximumDrop: Double?)
    /// No two rows agree in these columns.
    case unique(columns: [Located<String>])
    /// Every row has a value.
    case notNull(column: Located<String>)
    /// Every value lies between two constant expressions, both included; no value passes.
    case between(
      column: Located<String>, minimum: Located<String>?, maximum: Located<String>?)
    /// The values never fall when the rows are in this order.
    case monotonic(column: Located<String>, orderBy: Located<String>)
    /// The expression is true of every row.
    case expression(Located<String>)
  }

  /// Its name.
  public var name: Located<String>
  /// The stage whose rows are checked.
  public var step: Located<String>
  /// What is checked.
  public var kind: Kind
  /// What happens if it does not hold.
  public var severity: Severity
  /// A condition such as `failures > 10` from which on it warns.
  public var warnIf: Located<String>?
  /// A condition such as `failures > 0.5%` from which on it is an error.
  public var errorIf: Located<String>?

  /// Makes a check.
  public init(
    name: Located<String>, step: Located<String>, kind: Kind, severity: Severity = .error,
    warnIf: Located<String>? = nil, errorIf: Located<String>? = nil
  ) {
    self.name = name
    self.step = step
    self.kind = kind
    self.severity = severity
    self.warnIf = warnIf
    self.errorIf = errorIf
  }
}
