// Every cell of the contract: what a mode does about a kind of breach, or why it is refused.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A contract` {
  /// A cell of the table in the guide.
  struct Cell: CustomTestStringConvertible, Sendable {
    var key: String
    var mode: String
    /// The second file's text.
    var file: String
    /// How the second run ends: its rows and rejects, or the code of its error.
    var outcome: String
    /// What is told.
    var notes: [String] = []
    /// The rows then.
    var rows: [String] = ["1|10", "2|20"]

    var testDescription: String { "\(key): \(mode)" }
  }

  /// What every note of a new header begins with.
  private static let header = "in: columns differ from the file before: "
  private static let missing = "id\n1\n2\n"
  private static let new = "id,v,w\n1,11,x\n2,20,y\n"
  private static let drifted = "id,v\n1,10\n2,2.5\n"

  static let cells = [
    Cell(
      key: "missing_column", mode: "fail", file: missing, outcome: "contract.missing_column"),
    Cell(
      key: "missing_column", mode: "warn", file: missing, outcome: "read 2 rejected 0",
      notes: ["in: the header has no \"v\": read as empty", header + "gone \"v\""],
      rows: ["1|-", "2|-"]),
    Cell(
      key: "missing_column", mode: "ignore", file: missing, outcome: "read 2 rejected 0",
      notes: [header + "gone \"v\""], rows: ["1|-", "2|-"]),
    Cell(key: "new_column", mode: "fail", file: new, outcome: "contract.new_column"),
    Cell(
      key: "new_column", mode: "warn", file: new, outcome: "read 2 rejected 0",
      notes: ["in: the header has \"w\", not declared", header + "new \"w\""],
      rows: ["1|11", "2|20"]),
    Cell(
      key: "new_column", mode: "ignore", file: new, outcome: "read 2 rejected 0",
      notes: [header + "new \"w\""], rows: ["1|11", "2|20"]),
    Cell(
      key: "new_column", mode: "evolve", file: new, outcome: "read 2 rejected 0",
      notes: ["in: the header has \"w\", not declared: loaded as text", header + "new \"w\""],
      rows: ["1|11|x", "2|20|y"]),
    Cell(key: "type_drift", mode: "fail", file: drifted, outcome: "contract.type_drift"),
    Cell(
      key: "type_drift", mode: "reject", file: drifted, outcome: "read 2 rejected 1",
      notes: [
        "in: \"v\" differs from the file before: not int 0% → 50%, such as \"2.5\"; it reads as real"
      ]),
    Cell(
      key: "type_drift", mode: "evolve", file: drifted, outcome: "read 2 rejected 0",
      notes: ["in: \"v\" is \"2.5\" in line 3: int becomes real, in the table too"],
      rows: ["1|10.0", "2|2.5"]),
    Cell(key: "bad_value", mode: "fail", file: drifted, outcome: "contract.type_drift"),
  ]

  @Test(arguments: cells) func `does what its mode says`(cell: Cell) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, v: int}", source: "contract: {\(cell.key): \(cell.mode)}"),
      "in.csv": "id,v\n1,10\n2,20\n",
    ])
    #expect(try await test.run().notes.isEmpty)
    try test.write("in.csv", cell.file)
    let summary = try await test.run()
    #expect(
      summary.error?.code ?? "read \(summary.read) rejected \(summary.rejected)" == cell.outcome)
    #expect(summary.notes == cell.notes)
    #expect(try test.query("SELECT * FROM t") == cell.rows)
    // Nothing of it is told, or done, twice.
    if summary.error == nil { #expect(try await test.run().state == .unchanged) }
  }

  static let refusals: [(key: String, mode: String, says: String)] = [
    (
      "missing_column", "reject",
      "\"missing_column\" cannot be reject: all records lack the column, none is to blame"
    ),
    (
      "missing_column", "evolve",
      "\"missing_column\" cannot be evolve: a table never loses a column"
    ),
    (
      "new_column", "reject",
      "\"new_column\" cannot be reject: all records have the column, none is to blame"
    ),
    (
      "type_drift", "warn",
      "\"type_drift\" cannot be warn: a value that is not of its type cannot be loaded, and must "
        + "not be lost"
    ),
    (
      "type_drift", "ignore",
      "\"type_drift\" cannot be ignore: a value that is not of its type cannot be loaded, and "
        + "must not be lost"
    ),
    (
      "bad_value", "warn",
      "\"bad_value\" cannot be warn: a value that is not of its type cannot be loaded, and must "
        + "not be lost"
    ),
    (
      "bad_value", "ignore",
      "\"bad_value\" cannot be ignore: a value that is not of its type cannot be loaded, and "
        + "must not be lost"
    ),
  ]

  @Test(arguments: refusals)
  func `refuses a mode that means nothing, with its place and what to write`(
    key: String, mode: String, says: String
  ) {
    let text = pipeline(columns: "{id: int, v: int}", source: "contract: {\(key): \(mode)}")
    let found = PipelineFile.read(text: text, file: "p.yaml").diagnostics
    #expect(found.map(\.what) == [says])
    #expect(found.first?.mark.line == 8)
    #expect(found.first?.suggestion?.hasPrefix("write ") == true)
  }

  @Test func `has all cells in its two tables`() {
    let keys = ["missing_column", "new_column", "type_drift"]
    let modes = Contract.Mode.allCases.map(\.rawValue)
    let all = Set(keys.flatMap { key in modes.map { "\(key) \($0)" } })
    let tried =
      Self.cells.map { "\($0.key) \($0.mode)" } + Self.refusals.map { "\($0.key) \($0.mode)" }
    #expect(all.subtracting(tried).isEmpty)
  }

  @Test func `that evolves types needs a column that can`() {
    let text = pipeline(columns: "{id: text, v: date}", source: "contract: {type_drift: evolve}")
    let found = PipelineFile.read(text: text, file: "p.yaml").diagnostics
    #expect(
      found.map(\.what) == ["only a column of type int can become another type, real"])
  }
}
