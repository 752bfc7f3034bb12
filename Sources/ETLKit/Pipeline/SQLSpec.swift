// A query over stages as a value. Touches nothing.

public import Records

/// One SELECT over stages, which it has as tables.
public struct SQLSpec: Hashable, Sendable {
  /// A column that the query gives.
  public struct Column: Hashable, Sendable {
    /// The column's name.
    public var name: Located<String>
    /// What it holds.
    public var type: ValueType
    /// Whether null is refused.
    public var isRequired: Bool

    /// Makes a column.
    public init(name: Located<String>, type: ValueType, isRequired: Bool = false) {
      self.name = name
      self.type = type
      self.isRequired = isRequired
    }
  }

  /// The stages that are tables of the query.
  public var from: [Located<String>]
  /// The query.
  public var query: Located<String>
  /// What it gives.
  public var columns: [Column]

  /// Makes a query.
  public init(from: [Located<String>], query: Located<String>, columns: [Column]) {
    self.from = from
    self.query = query
    self.columns = columns
  }

  /// The column of every table that says which record stands behind a row; a query may hand it on.
  static let record = "_record"
}
