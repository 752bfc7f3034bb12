// Trouble with the workspace itself: facts, and their words.

/// Why the state file, a lock or the workspace cannot be used.
public enum StateProblem: Hashable, Sendable {
  /// A run of this pipeline is going on.
  case alreadyRunning(pipeline: String, process: Int32)
  /// There is no pipeline of this name; the nearest one, if any is near.
  case unknownPipeline(name: String, nearest: String?, folder: String)
  /// An SQLite error on the state file.
  case sqlite(code: Int32, message: String, path: String)

  /// Whether the same call may succeed later.
  public var isTransient: Bool {
    if case .alreadyRunning = self { return true }
    return false
  }

  /// 3 where nothing was started, 2 otherwise.
  public var exitCode: Int32 {
    switch self {
    case .alreadyRunning, .unknownPipeline: 3
    case .sqlite: 2
    }
  }

  /// The words.
  var text: ErrorText {
    switch self {
    case .alreadyRunning(let pipeline, let process):
      ErrorText(
        "pipeline \(pipeline) is already running, process \(process)", code: "run.busy",
        fix: "etl-tui runs \(pipeline)")
    case .unknownPipeline(let name, let nearest, let folder):
      ErrorText(
        "there is no pipeline \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
        code: "run.unknown_pipeline", places: [folder], fix: "etl-tui check")
    case .sqlite(let code, let message, let path):
      ErrorText("SQLite says: \(message) (\(code))", code: "state.io", places: [path])
    }
  }
}
