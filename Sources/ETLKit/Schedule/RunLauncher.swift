// Starts `etl-tui run NAME` so that it outlives whoever started it, and asks it to stop.

internal import Foundation

/// Starts and stops runs in processes of their own.
public struct RunLauncher: Sendable {
  /// The workspace the runs belong to.
  public var workspace: Workspace
  /// The program to start: `etl-tui` itself.
  public var executable: String

  /// Makes a launcher; the program is the one that is running unless given.
  public init(_ workspace: Workspace, executable: String? = nil) {
    self.workspace = workspace
    self.executable =
      executable
      ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? "etl-tui"
  }

  /// Starts a run of a pipeline and returns at once; gives its process.
  ///
  /// The process has a session of its own, no terminal, no open file of ours, and default signals; it
  /// finds the workspace in `ETL_WORKSPACE`, and what it prints goes to `.etl/log/NAME.log`. A program that cannot be started is an error here, a run
  /// that fails is not.
  @discardableResult
  public func start(_ pipeline: String, arguments: [String] = []) throws(EngineError) -> Int32 {
    let lock = RunLock.path(stateFolder: workspace.stateFolder, pipeline: pipeline)
    let name = ((lock as NSString).lastPathComponent as NSString).deletingPathExtension
    return try start(command: ["run", pipeline] + arguments, logName: name)
  }

  /// Starts the program with any words in the same way; gives its process.
  ///
  /// What it prints goes to `.etl/log/`, under the given name.
  @discardableResult
  public func start(command: [String], logName: String) throws(EngineError) -> Int32 {
    let process = try spawn([executable] + command, log: try logFile(logName))
    // Somebody must collect what a child leaves behind; a thread that sleeps costs next to nothing.
    let reaper = Thread {
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    }
    reaper.stackSize = 64 << 10
    reaper.start()
    return process
  }

  /// Asks the process that runs a pipeline to stop; gives its number.
  @discardableResult
  public func cancel(_ pipeline: String) throws(EngineError) -> Int32 {
    let owner = RunLock.owner(stateFolder: workspace.stateFolder, pipeline: pipeline)
    guard case .process(let identity) = owner, kill(identity.process, SIGTERM) == 0 else {
      throw EngineError(.state(.notRunning(pipeline: pipeline)))
    }
    return identity.process
  }

  private func logFile(_ name: String) throws(EngineError) -> String {
    for folder in [workspace.stateFolder, workspace.logFolder] {
      guard mkdir(folder, 0o777) != 0, errno != EEXIST else { continue }
      throw EngineError(
        errno == ENOENT
          ? .state(.folderMissing(path: workspace.folder))
          : .state(.cannotStart(program: folder, reason: String(cString: strerror(errno)))))
    }
    let path = "\(workspace.logFolder)/\(name).log"
    var status = stat()
    if stat(path, &status) == 0, status.st_size > 1 << 20 { rename(path, path + ".old") }
    return path
  }

  private func spawn(_ words: [String], log: String) throws(EngineError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Files that some library opened without close-on-exec must not live as long as the run.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      guard let file = Int32(name), file > 2 else { continue }
      posix_spawn_file_actions_addclose(&actions, file)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // A console ignores or catches signals that must end a run.
    var ordinary = sigset_t()
    sigemptyset(&ordinary)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH] {
      sigaddset(&ordinary, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &ordinary)
    let setSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the C headers hide
    posix_spawnattr_setflags(
      &attributes, Int16(setSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    let variables = ProcessInfo.processInfo.environment
      .merging(["ETL_WORKSPACE": workspace.folder]) { $1 }
    var environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { environment.forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, executable, &actions, &attributes, &arguments, &environment)
    guard result == 0 else {
      throw EngineError(
        .state(.cannotStart(program: executable, reason: String(cString: strerror(result)))))
    }
    return process
  }
}
