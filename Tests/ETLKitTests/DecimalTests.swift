// Decimals in the destination: numbers for SQL, all places for people, and never a digit less.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A decimal in the table` {
  private func workspace(_ type: String, _ values: [String], key: String = "[id]") throws
    -> TestWorkspace
  {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: int, v: '\(type)'}", key: key),
      "in.csv": "id,v\n"
        + values.enumerated().map { "\($0.offset + 1),\($0.element)\n" }.joined(),
    ])
  }

  @Test func `is a number for comparing, ordering and adding`() async throws {
    let test = try workspace("decimal(12,2)", ["-4.70", "10.00", "9.99", "100.05"])
    try await test.run()
    #expect(
      try test.query("SELECT v FROM t ORDER BY v") == ["-4.7", "9.99", "10", "100.05"])
    #expect(try test.query("SELECT id FROM t WHERE v>10") == ["4"])
    #expect(try test.query("SELECT printf('%.2f', sum(v)) FROM t") == ["115.34"])
    #expect(try test.query("SELECT printf('%.2f', v) FROM t WHERE v=-4.7") == ["-4.70"])
  }

  @Test func `is found by its key, however it is written`() async throws {
    let test = try workspace("decimal(12,2)", ["4.70", "4.00"], key: "[v]")
    try await test.run()
    try test.write("in.csv", "id,v\n8,4.7\n9,4\n")
    let summary = try await test.run()
    #expect(spaced(summary.inserted, summary.updated) == "0 2")
  }

  @Test func `is shown with all its places`() async throws {
    let test = try workspace("decimal(12,2)", ["-4.70", "12"])
    let forecast = try await Forecaster(try test.workspace.pipeline(named: "p"), in: test.workspace)
      .forecast()
    #expect(
      forecast.tables.flatMap(\.samples).map { $0.values.last?.after } == ["-4.70", "12.00"])
  }

  @Test(arguments: [
    ("999999999999999", "1000000000000000", 0), ("9999999999999.99", "10000000000000.00", 2),
    ("-999999999.999999", "-1000000000.000000", 6),
  ])
  func `keeps fifteen digits exactly, and more are rejected instead of rounded`(
    most: String, more: String, places: Int
  ) async throws {
    let test = try workspace("decimal(18,\(places))", [most, more])
    let summary = try await test.run()
    // A whole number is kept exactly up to 64 bits.
    #expect(spaced(summary.inserted, summary.rejected) == (places == 0 ? "2 0" : "1 1"))
    let format = "%.\(places)f"
    #expect(try test.query("SELECT printf('\(format)', v) FROM t WHERE id=1") == [most])
    guard places > 0 else { return }
    #expect(
      try test.query("SELECT text FROM reason", in: ".etl/state.db") == [
        "v is out of range (SQLite keeps 15 digits of a decimal; text keeps all)"
      ])
    #expect(try test.queue().map { String($0.prefix(23)) } == ["waiting|load|cast.range"])
  }
}
