// Whole runs over tables and queries of other SQLite files.

import Foundation
import GRDB
import Testing

@testable import ETLKit

@Suite struct `A run over a database` {
  private let columns = "{id: {type: int, required: true}, name: {from: Name, type: text}, v: real}"

  private func workspace(
    _ rows: String, columns: String? = nil, _ statements: String
  ) throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        place: "type: sqlite\n    path: in.db\n    \(rows)", columns: columns ?? self.columns)
    ])
    let queue = try DatabaseQueue(path: test.folder + "/in.db")
    try queue.write { try $0.execute(sql: statements) }
    try queue.close()
    return test
  }

  private static let sound = """
    CREATE TABLE "it's ""one"" " (id, Name, v, other);
    INSERT INTO "it's ""one"" " VALUES(9007199254740993, 'a"\\'||char(10)||'ü', 0.1, 1),
      (2, NULL, NULL, 2), (3, '', 1e300, 3), ('x', x'C3', 1, 4);
    """

  @Test func `keeps every digit and every letter of a table`() async throws {
    let test = try workspace("table: 'it''s \"one\" '", Self.sound)
    let summary = try await test.run()
    #expect(
      try test.query("SELECT id, iif(name IS NULL, NULL, hex(name)), v FROM t") == [
        "9007199254740993|61225C0AC3BC|0.1", "2|-|-", "3||1e+300",
      ])
    #expect(try test.faults() == ["5|cast.int|id"])
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "4 3 1")
    #expect(try await test.run().state == .unchanged)
    try await test.mend(line: 5, #"{"id":5,"Name":"e"}"#)
    #expect(try test.query("SELECT name FROM t WHERE id=5") == ["e"])
  }

  @Test func `reads what a query gives`() async throws {
    let test = try workspace(
      "query: select v as id, k as Name, 0.5 as v from a where k > 'a' order by k;",
      "CREATE TABLE a(k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO a VALUES('b',2),('a',1),('c',3);"
    )
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["2|b|0.5", "3|c|0.5"])
  }

  @Test(arguments: [
    ("table: b", "fetch.database: the database cannot be read: no such table: b"),
    ("query: delete from a", "fetch.query: the query of the source is not one SELECT"),
    ("query: select 1; select 2", "fetch.query: the query of the source is not one SELECT"),
    ("query: '-- nothing'", "fetch.query: the query of the source is not one SELECT"),
    (
      "query: select nope from a",
      "fetch.database: the database cannot be read: no such column: nope"
    ),
    (
      "table: a",
      "contract.missing_column: the header has no columns \"id\", \"Name\"; it has \"k\", \"v\""
    ),
  ]) func `refuses what it cannot read`(rows: String, words: String) async throws {
    let test = try workspace(rows, "CREATE TABLE a(k, v)")
    #expect(try await test.refusal() == words)
  }

  @Test func `says that a file is no database`() async throws {
    let test = try workspace("table: a", "CREATE TABLE a(k, v)")
    try test.write("in.db", String(repeating: "no database at all. ", count: 100))
    #expect(
      try await test.refusal()
        == "fetch.database: the database cannot be read: file is not a database")
    try FileManager.default.removeItem(atPath: test.folder + "/in.db")
    #expect(try await test.refusal() == "fetch.not_found: there is no file in.db")
  }
}
