// Proposals for sources: their text, and that they can be run as they are.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A proposed source` {
  private func proposal(_ text: String, name: String = "in.csv") throws -> String {
    try proposal(Array(text.utf8), name: name)
  }

  private func proposal(_ bytes: [UInt8], name: String = "in.csv") throws -> String {
    let test = try TestWorkspace()
    try test.write(name, bytes: bytes)
    let first = try SourceInference.propose(file: test.folder + "/" + name, shownAs: name)
    let again = try SourceInference.propose(file: test.folder + "/" + name, shownAs: name)
    #expect(first == again)
    return first
  }

  private func columns(_ text: String) throws -> String {
    let all = try proposal(text).split(separator: "\n").drop { $0 != "    columns:" }
    return all.dropFirst().map { $0.dropFirst(6) }.joined(separator: "\n")
  }

  @Test func `names the evidence for each guess`() throws {
    let text = try String(contentsOf: Fixtures.url("cases/12-text.csv"), encoding: .utf8)
    #expect(
      try proposal(text) == """
        # Proposed from all 131 bytes of "in.csv". Read the remarks.
        sources:
          in:
            type: file
            path: in.csv
            # encoding: valid UTF-8, or UTF-16 by its mark
            # fields a record: comma 5 in 6 of 6; semicolon 1 in 5 of 6; tab 1 in 5 of 6; pipe 1 in 5 of 6
            # the first record holds 5 different texts: taken as header
            format: {type: csv, header: true, nulls: ['']}
            columns:
              # 4 values, 3 different, 1 empty; may mean no value, taken as text: "NA" (2), "NULL" (1), "null" (1)
              country: text
              # 5 values, 5 different, none empty; leading zeros, as in "000000": kept as text
              colour: text
              # 5 values, 5 different, none empty; leading zeros, as in "00501": kept as text
              sku: text
              # 4 values, 4 different, 1 empty; may mean no value, taken as text: "NaN" (1)
              flag: text
              # 5 values, 5 different, none empty
              amount: int

        """)
  }

  @Test(arguments: [
    (
      "n\n1\nNA\n2\n",
      """
      # 3 values, 3 different, none empty; may mean no value, taken as text: "NA" (1); without them: {type: int, nulls: [NA]}
      n: text
      """
    ),
    (
      "d\n03/09/2018\n04/10/2018\n",
      """
      # 2 values, 2 different, none empty; dates in which day and month may change places: dd/MM/yyyy and MM/dd/yyyy fit every value; say which: {type: date, formats: [dd/MM/yyyy]}
      d: text
      """
    ),
    (
      "d\n03/09/2018\n14/09/2018\n09/14/2018\n",
      """
      # 3 values, 3 different, none empty; dates in which day and month change places: "14/09/2018" is dd/MM/yyyy, "09/14/2018" is MM/dd/yyyy: not decided
      d: text
      """
    ),
    (
      "d\n03/09/2018\n14/09/2018\n",
      """
      # 2 values, 2 different, none empty; dd/MM/yyyy fits every value, no other order does
      d: {type: date, formats: [dd/MM/yyyy]}
      """
    ),
    (
      "d;x\n1,5;1.000\n2,25;2.000\n",
      """
      # 2 values, 2 different, none empty; a comma is the decimal mark in every value
      d: {type: real, decimal: ',', thousands: '.'}
      # 2 values, 2 different, none empty; every point stands before three digits and may be a thousands mark: not decided; say real, or {type: int, thousands: '.'}
      x: text
      """
    ),
    (
      "b|t\ntrue|2020-01-01T10:00:00\nfalse|2020-01-02T10:00:00\n",
      """
      # 2 values, 2 different, none empty; words for true and false
      b: bool
      # 2 values, 2 different, none empty; ISO 8601 in every value
      t: timestamp
      """
    ),
    (
      "id,ID,,x\n9223372036854775808,1,2,-\n",
      """
      # 1 value, 1 different, none empty; whole numbers beyond 64 bits: kept as text
      id: text
      # 1 value, 1 different, none empty; only 0 and 1: may be a bool
      ID_2: {type: int, from: ID}
      # 1 value, 1 different, none empty
      column_3: {type: int, position: 3}
      # 1 value, 1 different, none empty; may mean no value, taken as text: "-" (1)
      x: text
      """
    ),
  ]) func `decides nothing that the values leave open`(text: String, expected: String) throws {
    #expect(try columns(text) == expected)
  }

  @Test(arguments: [
    ("in.csv", "id,x\n1,a\n2,b\n", "2"),
    ("in.csv", "Report\n\n#by me\nid;day\n1;2024-01-01\n2;2024-02-01\n# end\n", "2"),
    ("in.csv", "1\tx\n2\ty\n3\tz\n", "3"), ("in.csv", "a b,c: d,'e'\n1,2,3\n", "1"),
    ("in.json", "[{\"id\": 1, \"a\": {\"b\": [1]}}, {\"id\": 2}]", "2"),
    ("in.json", "{\"n\": 1, \"rows\": [{\"id\": 1}, {\"id\": 2}]}", "2"),
    ("in.json", "{\"id\": 1, \"k.x\": \"05\"}\n{\"id\": 2}\n", "2"),
  ]) func `can be run as it is`(name: String, text: String, rows: String) async throws {
    let test = try TestWorkspace([name: text])
    let proposal = try SourceInference.propose(file: test.folder + "/" + name, shownAs: name)
    try test.write(
      "pipelines/p.yaml",
      "etl: 1\npipeline: {name: p}\n" + proposal
        + "load: {from: in, to: 'sqlite:out.db', table: t, mode: append}\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT count(*) FROM t") == [rows], "\(proposal)")
    #expect(summary.rejected == 0)
  }

  @Test func `can be run for archives and other encodings`() async throws {
    for (name, bytes) in [
      ("in.zip", try [UInt8](Data(contentsOf: Fixtures.url("cases/05-export.zip")))),
      ("in.csv", Array("id,x\n1,".utf8) + [0xE9, 0x80, 0x0A]),
      ("in.csv", [0xFF, 0xFE] + units("id,x\n1,é\n", isLittle: true)),
    ] {
      let test = try TestWorkspace()
      try test.write(name, bytes: bytes)
      let proposal = try SourceInference.propose(file: test.folder + "/" + name, shownAs: name)
      try test.write(
        "pipelines/p.yaml",
        "etl: 1\npipeline: {name: p}\n" + proposal
          + "load: {from: in, to: 'sqlite:out.db', table: t, mode: append}\n")
      let summary = try await test.run()
      #expect(summary.state == .succeeded, "\(proposal)")
    }
  }

  @Test(arguments: [[], [0x0A], [0x22], [0x7B], [0x5B], [0x7B, 0x0A, 0x5B], [0x80], [0x2C, 0x2C]])
  func `holds nothing against odd files`(bytes: [UInt8]) throws {
    #expect(try proposal(bytes).hasPrefix("# Proposed from all"))
  }

  @Test func `refuses what is no text`() throws {
    for (text, code) in [("%PDF-1.7", "contract.not_text"), ("PAR1", "contract.not_text")] {
      do {
        _ = try proposal(text)
        Issue.record("\(text) was taken")
      } catch let error as EngineError {
        #expect(error.code == code)
      }
    }
  }
}
