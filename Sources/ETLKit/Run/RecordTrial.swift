// Queue records tried for show: the engine itself, over a state file and a destination of its own that
// are thrown away. Nothing of the workspace is written; the sides of joins are read from kept files.

import Foundation
import GRDB
import Records

/// What would become of records if they were tried again as they are now.
public struct RecordTrial: Hashable, Sendable {
  /// A stage, and whether the record passes it.
  public struct Stage: Hashable, Sendable {
    /// The stage's name.
    public var name: String
    /// Nil if the record does not come to it.
    public var passes: Bool?

    /// Makes a value from its parts.
    public init(name: String, passes: Bool?) {
      self.name = name
      self.passes = passes
    }
  }

  /// One record's fate.
  public enum Fate: Hashable, Sendable {
    /// It would be loaded.
    case loaded
    /// It would be left out, and why.
    case leftOut(String)
    /// It would be rejected by a stage, for these reasons.
    case rejected(stage: String, [String])
  }

  /// A row that would change.
  public struct Row: Hashable, Sendable {
    /// A column, and its value before and after.
    public struct Value: Hashable, Sendable {
      /// The column.
      public var column: String
      /// Nil for null, or where there is no such row.
      public var before: String?
      /// Nil for null.
      public var after: String?

      /// Makes a value from its parts.
      public init(column: String, before: String?, after: String?) {
        self.column = column
        self.before = before
        self.after = after
      }
    }

    /// What happens to a row.
    public enum Change: String, Hashable, Sendable { case insert, update, unchanged }

    /// Its table in the destination.
    public var table: String
    /// What happens to it.
    public var change: Change
    /// Its columns, in the table's order.
    public var values: [Value]

    /// Makes a value from its parts.
    public init(table: String, change: Change, values: [Value]) {
      self.table = table
      self.change = change
      self.values = values
    }
  }

  /// The stages in order, for a single record.
  public var stages: [Stage]
  /// What becomes of each record.
  public var fates: [RejectID: Fate]
  /// The rows that would be written; empty also where steps gather rows, and one cannot be told alone.
  public var rows: [Row]
  /// Why it could not be tried to the end, in words.
  public var problem: ErrorText?

  /// Makes a value from its parts.
  public init(
    stages: [Stage] = [], fates: [RejectID: Fate] = [:], rows: [Row] = [],
    problem: ErrorText? = nil
  ) {
    self.stages = stages
    self.fates = fates
    self.rows = rows
    self.problem = problem
  }

  /// How many records would be loaded.
  public var loadedCount: Int { fates.values.count { $0 == .loaded } }
}

extension WorkspaceReader {
  /// What would become of a record as a draft has it.
  public func trial(of draft: RecordDraft) async throws(EngineError) -> RecordTrial {
    try await trial(of: [draft.id: draft.raw], pipeline: draft.pipeline)
  }

  /// What would become of records of one pipeline with these bytes.
  func trial(
    of records: [RejectID: [UInt8]], pipeline name: String
  ) async throws(EngineError) -> RecordTrial {
    let pipeline = try workspace.pipeline(named: name)
    let copy = try read(nil) { try TrialCopy(of: records, pipeline: name, in: $0) }
    guard let copy else { return RecordTrial() }
    let folder = NSTemporaryDirectory() + "etl-trial-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EngineError(.state(.cannotOpen(reason: "no room for a trial", path: folder)))
    }
    return try await Trial(
      workspace: workspace, pipeline: pipeline, copy: copy, records: records, folder: folder
    ).run()
  }
}
