import ETLKit
import Foundation
import GRDB
import TestSupport
import Testing

/// Input that cannot be used: what is said, how it ends, and that nothing is lost.
@Suite struct `Bad input` {
  typealias Spoiler = @Sendable (Bench) throws -> Void

  /// A way to spoil a workspace that has loaded before.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var words: [String] = ["run", "towns", "--plain"]
    var spoil: Spoiler

    var testDescription: String { name }
  }

  static func source(_ name: String, _ bytes: [UInt8]) -> Case {
    Case(name: name) { try $0.scratch.write("towns.csv", Data(bytes)) }
  }

  static func destination(_ name: String, _ file: String, _ spoil: @escaping Spoiler) -> Case {
    Case(name: name) { bench in
      try bench.pipeline(
        "towns", townsPipeline.replacingOccurrences(of: "sqlite:towns.db", with: "sqlite:\(file)"))
      try spoil(bench)
    }
  }

  static let packed: [UInt8] = {
    let scratch = Scratch()
    let text = "town,people\n" + (1...4_000).map { "town \($0),\($0 * 7 % 1_000)\n" }.joined()
    try? scratch.write("towns.csv", Data(text.utf8))
    _ = try? Program.run(program: "/bin/gzip", ["-n", "towns.csv"], in: scratch.folder)
    return Array(
      (try? Data(contentsOf: URL(fileURLWithPath: scratch.path("towns.csv.gz")))) ?? Data())
  }()

  static let cases: [Case] = [
    Case(name: "missing-file") {
      try FileManager.default.removeItem(atPath: $0.scratch.path("towns.csv"))
    },
    Case(name: "folder-for-file") { bench in
      try FileManager.default.removeItem(atPath: bench.scratch.path("towns.csv"))
      try bench.write("towns.csv/inside", "")
    },
    Case(name: "unreadable-file") { bench in
      // A chain of links without an end: no user can read it, root neither.
      try FileManager.default.removeItem(atPath: bench.scratch.path("towns.csv"))
      symlink("towns.csv", bench.scratch.path("towns.csv"))
    },
    source("empty-file", []),
    source("header-only", Array("town,people\n".utf8)),
    source("binary", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49]),
    source("nul-bytes", Array("town,people\nAy,\u{0}120\nCee\u{0},7\n".utf8)),
    source("not-utf8", Array("town,people\nAy,120\nB".utf8) + [0xFF] + Array("ree,5\n".utf8)),
    source("another-header", Array("city,people\nAy,120\n".utf8)),
    source("open-quote", Array("town,people\nAy,120\n\"Bree,5\nCee,6\n".utf8)),
    Case(name: "cut-gzip", words: ["run", "towns", "--plain", "--source", "towns=cut.csv.gz"]) {
      try $0.scratch.write("cut.csv.gz", Data(packed.dropLast(packed.count / 3)))
    },
    Case(name: "false-gzip", words: ["run", "towns", "--plain", "--source", "towns=plain.csv.gz"]) {
      try $0.write("plain.csv.gz", "town,people\nAy,120\n")
    },
    Case(name: "no-input", words: ["run", "towns", "--plain", "--source", "towns=-"]) { _ in },
    Case(name: "unknown-source", words: ["run", "towns", "--source", "cities=x.csv"]) { _ in },
    Case(name: "unknown-variable", words: ["run", "towns", "--var", "day=1"]) { _ in },
    Case(name: "unknown-pipeline", words: ["run", "town"]) { _ in },
    Case(name: "unknown-option", words: ["run", "towns", "--fast"]) { _ in },
    Case(name: "no-pipelines") {
      try FileManager.default.removeItem(atPath: $0.scratch.path("pipelines"))
    },
    Case(name: "no-workspace", words: ["runs", "--workspace", "elsewhere"]) { _ in },
    Case(name: "nothing-run-yet", words: ["retry", "undo", "--workspace", "new"]) {
      try $0.write("new/pipelines/towns.yaml", townsPipeline)
    },
    Case(name: "ten-mistakes", words: ["check"]) { try $0.pipeline("towns", tenMistakes) },
    Case(name: "ten-mistakes-run") { try $0.pipeline("towns", tenMistakes) },
    destination("destination-not-a-database", "letter.db") {
      try $0.write("letter.db", String(repeating: "Dear reader, this is a letter.\n", count: 40))
    },
    destination("destination-is-a-folder", "folder.db") { try $0.write("folder.db/inside", "") },
    destination("destination-without-folder", "nowhere/towns.db") { _ in },
    destination("destination-of-another-shape", "other.db") { bench in
      let queue = try DatabaseQueue(path: bench.scratch.path("other.db"))
      try queue.write {
        try $0.execute(sql: "CREATE TABLE towns(town TEXT PRIMARY KEY, mayor TEXT)")
      }
    },
    // Nobody can write there, root neither.
    destination("destination-read-only", "/proc/towns.db") { _ in },
    Case(name: "newer-state-file") { bench in
      let queue = try DatabaseQueue(path: bench.scratch.path(".etl/state.db"))
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version=9999") }
    },
    Case(name: "newer-state-file-list", words: ["retry", "list"]) { bench in
      let queue = try DatabaseQueue(path: bench.scratch.path(".etl/state.db"))
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version=9999") }
    },
    Case(name: "shrunken-source") { bench in
      try bench.pipeline(
        "towns",
        townsPipeline.replacingOccurrences(
          of: "    columns:", with: "    max_drop: 10%\n    columns:"))
      try bench.write("towns.csv", "town,people\nAy,121\n")
    },
    Case(name: "failed-check") { bench in
      try bench.pipeline(
        "towns",
        townsPipeline + """
          checks:
          - {name: enough-towns, step: towns, type: row_count, min: 100, severity: error}

          """)
    },
  ]

  static let tenMistakes = """
    etl: 1
    pipeline: {name: towns, owner: x, colour: red}
    sources:
      towns:
        type: fiel
        path: towns.csv
        columns:
          town: {type: txt, required: maybe}
          people: {type: int, min: few}
          people: {type: int}
    steps:
      big: {type: filter, from: town, where: people > 100}
      small: {type: fliter, from: towns, where: people <}
    load: {from: huge, to: 'sqlite:towns.db', table: towns, mode: upsurt, key: [town]}

    """

  private func bench() throws -> Bench {
    let bench = Bench()
    try bench.pipeline("towns", townsPipeline)
    try bench.write("towns.csv", "town,people\nAy,120\nBree,1o4\nCee,7\n")
    #expect(try bench.summary(of: "towns").counts.hasPrefix("partial: inserted 2"))
    return bench
  }

  private func rows(of bench: Bench) throws -> [[String]] {
    try bench.rows("SELECT * FROM towns ORDER BY town", of: "towns.db")
  }

  @Test(arguments: cases)
  func `is told plainly, and loses nothing`(spoiled: Case) throws {
    let bench = try bench()
    try spoiled.spoil(bench)
    let result = try Program.run(spoiled.words, in: bench.folder)
    expectSnapshot(
      transcript(spoiled.words, result, bench), named: "bad-input.\(spoiled.name)")
    if result.code > 1 {
      #expect(try rows(of: bench) == [["Ay", "120"], ["Cee", "7"]])
    }
    // The entry of the first load is still there; what has a state file of our version tells it.
    if !spoiled.name.hasPrefix("newer") {
      let waiting = try bench.queue("--records").compactMap { $0["value"] as? String }
      #expect(waiting.contains("people=1o4"))
    }
  }

  /// The file of `fixtures/mistakes`: each mistake of another kind, each with what to write instead.
  @Test func `that is a pipeline with twenty mistakes is told all of them at once`() throws {
    let bench = Bench()
    try bench.pipeline(
      "orders",
      try String(contentsOf: Fixtures.url("mistakes/pipelines/orders.yaml"), encoding: .utf8))
    let result = try bench.run("check")
    expectSnapshot(transcript(["check"], result, bench), named: "bad-input.twenty-mistakes")
    let mistakes = try bench.run("check", "--json").objects
    #expect(mistakes.count == 20)
    #expect(mistakes.allSatisfy { $0["suggestion"] as? String != "" })
  }

  @Test func `that is a locked destination waits, then gives up`() throws {
    let bench = try bench()
    try bench.write("towns.csv", "town,people\nAy,121\n")
    let other = try DatabaseQueue(path: bench.scratch.path("towns.db"))
    let result = try other.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN EXCLUSIVE")
      defer { try? database.execute(sql: "ROLLBACK") }
      return try bench.run("run", "towns", "--plain")
    }
    expectSnapshot(
      transcript(["run", "towns", "--plain"], result, bench), named: "bad-input.locked-destination")
    #expect(try rows(of: bench) == [["Ay", "120"], ["Cee", "7"]])
    #expect(try bench.summary(of: "towns")["updated"] == 1)
  }

  @Test func `that is a line of 200 MB is one bad record`() throws {
    let bench = try bench()
    try bench.write("towns.csv", "town,people\nAy,121\n")
    let file = try #require(FileHandle(forWritingAtPath: bench.scratch.path("towns.csv")))
    try file.seekToEnd()
    let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<200 { try file.write(contentsOf: piece) }
    try file.write(contentsOf: Data(",5\nDee,6\n".utf8))
    try file.close()
    let run = try bench.summary(of: "towns")
    #expect(run.counts == "partial: inserted 1, updated 1, unchanged 0, rejected 2")
    let long = try #require(try bench.queue("--records").last)
    #expect(long["line"] as? Int == 3)
    let shown = try bench.run("retry", "show", "\(long["id"] ?? 0)", "--json").objects.first
    #expect(
      shown?["errors"] as? [String]
        == ["the record is too long, at most 16777216 bytes"])
  }

  @Test func `that is a run going on is refused`() throws {
    let bench = try bench()
    let workspace = Workspace(at: bench.folder)
    let lock = try RunLock.acquire(stateFolder: workspace.stateFolder, pipeline: "towns")
    let result = try bench.run("run", "towns", "--plain")
    withExtendedLifetime(lock) {}
    #expect(result.code == 3)
    #expect(
      result.complaints == """
        pipeline towns is already running, process \(getpid()) (run.busy)
          fix: etl-tui runs towns

        """)
  }

  /// Whether a file system of our own can be mounted, which not every machine allows.
  static let canMount: Bool = {
    let scratch = Scratch()
    let result = try? Program.run(
      program: "/usr/bin/unshare", ["-rm", "mount", "-t", "tmpfs", "none", "."],
      in: scratch.folder)
    return result?.code == 0
  }()

  @Test(.enabled(if: canMount, "no file system of our own can be mounted here"))
  func `that is a full disk publishes nothing`() throws {
    let bench = try bench()
    try bench.pipeline(
      "towns",
      townsPipeline.replacingOccurrences(of: "sqlite:towns.db", with: "sqlite:small/towns.db"))
    let lines = (1...20_000).map { "a town with a rather long name and number \($0),\($0)\n" }
    try bench.write("towns.csv", "town,people\n" + lines.joined())
    try bench.write("small/inside", "")
    let script = """
      mount -t tmpfs -o size=300k none small && "$0" run towns --plain
      code=$?
      ls small
      exit $code
      """
    let result = try Program.run(
      program: "/usr/bin/unshare", ["-rm", "/bin/sh", "-c", script, Program.path],
      in: bench.folder)
    expectSnapshot(
      transcript(["run", "towns", "--plain"], result, bench), named: "bad-input.full-disk")
    #expect(try bench.queue("--records").compactMap { $0["value"] as? String } == ["people=1o4"])
  }

  private func transcript(
    _ words: [String], _ result: Program.Result, _ bench: Bench
  ) -> String {
    // How far a run came before the trouble stopped it is a matter of luck.
    let isLucky = result.output.contains("· failed in ")
    func settled(_ text: String) -> String {
      guard isLucky else { return text }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.filter { line in
        !["  read ", "info towns: ", "warn towns: "].contains { line.hasPrefix($0) }
      }.joined(separator: "\n")
    }
    let text = """
      $ etl-tui \(words.joined(separator: " "))
      \(settled(result.output))-- complaints
      \(settled(result.complaints))-- exit \(result.code)
      """
    return text.replacingOccurrences(of: bench.folder, with: "DIR")
      .replacing(#/ in [0-9.]+ s\n/#, with: " in N s\n")
  }
}
