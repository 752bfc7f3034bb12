// Where the records of a pipeline go. Touches nothing.

/// The load, as declared under `load`.
public struct LoadSpec: Hashable, Sendable {
  /// How records meet the rows that are there already.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// A record replaces the row with the same key, or is added.
    case upsert
    /// Every record is added.
    case append
    /// The table afterwards holds this run's records and nothing else.
    case replace
  }

  /// The stage whose records are loaded.
  public var from: Located<String>
  /// The database file, relative to the workspace: the text after `sqlite:`.
  public var database: Located<String>
  /// The table.
  public var table: Located<String>
  /// How records meet the rows that are there already.
  public var mode: Mode
  /// The columns that name a row; never empty for an upsert.
  public var key: [Located<String>]
  /// Whether each row keeps the load, the file and the place it comes from.
  public var hasLineage: Bool

  /// Makes a load.
  public init(
    from: Located<String>, database: Located<String>, table: Located<String>,
    mode: Mode = .upsert, key: [Located<String>] = [], hasLineage: Bool = false
  ) {
    self.from = from
    self.database = database
    self.table = table
    self.mode = mode
    self.key = key
    self.hasLineage = hasLineage
  }
}
