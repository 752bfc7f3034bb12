// Plans: the same numbers as the run that follows, and nothing written.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

extension TestWorkspace {
  /// What a run would do.
  func forecast(
    _ name: String = "p", options: RunOptions = RunOptions()
  ) async throws -> RunForecast {
    try await Forecaster(workspace.pipeline(named: name), in: workspace, options: options)
      .forecast()
  }

  /// The bytes of every file, by path.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    let all = try #require(FileManager.default.enumerator(atPath: folder))
    for case let name as String in all {
      contents[name] = try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    return contents
  }
}

/// Everything that a plan and a run must agree in.
private func numbers(_ summary: RunSummary) -> String {
  var text =
    "\(summary.state) read \(summary.read) inserted \(summary.inserted) updated "
    + "\(summary.updated) unchanged \(summary.unchanged) deleted \(summary.deleted) "
    + "filtered \(summary.filtered) deduplicated \(summary.deduplicated) unmatched "
    + "\(summary.unmatched) rejected \(summary.rejected) retried \(summary.retried) "
    + "combined \(summary.combined) added \(summary.added) open \(summary.openRejects)"
  for check in summary.checks { text += " \(check.name) \(check.outcome) \(check.found)" }
  if let error = summary.error { text += " \(error.code) \(error.what)" }
  return text + summary.notes.joined(separator: " ")
}

@Suite struct `A plan` {
  private let columns = "{id: {type: int, required: true}, n: {type: int, min: 0}, t: text}"

  private func upsert() throws -> TestWorkspace {
    let test = try TestWorkspace(["in.csv": "id,n,t\n1,1,a\n2,2,b\n3,x,c\n4,4,d\n"])
    try test.write(
      "pipelines/p.yaml",
      pipeline(
        columns: columns,
        checks: "- {name: few, step: in, type: row_count, max: 3, severity: warn}"))
    return test
  }

  @Test func `shows rows before and after`() async throws {
    let test = try upsert()
    try await test.run()
    try test.write("in.csv", "id,n,t\n1,1,a\n2,20,\n5,5,e\n3,x,c\n4,4,d\n6,-1,f\n")
    let plan = try await test.forecast()
    let table = try #require(plan.tables.first)
    let rows = table.samples.map { row in
      "\(row.change) "
        + row.values.map { "\($0.before ?? "-")>\($0.after ?? "-")" }.joined(separator: " ")
    }
    #expect(rows == ["insert ->5 ->5 ->e", "update 2>2 2>20 b>-"])
    #expect(
      plan.rejects.map { "\($0.source) \($0.line) \($0.stage) \($0.code) \($0.reasons)" } == [
        #"in 5 in cast.int ["n is \"x\", not a whole number"]"#,
        #"in 7 in cast.range ["n is \"-1\", less than 0"]"#,
      ])
    #expect(plan.summary.checks.map(\.outcome) == [.warn])
  }

  @Test func `writes nothing anywhere`() async throws {
    let test = try upsert()
    try await test.run()
    try test.write("in.csv", "id,n,t\n1,1,a\n2,20,b\n9,9,i\n3,y,c\n")
    let before = try test.contents()
    let plan = try await test.forecast()
    #expect(spaced(plan.summary.inserted, plan.summary.updated) == "1 1")
    let after = try test.contents()
    #expect(Set(after.keys) == Set(before.keys))
    for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
  }

  @Test func `makes no state for a workspace without one`() async throws {
    let test = try upsert()
    let before = try Set(test.contents().keys)
    #expect(try await test.forecast().summary.inserted == 3)
    #expect(try Set(test.contents().keys) == before)
  }

  @Test func `says that nothing changed`() async throws {
    let test = try upsert()
    try await test.run()
    try await test.run()
    let plan = try await test.forecast()
    #expect(plan.summary.state == .unchanged)
    #expect(plan.tables == [])
    #expect(try await test.forecast(options: RunOptions(isForced: true)).summary.unchanged == 3)
  }

  @Test func `is refused while a run goes on`() async throws {
    let test = try upsert()
    try await test.run()
    let lock = try RunLock.acquire(stateFolder: test.workspace.stateFolder, pipeline: "p")
    defer { withExtendedLifetime(lock) {} }
    await #expect(throws: EngineError.self) { try await test.forecast() }
  }

  @Test func `holds no lock on the destination`() async throws {
    let test = try upsert()
    try await test.run()
    try test.write("in.csv", "id,n,t\n1,7,a\n")
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let queue = try DatabaseQueue(path: test.folder + "/out.db", configuration: configuration)
    // Somebody writes all the while.
    try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let updated = try await test.forecast().summary.updated
    try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(updated == 1)
  }

  @Test func `meets what the destination refuses`() async throws {
    let test = try upsert()
    try await test.run()
    try test.execute(
      """
      CREATE UNIQUE INDEX one_t ON t(t); CREATE TABLE part(n INTEGER PRIMARY KEY, more TEXT);
      INSERT INTO part(n) VALUES(1),(2),(4),(10); ALTER TABLE t RENAME TO old;
      CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER REFERENCES part(n), t TEXT UNIQUE CHECK(t<>'z'));
      INSERT INTO t SELECT * FROM old; DROP TABLE old;
      """)
    // A text that another row has, a part that is not there, a text that is not allowed.
    try test.write("in.csv", "id,n,t\n1,10,a\n7,1,b\n8,99,h\n9,2,z\n10,2,j\n")
    let plan = numbers(try await test.forecast().summary)
    #expect(plan == numbers(try await test.run()))
    #expect(
      plan.contains(
        "inserted 1 updated 1 unchanged 0 deleted 0 filtered 0 deduplicated 0 unmatched 0 rejected 4"
      ),
      "\(plan)")
  }

  @Test func `asks checks of all that the destination holds`() async throws {
    let test = try upsert()
    try await test.run()
    try test.execute("CREATE TABLE parts(n INTEGER PRIMARY KEY); INSERT INTO parts VALUES(1),(7)")
    try test.write(
      "pipelines/p.yaml",
      pipeline(
        columns: columns,
        checks: """
          - {name: known, step: in, type: foreign_key, keys: {n: n}, table: parts, severity: warn}
          - {name: few, type: sql, query: 'SELECT id FROM t WHERE id>2', severity: warn}
          """))
    try test.write("in.csv", "id,n,t\n1,7,a\n8,8,h\n")
    let plan = try await test.forecast().summary
    #expect(numbers(plan) == numbers(try await test.run()))
    #expect(plan.checks.map(\.failures) == [1, 2])
  }

  private static let shapes: [(name: String, mode: String, key: String?, steps: String)] = [
    ("upsert", "upsert", "[id]", ""),
    ("append", "append", nil, ""),
    ("insert only", "insert_only", "[id]", ""),
    ("versions", "scd2", "[id]", ""),
    ("versions that end", "scd2", "[id]\n  on_vanish: close", ""),
    ("lineage", "upsert", "[id]\n  lineage: true", ""),
    ("replace", "replace", nil, ""),
    ("replace by key", "replace", "[id]", ""),
    (
      "dedupe", "upsert", "[id]",
      "  out: {type: dedupe, from: in, key: [id], keep: last}"
    ),
    (
      "aggregate", "upsert", "[t]",
      "  out: {type: aggregate, from: in, by: [t], set: {n: sum(n), c: count()}}"
    ),
    (
      "join", "upsert", "[id]",
      "  out: {type: join, left: in, right: other, keys: [t], kind: inner, cardinality: 'n:1',"
        + " unmatched_left: reject, unmatched_right: report}"
    ),
  ]

  @Test(arguments: shapes.indices)
  func `has the numbers of the run that follows`(shape: Int) async throws {
    let (name, mode, key, steps) = Self.shapes[shape]
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix64(seed: seed)
    let test = try TestWorkspace(["other.csv": "t,u\na,1\nb,2\n"])
    try test.write(
      "pipelines/p.yaml",
      pipeline(
        columns: columns, steps: steps, from: steps.isEmpty ? "in" : "out", mode: mode, key: key,
        sources: name == "join"
          ? "  other: {type: file, path: other.csv, columns: {t: {type: text, required: true}, u: int}}"
          : ""))
    for round in 0..<6 {
      var text = "id,n,t\n"
      // A table that is replaced refuses a second row of a key.
      let ids =
        mode == "replace"
        ? Array((1...12).shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random)))
        : (0..<Int.random(in: 0...30, using: &random)).map { _ in
          Int.random(in: 1...12, using: &random)
        }
      for id in ids {
        let n = Bool.random(using: &random) ? "\(Int.random(in: -1...3, using: &random))" : "x"
        let t = ["a", "b", "c", ""].randomElement(using: &random) ?? ""
        text += "\(id),\(n),\(t)\n"
      }
      // Now and then the same file again, or another side.
      if round != 3 { try test.write("in.csv", text) }
      if round == 4 { try test.write("other.csv", "t,u\na,1\nc,2\n") }
      let plan = numbers(try await test.forecast().summary)
      let run = numbers(try await test.run())
      #expect(plan == run, "\(name), round \(round), SEED=\(seed)\n\(text)")
    }
  }
}
