// Why the destination could not be written: facts, and their words.

/// Why a load could not be done.
public enum LoadProblem: Hashable, Sendable {
  /// Another process holds the destination.
  case locked(path: String)
  /// An SQLite error that has no case of its own.
  case sqlite(code: Int32, message: String, path: String)

  /// Whether the same load may succeed later.
  public var isTransient: Bool {
    if case .locked = self { return true }
    return false
  }

  /// The words.
  var text: ErrorText {
    switch self {
    case .locked(let path):
      ErrorText(
        "the destination is locked by another process", code: "load.locked", places: [path],
        fix: "close the program that holds it, then run again")
    case .sqlite(let code, let message, let path):
      ErrorText("SQLite says: \(message) (\(code))", code: "load.io", places: [path])
    }
  }
}
