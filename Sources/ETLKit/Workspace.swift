// The folder everything happens in: where its parts lie, and its pipeline files.

/// A workspace: a folder with pipelines, and beside them the state.
public struct Workspace: Hashable, Sendable {
  /// The folder.
  public var folder: String

  /// Opens nothing; only names the folder.
  public init(at folder: String) {
    self.folder = folder
  }

  /// Where the pipeline files are.
  public var pipelinesFolder: String { path(of: "pipelines") }
  /// Where everything is kept that is not the operator's.
  public var stateFolder: String { path(of: ".etl") }
  /// The database of runs, rejects and history.
  public var stateFile: String { path(of: ".etl/state.db") }
  /// The files that were fetched, by content.
  public var blobsFolder: String { path(of: ".etl/blobs") }
  /// The output of runs that were started in the background.
  public var logFolder: String { path(of: ".etl/log") }
  /// The locks that running pipelines hold.
  public var locksFolder: String { path(of: ".etl/locks") }

  /// The place of a path in the workspace; an absolute path stays as it is.
  public func path(of relative: String) -> String {
    if relative.hasPrefix("/") { return relative }
    return folder.hasSuffix("/") ? folder + relative : folder + "/" + relative
  }
}
