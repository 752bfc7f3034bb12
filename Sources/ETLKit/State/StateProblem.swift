// Trouble with the workspace itself: facts, and their words.

/// Why the state file, a lock or the workspace cannot be used.
public enum StateProblem: Hashable, Sendable {
  /// A run of this pipeline is going on; process 0 is one whose number is not known.
  case alreadyRunning(pipeline: String, process: Int32)
  /// There is no pipeline of this name; the nearest one, if any is near.
  case unknownPipeline(name: String, nearest: String?, folder: String)
  /// There is no folder for pipelines, or no pipeline file in it.
  case noPipelines(folder: String, isFolder: Bool)
  /// The workspace folder is not there.
  case folderMissing(path: String)
  /// There is no state file yet, and none may be made.
  case noStateFile(path: String)
  /// The file was made by a newer program.
  case newerVersion(found: Int, known: Int, path: String)
  /// The file is an SQLite database, but not a state file.
  case foreignFile(path: String)
  /// The file is no SQLite database.
  case notADatabase(path: String)
  /// The file is damaged.
  case damaged(message: String, path: String)
  /// The file or its folder may not be written.
  case readOnly(path: String)
  /// The file or its folder may not be opened.
  case cannotOpen(reason: String, path: String)
  /// The disk is full.
  case diskFull(path: String)
  /// Another process kept the file locked.
  case busy(path: String)
  /// A load was decided before and cannot be decided again.
  case loadDecided(load: Int64, phase: String)
  /// A program could not be started.
  case cannotStart(program: String, reason: String)
  /// No process holds a run of this pipeline.
  case notRunning(pipeline: String)
  /// An SQLite error on the state file that has no case of its own.
  case sqlite(code: Int32, message: String, path: String)

  /// Whether the same call may succeed later.
  public var isTransient: Bool {
    switch self {
    case .alreadyRunning, .busy: true
    default: false
    }
  }

  /// 3 where nothing was started, 2 otherwise.
  public var exitCode: Int32 {
    switch self {
    case .alreadyRunning, .unknownPipeline, .noPipelines, .folderMissing, .noStateFile,
      .newerVersion,
      .foreignFile, .notADatabase, .cannotStart, .notRunning:
      3
    case .damaged, .readOnly, .cannotOpen, .diskFull, .busy, .loadDecided, .sqlite: 2
    }
  }

  /// The words.
  var text: ErrorText {
    switch self {
    case .alreadyRunning(let pipeline, let process):
      ErrorText(
        "pipeline \(pipeline) is already running" + (process > 0 ? ", process \(process)" : ""),
        code: "run.busy", fix: "etl-tui runs \(pipeline)")
    case .unknownPipeline(let name, let nearest, let folder):
      ErrorText(
        "there is no pipeline \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
        code: "run.unknown_pipeline", places: [folder], fix: "etl-tui check")
    case .noPipelines(let folder, let isFolder):
      ErrorText(
        isFolder ? "there is no pipeline file, NAME.yaml" : "there is no folder for pipelines",
        code: "run.no_pipelines", places: [folder], fix: "etl-tui init")
    case .folderMissing(let path):
      ErrorText(
        "there is no folder \(path)", code: "state.folder_missing", places: [path],
        fix: "etl-tui init \(path)")
    case .noStateFile(let path):
      ErrorText(
        "nothing has run in this workspace yet", code: "state.none", places: [path],
        fix: "etl-tui run NAME")
    case .newerVersion(let found, let known, let path):
      ErrorText(
        "the state file was made by a newer etl-tui: its format is \(found), "
          + "this program knows up to \(known)",
        code: "state.newer", places: [path], fix: "use the newer etl-tui")
    case .foreignFile(let path):
      ErrorText(
        "the file is an SQLite database of another program, not a state file",
        code: "state.foreign", places: [path],
        fix: "move it away; the next run makes a new state file")
    case .notADatabase(let path):
      ErrorText(
        "the file is not an SQLite database", code: "state.not_a_database", places: [path],
        fix: "move it away; the next run makes a new state file")
    case .damaged(let message, let path):
      ErrorText(
        "the state file is damaged: \(message)", code: "state.damaged", places: [path],
        fix: "restore it from a copy, or move it away; loaded tables are not affected")
    case .readOnly(let path):
      ErrorText(
        "the state file may not be written", code: "state.readonly", places: [path],
        fix: "give this user write permission on the file and its folder")
    case .cannotOpen(let reason, let path):
      ErrorText(
        "the state file cannot be opened: \(reason)", code: "state.open", places: [path],
        fix: "look at the permissions of the file and its folder")
    case .diskFull(let path):
      ErrorText(
        "the disk is full", code: "state.full", places: [path],
        fix: "free some space, then run again; nothing was lost")
    case .busy(let path):
      ErrorText(
        "another process kept the state file locked for 5 seconds", code: "state.busy",
        places: [path], fix: "try again; if it stays, look for a program that holds the file")
    case .loadDecided(let load, let phase):
      ErrorText("load \(load) is \(phase) already", code: "state.load_decided")
    case .cannotStart(let program, let reason):
      ErrorText(
        "\(program) could not be started: \(reason)", code: "run.start", places: [program])
    case .notRunning(let pipeline):
      ErrorText(
        "no run of pipeline \(pipeline) is going on", code: "run.not_running",
        fix: "etl-tui runs \(pipeline)")
    case .sqlite(let code, let message, let path):
      ErrorText("SQLite says: \(message) (\(code))", code: "state.io", places: [path])
    }
  }
}
