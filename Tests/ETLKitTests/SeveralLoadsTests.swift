// Several tables of one database, loaded and published together or not at all.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Several loads` {
  /// Orders, and their sums by customer; both tables come from one source.
  private static func text(
    orders: String = "mode: upsert, key: [id]", sums: String = "mode: upsert, key: [k]",
    database: String = "out.db", second: String = "sums", from: String = "sums",
    checks: String = ""
  ) -> String {
    ordersAndSums(
      """
      \(checks.isEmpty ? "" : "checks:\n- \(checks)")
      load:
      - {from: some, to: 'sqlite:out.db', table: orders, \(orders)}
      - {from: \(from), to: 'sqlite:\(database)', table: \(second), \(sums)}
      """)
  }

  private func workspace(
    _ file: String, text: String = text(), in parent: String = NSTemporaryDirectory()
  ) throws -> TestWorkspace {
    try TestWorkspace(["pipelines/p.yaml": text, "in.csv": "id,k,v\n" + file], in: parent)
  }

  @Test func `fill their tables under one marker, each with its counts`() async throws {
    let test = try workspace("1,a,10\n2,b,20\n3,a,5\n4,b,-1\n")
    let summary = try await test.run()
    #expect(summary.loads == ["load.orders 3 3 0 0 0", "load.sums 2 2 0 0 0"])
    #expect(spaced(summary.read, summary.added, summary.filtered, summary.inserted) == "4 3 1 5")
    #expect(try test.query("SELECT * FROM orders") == ["1|a|10", "2|b|20", "3|a|5"])
    #expect(try test.query("SELECT * FROM sums") == ["a|2|15", "b|1|20"])
    #expect(try test.query("SELECT inserted, updated FROM _etl_loads") == ["5|0"])
    try test.write("in.csv", "id,k,v\n1,a,11\n2,b,20\n3,a,5\n")
    #expect(
      (try await test.run()).loads == ["load.orders 3 0 1 2 0", "load.sums 2 0 1 1 0"])
    #expect(try await test.run().state == .unchanged)
  }

  @Test func `leave both tables as they were when one cannot be loaded`() async throws {
    let test = try workspace("1,a,10\n")
    try await test.run()
    try test.execute("DROP TABLE sums; CREATE TABLE sums(k TEXT PRIMARY KEY, n TEXT, v INTEGER)")
    try test.write("in.csv", "id,k,v\n1,a,12\n2,b,20\n")
    try test.execute("UPDATE _etl_tables SET schema_sha256=x'00' WHERE name='sums'")
    let summary = try await test.run()
    #expect(summary.error?.code == "load.schema_changed")
    #expect(try test.query("SELECT * FROM orders") == ["1|a|10"])
    #expect(spaced(summary.inserted, summary.updated) == "0 0")
  }

  @Test func `leave both tables as they were when a check fails`() async throws {
    let check = "{name: few, step: sums, type: row_count, max: 1, severity: error}"
    let test = try workspace("1,a,10\n", text: Self.text(checks: check))
    try await test.run()
    try test.write("in.csv", "id,k,v\n1,a,12\n2,b,20\n")
    #expect(try await test.run().error?.code == "check.set")
    #expect(try test.query("SELECT * FROM orders") == ["1|a|10"])
    #expect(try test.query("SELECT * FROM sums") == ["a|1|10"])
  }

  @Test func `say which table refused a row, and keep the others' rows`() async throws {
    let test = try workspace(
      "1,a,10\n2,a,77\n3,b,20\n",
      text: Self.text(sums: "mode: upsert, key: [id]", second: "copies", from: "some"))
    try test.execute("CREATE TABLE copies(id INTEGER PRIMARY KEY, k TEXT, v INTEGER CHECK(v<>77))")
    let summary = try await test.run()
    #expect(summary.loads == ["load.orders 3 3 0 0 0", "load.copies 3 2 0 0 1"])
    #expect(try test.queue() == ["waiting|load.copies|load.check|3|2,a,77"])
    try test.mend("2,a,78")
    #expect((try await test.run()).loads == ["load.orders 1 0 1 0 0", "load.copies 1 1 0 0 0"])
    #expect(try test.query("SELECT v FROM orders WHERE id=2") == ["78"])
    #expect(try test.query("SELECT v FROM copies WHERE id=2") == ["78"])
    #expect(try test.queue() == ["loaded|load.copies|load.check|3|2,a,77"])
  }

  @Test func `make one entry of a record that two tables refuse`() async throws {
    let test = try workspace(
      "1,a,77\n2,a,77\n",
      text: Self.text(sums: "mode: upsert, key: [id]", second: "copies", from: "some"))
    for table in ["orders", "copies"] {
      try test.execute(
        "CREATE TABLE \(table)(id INTEGER PRIMARY KEY, k TEXT, v INTEGER CHECK(v<>77))")
    }
    let summary = try await test.run()
    #expect(summary.loads == ["load.orders 2 0 0 0 2", "load.copies 2 0 0 0 2"])
    #expect(
      try test.queue() == [
        "waiting|load.copies|load.check|2|1,a,77", "waiting|load.copies|load.check|3|2,a,77",
      ])
  }

  @Test func `take a mended record into every table it feeds`() async throws {
    let test = try workspace("1,a,10\n2,b,x\n3,a,5\n")
    try await test.run()
    try test.mend("2,b,20")
    #expect((try await test.run()).loads == ["load.orders 3 1 0 2 0", "load.sums 2 1 0 1 0"])
    #expect(try test.query("SELECT * FROM sums") == ["a|2|15", "b|1|20"])
    #expect(try test.queue() == ["loaded|in|cast.int|3|2,b,x"])
  }

  @Test func `may differ in mode`() async throws {
    let test = try workspace(
      "1,a,10\n2,b,20\n",
      text: Self.text(orders: "mode: scd2, key: [id]", sums: "mode: replace"))
    try await test.run()
    try test.write("in.csv", "id,k,v\n1,a,11\n2,b,20\n")
    let summary = try await test.run()
    #expect(summary.loads == ["load.orders 2 0 1 1 0", "load.sums 2 2 0 0 0"])
    #expect(summary.deleted == 2)
    #expect(
      try test.query("SELECT id, v, is_current FROM orders ORDER BY id, valid_from") == [
        "1|10|0", "1|11|1", "2|20|1",
      ])
  }

  @Test func `are foretold with all their tables`() async throws {
    let test = try workspace(
      "1,a,10\n2,b,20\n3,b,1\n",
      text: Self.text(
        orders: "mode: scd2, key: [id], on_vanish: close", sums: "mode: upsert, key: [k]"))
    try await test.run()
    try test.write("in.csv", "id,k,v\n1,a,11\n2,b,20\n4,c,5\n")
    let plan = try await test.forecast()
    #expect(
      plan.tables.map { table in
        ([table.name] + table.samples.map(\.change.rawValue)).joined(separator: " ")
      } == [
        "orders insert insert update update", "sums insert update update",
      ])
    let run = try await test.run()
    let numbers = [plan.summary, run].map {
      spaced($0.inserted, $0.updated, $0.unchanged, $0.deleted)
    }
    #expect(numbers == ["2 3 1 1", "2 3 1 1"])
  }

  @Test func `append nothing twice`() async throws {
    let text = { (sources: String) in
      """
      etl: 1
      pipeline: {name: p}
      sources:
        in:
          type: file
          path: in.csv
          columns: {id: {type: int, required: true}, k: text, v: {type: int, required: true}}
        log:
          type: file
          path: log.csv
          columns: {line: {type: int, required: true}}
      \(sources)
      load:
      - {from: in, to: 'sqlite:out.db', table: orders, mode: upsert, key: [id]}
      - {from: log, to: 'sqlite:out.db', table: log, mode: append}
      """
    }
    let test = try workspace("1,a,10\n2,b,x\n", text: text(""))
    try test.write("log.csv", "line\n1\n2\nthree\n")
    try await test.run()
    try test.mend("2,b,20")
    #expect((try await test.run()).loads == ["load.orders 1 1 0 0 0", "load.log 0 0 0 0 0"])
    try test.mend("3")
    #expect((try await test.run()).loads == ["load.orders 0 0 0 0 0", "load.log 1 1 0 0 0"])
    #expect(try test.query("SELECT line FROM log") == ["1", "2", "3"])
  }

  @Test func `are what an interrupted run makes of them, wherever it stops`() async throws {
    func prepared() async throws -> TestWorkspace {
      let test = try workspace("1,a,10\n2,b,x\n3,a,5\n", in: TestWorkspace.memory)
      try await test.run()
      try test.write("in.csv", "id,k,v\n1,a,11\n2,b,x\n3,c,5\n4,c,y\n5,d,1\n")
      return test
    }
    func outcome(_ test: TestWorkspace) throws -> [String] {
      try test.query("SELECT * FROM orders") + test.query("SELECT * FROM sums") + test.queue()
    }
    let calm = try await prepared()
    let before = try outcome(calm)
    try await calm.run()
    let wanted = try outcome(calm)
    var options = RunOptions()
    options.batchCapacity = 1
    for moment in 1... {
      let test = try await prepared()
      let stopped = try await test.run(
        options: options, cancellation: RunCancellation(atQuestion: moment))
      guard stopped.state == .cancelled else { break }
      #expect(try outcome(test) == before, "stopped at \(moment)")
      try await test.run()
      #expect(try outcome(test) == wanted, "stopped at \(moment)")
    }
  }

  // MARK: Mistakes

  private func mistakes(_ text: String) throws -> [String] {
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    guard diagnostics.isEmpty, let pipeline else { return diagnostics.map(\.description) }
    do throws(EngineError) {
      _ = try PipelinePlan(pipeline)
    } catch {
      guard case .pipeline(let found) = error.problem else { throw error }
      return found.map(\.description)
    }
    return []
  }

  @Test func `go into one database`() throws {
    #expect(
      try mistakes(Self.text(database: "other.db")) == [
        """
        p.yaml:14:20: error: the loads of a pipeline go into one database, and the first one goes \
        into "out.db" (load.database)
         14 | - {from: sums, to: 'sqlite:other.db', table: sums, mode: upsert, key: [k]}
            |                    ^^^^^^^^^^^^^^^^^
            = write sqlite:out.db, or make a pipeline of its own
        """
      ])
  }

  @Test func `go into different tables`() throws {
    #expect(
      try mistakes(Self.text(second: "Orders")) == [
        """
        p.yaml:14:44: error: there is a load into "Orders" already, on line 13 (name.duplicate)
         14 | - {from: sums, to: 'sqlite:out.db', table: Orders, mode: upsert, key: [k]}
            |                                            ^^^^^^
            = unite the rows in a step, or name another table
        """
      ])
  }

  @Test func `append only what they alone read`() throws {
    #expect(
      try mistakes(Self.text(orders: "mode: append")) == [
        """
        p.yaml:13:10: error: some cannot be appended beside other loads: the rows of some are \
        gathered, and would be added again with every record that is tried again (load.append)
         13 | - {from: some, to: 'sqlite:out.db', table: orders, mode: append}
            |          ^^^^
            = use mode insert_only with a key, or replace
        """
      ])
  }
}
