// Where the records of a pipeline go. Touches nothing.

/// The load, as declared under `load`.
public struct LoadSpec: Hashable, Sendable {
  /// How records meet the rows that are there already.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// A record replaces the row with the same key, or is added.
    case upsert
    /// Every record is added.
    case append
    /// A record is added if no row has its key; a row that is there is left alone.
    case insertOnly = "insert_only"
    /// The table afterwards holds this run's records and nothing else.
    case replace
    /// Every version of a row is kept: a record that differs from the current version of its key
    /// ends that one and becomes a new one.
    case scd2

    /// Whether a record meets the row with its key, and may leave it as it is.
    var meetsRows: Bool { [.upsert, .insertOnly, .scd2].contains(self) }
  }

  /// What becomes of the current version of a key that a run did not bring.
  public enum Vanished: String, CaseIterable, Hashable, Sendable {
    /// It stays current.
    case keep
    /// It ends.
    case close
  }

  /// The stage whose records are loaded.
  public var from: Located<String>
  /// The database file, relative to the workspace: the text after `sqlite:`.
  public var database: Located<String>
  /// The table.
  public var table: Located<String>
  /// How records meet the rows that are there already.
  public var mode: Mode
  /// The columns that name a row; never empty where records meet rows by key.
  public var key: [Located<String>]
  /// Whether each row keeps the load, the file and the place it comes from.
  public var hasLineage: Bool
  /// What becomes of versions whose keys a run did not bring; only for `scd2`.
  public var onVanish: Vanished
  /// The indexes that the table gets, each by its columns.
  public var indexes: [[Located<String>]] = []
  /// Columns whose values together stand in one row only; each has an index, too.
  public var uniques: [[Located<String>]] = []

  /// Makes a load.
  public init(
    from: Located<String>, database: Located<String>, table: Located<String>,
    mode: Mode = .upsert, key: [Located<String>] = [], hasLineage: Bool = false,
    onVanish: Vanished = .keep
  ) {
    self.from = from
    self.database = database
    self.table = table
    self.mode = mode
    self.key = key
    self.hasLineage = hasLineage
    self.onVanish = onVanish
  }
}
