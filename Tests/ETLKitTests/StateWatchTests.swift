// A watch tells of changes; a launcher starts what outlives it. Both wait for the kernel, not for a clock.

@testable import ETLKit
import Foundation
import Testing

@Suite struct `A workspace watch` {
  let place: StateWorkspace

  init() throws { place = try StateWorkspace() }

  @Test(.timeLimit(.minutes(1)))
  func `tells of a state file that is made later, and of each write`() async throws {
    let watch = WorkspaceWatch(Workspace(at: place.folder))
    var changes = watch.changes().makeAsyncIterator()
    let state = try place.open()
    #expect(await changes.next() != nil)
    _ = try BegunRun(state)
    #expect(await changes.next() != nil)
    withExtendedLifetime(watch) {}
  }

  @Test(.timeLimit(.minutes(1)))
  func `tells of a run that lost its process`() async throws {
    var lock: RunLock? = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let watch = WorkspaceWatch(Workspace(at: place.folder))
    var changes = watch.changes().makeAsyncIterator()
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(await changes.next() != nil)
    withExtendedLifetime(watch) {}
  }

  @Test(.timeLimit(.minutes(1)))
  func `ends its streams when it goes away`() async throws {
    var watch: WorkspaceWatch? = WorkspaceWatch(Workspace(at: place.folder))
    let stream = watch?.changes()
    watch = nil
    for await _ in try #require(stream) {}
  }
}

@Suite struct `A run launcher` {
  let place: StateWorkspace

  init() throws { place = try StateWorkspace() }

  /// A program in the place of `etl-tui`, and a pipe that it holds open until it ends.
  private func program(_ script: String) throws -> RunLauncher {
    let path = place.folder + "/program"
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
    chmod(path, 0o755)
    return RunLauncher(Workspace(at: place.folder), executable: path)
  }

  private func log(_ name: String) throws -> String {
    try String(contentsOfFile: place.stateFolder + "/log/\(name).log", encoding: .utf8)
  }

  @Test(.timeLimit(.minutes(1)))
  func `starts the run in a session of its own, with its workspace and a log`() async throws {
    let watch = WorkspaceWatch(Workspace(at: place.folder))
    var changes = watch.changes().makeAsyncIterator()
    let launcher = try program(
      """
      set -- "$@" "$(cut -d' ' -f6 /proc/$$/stat)" $$ "$ETL_WORKSPACE"
      echo "$@"
      mkdir -p "$ETL_WORKSPACE/pipelines"
      """)
    let process = try launcher.start("covid", arguments: ["--kind", "retry"])
    while !FileManager.default.fileExists(atPath: place.folder + "/pipelines") {
      _ = await changes.next()
    }
    #expect(
      try log("covid") == "run covid --kind retry \(process) \(process) \(place.folder)\n")
    withExtendedLifetime(watch) {}
  }

  @Test func `says when the program is not there`() throws {
    let launcher = RunLauncher(Workspace(at: place.folder), executable: "/nowhere/etl-tui")
    let problem = StateProblem.cannotStart(
      program: "/nowhere/etl-tui", reason: "No such file or directory")
    #expect(throws: EngineError(.state(problem))) { try launcher.start("covid") }
  }

  @Test func `cancels nothing when nothing runs`() throws {
    let launcher = RunLauncher(Workspace(at: place.folder))
    #expect(throws: EngineError(.state(.notRunning(pipeline: "covid")))) {
      try launcher.cancel("covid")
    }
  }
}
