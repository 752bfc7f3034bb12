// The steps of a pipeline as values. Touches nothing.

public import Records

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
    /// Keeps one record for each key.
    case dedupe(DedupeSpec)
    /// Puts the records of stages with the same columns one after the other.
    case union(from: [Located<String>])
    /// Makes one row of each group of records.
    case aggregate(from: Located<String>, by: [Located<String>], set: [ColumnExpression])
    /// Makes a row of each of some columns.
    case unpivot(UnpivotSpec)
    /// Makes columns of the values of one column.
    case pivot(PivotSpec)
    /// Gives the rows of a query over stages as tables.
    case sql(SQLSpec)
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
    case .dedupe(let dedupe): [dedupe.from]
    case .union(let inputs): inputs
    case .aggregate(let from, _, _): [from]
    case .unpivot(let unpivot): [unpivot.from]
    case .pivot(let pivot): [pivot.from]
    case .sql(let sql): sql.from
    }
  }

  /// The inputs that are there only to be looked into.
  var sides: [Located<String>] {
    switch kind {
    case .join(let join): [join.right]
    case .lookup(let lookup): [lookup.side]
    case .filter, .select, .map, .dedupe, .union, .aggregate, .unpivot, .pivot, .sql: []
    }
  }

  /// Whether the step needs all rows before it gives any; its result stays in memory.
  var isGathering: Bool {
    switch kind {
    case .filter, .select, .map, .lookup: false
    case .dedupe, .union, .aggregate, .unpivot, .pivot, .sql: true
    case .join(let join): join.isExpanding
    }
  }
}

/// Columns made rows: the name of the column in one column, its value in another.
public struct UnpivotSpec: Hashable, Sendable {
  /// The records.
  public var from: Located<String>
  /// The columns that become rows, or the name of a source's `rest`.
  public var columns: [Located<String>]
  /// The column that gets the names.
  public var name: Located<String>
  /// How the names are written if they are dates; without any they are texts.
  public var formats: [DateFormat]
  /// The column that gets the values.
  public var value: Located<String>
  /// Whether a column without a value gives a row.
  public var keepsNulls: Bool

  /// Makes an unpivot.
  public init(
    from: Located<String>, columns: [Located<String>], name: Located<String>,
    formats: [DateFormat] = [], value: Located<String>, keepsNulls: Bool = true
  ) {
    self.from = from
    self.columns = columns
    self.name = name
    self.formats = formats
    self.value = value
    self.keepsNulls = keepsNulls
  }
}

/// Rows made columns: one column says to which new column the value of another one goes.
public struct PivotSpec: Hashable, Sendable {
  /// What happens to records with different values for one column of a row.
  public enum Several: String, CaseIterable, Hashable, Sendable {
    case reject, first, last, fail
  }

  /// What happens to records whose name is none of the columns.
  public enum Unknown: String, CaseIterable, Hashable, Sendable {
    case reject, drop, fail
  }

  /// The records.
  public var from: Located<String>
  /// The columns that make a row.
  public var by: [Located<String>]
  /// The column with the names.
  public var name: Located<String>
  /// The column with the values.
  public var value: Located<String>
  /// The new columns, each with the name it is made from.
  public var columns: [SelectedColumn]
  /// What happens to different values for one place.
  public var several: Several
  /// What happens to a name that is none of the columns.
  public var unknown: Unknown

  /// Makes a pivot.
  public init(
    from: Located<String>, by: [Located<String>], name: Located<String>, value: Located<String>,
    columns: [SelectedColumn], several: Several = .reject, unknown: Unknown = .reject
  ) {
    self.from = from
    self.by = by
    self.name = name
    self.value = value
    self.columns = columns
    self.several = several
    self.unknown = unknown
  }
}

/// One record for each key.
public struct DedupeSpec: Hashable, Sendable {
  /// Which record of a key stays.
  public enum Keep: String, CaseIterable, Hashable, Sendable {
    case first, last
  }

  /// The records.
  public var from: Located<String>
  /// The columns that make the key.
  public var key: [Located<String>]
  /// Which one stays.
  public var keep: Keep
  /// The columns that order the records; without any, the order of the files.
  public var order: [Located<String>]

  /// Makes a dedupe.
  public init(
    from: Located<String>, key: [Located<String>], keep: Keep = .first,
    order: [Located<String>] = []
  ) {
    self.from = from
    self.key = key
    self.keep = keep
    self.order = order
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
