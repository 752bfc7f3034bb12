// `etl-tui demo`: the whole idea on real data, in a folder of its own.

import ArgumentParser
import ETLKit
import Foundation

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Try everything on real data, in a folder of its own.",
    discussion: """
      Makes a workspace with three pipelines and runs them as if months went by.

      On a terminal it opens the console on it, and reads one source slowly so that you can \
      watch. Elsewhere it runs at full speed and prints the summaries; it ends with 1, because \
      some records of the real data are rejected and wait in the queue.
      """)

  @Argument(help: "The folder, new or from an earlier demo; a temporary one if left out.")
  var folder: String?

  /// The month of flights takes about 17 seconds with it.
  private static let throttle = 1_600

  func run() async throws {
    let isWatched = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && Output.isTerminal
    let demo = try DemoWorkspace.prepare(
      at: folder, from: try DemoFixtures.find(), throttle: isWatched ? Self.throttle : nil)
    if isWatched {
      // The console serves the terminal on the main thread.
      try await MainActor.run { try watch(demo) }
    } else {
      try await runAll(demo)
    }
  }

  /// Starts the runs apart from this process, and opens the console.
  private func watch(_ demo: DemoWorkspace) throws {
    let workspace = demo.workspace
    try RunLauncher(workspace).start(
      command: ["demo-runs", workspace.folder], logName: "demo")
    // The first frame shows the run that moves, with its row chosen.
    let reader = WorkspaceReader(workspace)
    for _ in 0..<100 {
      if case .status(let status) = reader.answerNow(.status), status.running > 0 { break }
      usleep(20_000)
    }
    let console = try ConsoleCommand.parse(["--workspace", workspace.folder])
    defer {
      Output.write("the demo's workspace: etl-tui --workspace \(workspace.folder)")
    }
    try console.run()
  }

  private func runAll(_ demo: DemoWorkspace) async throws {
    guard let lock = demo.lock() else { throw Self.isBusy(demo) }
    defer { close(lock) }
    Output.write("workspace \(demo.workspace.folder)")
    var worst: Int32 = 0
    var broken: Set<String> = []
    for run in try DemoRun.remaining(in: demo.workspace) where !broken.contains(run.pipeline) {
      Output.write("\n# \(run.title)")
      let command = try RunCommand.parse(
        Array(run.arguments(in: demo.workspace, style: ["--quiet"]).dropFirst()))
      do {
        try await command.run()
      } catch let code as ExitCode {
        worst = max(worst, code.rawValue)
        if code.rawValue > 1 { broken.insert(run.pipeline) }
      }
    }
    Output.write("\nopen the console on it: etl-tui --workspace \(demo.workspace.folder)")
    if worst != 0 { throw ExitCode(worst) }
  }

  static func isBusy(_ demo: DemoWorkspace) -> CommandFailure {
    CommandFailure(
      ErrorText(
        "the demo's runs are going on already", code: "demo.busy",
        places: [demo.workspace.folder],
        fix: "etl-tui --workspace \(demo.workspace.folder)"))
  }
}

/// The demo's runs, each a process, apart from the console that shows them.
struct DemoRunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-runs", abstract: "Run what the demo still has to run.",
    shouldDisplay: false)

  @Argument(help: "The demo's folder.")
  var folder: String

  func run() throws {
    let demo = DemoWorkspace(workspace: Workspace(at: folder))
    guard let lock = demo.lock() else { throw DemoCommand.isBusy(demo) }
    defer { close(lock) }
    let launcher = RunLauncher(demo.workspace)
    var broken: Set<String> = []
    for run in try DemoRun.remaining(in: demo.workspace) where !broken.contains(run.pipeline) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: launcher.executable)
      process.arguments = run.arguments(in: demo.workspace, style: ["--plain"])
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      // Somebody stopped it, or it could not run: what follows builds on it.
      if process.terminationReason != .exit || process.terminationStatus > 1 {
        broken.insert(run.pipeline)
      }
    }
  }
}
