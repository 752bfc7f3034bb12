import Foundation
import TestSupport
import Testing

/// Records written out of the queue, whole or not at all.
@Suite struct `An export` {
  private let bench = Bench()

  init() throws {
    try bench.pipeline("towns", townsPipeline)
    try bench.write("towns.csv", "town,people\nAachen,x\nBonn,9\nCelle,many\n")
    _ = try bench.summary(of: "towns")
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: bench.scratch.path(name), encoding: .utf8)
  }

  @Test(arguments: ["csv", "ndjson"])
  func `into a file is what is printed without one`(format: String) throws {
    try bench.write("mend", "an older and longer file\n" + String(repeating: "-", count: 9_000))
    let file = try bench.run("retry", "export", "--all", "--format", format, "-o", "mend")
    #expect(file.code == 0)
    #expect(file.output == "")
    #expect(file.complaints == "2 records exported\n")
    #expect(
      try text("mend") == (try bench.run("retry", "export", "--all", "--format", format).output))
    #expect(try text("mend").split(separator: "\n").count == (format == "csv" ? 3 : 2))
  }

  @Test(arguments: [
    (".", "it is a folder"), ("gone/mend.csv", "no such file or folder"),
  ])
  func `says where it cannot be written, and why`(file: String, why: String) throws {
    let result = try bench.run("retry", "export", "--all", "--output", file)
    #expect(result.code == 2)
    #expect(
      result.complaints
        == "the export cannot be written: \(why) (queue.export)\n  in \(file)\n")
  }

  @Test func `takes away what one left that died`() throws {
    // No process has this number.
    try bench.write("mend.csv.2147483647.part", "half")
    try bench.write("mend.csv.note.part", "somebody's own")
    _ = try bench.run("retry", "export", "--all", "--output", "mend.csv")
    let found = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
      .filter { $0.hasPrefix("mend") }.sorted()
    #expect(found == ["mend.csv", "mend.csv.note.part"])
  }

  @Test(arguments: ["retry export --all", "retry list", "runs towns"])
  func `or a list on a full disk does not pass for a whole one`(command: String) throws {
    let result = try Program.run(
      program: "/bin/sh", ["-c", "\(Program.path) \(command) > /dev/full"], in: bench.folder)
    #expect(result.code == 2)
    #expect(
      result.complaints.contains(
        "error: standard output cannot be written: no space left on the disk\n"))
  }
}
