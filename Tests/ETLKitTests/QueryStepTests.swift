// Queries over stages, in whole runs.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A sql step` {
  private static let columns =
    "{id: {type: int, required: true}, k: text, v: int, d: date, m: 'decimal(8,2)', b: bool}"
  private static let head = "id,k,v,d,m,b\n"

  private func test(
    _ query: String, columns: String, input: String, from: String = "[in]", load: String = "q",
    steps: String = "", other: String? = nil, mode: String = "append", key: String? = nil
  ) throws -> TestWorkspace {
    let body = query.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
    var files = [
      "pipelines/p.yaml": pipeline(
        columns: Self.columns,
        steps: """
            q:
              type: sql
              from: \(from)
              query: |
          \(body)
              columns: \(columns)
          \(steps)

          """, from: load, mode: mode, key: key,
        sources: other == nil
          ? ""
          : "  other:\n    type: file\n    path: other.csv\n    columns: {k: text, name: text}\n"),
      "in.csv": Self.head + input,
    ]
    files["other.csv"] = other
    return try TestWorkspace(files)
  }

  private func told(_ query: String, columns: String = "{id: int}") throws -> [String] {
    let test = try test(query, columns: columns, input: "")
    let pipeline = try test.workspace.pipeline(named: "p")
    do throws(EngineError) {
      _ = try PipelinePlan(pipeline)
      return []
    } catch {
      guard case .pipeline(let diagnostics) = error.problem else { return ["\(error)"] }
      return diagnostics.map { one in
        "\(one.mark.line):\(one.mark.column): \(one.what)"
          + (one.suggestion.map { " = \($0)" } ?? "")
      }
    }
  }

  @Test func `numbers rows within groups, which no other step can`() async throws {
    let test = try test(
      """
      SELECT id, k, v, row_number() OVER (PARTITION BY k ORDER BY v DESC) AS place,
        v - lag(v) OVER (PARTITION BY k ORDER BY id) AS change
      FROM "in" ORDER BY id
      """, columns: "{id: int, k: text, v: int, place: int, change: int}",
      input: "1,a,5,,,\n2,b,1,,,\n3,a,9,,,\n4,b,0,,,\n")
    let summary = try await test.run()
    #expect(
      try test.query("SELECT * FROM t ORDER BY rowid") == [
        "1|a|5|2|-", "2|b|1|1|-", "3|a|9|1|4", "4|b|0|2|-1",
      ])
    #expect(spaced(summary.read, summary.inserted, summary.added, summary.combined) == "4 4 0 0")
  }

  @Test func `joins its stages as tables`() async throws {
    let test = try test(
      """
      SELECT a.id, o.name FROM "in" a JOIN other o ON o.k >= a.k ORDER BY 1, 2
      """, columns: "{id: int, name: text}", input: "1,a,,,,\n2,b,,,,\n", from: "[in, other]",
      other: "k,name\na,Ann\nb,Bob\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT * FROM t ORDER BY rowid") == ["1|Ann", "1|Bob", "2|Bob"])
    #expect(spaced(summary.read, summary.combined, summary.inserted) == "4 1 3")
  }

  @Test func `gives and takes values of every type`() async throws {
    let test = try test(
      """
      SELECT id, k, v / 2.0 AS half, date(d, '+1 day') AS next, m * 2 AS twice, NOT b AS other,
        d || ' 12:30:00' AS noon FROM "in"
      """,
      columns:
        "{id: int, k: text, half: real, next: date, twice: 'decimal(9,2)', other: bool, noon: timestamp}",
      input: "1,é,7,2020-02-28,0.15,true\n2,,,,,\n")
    try await test.run()
    #expect(
      try test.query("SELECT * FROM t") == [
        "1|é|3.5|2020-02-29|0.3|0|2020-02-28T12:30:00Z", "2|-|-|-|-|-|-",
      ])
  }

  @Test func `sends rows that do not fit to the queue, under the record behind them`() async throws
  {
    let test = try test(
      """
      SELECT id, CASE WHEN v > 5 THEN 'high' ELSE v END AS v, _record FROM "in"
      """, columns: "{id: {type: int, required: true}, v: int}",
      input: "1,a,5,,,\n2,b,9,,,\n3,a,5,,,\n", mode: "upsert", key: "[id]")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "3 2 1")
    #expect(try test.queue() == ["waiting|q|cast.int|3|2,b,9,,,"])
    // Mended in the file, it is loaded and its entry closed.
    try test.write("in.csv", Self.head + "1,a,5,,,\n2,b,4,,,\n3,a,5,,,\n")
    try await test.run()
    #expect(try test.query("SELECT * FROM t ORDER BY id") == ["1|5", "2|4", "3|5"])
  }

  @Test func `stops where it does not know the record that would be lost`() async throws {
    let test = try test(
      "SELECT count(*) AS n, 'x' AS v FROM \"in\"", columns: "{n: int, v: int}",
      input: "1,a,5,,,\n")
    let summary = try await test.run()
    #expect(
      summary.error?.what
        == "v is \"x\", not a whole number, and the query before does not say which record stands"
        + " behind the row")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `stops too when a later step rejects a row without a record`() async throws {
    let test = try test(
      "SELECT k, sum(v) AS v FROM \"in\" GROUP BY k", columns: "{k: text, v: int}",
      input: "1,a,0,,,\n", load: "m", steps: "  m: {type: map, from: q, set: {w: 1 % v}}")
    let summary = try await test.run()
    #expect(summary.error?.code == "sql.no_record")
  }

  @Test func `takes no date from a value that happens to be the word now`() async throws {
    let test = try test(
      "SELECT id, date(k) AS day FROM \"in\"", columns: "{id: int, day: date}",
      input: "1,now,,,,\n2,2020-01-02,,,,\n")
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|-", "2|2020-01-02"])
  }

  @Test func `leaves no file behind`() async throws {
    let test = try test(
      "SELECT id FROM \"in\"", columns: "{id: int}", input: "1,,,,,\n")
    try FileManager.default.createDirectory(
      atPath: test.folder + "/.etl", withIntermediateDirectories: true)
    // What a run left that died between opening its file and taking its name away.
    try test.write(".etl/stage-p.q.db", "rubbish")
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1"])
    let left = try FileManager.default.contentsOfDirectory(atPath: test.folder + "/.etl")
    #expect(!left.contains { $0.hasPrefix("stage-") })
  }

  @Test func `ends when it is asked to, however long the query would go on`() async throws {
    let test = try test(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id FROM n",
      columns: "{id: int}", input: "1,,,,,\n")
    let cancellation = RunCancellation()
    async let summary = test.run(cancellation: cancellation)
    cancellation.cancel()
    #expect(try await summary.state == .cancelled)
  }

  @Test(arguments: [
    ("SELEKT id", "14:7: SQLite says: near \"SELEKT\": syntax error"),
    (
      "SELECT id,\n  idd FROM \"in\"",
      "15:9: SQLite says: no such column: idd = did you mean \"id\"?"
    ),
    ("SELECT id FROM inn", "14:22: SQLite says: no such table: inn = did you mean \"in\"?"),
    (
      "SELECT id, random() AS r FROM \"in\"",
      "14:18: random would give other rows at another time"
        + " = compute with the columns of the stages only"
    ),
    (
      "SELECT id, date('now') AS r FROM \"in\"",
      "14:23: 'now' would give other rows at another time"
        + " = compute with the columns of the stages only"
    ),
    (
      "SELECT id, CURRENT_DATE AS r FROM \"in\"",
      "14:18: current_date would give other rows at another time"
        + " = compute with the columns of the stages only"
    ),
    ("DELETE FROM \"in\"", "14:7: a query only reads = write one SELECT"),
    ("ATTACH 'x.db' AS x", "14:7: a query only reads = write one SELECT"),
    ("PRAGMA user_version", "14:7: a query only reads = write one SELECT"),
    ("SELECT id FROM \"in\"; SELECT 1", "14:28: there is a second statement = write one SELECT"),
    ("EXPLAIN SELECT id FROM \"in\"", "14:7: a query gives rows = write one SELECT"),
    ("-- nothing", "13:12: a query gives rows = write one SELECT"),
    (
      "SELECT name AS id FROM sqlite_master",
      "14:7: a query reads the stages in from, not sqlite_master = leave it out"
    ),
    (
      "SELECT id AS idd FROM \"in\"",
      "15:15: the query gives no column \"id\" = did you mean \"idd\"?"
    ),
    (
      "SELECT id, k FROM \"in\"",
      "13:12: the query gives a column \"k\", which is not declared"
        + " = add it to columns with its type, or leave it out"
    ),
    (
      "SELECT id, v AS id FROM \"in\"",
      "15:15: the query gives 2 columns \"id\" = name one of them otherwise with AS"
    ),
  ])
  func `says before it runs what is wrong with the query`(query: String, what: String) throws {
    let found = try told(query)
    #expect(found == [what])
  }

  @Test func `finds the words of a query between its strings and remarks`() {
    let text = "SELECT 'it''s', \"a b\" -- now\n/* 'now' */ FROM t"
    #expect(
      SQLToken.scan(text).map(\.text) == ["SELECT", "it''s", ",", "a b", "FROM", "t"])
  }
}
