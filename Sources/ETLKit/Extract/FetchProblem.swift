// Why a source could not be read: facts, and their words.

/// Why the bytes of a source could not be had.
public enum FetchProblem: Hashable, Sendable {
  /// There is no such file, or the pattern matches none.
  case notFound(path: String)

  /// Whether the same request may succeed later.
  public var isTransient: Bool { false }

  /// The words.
  var text: ErrorText {
    switch self {
    case .notFound(let path):
      ErrorText("there is no file \(path)", code: "fetch.not_found", places: [path])
    }
  }
}
