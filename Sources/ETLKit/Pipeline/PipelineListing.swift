// One entry of a workspace's list of pipelines, also of a file that cannot be read.

/// A pipeline file of a workspace and what reading it gave.
public struct PipelineListing: Hashable, Sendable {
  /// The pipeline's name; of a broken file the name of the file without its ending.
  public var name: String
  /// The file, relative to the workspace.
  public var file: String
  /// The pipeline, unless its file has errors.
  public var pipeline: Pipeline?
  /// The mistakes of the file, in its order.
  public var diagnostics: [Diagnostic]

  /// Makes a listing.
  public init(name: String, file: String, pipeline: Pipeline?, diagnostics: [Diagnostic] = []) {
    self.name = name
    self.file = file
    self.pipeline = pipeline
    self.diagnostics = diagnostics
  }
}
