// Loaded tables and their rows, as a console shows them.

/// A table of a destination.
public struct TableName: Hashable, Sendable {
  /// The file, relative to the workspace.
  public var database: String
  /// The table.
  public var table: String

  /// Makes a value from its parts.
  public init(
    database: String, table: String
  ) {
    self.database = database
    self.table = table
  }
}

/// A loaded table in a list.
public struct TableRow: Hashable, Sendable {
  /// The table.
  public var name: TableName
  /// The pipeline that loads it.
  public var pipeline: String
  /// How many rows it has.
  public var rows: Int
  /// Its columns.
  public var columns: [TableColumn]

  /// Makes a value from its parts.
  public init(
    name: TableName, pipeline: String, rows: Int = 0, columns: [TableColumn] = []
  ) {
    self.name = name
    self.pipeline = pipeline
    self.rows = rows
    self.columns = columns
  }
}

/// A column of a loaded table.
public struct TableColumn: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its declared type, in the pipeline's words where known: date, int ….
  public var type: String
  /// Whether it is part of the key.
  public var isKey: Bool

  /// Makes a value from its parts.
  public init(
    name: String, type: String, isKey: Bool = false
  ) {
    self.name = name
    self.type = type
    self.isKey = isKey
  }
}

/// Rows of a loaded table, column by column.
public struct TableData: Hashable, Sendable {
  /// The table.
  public var name: TableName
  /// The columns asked for.
  public var columns: [TableColumn]
  /// One array a column, all of one length.
  public var values: [[TableValue]]
  /// How many rows the table has.
  public var total: Int

  /// Makes a value from its parts.
  public init(
    name: TableName, columns: [TableColumn] = [], values: [[TableValue]] = [], total: Int = 0
  ) {
    self.name = name
    self.columns = columns
    self.values = values
    self.total = total
  }
}

/// One value of a loaded table.
public enum TableValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
}
