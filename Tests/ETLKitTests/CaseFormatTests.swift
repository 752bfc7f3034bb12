// Inputs on which other tools failed (`fixtures/cases`), with the right results: formats and types.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

/// Runs a pipeline over an input of `fixtures/cases`.
private func ran(
  _ name: String, format: String = "", columns: String, mode: String = "append", key: String? = nil
) async throws -> (test: TestWorkspace, summary: RunSummary) {
  let test = try TestWorkspace([
    "pipelines/p.yaml": formatPipeline(
      path: name, format: format, columns: columns, mode: mode, key: key)
  ])
  try test.take(name)
  return (test, try await test.run())
}

@Suite struct `Case 03, integers that a double cannot hold` {
  @Test func `keeps every digit of JSON numbers`() async throws {
    let (test, summary) = try await ran(
      "03-bigint.ndjson", format: "{type: json_lines}",
      columns: "{id: {type: int, required: true}, v: real}")
    #expect(
      try test.query("SELECT id, typeof(id), v FROM t") == [
        "9007199254740993|integer|0.1", "9223372036854775807|integer|100.0",
        "-9007199254740993|integer|2.5",
      ])
    #expect(try test.faults() == ["3|cast.range|id"])
    #expect(summary.state == .partial)
  }
}

@Suite struct `Case 07, one column with empty lines` {
  @Test func `counts what it skips, and keeps a quoted empty field`() async throws {
    let (test, summary) = try await ran(
      "07-single.csv", format: "{nulls: ['']}", columns: "{reading: real}")
    #expect(try test.query("SELECT * FROM t") == ["5.0", "7.0", "-", "-", "9.0"])
    #expect(summary.read == 5)
    #expect(summary.notes.contains { $0.contains("1 blank line skipped") })
  }

  @Test func `takes an empty line for an empty value on request`() async throws {
    let (test, summary) = try await ran(
      "07-single.csv", format: "{nulls: [''], blank: record}", columns: "{reading: real}")
    #expect(try test.query("SELECT * FROM t") == ["5.0", "-", "7.0", "-", "-", "9.0"])
    #expect(summary.read == 6)
  }
}

@Suite struct `Case 12, text that looks like something else` {
  private let columns = "{country: text, colour: text, sku: text, flag: text, amount: int}"

  @Test func `keeps every byte of a text`() async throws {
    let (test, summary) = try await ran(
      "12-text.csv", format: "{nulls: ['']}", columns: columns, mode: "upsert", key: "[amount]")
    #expect(
      try test.query("SELECT * FROM t") == [
        "NA|000000|1E59|TRUE|1", "NA|314159|00501|no|2", "-|0x1F| 12 |-|3", "null|1e5|+49|NaN|4",
        "NULL|٣٤|1_000|inf|5",
      ])
    #expect(
      try test.query("SELECT DISTINCT typeof(colour), typeof(sku), typeof(country) FROM t") == [
        "text|text|text", "text|text|null",
      ])
    #expect(summary.inserted == 5)
    // Other bytes, the same records.
    let text = try String(
      contentsOf: Fixtures.url("cases/12-text.csv"), encoding: .utf8)
    try test.write("12-text.csv", text.replacing("\n", with: "\r\n"))
    let again = try await test.run()
    #expect(spaced(again.inserted, again.updated, again.unchanged) == "0 0 5")
  }
}

@Suite struct `Case 14, a comma too many at the end` {
  private let columns =
    "{A: {type: int, required: true}, B: {type: int, required: true}, C: {type: int, required: true}}"

  @Test(arguments: [
    ("14-trail.csv", ["1|4|7", "2|5|8", "3|6|9"]), ("14-trail2.csv", ["1|4|7", "2|5|8"]),
  ]) func `binds names from the left`(name: String, rows: [String]) async throws {
    let (test, summary) = try await ran(name, columns: columns)
    #expect(try test.query("SELECT * FROM t") == rows)
    #expect(summary.rejected == 0)
    #expect(
      name == "14-trail2.csv"
        || summary.notes.contains { $0.contains("2 empty extra fields ignored") })
  }
}

@Suite struct `Case 15, a decimal comma` {
  @Test func `reads the declared signs and nothing else`() async throws {
    let (test, _) = try await ran(
      "15-comma.csv", format: "{delimiter: semicolon}",
      columns:
        "{konto: int, betrag: {type: 'decimal(12,2)', decimal: ',', thousands: '.'}, menge: {type: int, thousands: '.'}}"
    )
    #expect(
      try test.query("SELECT konto, betrag+0.0, menge FROM t") == [
        "1|1299.99|3", "2|0.5|1000", "5|-7.0|4",
      ])
    #expect(try test.faults() == ["4|cast.decimal|betrag", "5|cast.decimal|betrag"])
  }

  @Test func `takes no comma that is not declared`() async throws {
    let (test, _) = try await ran(
      "15-comma.csv", format: "{delimiter: semicolon}",
      columns: "{konto: int, betrag: 'decimal(12,2)', menge: int}")
    #expect(try test.query("SELECT konto, betrag+0.0, menge FROM t") == ["3|12.34|2"])
    #expect(try test.faults().map { $0.prefix(1) } == ["2", "3", "5", "6"])
  }
}

@Suite struct `Case 16, day and month that change places` {
  @Test func `is strict with one format`() async throws {
    let (test, _) = try await ran(
      "16-dmy.csv", columns: "{n: int, d: {type: date, formats: [dd/MM/yyyy]}}")
    #expect(
      try test.query("SELECT * FROM t") == [
        "1|2018-09-03", "2|2018-09-14", "5|2020-02-29", "7|2012-12-12",
      ])
    #expect(try test.faults() == ["4|cast.date|d", "5|cast.date|d", "7|cast.date|d"])
  }

  @Test func `lets the first of two formats that fits win, in every row`() async throws {
    let (test, _) = try await ran(
      "16-dmy.csv", columns: "{n: int, d: {type: date, formats: [dd/MM/yyyy, MM/dd/yyyy]}}")
    #expect(
      try test.query("SELECT * FROM t") == [
        "1|2018-09-03", "2|2018-09-14", "3|2018-09-14", "5|2020-02-29", "7|2012-12-12",
      ])
  }
}

@Suite struct `Case 18, two-digit years` {
  @Test func `turns the century at 68`() async throws {
    let (test, _) = try await ran(
      "18-yy.csv", columns: "{n: int, born: {type: date, formats: [dd-MM-yy]}}")
    #expect(
      try test.query("SELECT born FROM t") == [
        "2068-07-16", "2064-10-23", "2000-01-01", "1991-04-15", "2025-12-31",
      ])
  }

  @Test func `can be held below a day`() async throws {
    let (test, _) = try await ran(
      "18-yy.csv",
      columns: "{n: int, born: {type: date, formats: [dd-MM-yy], max: '2026-11-25'}}")
    #expect(try test.query("SELECT n FROM t") == ["3", "4", "5"])
    #expect(try test.faults() == ["2|cast.range|born", "3|cast.range|born"])
  }

  @Test func `takes two digits for no year of four`() async throws {
    let (test, summary) = try await ran(
      "18-yy.csv", columns: "{n: int, born: {type: date, formats: [dd-MM-yyyy]}}")
    #expect(summary.inserted == 0)
    #expect(try test.faults().count == 5)
  }
}

@Suite struct `Case 37, a file that was still being written` {
  private let columns = "{id: {type: int, required: true}, qty: {type: int, required: true}}"

  @Test(arguments: [("37-part.csv", 0), ("37-part-b.csv", 1)])
  func `is right after the whole file came`(part: String, rejects: Int) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in*.csv", columns: columns, mode: "upsert", key: "[id]")
    ])
    try test.take(part, as: "in.csv")
    let first = try await test.run()
    #expect(first.rejected == rejects)
    #expect(try test.faults().map { $0.prefix(2) } == (rejects == 1 ? ["6|"] : []))
    try test.take("37-full.csv", as: "in.csv")
    try await test.run()
    #expect(
      try test.query("SELECT * FROM t") == ["1|10", "2|20", "3|30", "4|40", "5|125", "6|60"])
    #expect(try test.faults().isEmpty)
  }
}

@Suite struct `Case 45, terminal commands inside the data` {
  @Test func `rejects them with their text escaped`() async throws {
    let (test, summary) = try await ran(
      "45-hostile.ndjson", format: "{type: json_lines}",
      columns: "{id: {type: int, required: true}, note: text}")
    #expect(try test.query("SELECT * FROM t") == ["1|ok"])
    #expect(try test.faults() == (2...10).map { "\($0)|cast.int|id" })
    #expect(summary.rejected == 9)
    let shown = try test.query("SELECT errors_json FROM reject", in: ".etl/state.db").joined()
    let isClean = shown.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x202E
    }
    #expect(isClean)
  }
}
