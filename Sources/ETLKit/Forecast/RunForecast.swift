// What a run would do, as values; `Forecaster` finds it out.

/// What a run of a pipeline would do, and nothing of it done.
public struct RunForecast: Hashable, Sendable {
  /// A row that would change.
  public struct Row: Hashable, Sendable {
    /// What would happen to a row.
    public enum Change: String, Hashable, Sendable, CaseIterable { case insert, update, delete }

    /// What would happen to it.
    public var change: Change
    /// Its columns, in the table's order.
    public var values: [RecordTrial.Row.Value]
  }

  /// What would happen to one table.
  public struct Table: Hashable, Sendable {
    /// The database, as the pipeline file names it.
    public var database: String
    /// The table.
    public var name: String
    /// The columns that name a row.
    public var key: [String]
    /// Some of the rows that would change, inserts first.
    public var samples: [Row]
  }

  /// A record that would be rejected.
  public struct Reject: Hashable, Sendable {
    /// Its source.
    public var source: String
    /// Its line there.
    public var line: Int
    /// The stage that would reject it.
    public var stage: String
    /// The code of its first reason.
    public var code: String
    /// Its reasons, as sentences.
    public var reasons: [String]
  }

  /// How the run would end, with all its counts, checks and notes; its number means nothing.
  public var summary: RunSummary
  /// The tables it would write; empty if nothing changed.
  public var tables: [Table]
  /// Some of the records it would reject, those that waited already among them.
  public var rejects: [Reject]

  /// Makes a value from its parts.
  public init(summary: RunSummary, tables: [Table] = [], rejects: [Reject] = []) {
    self.summary = summary
    self.tables = tables
    self.rejects = rejects
  }
}
