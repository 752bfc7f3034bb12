// Reads a pipeline file: text in, a pipeline or all its mistakes out. Touches nothing.

/// The reader of pipeline files.
public enum PipelineFile {
  /// Reads the text of a file.
  ///
  /// The pipeline is nil when any of the diagnostics is an error; diagnostics stand in the order of
  /// the file.
  public static func read(text: String, file: String) -> (
    pipeline: Pipeline?, diagnostics: [Diagnostic]
  ) {
    (nil, [])
  }
}
