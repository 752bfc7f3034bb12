// Records that the destination refused, and what lets them in: a change of the destination, whoever made it.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A record that the destination refused` {
  /// Flights that point to carriers; `text` is the file, `unique` whether a seat is sold once.
  private func flights(
    _ text: String, every: Bool = false, mode: String = "upsert"
  ) throws -> TestWorkspace {
    let test = try TestWorkspace(
      [
        "pipelines/p.yaml": pipeline(
          columns: "{id: {type: int, required: true}, carrier: text, seat: text, n: int}",
          mode: mode) + "\nretry: {records: {every_run: \(every)}}",
        "in.csv": "id,carrier,seat,n\n" + text,
        "pipelines/carriers.yaml": """
        etl: 1
        pipeline: {name: carriers}
        sources:
          carriers: {type: file, path: carriers.csv, columns: {code: {type: text, required: true}}}
        load: {from: carriers, to: 'sqlite:out.db', table: carrier, mode: upsert, key: [code]}
        """, "carriers.csv": "code\nAA\n",
      ], in: TestWorkspace.memory)
    try test.execute(
      """
      CREATE TABLE carrier(code TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE t(id INTEGER PRIMARY KEY, carrier TEXT REFERENCES carrier(code),
        seat TEXT UNIQUE, n INTEGER CHECK(n < 100));
      INSERT INTO carrier VALUES('AA');
      """)
    return test
  }

  /// State and attempts of the queue's records, in order of lines.
  private func queue(_ test: TestWorkspace) throws -> [String] {
    try test.query(
      "SELECT line_no, state, attempt FROM reject ORDER BY line_no, id", in: ".etl/state.db")
  }

  @Test func `names the row that is missing`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX,1B,1\n")
    try await test.run()
    let answer = WorkspaceReader(test.workspace).answerNow(.record(1))
    guard case .record(let detail?) = answer else {
      Issue.record("no such record")
      return
    }
    #expect(detail.errors == [#"the table that carrier points to has no such row, "XX""#])
    #expect(detail.wake == "waits until carrier has a row with code XX")
  }

  @Test func `is loaded when another pipeline brings its partner`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX,1B,1\n3,YY,1C,1\n")
    try await test.run()
    #expect(try queue(test) == ["3|waiting|1", "4|waiting|1"])
    try test.write("carriers.csv", "code\nAA\nXX\n")
    try await test.run("carriers")
    let summary = try await test.run()
    #expect(summary.retried == 1)
    #expect(summary.inserted == 1)
    #expect(try queue(test) == ["3|loaded|2", "4|waiting|1"])
    #expect(try test.query("SELECT id, carrier FROM t ORDER BY id") == ["1|AA", "2|XX"])
  }

  @Test(arguments: [
    ("2,XX,1B,1", "INSERT INTO carrier VALUES('XX')"), ("2,AA,1A,1", "DELETE FROM t WHERE id=1"),
    ("2,AA,1A,1", "UPDATE t SET seat='9Z' WHERE id=1"),
    ("2,XX,1B,1", "UPDATE t SET carrier=NULL; UPDATE carrier SET code='XX'"),
  ])
  func `is loaded when somebody made way for it`(record: String, change: String) async throws {
    let test = try flights("1,AA,1A,1\n\(record)\n")
    try await test.run()
    #expect(try queue(test) == ["3|waiting|1"])
    try test.execute(change)
    try await test.run()
    #expect(try queue(test) == ["3|loaded|2"])
    #expect(try test.query("SELECT count(*) FROM t WHERE id=2") == ["1"])
  }

  @Test(arguments: [
    "2,XX,1B,1", "2,AA,1A,1", "2,AA,1B,100",
  ])
  func `is not tried while nothing has changed for it`(record: String) async throws {
    let test = try flights("1,AA,1A,1\n\(record)\n")
    try await test.run()
    // Other rows, by other programs.
    try test.execute(
      """
      INSERT INTO carrier VALUES('ZZ');
      INSERT INTO t VALUES(7,'ZZ','7G',1);
      UPDATE t SET n=5 WHERE id=1;
      CREATE INDEX other ON t(n);
      """)
    let summary = try await test.run()
    #expect(summary.state == .unchanged)
    #expect(summary.retried == 0)
    #expect(try queue(test) == ["3|waiting|1"])
  }

  @Test func `that breaks a rule is tried when the table has other rules`() async throws {
    let test = try flights("1,AA,1A,1\n2,AA,1B,100\n")
    try await test.run()
    try test.execute(
      """
      ALTER TABLE t RENAME TO old;
      CREATE TABLE t(id INTEGER PRIMARY KEY, carrier TEXT, seat TEXT, n INTEGER);
      INSERT INTO t SELECT * FROM old;
      DROP TABLE old;
      """)
    try await test.run()
    #expect(try queue(test) == ["3|loaded|2"])
  }

  @Test func `is counted once more if something else is in its way`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX,1A,1\n")
    try await test.run()
    #expect(try queue(test) == ["3|waiting|1"])
    try test.execute("DELETE FROM t")
    for _ in 1...2 { try await test.run() }
    // The unique rule is judged first; when it is kept, the foreign key is not.
    #expect(try queue(test) == ["3|waiting|2"])
    try test.execute("INSERT INTO carrier VALUES('XX')")
    try await test.run()
    #expect(try queue(test) == ["3|loaded|3"])
  }

  @Test func `is not counted when every run tries it`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX,1B,1\n", every: true)
    try await test.run()
    for seat in 2...4 {
      try test.write("in.csv", "id,carrier,seat,n\n\(seat)0,AA,\(seat)A,1\n")
      let summary = try await test.run()
      #expect(summary.retried == 1)
    }
    #expect(try queue(test) == ["3|waiting|1"])
  }

  @Test func `waits for all rows that it points to`() async throws {
    let test = try flights("1,XX,1A,1\n")
    try test.execute(
      """
      DROP TABLE t;
      CREATE TABLE seat(name TEXT PRIMARY KEY);
      CREATE TABLE t(id INTEGER PRIMARY KEY, carrier TEXT REFERENCES carrier, n INTEGER,
        seat TEXT REFERENCES seat);
      """)
    try await test.run()
    try test.execute("INSERT INTO seat VALUES('1A')")
    try await test.run()
    #expect(try queue(test) == ["2|waiting|1"])
    try test.execute("INSERT INTO carrier VALUES('XX')")
    try await test.run()
    #expect(try queue(test) == ["2|loaded|2"])
  }

  @Test func `that came before its parent is loaded by the next run`() async throws {
    let test = try flights("2,AA,1B,1\n1,AA,1A,\n")
    try test.execute(
      """
      DROP TABLE t;
      CREATE TABLE t(id INTEGER PRIMARY KEY, carrier TEXT, seat TEXT,
        n INTEGER REFERENCES t(id));
      """)
    try await test.run()
    #expect(try queue(test) == ["2|waiting|1"])
    try await test.run()
    #expect(try test.query("SELECT id, n FROM t ORDER BY id") == ["1|-", "2|1"])
    #expect(try queue(test) == ["2|loaded|2"])
  }

  @Test func `keeps nothing of what must be hidden`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX-SECRET,1B,1\n")
    let text = try String(contentsOfFile: test.folder + "/pipelines/p.yaml", encoding: .utf8)
    try test.write(
      "pipelines/p.yaml",
      text.replacing("path: in.csv", with: "path: in.csv\n    redact: [carrier]"))
    try await test.run()
    #expect(try queue(test) == ["3|waiting|1"])
    #expect(
      try test.query("SELECT obstacles_json, errors_json FROM reject", in: ".etl/state.db")
        .allSatisfy { !$0.contains("SECRET") })
    #expect(try await test.run().state == .unchanged)
    // Nobody can look it up; a change of the table or a person wakes it.
    try test.execute("INSERT INTO carrier VALUES('XX-SECRET')")
    #expect(try await test.run().state == .unchanged)
    #expect(try queue(test) == ["3|waiting|1"])
  }

  @Test func `is no reason to load again while its destination is out of reach`() async throws {
    let test = try flights("1,AA,1A,1\n2,XX,1B,1\n")
    try await test.run()
    let path = test.folder + "/out.db"
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    try Data("no database".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try await test.run().state == .failed)
    #expect(try queue(test) == ["3|waiting|1"])
  }

  @Test func `of versions is told apart by its key`() async throws {
    let test = try flights("1,AA,1A,1\n1,AA,2A,1\n", mode: "scd2")
    try test.execute("DROP TABLE t")
    try await test.run()
    #expect(try queue(test) == ["3|waiting|1"])
    #expect(try await test.run().state == .unchanged)
  }
}
