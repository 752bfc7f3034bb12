// Whole runs over delimited text, lines of fixed width, and text in other encodings.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A run over text` {
  @Test func `skips lines at the start and remarks anywhere`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.txt",
        format:
          "{type: csv, skip: 2, comment: '#', delimiter: pipe, nulls: ['', '\\N'], trim: true}",
        columns: "{id: int, x: text}"),
      "in.txt":
        "Report of \"today\nid;x\n# a remark\nid|x\n1| a \n# one \"more\n2|\\N\nz|b\n3|#c\n",
    ])
    let summary = try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|a", "2|-", "3|#c"])
    #expect(try test.faults() == ["8|cast.int|id"])
    #expect(summary.notes.contains { $0.contains("2 comment lines skipped") })
    try await test.mend(line: 8, "4|#d")
    #expect(try test.query("SELECT x FROM t WHERE id=4") == ["#d"])
  }

  @Test func `reads tabs without quotes`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.tsv", format: "{type: tsv}", columns: "{id: int, size: text}"),
      "in.tsv": "id\tsize\n1\t27\" wide\n2\t\"a\n",
    ])
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|27\" wide", "2|\"a"])
  }

  @Test func `reads fields by position without a header`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.tsv", format: "{type: tsv, header: false}",
        columns: "{a: int, c: {type: text, position: 3}}"),
      "in.tsv": "1\tx\tp\n2\ty\tq\n",
    ])
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|p", "2|q"])
  }

  @Test func `reads fields at fixed places`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.txt", format: "{type: fixed, skip: 1}",
        columns:
          "{id: {type: int, width: 4}, name: {type: text, width: 6}, day: {type: date, start: 12, width: 8, formats: [yyyyMMdd]}}"
      ),
      "in.txt":
        "ID  NAME   DAY\n0001Žofie  20240229\n0002Ann    20240230\n0003Bo\n0004       20240301\n",
    ])
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|Žofie|2024-02-29", "4|-|2024-03-01"])
    #expect(try test.faults() == ["3|cast.date|day", "4|parse.fields_missing|"])
    try await test.mend(line: 4, "0003Bo     20240228")
    #expect(try test.query("SELECT name FROM t WHERE id=3") == ["Bo"])
  }

  private static let mixed = "id,x\n1,é€\n2,😀\n"

  private static let little: [UInt8] = units(mixed, isLittle: true)
  private static let big: [UInt8] = units(mixed, isLittle: false)
  private static let marks: [String: [UInt8]] = [
    "little": [0xFF, 0xFE], "big": [0xFE, 0xFF], "8": [0xEF, 0xBB, 0xBF], "": [],
  ]

  @Test(arguments: [
    ("utf-16", "little", Self.little), ("utf-16", "big", Self.big), ("", "big", Self.big),
    ("utf-16le", "", Self.little), ("utf-16be", "", Self.big), ("utf-16be", "big", Self.big),
    ("utf-8", "", Array(Self.mixed.utf8)), ("", "8", Array(Self.mixed.utf8)),
  ]) func `reads Unicode in its encodings`(
    encoding: String, mark: String, text: [UInt8]
  ) async throws {
    let bytes = (Self.marks[mark] ?? []) + text
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv", format: encoding.isEmpty ? "" : "{encoding: \(encoding)}",
        columns: "{id: int, x: text}")
    ])
    try test.write("in.csv", bytes: bytes)
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|é€", "2|😀"])
  }

  @Test func `reads one byte a letter as declared`() async throws {
    let bytes = Array("id,x\n1,".utf8) + [0xE9, 0x80] + Array("\n2,".utf8) + [0x81, 0x0A]
    for (encoding, rows, faults) in [
      ("latin-1", ["1|é\u{80}", "2|\u{81}"], []),
      ("windows-1252", ["1|é€"], ["3|parse.encoding|x"]),
      ("utf-8", [], ["2|parse.encoding|x", "3|parse.encoding|x"]),
    ] {
      let test = try TestWorkspace([
        "pipelines/p.yaml": formatPipeline(
          path: "in.csv", format: "{encoding: \(encoding)}", columns: "{id: int, x: text}")
      ])
      try test.write("in.csv", bytes: bytes)
      try await test.run()
      #expect(try test.query("SELECT * FROM t") == rows)
      #expect(try test.faults() == faults)
    }
  }

  @Test func `rejects the record with half a letter and mends it in UTF-8`() async throws {
    var bytes: [UInt8] = [0xFF, 0xFE] + units("id,x\n1,a\n2,", isLittle: true)
    bytes += [0x3D, 0xD8] + units("b\n3,c\n", isLittle: true)
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(path: "in.csv", columns: "{id: int, x: text}")
    ])
    try test.write("in.csv", bytes: bytes)
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|a", "3|c"])
    #expect(try test.faults() == ["3|parse.encoding|x"])
    try await test.mend(line: 3, "2,😀b")
    #expect(try test.query("SELECT x FROM t WHERE id=2") == ["😀b"])
  }

  @Test(arguments: [
    (
      "utf-16", "",
      "contract.encoding: utf-16 is declared, and the file has no byte order mark that tells how"
    ),
    (
      "latin-1", "8",
      "contract.encoding: latin-1 is declared, and the file begins with the mark of utf-8"
    ),
    (
      "utf-8", "little",
      "contract.encoding: utf-8 is declared, and the file begins with the mark of utf-16le"
    ),
  ]) func `refuses a mark that contradicts the declaration`(
    encoding: String, mark: String, words: String
  ) async throws {
    let bytes = (Self.marks[mark] ?? []) + Array("id,x\n".utf8)
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.csv", format: "{encoding: \(encoding)}", columns: "{id: int, x: text}")
    ])
    try test.write("in.csv", bytes: bytes)
    #expect(try await test.refusal() == words)
  }

  @Test func `decodes alike however a file is read`() throws {
    for block in [4, 5, 6, 7, 64] {
      let decoder = TextDecoder(declared: nil, blockSize: block)
      var input = ArraySlice([0xFF, 0xFE] + units("aé€😀\u{FFFD}b", isLittle: true))
      var text: [UInt8] = []
      while !decoder.isFinished {
        let count = min(block, input.count)
        decoder.input.copyBytes(from: input.prefix(count))
        input = input.dropFirst(count)
        try decoder.decode(count: count)
        var piece = [UInt8](repeating: 0, count: 3)
        while case let given = piece.withUnsafeMutableBytes({ decoder.take(into: $0) }), given > 0 {
          text += piece[..<given]
        }
      }
      #expect(String(decoding: text, as: UTF8.self) == "aé€😀\u{FFFD}b")
    }
  }
}

/// A text in UTF-16.
func units(_ text: String, isLittle: Bool) -> [UInt8] {
  text.utf16.flatMap { unit -> [UInt8] in
    let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    return isLittle ? pair : pair.reversed()
  }
}
