// What is wrong with a watermark, or with the wish to move one: facts, and their words.

/// Why a watermark cannot be used or set.
public enum WatermarkProblem: Hashable, Sendable {
  /// The mark that is kept is not of the column that the pipeline names.
  case changed(source: String, found: String, expected: String, pipeline: String, path: String)
  /// The pipeline has no such source.
  case unknownSource(String, nearest: String?, pipeline: String, known: [String])
  /// The source has no watermark.
  case none(source: String, pipeline: String, place: String)
  /// A value that is not of the column's type.
  case value(String, source: String, column: String, type: String, example: String)

  /// The words.
  var text: ErrorText {
    switch self {
    case .changed(let source, let found, let expected, let pipeline, let path):
      ErrorText(
        "the watermark of \(source) is \(found), the pipeline names \(expected)",
        code: "watermark.changed", places: [path],
        fix: "etl-tui watermark set \(pipeline) \(source) VALUE, or none to read everything")
    case .unknownSource(let name, let nearest, let pipeline, let known):
      ErrorText(
        "pipeline \(pipeline) has no source \(name)", code: "watermark.unknown_source",
        fix: nearest.map { "did you mean \($0)?" } ?? "it has " + known.joined(separator: ", "))
    case .none(let source, let pipeline, let place):
      ErrorText(
        "source \(source) of \(pipeline) has no watermark", code: "watermark.none",
        places: [place], fix: "add watermark: {column: COLUMN} to it")
    case .value(let value, let source, let column, let type, let example):
      ErrorText(
        "\"\(value)\" is no value of \(source).\(column), which is \(type)",
        code: "watermark.value", fix: "write it like \(example), or none to read everything")
    }
  }
}
