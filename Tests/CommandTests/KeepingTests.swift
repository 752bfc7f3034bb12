import Foundation
import GRDB
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `The commands doctor and prune` {
  private func bench() throws -> Bench {
    let bench = Bench()
    try bench.pipeline("us", `A variant of a file`.pipeline)
    try bench.write("us.csv", "date,cases,deaths\n2020-01-21,1,0\n2020-01-22,1,x\n")
    _ = try bench.summary(of: "us")
    return bench
  }

  @Test func `say that all is well`() throws {
    let bench = try bench()
    let result = try bench.run("doctor")
    #expect(result.code == 0)
    #expect(result.lines.first == "ok     1 pipeline file is read")
    #expect(result.lines.last == "etl-tui \(Changelog.version): nothing has to be done")
    #expect(try bench.run("prune").lines == ["nothing is old enough to go"])
    #expect(try bench.run("prune", "--json").lines == [])
  }

  @Test func `say what to type`() throws {
    let bench = try bench()
    try FileManager.default.removeItem(atPath: bench.scratch.path(".etl/ballast"))
    let result = try bench.run("doctor")
    #expect(result.code == 1)
    #expect(
      result.output.contains(
        """
        warn   the reserve for a full disk is used up (files.ballast)
                 in \(bench.folder)/.etl/ballast
                 fix: make room on that disk; the next run takes the reserve again

        """))
    let objects = try bench.run("doctor", "--json").objects
    let warning = objects.first { $0["severity"] as? String == "warn" }
    #expect(warning?["code"] as? String == "files.ballast")
  }

  @Test func `remove what is old, and show that as a run`() throws {
    let bench = try bench()
    try DatabaseQueue(path: bench.scratch.path(".etl/state.db")).write {
      try $0.execute(sql: "UPDATE event SET at=1; UPDATE run SET finished_at=1")
    }
    let rehearsal = try bench.run("prune", "--dry-run")
    #expect(rehearsal.lines.first?.hasPrefix("us: would remove ") == true)
    let result = try bench.run("prune")
    #expect(result.code == 0)
    #expect(result.lines.first?.hasPrefix("us · run 2: removed ") == true)
    let run = try #require(try bench.run("runs", "--json").objects.first)
    #expect(run["kind"] as? String == "prune")
    #expect(try bench.run("runs", "--show", "2").output.contains("info removed "))
  }

  @Test func `refuse an age that is none`() throws {
    let result = try bench().run("prune", "--older-than", "30")
    #expect(result.code == 3)
    #expect(
      result.complaints.contains("--older-than expects an age such as 30d or 12h, found \"30\""))
  }
}
