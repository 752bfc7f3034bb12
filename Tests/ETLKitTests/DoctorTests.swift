// What doctor finds, and that it changes nothing.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A look at a workspace's health` {
  private func loaded() async throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: {type: int, required: true}}"),
      "in.csv": "id\n1\nx\n",
    ])
    try await test.run()
    return test
  }

  private func look(_ test: TestWorkspace, days: Int = 0) -> [HealthFinding] {
    let now = Timestamp(microseconds: Timestamp.now.microseconds + Int64(days) * 86_400_000_000)
    return Doctor(test.workspace, thorough: true, now: now).examine()
  }

  /// Code, severity and next step of what needs somebody.
  private func needs(_ test: TestWorkspace, days: Int = 0) -> [String] {
    look(test, days: days).filter(\.needsAction).map {
      "\($0.severity) \($0.code): \($0.fix ?? "-")"
    }
  }

  @Test func `finds nothing to do in a sound one, and says what it saw`() async throws {
    let test = try await loaded()
    let findings = look(test)
    #expect(needs(test) == [])
    #expect(
      findings.filter { $0.severity == .ok }.map(\.code) == [
        "pipelines", "state", "runs", "queue", "blobs", "destination", "files.ballast",
        "files.room",
      ])
  }

  @Test func `changes nothing`() async throws {
    let test = try await loaded()
    let before = try test.contents()
    _ = look(test)
    #expect(try test.contents() == before)
  }

  @Test func `is content before the first run`() throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: {type: int, required: true}}")
    ])
    #expect(needs(test) == [])
    #expect(look(test).map(\.code) == ["pipelines", "state", "destination"])
  }

  @Test func `names pipeline files that cannot be run`() async throws {
    let test = try await loaded()
    try test.write("pipelines/q.yaml", "etl: 1\n")
    #expect(needs(test) == ["warn pipelines: etl-tui check"])
  }

  @Test func `finds damage in a database and in the state`() async throws {
    for file in ["out.db", ".etl/state.db"] {
      let test = try await loaded()
      let url = URL(fileURLWithPath: test.folder + "/" + file)
      var bytes = try Data(contentsOf: url)
      // The second half of what is no header: pages of tables and indexes.
      let start = bytes.count / 2
      bytes.replaceSubrange(
        start..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - start))
      try bytes.write(to: url)
      #expect(
        look(test).contains { $0.severity == .error && $0.place?.hasSuffix(file) == true },
        "\(file): \(look(test))")
    }
  }

  @Test func `finds a file that is no database`() async throws {
    let test = try await loaded()
    try test.write("out.db", "this is a text, and a long one, so that it is longer than a header\n")
    #expect(look(test).contains { $0.severity == .error && $0.code.hasPrefix("load.") })
  }

  @Test func `finds runs whose process is gone, and loads cut short`() async throws {
    let test = try await loaded()
    try test.execute(
      "UPDATE run SET state='running'; UPDATE load SET phase='prepared'",
      in: ".etl/state.db")
    #expect(needs(test) == ["warn runs.stale: etl-tui run p"])
    try test.execute("UPDATE run SET state='crashed'", in: ".etl/state.db")
    #expect(needs(test) == ["warn loads.undecided: etl-tui run p"])
  }

  @Test func `lists loads that are held back, with size, age and what to type`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: {type: int, required: true}}")
        + "\nretry: {limit: {rejects: 0, then: quarantine_load}}\n",
      "in.csv": "id\n1\nx\n",
    ])
    try await test.run()
    let found = look(test, days: 3).filter { $0.code == "loads.held" }
    #expect(
      found == [
        HealthFinding(
          severity: .warn, code: "loads.held",
          what: "the load of run 1 of p is held back for 3 days, 1 file, 7 bytes: 1 record was "
            + "rejected, none is accepted: 1 × id is not a whole number; the load is held back",
          place: nil,
          fix: "etl-tui plan p --held 1, then etl-tui retry quarantine publish 1 --note WHY, or "
            + "drop in place of publish")
      ])
  }

  @Test func `finds fetched files without a use, and uses without a file`() async throws {
    let test = try await loaded()
    let blob = try #require(
      try test.query("SELECT blob_path FROM snapshot", in: ".etl/state.db").first)
    try FileManager.default.moveItem(atPath: blob, toPath: blob + "0")
    #expect(needs(test) == ["warn blobs.missing: etl-tui prune"])
    // A file of today may belong to a run that has not noted it yet.
    #expect(
      needs(test, days: 2) == [
        "warn blobs.missing: etl-tui prune", "warn blobs.unused: etl-tui prune",
      ])
  }

  @Test func `finds who may write the state, and a reserve that is used up`() async throws {
    let test = try await loaded()
    chmod(test.folder + "/.etl", 0o777)
    unlink(test.folder + "/.etl/ballast")
    #expect(
      needs(test) == [
        "error files.mode: chmod -R o-w \(test.folder)/.etl",
        "warn files.ballast: make room on that disk; the next run takes the reserve again",
      ])
  }

  @Test func `refuses the state of a newer program`() async throws {
    let test = try await loaded()
    try test.execute("PRAGMA user_version=99", in: ".etl/state.db")
    #expect(look(test).contains { $0.code == "state.newer" && $0.needsAction })
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1 kB"), (1_250, "1.3 kB"),
    (16_777_216, "16.8 MB"), (999_950, "1 MB"), (5_000_000_000, "5 GB"),
  ])
  func `tells sizes as people do`(count: Int, text: String) {
    #expect(ByteText.text(count) == text)
  }
}
