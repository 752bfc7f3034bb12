// The steps of a pipeline as values. Touches nothing.

/// A step, as declared under `steps`.
public struct StepSpec: Hashable, Sendable {
  /// What a step does.
  public enum Kind: Hashable, Sendable {
    /// Keeps the records of which a condition is true.
    case filter(from: Located<String>, condition: Located<String>)
    /// Keeps, orders and renames columns.
    case select(from: Located<String>, columns: [SelectedColumn])
    /// Adds or replaces columns by expressions over the columns before.
    case map(from: Located<String>, set: [ColumnExpression])
    /// Puts the records of two stages together.
    case join(JoinSpec)
    /// Adds columns of a small table to each record.
    case lookup(LookupSpec)
  }

  /// The stage's name.
  public var name: Located<String>
  /// What it does.
  public var kind: Kind

  /// Makes a step.
  public init(name: Located<String>, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The stages it reads, as named in the file.
  public var inputs: [Located<String>] {
    switch kind {
    case .filter(let from, _), .select(let from, _), .map(let from, _): [from]
    case .join(let join): [join.left, join.right]
    case .lookup(let lookup): [lookup.from, lookup.side]
    }
  }
}

/// A column that is taken along, perhaps under another name.
public struct SelectedColumn: Hashable, Sendable {
  /// The name afterwards.
  public var name: Located<String>
  /// The name before.
  public var from: Located<String>

  /// Makes a selected column.
  public init(name: Located<String>, from: Located<String>) {
    self.name = name
    self.from = from
  }
}

/// A column that is computed.
public struct ColumnExpression: Hashable, Sendable {
  /// The column's name.
  public var name: Located<String>
  /// The expression.
  public var expression: Located<String>

  /// Makes a computed column.
  public init(name: Located<String>, expression: Located<String>) {
    self.name = name
    self.expression = expression
  }
}
