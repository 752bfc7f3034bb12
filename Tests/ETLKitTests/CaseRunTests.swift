// Inputs on which other tools failed (`fixtures/cases`), with the right results: whole runs.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Case 03, integers in a column with gaps` {
  @Test func `are stored to the last digit`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv",
        columns: "{trade_id: int, linked_id: int, qty: {type: int, required: true}}")
    ])
    try test.take("03-bigint.csv", as: "in.csv")
    try await test.run()
    #expect(
      try test.query("SELECT trade_id, linked_id, typeof(trade_id) FROM t") == [
        "1577134800018226901|-|integer", "-|1577134800018164904|null",
        "9007199254740993|9223372036854775807|integer", "-9223372036854775808|2|integer",
      ])
    #expect(try test.faults() == ["5|cast.range|trade_id", "7|cast.range|trade_id"])
  }
}

@Suite struct `Case 04, gzip of several members` {
  private func test(_ name: String) throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv.gz", columns: "{id: int, city: text}", mode: "replace")
    ])
    try test.take("../extract/gzip/\(name)", as: "in.csv.gz")
    return test
  }

  private let sums = "SELECT count(*), sum(id), max(CASE id WHEN 500 THEN city END) FROM t"

  @Test(arguments: ["members.csv.gz", "members-padded.csv.gz"])
  func `is one file`(name: String) async throws {
    let test = try test(name)
    try await test.run()
    #expect(try test.query(sums) == ["1000|500500|Zürich"])
  }

  @Test func `is refused when it is cut, and the table stays`() async throws {
    let test = try test("members.csv.gz")
    try await test.run()
    try test.take("../extract/gzip/members-cut.csv.gz", as: "in.csv.gz")
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(summary.error?.what.contains("cut short") == true)
    #expect(try test.query(sums) == ["1000|500500|Zürich"])
  }
}

@Suite struct `Case 05, a zip made on macOS` {
  @Test(arguments: ["format: {member: '*.csv'}", "format: {member: orders.csv}"])
  func `gives the file that is meant, and not its twin`(format: String) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "05-export.zip", format: String(format.dropFirst("format: ".count)),
        columns: "{order: int, amount: int}")
    ])
    try test.take("05-export.zip")
    let summary = try await test.run()
    #expect(try test.query("SELECT count(*), sum(amount) FROM t") == ["5|150"])
    #expect(summary.rejected == 0)
  }
}

@Suite struct `Case 09, header names that differ only in case` {
  private func test(_ name: String, _ columns: String) throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(path: "in.csv", columns: columns)
    ])
    try test.take(name, as: "in.csv")
    return test
  }

  @Test func `are two columns of the file`() async throws {
    let test = try test(
      "09-case.csv", "{num: {from: id, type: int}, code: {from: ID, type: text}, label: text}")
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|A-1|x", "2|A-2|y", "3|A-3|z"])
  }

  @Test func `are no two columns of a table`() throws {
    let test = try test("09-case.csv", "{id: int, ID: text, label: text}")
    #expect(
      test.workspace.listing(of: "pipelines/p.yaml").diagnostics.map(\.what) == [
        "the columns \"id\" at 8:15 and \"ID\" differ only in case; a table cannot hold both"
      ])
  }

  @Test func `are not told apart by luck where they are the same`() async throws {
    let test = try test("09-dup.csv", "{num: {from: id, type: int}}")
    #expect(
      try await test.refusal()
        == "contract.same_name: the header has \"id\" at the positions 1 and 2, so it is open which one"
        + " column \"num\" is")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }
}

@Suite struct `Case 22, null keys in a join` {
  @Test(arguments: [
    ("left", ["1|4|6", "2|5|9", "3|-|-", "4|-|-"], 2), ("inner", ["1|4|6", "2|5|9"], 2),
  ]) func `match nothing, not even each other`(kind: String, rows: [String], unmatched: Int)
    async throws
  {
    let test = try TestWorkspace([
      "pipelines/p.yaml": """
      pipeline: {name: p}
      sources:
        l: {type: file, path: 22-left.csv, columns: {a: int, k: int}}
        r: {type: file, path: 22-right.csv, columns: {k: int, c: int}}
      steps:
        j: {type: join, left: l, right: r, keys: [k], kind: \(kind), cardinality: '1:1', unmatched_right: report}
      load: {from: j, to: 'sqlite:out.db', table: t, mode: append}

      """
    ])
    for name in ["22-left.csv", "22-right.csv"] { try test.take(name) }
    let summary = try await test.run()
    #expect(summary.state == .succeeded)
    #expect(try test.query("SELECT a, k, c FROM t ORDER BY a") == rows)
    #expect(summary.notes.contains { $0.contains("2 rows of r without a partner") })
  }
}

@Suite struct `Case 26, a key with an empty part` {
  @Test func `is the same row each time, or never one`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv", columns: "{warehouse: text, bin: text, item: text, qty: int}",
        mode: "upsert", key: "[warehouse, bin, item]")
    ])
    let text = try String(contentsOf: Fixtures.url("cases/26-stock1.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    var counts: [String] = []
    for turn in 0..<3 {
      let body = (0..<3).map { lines[1 + ($0 + turn) % 3] }
      try test.write("in.csv", ([lines[0]] + body).joined(separator: "\n") + "\n")
      let summary = try await test.run()
      counts.append(
        spaced(summary.inserted, summary.updated, summary.unchanged, summary.openRejects))
    }
    try test.take("26-stock2.csv", as: "in.csv")
    let last = try await test.run()
    counts.append(spaced(last.inserted, last.updated, last.unchanged, last.openRejects))
    // The two records with an empty bin wait as incomplete keys: two entries, however often they come.
    #expect(counts == ["1 0 0 2", "0 0 1 2", "0 0 1 2", "0 0 1 2"])
    #expect(try test.query("SELECT * FROM t") == ["W1|B1|I1|7"])
  }
}

@Suite struct `Case 29, a pointer in place of the file` {
  @Test func `is no data`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv", columns: "{date: date, cases: int, deaths: int}", mode: "upsert",
        key: "[date]")
    ])
    try test.take("29-good.csv", as: "in.csv")
    try await test.run()
    try test.take("29-pointer.csv", as: "in.csv")
    let refused = try await test.run()
    #expect(refused.state == .failed)
    #expect(refused.error?.what.contains("is a Git LFS pointer") == true)
    #expect(try test.query("SELECT count(*) FROM t") == ["3"])
    #expect(try test.queue().isEmpty)
    try test.take("29-good.csv", as: "in.csv")
    #expect(try await test.run().state == .unchanged)
  }
}

@Suite struct `Case 31, a server that asks for patience` {
  @Test(arguments: ["0", "soon", "Sun, 01 Mar 2020 13:22:10 GMT"])
  func `is asked again and read`(value: String) async throws {
    let server = try LoopbackServer { _, asked in
      asked == 0 ? .status(429, [("Retry-After", value)]) : .ok("id,v\n1,10\n2,20\n")
    }
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        place: "type: http\n    url: \(server.url)/in.csv\n"
          + "    fetch: {retries: {initial: 10ms, jitter: none}}", columns: "{id: int, v: int}")
    ])
    #expect(try await test.run().inserted == 2)
    #expect(server.paths.count == 2)
  }

  @Test func `for hours ends the run, which says when to try`() async throws {
    let server = try LoopbackServer { _, _ in .status(429, [("Retry-After", "7200")]) }
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        place: "type: http\n    url: \(server.url)/long.csv", columns: "{id: int, v: int}")
    ])
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(summary.error?.fix?.hasPrefix("run again after ") == true)
    #expect(server.paths.count == 1)
  }
}

@Suite struct `Case 33, redirects of several sources at once` {
  @Test(arguments: [1, 2, 8]) func `are followed without a trap`(count: Int) async throws {
    let server = try LoopbackServer { request, _ in
      let number = request.path.split(separator: "/").last.map(String.init) ?? ""
      guard request.path.hasPrefix("/d/") else { return .redirect(to: "/d/\(number)") }
      return .ok("source,id\n" + (1...100).map { "\(number),\($0)\n" }.joined())
    }
    let names = (1...count).map { "s\($0)" }
    let sources = names.enumerated().map {
      "  \($1): {type: http, url: '\(server.url)/r/\($0 + 1)', columns: {source: int, id: int}}\n"
    }.joined()
    let steps =
      count == 1
      ? "" : "steps:\n  all: {type: union, from: [\(names.joined(separator: ", "))]}\n"
    let test = try TestWorkspace([
      "pipelines/p.yaml": "pipeline: {name: p}\nsources:\n\(sources)\(steps)"
        + "load: {from: \(count == 1 ? "s1" : "all"), to: 'sqlite:out.db', table: t, mode: append}\n"
    ])
    let summary = try await test.run()
    #expect(summary.state == .succeeded)
    #expect(
      try test.query("SELECT count(*), count(DISTINCT source) FROM t") == [
        "\(count * 100)|\(count)"
      ]
    )
  }
}

@Suite struct `Case 35, the write-ahead file while somebody looks` {
  @Test func `is empty after the run, and the file alone is whole`() async throws {
    let columns = "{id: int, day: date, amount: 'decimal(8,2)', label: text}"
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(path: "in.csv", columns: columns, mode: "replace")
    ])
    func rows(_ count: Int) -> String {
      "id,day,amount,label\n"
        + (1...count).map { "\($0),2024-01-0\($0 % 9 + 1),\($0 % 1_000).25,label \($0 % 97)\n" }
        .joined()
    }
    try test.write("in.csv", rows(10))
    try await test.run()
    // A console that shows the table, and goes on showing it.
    let reader = WorkspaceReader(test.workspace)
    let name = TableName(database: "out.db", table: "t")
    _ = await reader.answer(.rows(table: name, columns: [], limit: 10))
    try test.write("in.csv", rows(20_000))
    try await test.run()
    guard case .rows(let shown) = await reader.answer(.rows(table: name, columns: [], limit: 10))
    else {
      Issue.record("no rows")
      return
    }
    #expect(shown.total == 20_000)
    let log = try? FileManager.default.attributesOfItem(atPath: test.folder + "/out.db-wal")[.size]
    #expect((log as? Int ?? 0) < 4 << 20)
    try FileManager.default.copyItem(
      atPath: test.folder + "/out.db", toPath: test.folder + "/lone.db")
    #expect(try test.query("SELECT count(*) FROM t", in: "lone.db") == ["20000"])
    #expect(try test.query("PRAGMA integrity_check", in: "lone.db") == ["ok"])
  }
}

@Suite struct `Case 42, wide and combining letters` {
  @Test func `come through a load as they are`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "42-wide.csv", columns: "{id: int, name: text, qty: int}")
    ])
    try test.take("42-wide.csv")
    try await test.run()
    let lines = try String(contentsOf: Fixtures.url("cases/42-wide.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { String($0.replacing(",", with: "|")) }
    #expect(try test.query("SELECT * FROM t ORDER BY id") == lines)
  }
}

@Suite struct `Case 24, several records at the watermark itself` {
  /// Runs files one after the other, the last one twice; gives the ids and the mark.
  private func loaded(_ files: [String], lag: String, mode: String) async throws -> (
    ids: [String], again: Int
  ) {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        place: "type: file\n    path: in.csv\n    watermark: {column: ts\(lag)}",
        columns: "{id: int, ts: timestamp}", mode: mode, key: mode == "append" ? nil : "[id]")
    ])
    for file in files {
      try test.take(file, as: "in.csv")
      let summary = try await test.run()
      #expect(summary.error == nil, "\(summary.error?.what ?? "")")
    }
    // The same records in other bytes, so that the file is read again.
    let text = try String(
      contentsOf: Fixtures.url("cases/\(files[files.count - 1])"), encoding: .utf8)
    try test.write("in.csv", text.replacing("\n", with: "\r\n"))
    let again = try await test.run()
    return (try test.query("SELECT id FROM t ORDER BY id"), again.inserted)
  }

  @Test(arguments: ["append", "upsert", "insert_only"])
  func `loses none and doubles none`(mode: String) async throws {
    let (ids, again) = try await loaded(["24-run1.csv", "24-run2.csv"], lag: "", mode: mode)
    #expect(ids == ["1", "2", "3", "4", "5"])
    #expect(again == 0)
  }

  @Test(arguments: ["append", "upsert", "insert_only"])
  func `takes a late record within the lag`(mode: String) async throws {
    let (ids, again) = try await loaded(
      ["24-run1.csv", "24-run2.csv", "24-run3.csv"], lag: ", lag: 5m", mode: mode)
    #expect(ids == ["1", "2", "3", "4", "5", "6"])
    #expect(again == 0)
  }
}
