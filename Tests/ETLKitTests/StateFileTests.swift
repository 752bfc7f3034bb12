// The state file itself: made, refused, full; and the lock beside it.

@testable import ETLKit
import Foundation
import GRDB
import Synchronization
import Testing

@Suite struct `A state file` {
  let place: StateWorkspace

  init() throws { place = try StateWorkspace() }

  @Test func `is made with its tables, mark and format`() throws {
    _ = try place.open()
    #expect(try place.value("PRAGMA application_id") == "1163152433")
    #expect(try place.value("PRAGMA user_version") == "\(StateSchema.version)")
    #expect(try place.value("PRAGMA journal_mode") == "wal")
  }

  @Test func `syncs every commit that matters, also after progress`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    try state.progress(run: run.run, stages: run.summary().stages)
    let synchronous = try state.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    let foreignKeys = try state.queue.read { try Int.fetchOne($0, sql: "PRAGMA foreign_keys") }
    #expect(synchronous == 2)
    #expect(foreignKeys == 1)
  }

  @Test func `is opened by two processes at once`() throws {
    let one = try place.open()
    let other = try place.open()
    _ = try BegunRun(one, pipeline: "a")
    _ = try BegunRun(other, pipeline: "b")
    #expect(try place.value("SELECT count(*) FROM run") == "2")
  }

  @Test func `of a newer program is refused before anything is written`() throws {
    _ = try place.open()
    try place.execute("PRAGMA user_version=99")
    let problem = EngineError(
      .state(.newerVersion(found: 99, known: StateSchema.version, path: place.statePath)))
    #expect(throws: problem) { try place.open() }
    #expect(problem.exitCode == 3)
    #expect(
      problem.description == """
        the state file was made by a newer etl-tui: its format is 99, this program knows up to \
        \(StateSchema.version) (state.newer)
          in \(place.statePath)
          fix: use the newer etl-tui
        """)
  }

  @Test func `is not a file of another program`() throws {
    try FileManager.default.createDirectory(
      atPath: place.stateFolder, withIntermediateDirectories: true)
    try place.execute("CREATE TABLE notes(text)")
    #expect(throws: EngineError(.state(.foreignFile(path: place.statePath)))) { try place.open() }
  }

  @Test func `is not any file`() throws {
    try FileManager.default.createDirectory(
      atPath: place.stateFolder, withIntermediateDirectories: true)
    try Data(repeating: 65, count: 5000).write(to: URL(fileURLWithPath: place.statePath))
    #expect(throws: EngineError(.state(.notADatabase(path: place.statePath)))) { try place.open() }
  }

  @Test func `is not a folder`() throws {
    try FileManager.default.createDirectory(
      atPath: place.statePath, withIntermediateDirectories: true)
    let problem = StateProblem.cannotOpen(reason: "it is a folder", path: place.statePath)
    #expect(throws: EngineError(.state(problem))) { try place.open() }
  }

  @Test func `needs a workspace folder`() throws {
    let missing = place.folder + "/nowhere"
    #expect(throws: EngineError(.state(.folderMissing(path: missing)))) {
      try StateFile.open(folder: missing + "/.etl")
    }
  }

  @Test func `is not made by somebody who only reads`() throws {
    #expect(throws: EngineError(.state(.noStateFile(path: place.statePath)))) {
      try place.open(readOnly: true)
    }
    #expect(!FileManager.default.fileExists(atPath: place.stateFolder))
  }

  @Test func `notes a failure on a full disk by giving up its ballast`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    let ballast = place.stateFolder + "/ballast"
    #expect(FileManager.default.fileExists(atPath: ballast))
    try state.queue.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count=\(pages)")
    }
    let isReleased = Mutex(false)
    let queue = state.queue
    state.ballast.didRelease.withLock { hook in
      hook = {
        isReleased.withLock { $0 = true }
        try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count=100000") }
      }
    }
    var failed = run.summary(.failed)
    failed.error = ErrorText(
      String(repeating: "the disk is full ", count: 5000), code: "state.full")
    try state.finishRun(failed)
    #expect(isReleased.withLock { $0 })
    #expect(!FileManager.default.fileExists(atPath: ballast))
    #expect(try place.value("SELECT state FROM run") == "failed")
    _ = try place.open()
    #expect(FileManager.default.fileExists(atPath: ballast))
  }

  @Test func `says that the disk is full when there is nothing to give up`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    #expect(state.ballast.release())
    try state.queue.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count=\(pages)")
    }
    var failed = run.summary(.failed)
    failed.notes = [String(repeating: "x", count: 100_000)]
    #expect(throws: EngineError(.state(.diskFull(path: place.statePath)))) {
      try state.finishRun(failed)
    }
    #expect(try place.value("SELECT state FROM run") == "running")
  }

  static let problems: [(StateProblem, String, Int32)] = [
    (
      .alreadyRunning(pipeline: "covid", process: 77),
      "pipeline covid is already running, process 77",
      3
    ),
    (.alreadyRunning(pipeline: "covid", process: 0), "pipeline covid is already running", 3),
    (
      .unknownPipeline(name: "covd", nearest: "covid", folder: "pipelines"),
      #"there is no pipeline "covd"; did you mean "covid"?"#, 3
    ),
    (.folderMissing(path: "x"), "there is no folder x", 3),
    (.noStateFile(path: "x"), "nothing has run in this workspace yet", 3),
    (
      .foreignFile(path: "x"),
      "the file is an SQLite database of another program, not a state file", 3
    ),
    (.notADatabase(path: "x"), "the file is not an SQLite database", 3),
    (.damaged(message: "malformed", path: "x"), "the state file is damaged: malformed", 2),
    (.readOnly(path: "x"), "the state file may not be written", 2),
    (
      .cannotOpen(reason: "no permission", path: "x"),
      "the state file cannot be opened: no permission", 2
    ),
    (.diskFull(path: "x"), "the disk is full", 2),
    (.busy(path: "x"), "another process kept the state file locked for 5 seconds", 2),
    (.loadDecided(load: 4, phase: "void"), "load 4 is void already", 2),
    (
      .cannotStart(program: "etl-tui", reason: "No such file or directory"),
      "etl-tui could not be started: No such file or directory", 3
    ),
    (.notRunning(pipeline: "covid"), "no run of pipeline covid is going on", 3),
    (
      .sqlite(code: 10, message: "disk I/O error", path: "x"), "SQLite says: disk I/O error (10)", 2
    ),
  ]

  @Test(arguments: problems)
  func `has words for every problem`(problem: StateProblem, words: String, exitCode: Int32) {
    #expect(problem.text.what == words)
    #expect(problem.exitCode == exitCode)
  }
}

@Suite struct `A run lock` {
  let place: StateWorkspace

  init() throws { place = try StateWorkspace() }

  @Test func `is held by one`() throws {
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let problem = StateProblem.alreadyRunning(pipeline: "covid", process: getpid())
    #expect(throws: EngineError(.state(problem))) {
      _ = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    }
    #expect(RunLock.holder(stateFolder: place.stateFolder, pipeline: "covid") == getpid())
    withExtendedLifetime(lock) {}
  }

  @Test func `is dropped with its object`() throws {
    _ = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    #expect(RunLock.holder(stateFolder: place.stateFolder, pipeline: "covid") == nil)
    _ = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
  }

  @Test func `belongs to one pipeline`() throws {
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    #expect(RunLock.holder(stateFolder: place.stateFolder, pipeline: "flights") == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `is looked for without making anything`() {
    #expect(RunLock.holder(stateFolder: place.stateFolder, pipeline: "covid") == nil)
    #expect(!FileManager.default.fileExists(atPath: place.stateFolder))
  }

  @Test func `does not name a process that only left its number behind`() throws {
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let path = RunLock.path(stateFolder: place.stateFolder, pipeline: "covid")
    try Data("1 2 another-boot\n".utf8).write(to: URL(fileURLWithPath: path), options: [])
    #expect(RunLock.holder(stateFolder: place.stateFolder, pipeline: "covid") == 0)
    withExtendedLifetime(lock) {}
  }

  @Test(arguments: [
    ("covid", "covid.lock"), ("../x", "%2e%2e%2fx.lock"), ("Ünder_1-a", "%c3%9cnder_1-a.lock"),
  ])
  func `has a file that stays in its folder`(name: String, file: String) {
    #expect(RunLock.path(stateFolder: "/s", pipeline: name) == "/s/locks/\(file)")
  }
}

@Suite struct `A rate sampler` {
  private func sampler(seconds: [Double], perSecond: Double) -> RateSampler {
    var sampler = RateSampler()
    for second in seconds {
      sampler.note(
        Int(second * perSecond), at: Timestamp(microseconds: Int64(second * 1_000_000)))
    }
    return sampler
  }

  @Test func `takes a sample a second, however often it is told`() {
    let seconds = (0...30).map { Double($0) / 10 }
    #expect(sampler(seconds: seconds, perSecond: 100).rates == [100, 100, 100])
  }

  @Test func `covers a long run with few samples`() {
    let sampler = sampler(seconds: (0...1000).map(Double.init), perSecond: 50)
    #expect(sampler.rates.count <= RateSampler.capacity)
    #expect(sampler.rates.allSatisfy { abs($0 - 50) < 0.001 })
  }

  @Test func `is read as it was written`() {
    let sampler = sampler(seconds: [0, 1, 2], perSecond: 7)
    #expect(sampler.text == "7,7")
    #expect(RateSampler.rates(sampler.text) == [7, 7])
    #expect(RateSampler.rates("") == [])
  }
}
