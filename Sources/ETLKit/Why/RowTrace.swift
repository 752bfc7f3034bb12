// The way back from a loaded row, as a value: load, run, plan, file, line, and what each step did.

/// A row of a destination, and the way it came.
public struct RowTrace: Hashable, Sendable {
  /// A column and its value as people read it; nil for null.
  public struct Value: Hashable, Sendable {
    /// The column's name.
    public var name: String
    /// The value.
    public var value: String?
  }

  /// What a stage made of the record.
  public struct Stage: Hashable, Sendable {
    /// The stage's name.
    public var name: String
    /// What it is.
    public var kind: StageKind
    /// The record's values behind it.
    public var values: [Value]
    /// The partner that a join or lookup found: `line 4711 of jhu`.
    public var partner: String?
  }

  /// The load that brought the row.
  public struct Load: Hashable, Sendable {
    /// Its number.
    public var id: Int64
    /// The run it belongs to.
    public var run: RunID
    /// When it was published.
    public var committed: Timestamp
    /// Which version of the pipeline it was, counted from 1; nil if the state file does not know.
    public var version: Int?
    /// The hash of its plan.
    public var planHash: [UInt8]
  }

  /// The file that the record stands in.
  public struct File: Hashable, Sendable {
    /// The source.
    public var source: String
    /// Its place, and its member if it is an archive.
    public var uri: String
    /// The file inside the archive; empty if it is none.
    public var member: String
    /// The commit it was fetched at.
    public var commit: String?
    /// The hash of its content.
    public var sha256: [UInt8]
    /// When it was fetched.
    public var fetched: Timestamp
  }

  /// The pipeline.
  public var pipeline: String
  /// The table.
  public var table: String
  /// The row in the destination.
  public var row: [Value]
  /// The load; nil if it is not known.
  public var load: Load?
  /// The file; nil if it is not known.
  public var file: File?
  /// The record's first line and its last; nil if it was not found.
  public var lines: ClosedRange<Int>?
  /// Its first byte in the unpacked file.
  public var offset: Int?
  /// The record's bytes, as they were loaded.
  public var raw: String?
  /// The bytes that stand in the file, if somebody mended them.
  public var original: String?
  /// Who mended them.
  public var mendedBy: String?
  /// The stages from the source to the load.
  public var stages: [Stage] = []
  /// What could not be told, and why.
  public var notes: [String] = []
}
