import Records
import Testing

@Suite struct `A JSON array scanner` {
  private let specs = [
    ColumnSpec(name: "a", type: .integer, nulls: []),
    ColumnSpec(name: "x", from: "b[0]", type: .text, nulls: []),
  ]

  private func scanner(at path: String? = nil, most: Int = 1_000) -> JSONArrayScanner {
    JSONArrayScanner(
      paths: paths("a", "b[0]"), array: path.flatMap { try? JSONPath($0) },
      maximumRecordBytes: most)
  }

  @Test func `gives the same however the bytes arrive`() {
    let text =
      "\u{FEFF}{\"meta\": {\"data\": [1]}, \"d,\\\"\": \"]\", \"data\": [ {\"a\": 1,\n \"b\": [\"]}\\\"\"]},\n{\"a\": 2}\n, {\"a\":}, 7, \"}\", {\"a\": 3}],\"more\":{}}\n"
    let expected = [
      "1|]}\"", "2|null", "line 4: parse.json - } (one JSON object)",
      "line 4: parse.json - 7 (one JSON object)",
      "line 4: parse.json - \\\"}\\\" (one JSON object)",
      "3|null",
    ]
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      let found = driven(pieces, scanner(at: "data"), specs)
      #expect(
        found.lines.map { $0.replacing("\"}\"", with: "\\\"}\\\"") } == expected,
        "\(pieces.map(\.count))")
      #expect(found.scanner.problem == nil)
    }
  }

  @Test(arguments: [
    "[{\"a\": [1}, {\"a\": 2}]", "[{\"a\": 1], {\"a\": 2}]", "[{\"b\": {\"c\": 1}, {\"a\": 2}]",
    "[{\"b\": [1, {\"c\": 1]}, {\"a\": 2}]", "[{\"b\": [[1}, {\"a\": 2}]", "[[1}, {\"a\": 2}]",
    "[{\"a\": 1}}, {\"a\": 2}]", "[{\"a\": 1,\n {\"a\": 2}]", "[{, {\"a\": 2}]",
  ]) func `loses no good element behind a bracket that is wrong`(text: String) {
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      let found = driven(pieces, scanner(), specs)
      #expect(found.lines.last == "2|null", "\(found.lines)")
      #expect(found.scanner.problem == nil)
    }
  }

  @Test func `keeps deep nesting apart`() {
    for depth in [63, 64, 65, 66, 200] {
      let open = String(repeating: "[{\"x\":", count: depth)
      let close = String(repeating: "}]", count: depth)
      let found = driven(
        "[{\"y\": \(open)1\(close), \"a\": 7}, {\"a\": 2}]", scanner(most: 9_000), specs)
      #expect(found.lines.last == "2|null" && found.lines.count == 2)
    }
  }

  @Test(arguments: [
    ("[{\"a\":1}", InputProblem.cut), ("[{\"a\":1},", .cut), ("[{\"a\":1}, {\"a", .cut),
    ("[", .cut),
    ("", .cut), ("{}", .noArray), ("7", .noArray), ("[{\"a\":1}]\n[]", .textBehind(line: 2)),
    ("[]x", .textBehind(line: 1)),
  ]) func `knows a document that is none`(text: String, problem: InputProblem) {
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      #expect(driven(pieces, scanner(), specs).scanner.problem == problem)
    }
  }

  @Test(arguments: [
    ("{\"a\":{\"b\":[{\"a\":1}]}}", "a.b"), ("[0,[{\"a\":1}]]", "[1]"),
    ("{\"a.b\":[{\"a\":1}]}", "/a.b"),
    ("{\"x\":{},\"\\u0061\":0,\"a\":[{\"a\":1}]", "a"),
  ]) func `finds an array at a path`(text: String, path: String) {
    let found = driven(text, scanner(at: path), specs)
    #expect(found.lines == ["1|null"])
    #expect(found.scanner.problem == nil)
  }

  @Test func `drops the rest of an element that is too long`() {
    let long = String(repeating: "y", count: 80)
    let text = "[{\"a\":1},{\"a\":\"\(long)\",\n\"b\":[\"]\"]},{\"a\":2}]"
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      let found = driven(pieces, scanner(most: 20), specs)
      #expect(
        found.lines == [
          "1|null", "line 1: parse.too_long - {\"a\":\"yyyyyyyyyyyyyy (20 bytes)", "2|null",
        ])
    }
  }

  @Test func `finds the end of its array behind an element that is too long`() {
    let text = "[{\"a\":1},\(String(repeating: "7", count: 60))]"
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      let found = driven(pieces, scanner(most: 20), specs)
      #expect(found.lines.first == "1|null" && found.lines.count == 2)
      #expect(found.scanner.problem == nil)
    }
  }

  @Test func `reads elements again one after the other`() {
    let bare = JSONArrayScanner(paths: paths("a", "b[0]"), isBare: true)
    let found = driven("{\"a\":\n1}\n{\"a\":x}\n{\"a\": [1\n", bare, specs)
    #expect(
      found.lines == [
        "1|null", "line 3: parse.json - x} (one JSON object)",
        "line 4: parse.json -  (one JSON object)",
      ])
    #expect(found.scanner.problem == nil)
  }

  @Test func `takes objects and arrays for text only on request`() {
    let plain = ColumnSpec(name: "x", from: "b", type: .text, nulls: [])
    var nested = plain
    nested.takesNested = true
    let text = "[{\"b\": [1, {}]}]"
    let one = JSONArrayScanner(paths: paths("b"))
    #expect(
      driven(text, one, [plain]).lines == [
        "line 1: cast.text x [1, {}] (text, no object or array)"
      ])
    #expect(driven(text, one, [nested]).lines == ["[1, {}]"])
  }
}

@Suite struct `A JSON path` {
  @Test(arguments: [
    ("a", "{\"a\":1}"), ("a.b", "{\"a\":{\"b\":1}}"), ("a[1]", "{\"a\":[0,1]}"),
    ("[0].a", "[{\"a\":1}]"),
    ("/a.b", "{\"a.b\":1}"), ("/a~1b", "{\"a/b\":1}"), ("/a~0b", "{\"a~b\":1}"), ("/", "{\"\":1}"),
    ("a[0][1]", "{\"a\":[[0,1]]}"), ("ä b", "{\"ä b\":1}"),
  ]) func `leads to a value`(path: String, record: String) {
    let scanner = JSONArrayScanner(paths: paths(path), isBare: true)
    #expect(driven(record, scanner, [ColumnSpec(name: "v", type: .integer)]).lines == ["1"])
  }

  @Test(arguments: [
    ("", 0, JSONPathError.Reason.empty), ("a..b", 2, .empty), ("a.", 2, .empty),
    ("a[x]", 1, .place),
    ("a[1", 1, .place), ("a[01]", 1, .place), ("a[0]b", 4, .place), ("/a~2", 3, .tilde),
    ("/a~", 2, .tilde),
  ]) func `says where it cannot be read`(text: String, offset: Int, reason: JSONPathError.Reason) {
    #expect(throws: JSONPathError(offset: offset, reason: reason)) { try JSONPath(text) }
  }
}
