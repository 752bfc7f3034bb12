// Fields that must not be kept are kept nowhere, and records are mended all the same.

import Foundation
import GRDB
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A redacted column` {
  private static let secret = "078-05-1120"

  private func workspace(_ records: String, source: String, path: String) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": """
      etl: 1
      pipeline: {name: p}
      sources:
        in:
          type: file
          path: \(path)
          redact: [ssn]
      \(source)
      load: {from: in, to: 'sqlite:out.db', table: t, mode: upsert, key: [id]}
      """, path: records,
    ])
  }

  private func delimited(_ rows: String) throws -> TestWorkspace {
    try workspace(
      "id,ssn,n\n" + rows, source: "    columns: {id: int, ssn: text, n: int}", path: "in.csv")
  }

  /// Every file of the workspace but those that are meant to hold it.
  private func leaks(_ test: TestWorkspace, of secret: String = secret) throws -> [String] {
    try test.contents().filter { name, bytes in
      !name.hasPrefix("in.") && !name.contains("/blobs/") && !name.hasPrefix("out.db")
        && bytes.range(of: Data(secret.utf8)) != nil
    }.keys.sorted()
  }

  @Test(arguments: [
    (
      "in.csv", "id,ssn,n\n1,078-05-1120,x\n", "    columns: {id: int, ssn: text, n: int}",
      "1,***,x"
    ),
    (
      "in.csv", "id,ssn,n\n1,\"078-05-1120\",\"x, 078-05-1120\"\n",
      "    columns: {id: int, ssn: text, n: int}", "1,***,\"x, ***********\""
    ),
    (
      "in.json", "{\"id\": 1, \"who\": {\"ssn\": \"078-05-1120\"}, \"n\": \"x\"}\n",
      "    format: {type: json_lines}\n"
        + "    columns: {id: int, ssn: {type: text, from: who.ssn}, n: int}",
      "{\"id\": 1, \"who\": {\"ssn\": \"***\"}, \"n\": \"x\"}"
    ),
    (
      "in.txt", "1 078-05-1120x\n",
      "    format: {type: fixed}\n"
        + "    columns: {id: {type: int, width: 2}, ssn: {type: text, width: 11}, n: {type: int, width: 1}}",
      "1 ***        x"
    ),
    // A record whose fields cannot be told apart is hidden whole.
    (
      "in.csv", "id,ssn,n\n1,078-05-1120,\"x\n", "    columns: {id: int, ssn: text, n: int}", "***"
    ),
    ("in.csv", "id,ssn,n\n1,078-05-1120\n", "    columns: {id: int, ssn: text, n: int}", "***"),
  ])
  func `is hidden in the queue`(
    path: String, records: String, source: String, raw: String
  ) async throws {
    let test = try workspace(records, source: source, path: path)
    #expect(try await test.run().rejected == 1)
    #expect(try test.queue().map { $0.split(separator: "|").last.map(String.init) } == [raw])
    #expect(try leaks(test) == [])
  }

  @Test func `is hidden in reasons and keys`() async throws {
    let test = try workspace(
      "id,ssn,n\n1,078-05-1120,x\n2,078-05-1120x,1\n",
      source:
        "    columns: {id: int, ssn: {type: text, required: true, pattern: '[0-9-]+'}, n: int}",
      path: "in.csv")
    let text = try String(contentsOfFile: test.folder + "/pipelines/p.yaml", encoding: .utf8)
    try test.write("pipelines/p.yaml", text.replacing("key: [id]", with: "key: [id, ssn]"))
    try await test.run()
    #expect(
      try test.query(
        """
        SELECT business_key, json_extract(errors_json,'$[0].value') FROM reject ORDER BY id
        """, in: ".etl/state.db") == ["***|x", "-|***"])
    #expect(try leaks(test) == [])
  }

  /// A record that is too large for its column, then a file without it and a wider column.
  private func widened(
    _ columns: String, record: String, redact: String = ""
  ) async throws -> TestWorkspace {
    func text(_ most: Int) -> String {
      pipeline(
        columns: columns.replacing("MOST", with: "\(most)"), source: redact)
    }
    let test = try TestWorkspace(["pipelines/p.yaml": text(1), "in.csv": "id,t,n\n\(record)\n"])
    #expect(try await test.run().rejected == 1)
    try test.write("pipelines/p.yaml", text(9))
    try test.write("in.csv", "id,t,n\n2,new,1\n")
    #expect(try await test.run().rejected == 0)
    #expect(try test.queue().map { $0.prefix(6) } == ["loaded"])
    return test
  }

  @Test func `is read from the file when the record is tried again`() async throws {
    let test = try await widened(
      "{id: int, t: text, n: {type: int, max: MOST}}", record: "1,078-05-1120,5",
      redact: "redact: [t]")
    #expect(try test.query("SELECT t FROM t ORDER BY id") == ["078-05-1120", "new"])
  }

  @Test func `is read from the file as a record too long for the queue is`() async throws {
    let test = try await widened(
      "{id: int, t: text, n: {type: int, max: MOST}}",
      record: "1,\(String(repeating: "long ", count: 20_000)),5")
    #expect(try test.query("SELECT length(t), n FROM t ORDER BY id") == ["100000|5", "3|1"])
  }

  @Test func `is not tried as it is hidden when its file is gone`() async throws {
    let test = try delimited("1,078-05-1120,x\n")
    try await test.run()
    let blob = try #require(
      try test.query("SELECT blob_path FROM snapshot", in: ".etl/state.db").first)
    try test.write("in.csv", "id,ssn,n\n2,219-09-9999,2\n")
    try FileManager.default.removeItem(atPath: blob)
    let run = try await test.run()
    #expect(
      run.notes == [
        "in: 1 waiting record (1) cannot be tried: the queue does not keep all of their bytes, and"
          + " the file that has them is gone: \(blob); put it back, or etl-tui retry discard"
      ])
    #expect(try test.query("SELECT ssn FROM t") == ["219-09-9999"])
    #expect(try test.queue().map { $0.prefix(7) } == ["waiting"])
    #expect(Doctor(test.workspace).examine().contains { $0.code == "queue.bytes" })
  }

  @Test func `cannot be edited into stars`() async throws {
    let test = try delimited("1,078-05-1120,x\n")
    try await test.run()
    let error = #expect(throws: EngineError.self) {
      try WorkspaceReader(test.workspace).draft(of: 1, setting: [FieldChange("n", "1")])
    }
    #expect(error?.code == "queue.redacted")
  }

  @Test func `has to be a column`() {
    let text = pipeline(columns: "{id: int, ssn: text}", source: "redact: [id, snn]")
    let diagnostics = PipelineFile.read(text: text, file: "p.yaml").diagnostics
    #expect(
      diagnostics.map(\.description) == [
        """
        p.yaml:8:18: error: in has no column "snn" (column.unknown)
         8 |     redact: [id, snn]
           |                  ^^^
           = did you mean "ssn"?
        """
      ])
  }
}
