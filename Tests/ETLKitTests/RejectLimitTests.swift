// How many rejects stop a load, and what becomes of a load that is held back.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A limit on rejects` {
  private static let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func workspace(_ limit: String, _ rows: String, mode: String = "upsert") throws
    -> TestWorkspace
  {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: Self.columns, mode: mode)
        + (limit.isEmpty ? "" : "\nretry:\n  limit: \(limit)\n"),
      "in.csv": "id,v\n" + rows,
    ])
  }

  @Test func `lets as many pass as it says`() async throws {
    let test = try workspace("{rejects: 2}", "1,10\n2,x\n3,y\n")
    let summary = try await test.run()
    #expect(summary.state == .partial)
    #expect(spaced(summary.inserted, summary.rejected) == "1 2")
  }

  @Test func `stops at one more, says why, and publishes nothing`() async throws {
    let test = try workspace("{rejects: 2}", "1,10\n2,x\n3,y\n4,\n")
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(
      summary.error
        == ErrorText(
          "3 records were rejected, at most 2 are accepted: 2 × v is not a whole number, "
            + "1 × v is empty, but required; nothing was published",
          code: "limit.rejects", places: ["pipelines/p.yaml:\(try test.lineOfLimit())"],
          fix: "etl-tui retry list p shows them"))
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `keeps the rejects found until then in the queue`() async throws {
    let test = try workspace("{rejects: 1}", "1,10\n2,x\n3,y\n")
    try await test.run()
    #expect(
      try test.queue() == ["waiting|in|cast.int|3|2,x", "waiting|in|cast.int|4|3,y"])
  }

  @Test func `stops while the run goes on`() async throws {
    let rows = (0..<1_000).map { "\($0),x\n" }.joined()
    let test = try workspace("{rejects: 10}", rows)
    var options = RunOptions()
    options.batchCapacity = 16
    let summary = try await test.run(options: options)
    #expect(spaced(summary.read, summary.rejected) == "16 16")
  }

  @Test func `judges a share when all records are read`() async throws {
    let test = try workspace("{percent: 25}", "1,10\n2,x\n3,30\n")
    let summary = try await test.run()
    #expect(
      summary.error?.what
        == "1 of 3 records of in was rejected, at most 25% are accepted: "
        + "1 × v is not a whole number; nothing was published")
    #expect(summary.error?.code == "limit.percent")
  }

  @Test func `accepts a share that is just met`() async throws {
    let test = try workspace("{percent: 25%}", "1,10\n2,x\n3,30\n4,40\n")
    #expect(try await test.run().state == .partial)
  }

  @Test func `judges a share early once no good record can save it`() async throws {
    let rows = (0..<1_000).map { "\($0),\(String(repeating: "x", count: 90))\n" }.joined()
    let test = try workspace("{percent: 1}", rows)
    var options = RunOptions()
    options.batchCapacity = 16
    options.readLimit = 1_000
    let summary = try await test.run(options: options)
    #expect(summary.error?.code == "limit.percent")
    #expect(summary.read < 600)
  }

  @Test func `does not count records that wait for a partner`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, c: text}",
        steps: """
            named: {type: lookup, from: in, in: side, keys: {c: c}, add: {n: n}, missing: reject}

          """, from: "named",
        sources: "  side: {type: file, path: side.csv, columns: {c: text, n: text}}")
        + "\nretry: {limit: {rejects: 0}}\n",
      "in.csv": "id,c\n1,a\n2,b\n", "side.csv": "c,n\na,A\n",
    ])
    let summary = try await test.run()
    #expect(summary.state == .partial)
    #expect(summary.rejected == 1)
  }

  @Test func `does not count queue records that fail again`() async throws {
    let test = try workspace("", "1,10\n2,x\n3,y\n")
    try await test.run()
    try test.write(
      "pipelines/p.yaml",
      pipeline(columns: Self.columns) + "\nretry: {limit: {rejects: 0}}\n")
    _ = try StateFile.open(test.workspace).ask(.all, by: "test")
    #expect(try await test.run().error == nil)
  }

  @Test func `counts rows that the destination refuses`() async throws {
    let test = try workspace("{rejects: 1}", "1,1\n1,2\n1,3\n2,1\n", mode: "append")
    #expect(try await test.run().error?.code == "limit.rejects")
  }

  @Test func `holds without a word at fifty thousand`() {
    #expect(RetrySpec().limit == RejectLimit(rejects: 50_000, share: nil, action: .fail, line: nil))
  }
}

@Suite struct `A load held back` {
  private static let columns = "{id: {type: int, required: true}, v: {type: int, required: true}}"

  private func workspace(_ rows: String, mode: String = "upsert", source: String = "")
    async throws -> TestWorkspace
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: Self.columns, mode: mode, source: source)
        + "\nretry: {limit: {rejects: 0, then: quarantine_load}}\n",
      "in.csv": "id,v\n" + rows,
    ])
    return test
  }

  private func publish(_ run: RunID, in test: TestWorkspace) async throws -> RunSummary {
    let pipeline = try test.workspace.pipeline(named: "p")
    let load = try StateFile.open(test.workspace).heldLoad(run)
    return try await test.run(
      options: .publishing(load, of: pipeline, by: "ann", note: "known gap"))
  }

  private func states(_ test: TestWorkspace) throws -> [String] {
    try test.query(
      "SELECT run_id, state, decided_by, note FROM held_load ORDER BY run_id", in: ".etl/state.db")
  }

  @Test func `publishes nothing and waits for a person`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    let summary = try await test.run()
    #expect(
      summary.error
        == ErrorText(
          "1 record was rejected, none is accepted: 1 × v is not a whole number; "
            + "the load is held back",
          code: "limit.rejects", places: ["pipelines/p.yaml:\(try test.lineOfLimit())"],
          fix: "etl-tui retry quarantine publish 1 --note WHY, or drop it in the same way"))
    #expect(try states(test) == ["1|held|-|-"])
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
    let answer = WorkspaceReader(test.workspace).answerNow(.overview)
    let needs = if case .overview(let overview) = answer { overview.needs } else { [Need]() }
    #expect(needs.map(\.text).contains("the load of run 1 is held back; publish or drop it"))
  }

  @Test func `is published from the files it was made of`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try test.write("in.csv", "id,v\n9,90\n")
    let summary = try await publish(1, in: test)
    #expect(summary.state == .partial)
    #expect(try test.query("SELECT * FROM t") == ["1|10"])
    #expect(try states(test) == ["1|published|ann|known gap"])
    #expect(try test.queue() == ["waiting|in|cast.int|3|2,x"])
    #expect(
      try test.query("SELECT actor, action, target, note FROM audit", in: ".etl/state.db")
        == ["ann|publish|load of run 1|known gap"])
  }

  @Test func `is published although its file is gone`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try FileManager.default.removeItem(atPath: test.folder + "/in.csv")
    #expect(try await publish(1, in: test).inserted == 1)
  }

  @Test func `stays held when its publication fails`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try FileManager.default.createDirectory(
      atPath: test.folder + "/out.db", withIntermediateDirectories: true)
    #expect(try await publish(1, in: test).state == .failed)
    #expect(try StateFile.open(test.workspace).heldLoads().map(\.run) == [1])
  }

  @Test func `is superseded by a newer load`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try test.write("in.csv", "id,v\n1,10\n2,20\n")
    #expect(try await test.run().inserted == 2)
    #expect(try states(test) == ["1|superseded|-|-"])
    let error = await #expect(throws: EngineError.self) { try await publish(1, in: test) }
    #expect(error?.text.what == "the load of run 1 is superseded already")
  }

  @Test func `is superseded by a newer one that is held`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try test.write("in.csv", "id,v\n1,11\n2,x\n")
    try await test.run()
    #expect(try states(test) == ["1|superseded|-|-", "2|held|-|-"])
  }

  @Test func `takes its rejects along when it is dropped`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    let state = try StateFile.open(test.workspace)
    try state.drop(1, by: "ann", note: "test data")
    #expect(try states(test) == ["1|dropped|ann|test data"])
    #expect(try test.queue() == ["superseded|in|cast.int|3|2,x"])
    let error = #expect(throws: EngineError.self) {
      try state.drop(1, by: "ann", note: "again")
    }
    #expect(error?.text.what == "the load of run 1 is dropped already")
  }

  @Test func `is told with its sizes and the records that only it brought`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    let reader = WorkspaceReader(test.workspace)
    var loads: [HeldLoad] = []
    if case .heldLoads(let answer) = reader.answerNow(.heldLoads) { loads = answer }
    let figures = loads.map {
      spaced(Int($0.run), $0.read, $0.rejected, $0.onlyHere, $0.files, $0.bytes)
    }
    #expect(figures == ["1 2 1 1 1 14"])
    var runs: [RunRow] = []
    if case .runs(let answer) = reader.answerNow(.runs(pipeline: nil, limit: 9)) { runs = answer }
    #expect(runs.map(\.isHeld) == [true])
  }

  @Test func `can be forecast, and is then still held`() async throws {
    let test = try await workspace("1,10\n2,x\n3,30\n")
    try await test.run()
    try test.write("in.csv", "id,v\n9,90\n")
    var forecast: RunForecast?
    if case .publication(let answer) = await WorkspaceReader(test.workspace).answer(.publication(1))
    {
      forecast = answer
    }
    #expect(forecast?.summary.inserted == 2)
    #expect(forecast?.summary.rejected == 1)
    #expect(try states(test) == ["1|held|-|-"])
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `that was decided cannot be forecast`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    try StateFile.open(test.workspace).drop(1, by: "ann", note: "no")
    var error: ErrorText?
    if case .failed(_, let answer) = await WorkspaceReader(test.workspace).answer(.publication(1)) {
      error = answer
    }
    #expect(error?.what == "the load of run 1 is dropped already")
  }

  @Test func `of an appending pipeline is appended once`() async throws {
    let test = try await workspace("1,10\n2,x\n", mode: "append")
    try await test.run()
    #expect(try await publish(1, in: test).inserted == 1)
    let again = try await test.run()
    #expect(again.state == .unchanged)
    #expect(try test.query("SELECT * FROM t") == ["1|10"])
  }

  @Test func `is refused for another pipeline or number`() async throws {
    let test = try await workspace("1,10\n2,x\n")
    try await test.run()
    let error = #expect(throws: EngineError.self) {
      try StateFile.open(test.workspace).heldLoad(7)
    }
    #expect(error?.text.what == "no load of run 7 is held back")
  }
}

extension TestWorkspace {
  /// The line in which the pipeline's limit stands.
  fileprivate func lineOfLimit() throws -> Int {
    let text = try String(contentsOfFile: folder + "/pipelines/p.yaml", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.firstIndex { $0.contains("limit:") } ?? -1) + 1
  }
}
