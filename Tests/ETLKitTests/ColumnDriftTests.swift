// What runs tell about columns that hold something else than in the file before.

import AllocationCount
import Foundation
import Records
import Testing

@testable import ETLKit

@Suite struct `A column that drifts` {
  private func workspace(
    _ columns: String, source: String = "", limit: String = ""
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: int, \(columns)}", source: source) + limit
    ])
  }

  /// Loads one file after the other; gives the notes of the last.
  private func notes(
    _ columns: String, source: String = "", _ before: [String], _ after: [String]
  ) async throws -> [String] {
    let test = try workspace(columns, source: source)
    for values in [before, after] {
      let lines = values.enumerated().map { "\($0.offset),\($0.element)" }
      try test.write("in.csv", "id,v\n" + lines.joined(separator: "\n") + "\n")
      if values == before { try await test.run() }
    }
    return try await test.run().notes
  }

  static let cases:
    [(what: String, type: String, before: [String], after: [String], told: String?)] =
      [
        (
          "values that go missing", "int", ["1", "2", "3", "4"], ["1", "", "", "4"],
          "no value 0% → 50%"
        ),
        (
          "values that come back", "int", ["1", "", "", "4"], ["1", "2", "3", "4"],
          "no value 50% → 0%"
        ),
        (
          "required values that go missing", "{type: int, required: true}", ["1", "2", "3", "4"],
          ["1", "2", "", ""], "no value 0% → 50%"
        ),
        (
          "fractions among whole numbers", "int", ["1", "2", "3", "4"], ["1", "2.5", "3.5", "4"],
          "not int 0% → 50%, such as \"2.5\"; they read as real"
        ),
        (
          "days in another order", "date", ["2024-01-02"], ["31/01/2024"],
          "not date 0% → 100%, such as \"31/01/2024\"; it reads as {type: date, formats: [dd/MM/yyyy]}"
        ),
        (
          "words among numbers", "int", ["1", "2"], ["1", "x y"],
          "not int 0% → 50%, such as \"x y\""
        ),
        (
          "control signs in what is shown", "int", ["1", "2"], ["1", "\u{1B}[2J"],
          "not int 0% → 50%, such as \"\\u{1b}[2J\""
        ),
        (
          "numbers in another unit", "int", ["1", "99"], ["100", "9900"],
          "values 1 to 99 → 100 to 9900"
        ),
        (
          "decimals in another unit", "'decimal(9,2)'", ["1.00", "99.50"], ["0.10", "9.95"],
          "values 1 to 99.5 → 0.1 to 9.95"
        ),
        (
          "reals below zero", "real", ["0", "2.5"], ["-1.5", "2.5"],
          "values 0 to 2.5 → -1.5 to 2.5"
        ),
        ("codes of another length", "text", ["DE", "IT"], ["DEU", "ITA"], "length 2 → 3 bytes"),
        (
          "texts ten times as long", "text", ["ab", "abc"],
          ["ab", String(repeating: "x", count: 30)],
          "length 2 to 3 → 2 to 30 bytes"
        ),
        ("numbers that grow a little", "int", ["1", "99"], ["1", "500"], nil),
        ("texts that grow a little", "text", ["ab", "abc"], ["a", "abcdef"], nil),
        ("a few values that go missing", "int", ["1", "", "3", "4"], ["1", "", "4", "5"], nil),
        ("another day", "date", ["2024-01-02"], ["2031-01-02"], nil),
      ]

  @Test(arguments: cases)
  func `is told in one line if it matters`(
    _: String, type: String, before: [String], after: [String], told: String?
  ) async throws {
    let expected = told.map { ["in: \"v\" differs from the file before: \($0)"] } ?? []
    #expect(try await notes("v: \(type)", before, after) == expected)
  }

  @Test func `is told once, and what was accepted is what the next file is compared with`()
    async throws
  {
    let test = try workspace("v: int")
    var told: [Int] = []
    for text in ["0,1", "0,", "0,", "1,", "1,2"] {
      try test.write("in.csv", "id,v\n\(text)\n")
      told.append(try await test.run().notes.count)
    }
    #expect(told == [0, 1, 0, 0, 1])
  }

  @Test func `is told where the load fails of it, and is not what the next one is compared with`()
    async throws
  {
    let test = try workspace("v: int", limit: "\nretry: {limit: {rejects: 1}}")
    try test.write("in.csv", "id,v\n1,1\n2,2\n3,3\n")
    try await test.run()
    try test.write("in.csv", "id,v\n1,1.5\n2,2.5\n3,3.5\n")
    let failed = try await test.run()
    #expect(failed.state == .failed)
    #expect(
      failed.notes == [
        "in: \"v\" differs from the file before: not int 0% → 100%, such as \"1.5\"; they read as real"
      ])
    try test.write("in.csv", "id,v\n1,1\n2,2\n3,4\n")
    #expect(try await test.run().notes.isEmpty)
  }

  @Test func `is compared over all new files of a source at once`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: int, v: int}")
        .replacing("type: file", with: "type: files").replacing("in.csv", with: "in_*.csv"),
      "in_1.csv": "id,v\n1,1\n2,2\n",
    ])
    try await test.run()
    try test.write("in_2.csv", "id,v\n3,\n4,4\n")
    try test.write("in_3.csv", "id,v\n5,\n6,\n")
    #expect(
      try await test.run().notes == ["in: \"v\" differs from the file before: no value 0% → 75%"])
  }

  @Test func `shows no value that is redacted`() async throws {
    let told = try await notes(
      "v: int", source: "redact: [v]", ["1", "2", "3"], ["secret", "200", "3"])
    #expect(told == ["in: \"v\" differs from the file before: not int 0% → 33.3%"])
  }

  @Test func `is not compared once it is declared otherwise`() async throws {
    let test = try workspace("v: int")
    try test.write("in.csv", "id,v\n1,1\n")
    try await test.run()
    try test.write(
      "pipelines/p.yaml",
      pipeline(columns: "{id: int, v: text}", load: "").replacing("table: t\n", with: "table: u\n"))
    try test.write("in.csv", "id,v\n1,100\n")
    #expect(try await test.run().notes.isEmpty)
  }

  @Test func `costs no allocation for sound records`() {
    let batch = RecordBatch(width: 2, columns: [.integer, .text], capacity: 1_000)
    let spec = [ColumnSpec(name: "a", type: .integer), ColumnSpec(name: "b", type: .text)]
    let facts = FactGathering(
      spec.enumerated().map { PlanCast(spec: $0.element, declared: $0.offset, column: $0.offset) })
    for _ in 0..<1_000 { _ = batch.addRow() }
    facts.look(at: batch, of: 0)
    let before = allocation_count()
    for _ in 0..<100 { facts.look(at: batch, of: 0) }
    #expect(allocation_count() - before == 0)
  }
}
