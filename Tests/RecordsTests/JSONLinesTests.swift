import Records
import Testing

@Suite struct `A JSON lines scanner` {
  /// Scans in pieces and casts; one line a record.
  private func lines(
    _ pieces: [[UInt8]], _ specs: [ColumnSpec], maximumRecordBytes: Int = 1_000,
    capacity: Int = 3, byteCapacity: Int = 32
  ) -> [String] {
    let start = JSONLinesScanner(
      paths: specs.compactMap { try? JSONPath($0.from) }, maximumRecordBytes: maximumRecordBytes)
    let (found, scanner) = driven(
      pieces, start, specs, capacity: capacity, byteCapacity: byteCapacity)
    return found + ["\(scanner.blankLines) blank"]
  }

  private func lines(_ text: String, _ specs: [ColumnSpec]) -> [String] {
    lines([Array(text.utf8)], specs)
  }

  @Test func `keeps every digit of a number`() throws {
    let found = lines(
      [try Fixtures.bytes("integers-beyond-a-double.ndjson")],
      [
        ColumnSpec(name: "id", type: .integer, isRequired: true),
        ColumnSpec(name: "v", type: .real),
      ])
    #expect(
      found == [
        "9007199254740993|0.1", "9223372036854775807|100.0",
        "line 3: cast.range id 9223372036854775808 (64-bit integer)", "-9007199254740993|2.5",
        "0 blank",
      ])
  }

  @Test func `gives the same however the bytes arrive`() {
    let input = Array(
      "{\"a\": 1, \"b\": {\"c\": [\"x\\u00e4\\n\", 2]}}\r\n\n  \n{\"a\":}\n{\"b\":{\"c\":[null]},\"a\":2}\n\(String(repeating: "y", count: 80))\n{\"a\":3}"
        .utf8)
    let specs = [
      ColumnSpec(name: "a", type: .integer), ColumnSpec(name: "x", from: "b.c.0", type: .text),
    ]
    let expected = [
      "1|xä\n", "line 4: parse.json - } (one JSON object)", "2|null",
      "line 6: parse.too_long - \(String(repeating: "y", count: 60)) (60 bytes)", "3|null",
      "2 blank",
    ]
    for pieces in Chunkings.all(of: input) {
      let found = lines(pieces, specs, maximumRecordBytes: 60)
      #expect(found == expected, "\(pieces.map(\.count))")
    }
  }

  @Test(arguments: [
    ("{\"a\":\"x\"}", "x"), ("{\"a\":null}", "null"), ("{}", "null"), ("{\"a\":true}", "true"),
    ("{\"a\":[1, {}]}", "[1, {}]"), ("{\"a\":1,\"a\":2}", "2"), ("{\"\\u0061\":1}", "1"),
    ("{\"a\":\"\\ud83d\\ude00\"}", "😀"), (" {\"a\":-0.5e+3} ", "-0.5e+3"),
    ("{\"a\":\"\"}", ""), ("{\"a\":\"a\\\"b\"}", "a\"b"),
  ]) func `reads values of every kind`(line: String, expected: String) {
    let found = lines(line, [ColumnSpec(name: "a", type: .text, nulls: [], takesNested: true)])
    #expect(found == [expected, "0 blank"])
  }

  @Test(arguments: [
    "[1]", "1", "{\"a\":1}}", "{\"a\":01}", "{\"a\":1,}", "{a:1}", "{\"a\":tru}", "{\"a\":\"x}",
    "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud83d\"}", "{\"a\":.5}", "{\"a\":1.}",
    "{\"a\" 1}",
    "{\"a\":NaN}", "{'a':1}", "{\"a\":\"\\u12\"}", String(repeating: "{\"a\":", count: 200),
  ]) func `rejects what is not an object in strict JSON`(line: String) {
    let found = lines(line, [ColumnSpec(name: "a", type: .text)])
    #expect(found.count == 2)
    #expect(found[0].hasPrefix("line 1: parse.json"))
  }

  @Test func `demands what is required though it is missing`() {
    let found = lines(
      "{\"b\":1}\n", [ColumnSpec(name: "a", type: .integer, isRequired: true)])
    #expect(found == ["line 1: cast.required a - (required)", "0 blank"])
  }
}
