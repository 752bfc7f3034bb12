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
    /// Every value is one of these; no value passes.
    case accepted(column: Located<String>, values: [Located<String>])
    /// Every value is of this form as a whole; no value passes.
    case pattern(column: Located<String>, Located<String>)
    /// Every key is found among those of another stage or table; a key with an empty part passes.
    case foreignKey(keys: [KeyPair], among: Reference)
    /// The newest value is at most so many seconds old.
    case freshness(column: Located<String>, warnAfter: Int?, errorAfter: Int?)
    /// A number of this load against that of the last one.
    case compare(Measure, column: Located<String>?, ChangeLimits)
    /// A SELECT in the destination gives no rows.
    case sql(Located<String>)
  }

  /// Where the keys of a foreign key are.
  public enum Reference: Hashable, Sendable {
    /// In the rows of a source or step.
    case stage(Located<String>)
    /// In a table of the destination, as it was before the load.
    case table(Located<String>)
  }

  /// What is compared from load to load.
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// How many rows there are.
    case rows
    /// The sum of a column.
    case sum
    /// The share of rows without a value in a column.
    case nullShare = "null_share"
  }

  /// How far a measure may move, as shares of the last value (0.05 is 5 %).
  public struct ChangeLimits: Hashable, Sendable {
    /// Down or up.
    public var change: Double?
    /// Down.
    public var drop: Double?
    /// Up.
    public var rise: Double?

    /// Makes limits.
    public init(change: Double? = nil, drop: Double? = nil, rise: Double? = nil) {
      self.change = change
      self.drop = drop
      self.rise = rise
    }
  }

  /// Its name.
  public var name: Located<String>
  /// The stage whose rows are checked; of a SELECT the load.
  public var step: Located<String>
  /// What is checked.
  public var kind: Kind
  /// What happens if it does not hold.
  public var severity: Severity
  /// A condition such as `failures > 10` from which on it warns.
  public var warnIf: Located<String>?
  /// A condition such as `failures > 0.5%` from which on it is an error.
  public var errorIf: Located<String>?
  /// Whether the rows that fail go to the retry queue and are not loaded.
  public var rejectsRows = false

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
