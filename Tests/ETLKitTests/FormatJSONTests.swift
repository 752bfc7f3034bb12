// Whole runs over JSON lines and JSON documents.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A run over JSON` {
  private let columns =
    "{id: {type: int, required: true}, city: {from: 'place.city', type: text}, first: {from: 'tags[0]', type: text}}"

  @Test func `reads lines by paths and rejects what is no object`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.jsonl", format: "{type: json_lines}", columns: columns),
      "in.jsonl": """
      {"id": 9007199254740993, "place": {"city": "Zürich"}, "tags": ["a\\tb", 1]}
      {"id": 2, "place": null}

      {"id": 3
      {"id": "x", "place": {"city": ""}}
      {"id": 5, "place": {"city": {"name": "Bern"}}}
      """,
    ])
    let summary = try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["9007199254740993|Zürich|a\tb", "2|-|-"])
    #expect(
      try test.faults() == ["4|parse.json|", "5|cast.int|id", "6|cast.text|city"])
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "5 2 3")
    #expect(summary.notes.contains { $0.contains("1 blank line skipped") })
    // A mended record is read as one record again.
    try await test.mend(line: 4, #"{"id": 3, "tags": ["c"]}"#)
    #expect(try test.query("SELECT * FROM t WHERE id=3") == ["3|-|c"])
    #expect(try test.faults() == ["5|cast.int|id", "6|cast.text|city"])
  }

  @Test func `reads the array of a document and mends elements of several lines`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.json", format: "{type: json, at: data.rows}",
        columns: "{id: {type: int, required: true}, extra: {type: text, nested: true}}"),
      "in.json": """
      {"data": {"count": 3, "rows": [
        {"id": 1, "extra": {"a": [1, 2]}},
        {"id":
          "x"},
        {"id": 3}
      ]}}
      """,
    ])
    let summary = try await test.run()
    #expect(try test.query("SELECT * FROM t") == [#"1|{"a": [1, 2]}"#, "3|-"])
    #expect(try test.faults() == ["3|cast.int|id"])
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "3 2 1")
    #expect(try await test.run().state == .unchanged)
    try await test.mend(line: 3, "{\"id\":\n 2}")
    #expect(try test.query("SELECT id FROM t ORDER BY id") == ["1", "2", "3"])
  }

  @Test(arguments: [
    (
      "json_lines", #"[{"id": 1}, {"id": 2}]"#,
      "contract.json: the file is one JSON array, an object a line was expected"
    ),
    (
      "json", #"{"id": 1}"#,
      "contract.json: the file begins with an object, a JSON array was expected"
    ),
    (
      "json", #"[{"id": 1}, "#, "contract.cut: the JSON document ends before its array does"
    ),
    (
      "json", "[{\"id\": 1}]\n[{\"id\": 2}]",
      "contract.json: something follows the end of the JSON array"
    ),
    (
      "json, at: rows", #"{"row": [{"id": 1}]}"#,
      "contract.json: there is no JSON array where the records should stand"
    ),
    (
      "json_lines", #"{"ID": 1, "tags": {}}"#,
      "contract.missing_column: none of the first 1 records has anything at \"id\", \"place.city\", \"tags[0]\""
    ),
    (
      "json_lines", "<!doctype html>",
      "contract.not_text: the file is a web page (HTML); JSON was expected; it begins with \"<!doctype html>\""
    ),
  ]) func `refuses a file of another shape and loads nothing`(
    format: String, text: String, words: String
  ) async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.json", format: "{type: \(format)}", columns: columns), "in.json": text,
    ])
    #expect(try await test.refusal() == words)
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test func `takes hostile bytes for what they are`() async throws {
    let deep = String(repeating: "[", count: 100_000)
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.json", format: "{type: json_lines, max_record: 200KiB}",
        columns: "{id: int, x: text}")
    ])
    let long = String(repeating: "y", count: 300_000)
    var bytes = Array("{\"id\": 1, \"x\": \(deep)}\n{\"id\": 2, \"x\": \"\(long)\"}\n".utf8)
    bytes += Array("{\"id\": 3, \"x\": \"".utf8) + [0xFF] + Array("\"}\n\u{0}\n{\"id\": 5}".utf8)
    try test.write("in.json", bytes: bytes)
    let summary = try await test.run()
    #expect(try test.query("SELECT id FROM t") == ["5"])
    #expect(
      try test.faults() == [
        "1|parse.json|", "2|parse.too_long|", "3|parse.encoding|x", "4|parse.json|",
      ])
    #expect(spaced(summary.read, summary.inserted, summary.rejected) == "5 1 4")
  }
}
