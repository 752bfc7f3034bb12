// What goes when its time is over, and what never does.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Pruning` {
  private static let day: Int64 = 86_400_000_000

  private func workspace(keep: String = "") throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: {type: int, required: true}, n: int}",
        source: keep.isEmpty ? "" : "fetch: {keep: \(keep)}"),
      "in.csv": "id,n\n1,1\n2,x\n",
    ])
  }

  private func prune(_ test: TestWorkspace, days: Int64) throws -> [Pruned] {
    try pruner(test, days).prune()
  }

  private func pruner(_ test: TestWorkspace, _ days: Int64) -> Pruner {
    Pruner(
      test.workspace, now: Timestamp(microseconds: Timestamp.now.microseconds + days * Self.day))
  }

  private func state(_ test: TestWorkspace, _ sql: String) throws -> [String] {
    try test.query(sql, in: ".etl/state.db")
  }

  private func blobs(_ test: TestWorkspace) -> Int {
    BlobStore(folder: test.workspace.blobsFolder)
      .files(olderThan: 0, now: Timestamp(microseconds: .max)).count
  }

  /// Two loads, the first one's bad record mended by the second.
  private func mended(keep: String = "") async throws -> TestWorkspace {
    let test = try workspace(keep: keep)
    try await test.run()
    try test.write("in.csv", "id,n\n1,1\n2,2\n")
    try await test.run()
    #expect(try test.queue().first?.hasPrefix("superseded") == true)
    return test
  }

  @Test func `takes log lines and bytes after 90 days, runs after two years`() async throws {
    let test = try await mended()
    #expect(try prune(test, days: 89) == [])
    let first = try #require(try prune(test, days: 91).first)
    #expect(first.events > 0)
    #expect(spaced(first.runs, first.records, first.files) == "0 1 0")
    #expect(try state(test, "SELECT length(raw), raw_truncated, line_no FROM reject") == ["0|1|3"])
    let later = try #require(try prune(test, days: 731).first)
    // The last load stays, for it says what the destination holds.
    #expect(spaced(later.runs, later.records) == "1 0")
    #expect(
      try state(test, "SELECT id, kind FROM run ORDER BY id") == ["2|manual", "3|prune", "4|prune"])
    #expect(try await test.run().state == .unchanged)
  }

  @Test func `is recorded as a run that says what went`() async throws {
    let test = try await mended()
    let pruned = try #require(try prune(test, days: 91).first)
    let run = try #require(pruned.run)
    #expect(
      try state(test, "SELECT kind, state, notes_json FROM run WHERE id=\(run)") == [
        #"prune|succeeded|["removed \#(pruned.events) log lines","removed 1 closed record's bytes"]"#
      ])
    #expect(
      try state(test, "SELECT detail FROM event WHERE run_id=\(run) ORDER BY seq") == [
        "removed \(pruned.events) log lines", "removed 1 closed record's bytes",
      ])
    #expect(try prune(test, days: 91) == [])
  }

  @Test func `keeps records that wait for ever`() async throws {
    let test = try workspace(keep: "1d")
    try await test.run()
    let before = try test.queue()
    _ = try prune(test, days: 2_000)
    #expect(try test.queue() == before)
    #expect(blobs(test) == 1)
  }

  @Test func `takes fetched files when their source has kept them long enough`() async throws {
    let test = try await mended(keep: "30d")
    #expect(blobs(test) == 2)
    #expect(try prune(test, days: 29) == [])
    let pruned = try #require(try prune(test, days: 31).first)
    #expect(spaced(pruned.files, pruned.fileBytes) == "1 13")
    #expect(blobs(test) == 1)
    #expect(try state(test, "SELECT purged_at IS NULL FROM snapshot ORDER BY id") == ["0", "1"])
    // What was loaded last stays, however old.
    #expect(try prune(test, days: 2_000).allSatisfy { $0.files == 0 })
    #expect(try await test.run().state == .unchanged)
  }

  @Test func `keeps fetched files of a source that does not say how long`() async throws {
    let test = try await mended()
    _ = try prune(test, days: 5_000)
    #expect(blobs(test) == 2)
  }

  @Test func `keeps a file that an open record stands in`() async throws {
    let test = try workspace(keep: "1d")
    try await test.run()
    // Another file, in which the bad record is not; it waits on.
    try test.write("in.csv", "id,n\n3,3\n4,4\n")
    try await test.run()
    #expect(try test.queue().map { $0.split(separator: "|")[0] } == ["waiting"])
    #expect(try prune(test, days: 1_000).allSatisfy { $0.files == 0 })
    #expect(blobs(test) == 2)
  }

  @Test func `keeps a file that another pipeline still needs`() async throws {
    let test = try await mended(keep: "30d")
    let other = try String(contentsOfFile: test.folder + "/pipelines/p.yaml", encoding: .utf8)
    try test.write(
      "pipelines/q.yaml",
      other.replacing("name: p", with: "name: q").replacing("out.db", with: "q.db")
        .replacing("keep: 30d", with: "keep: 900d"))
    try test.write("in.csv", "id,n\n1,1\n2,x\n")
    try await test.run("q")
    try test.write("in.csv", "id,n\n1,1\n2,2\n")
    try await test.run("q")
    let pruned = try prune(test, days: 31)
    #expect(pruned.map(\.files) == [0] || pruned.map(\.files) == [])
    #expect(blobs(test) == 2)
  }

  @Test func `keeps what a person mended, for a file may bring the bad bytes again`() async throws {
    let test = try workspace()
    try await test.run()
    let file = try StateFile.open(test.workspace)
    try file.edit([RecordEdit(1, raw: Array("2,2".utf8))], by: "ann")
    try await test.run()
    _ = try prune(test, days: 91)
    #expect(
      try state(test, "SELECT length(raw), CAST(edited_raw AS TEXT) FROM reject") == ["0|2,2"])
    #expect(try await test.run(options: RunOptions(isForced: true)).rejected == 0)
  }

  @Test func `only says so in a rehearsal`() async throws {
    let test = try await mended(keep: "30d")
    let before = try test.contents()
    let preview = try pruner(test, 91).preview()
    #expect(try test.contents() == before)
    var pruned = try prune(test, days: 91)
    for index in pruned.indices { pruned[index].run = nil }
    #expect(pruned == preview)
  }

  @Test func `leaves a pipeline alone while it runs`() async throws {
    let test = try await mended(keep: "30d")
    let lock = try RunLock.acquire(stateFolder: test.workspace.stateFolder, pipeline: "p")
    let pruned = try prune(test, days: 91)
    withExtendedLifetime(lock) {}
    #expect(pruned.map(\.pipeline) == ["p"])
    #expect(pruned[0].skipped?.contains("running") == true || pruned[0].skipped != nil)
    #expect(blobs(test) == 2)
  }

  @Test func `removes files that no run has noted, and notes that have no file`() async throws {
    let test = try await mended()
    let blob = try #require(try state(test, "SELECT blob_path FROM snapshot WHERE id=1").first)
    try FileManager.default.moveItem(atPath: blob, toPath: blob + "0")
    let pruned = try prune(test, days: 2)
    #expect(
      pruned.map { "\($0.pipeline ?? "-") \($0.files) \($0.lostFiles)" } == ["p 0 1", "- 1 0"])
    #expect(Doctor(test.workspace).examine().allSatisfy { !$0.needsAction })
  }

  @Test func `takes the bytes of closed records out of the journal, too`() async throws {
    let test = try workspace()
    try await test.run()
    let file = try StateFile.open(test.workspace)
    try file.discard(.ids([1]), by: "ann", note: "wrong")
    try test.execute(
      "UPDATE reject SET resolved_at=1, last_seen=1; UPDATE audit SET at=1", in: ".etl/state.db")
    _ = try prune(test, days: 91)
    #expect(try state(test, "SELECT length(raw) FROM reject") == ["0"])
    #expect(try state(test, "SELECT before_json IS NULL FROM audit") == ["1"])
  }

  @Test(arguments: [("30d", 2_592_000), ("12h", 43_200), ("0d", nil), ("30", nil), ("x", nil)])
  func `reads ages as pipeline files write them`(text: String, seconds: Int?) {
    #expect(RetentionRules(olderThan: text)?.events == seconds)
  }
}
