// Single values of a JSON record replaced, everything else byte for byte as it was.

import Records
import Testing

@Suite struct `A JSON edit` {
  static let record = #"{ "id" : 7,"n":"A\u00e9","list":[1, 2 ,{"k":"v"}], "o":{"x":null},"id":8 }"#

  @Test(
    arguments: [
      ("n", "B", #"{ "id" : 7,"n":"B","list":[1, 2 ,{"k":"v"}], "o":{"x":null},"id":8 }"#),
      ("id", "9", #"{ "id" : 7,"n":"A\u00e9","list":[1, 2 ,{"k":"v"}], "o":{"x":null},"id":9 }"#),
      (
        "list[1]", "-2.50",
        #"{ "id" : 7,"n":"A\u00e9","list":[1, -2.50 ,{"k":"v"}], "o":{"x":null},"id":8 }"#
      ),
      (
        "list[2].k", "a\"b",
        #"{ "id" : 7,"n":"A\u00e9","list":[1, 2 ,{"k":"a\"b"}], "o":{"x":null},"id":8 }"#
      ),
      (
        "o.x", "01",
        #"{ "id" : 7,"n":"A\u00e9","list":[1, 2 ,{"k":"v"}], "o":{"x":"01"},"id":8 }"#
      ),
    ])
  func `replaces one value and no other byte`(path: String, text: String, expected: String) throws {
    #expect(try edited(Self.record, path, text) == expected)
  }

  @Test(
    arguments: [
      (#"{"a":"1"}"#, "2", #"{"a":"2"}"#), (#"{"a":"1"}"#, "", #"{"a":""}"#),
      (#"{"a":1}"#, "1e5", #"{"a":1e5}"#), (#"{"a":1}"#, "1,2", #"{"a":"1,2"}"#),
      (#"{"a":1}"#, "1}", #"{"a":"1}"}"#), (#"{"a":1}"#, "-", #"{"a":"-"}"#),
      (#"{"a":1}"#, "x", #"{"a":"x"}"#), (#"{"a":1}"#, "", #"{"a":null}"#),
      (#"{"a":true}"#, "false", #"{"a":false}"#), (#"{"a":null}"#, "true", #"{"a":true}"#),
      (#"{"a":null}"#, #"{"b":1}"#, #"{"a":"{\"b\":1}"}"#),
      (#"{"a":{"b":1}}"#, #"{"b":[2]}"#, #"{"a":{"b":[2]}}"#),
      (#"{"a":{"b":1}}"#, #"{"b":1},"c":{}"#, #"{"a":"{\"b\":1},\"c\":{}"}"#),
      (#"{"a":[1]}"#, "5", #"{"a":5}"#),
      (#"{"a":"x"}"#, "é\n\t\u{01}\\", #"{"a":"é\n\t\u0001\\"}"#),
    ])
  func `writes a text as what stood there`(record: String, text: String, expected: String) throws {
    #expect(try edited(record, "a", text) == expected)
  }

  @Test(arguments: [#"{"a":"x"}"#, #"{"a":7}"#, #"{"a":{"b":1}}"#, #"{"a":null}"#, "{}"])
  func `writes no value as null`(record: String) throws {
    var edit = try #require(JSONEdit(Array(record.utf8)))
    try edit.set(nil, at: try JSONPath("a"))
    #expect(String(decoding: edit.bytes, as: UTF8.self) == #"{"a":null}"#)
  }

  @Test(
    arguments: [
      ("{}", "a", "1", #"{"a":1}"#), ("{ }", "a", "1", #"{"a":1 }"#),
      (#"{"b":2 }"#, "a", "x", #"{"b":2,"a":"x" }"#),
      (#"{"b":2}"#, "a.c[0]", "1", #"{"b":2,"a":{"c":[1]}}"#),
      (#"{"a":null}"#, "a.c", "1", #"{"a":{"c":1}}"#),
      (#"{"a":[1]}"#, "a[1]", "2", #"{"a":[1,2]}"#),
      (#"{"a":[]}"#, "a[0].b", "2", #"{"a":[{"b":2}]}"#), ("[1,2]", "/1", "3", "[1,3]"),
      (#"{"a.b":1}"#, "/a.b", "2", #"{"a.b":2}"#), (#"{"\u0061":1}"#, "a", "2", #"{"\u0061":2}"#),
    ])
  func `adds what is missing`(
    record: String, path: String, text: String, expected: String
  ) throws {
    #expect(try edited(record, path, text) == expected)
  }

  @Test(arguments: [
    (#"{"a":1}"#, "a.b", 1), (#"{"a":"x"}"#, "a[0]", 1), (#"{"a":[1]}"#, "a[3]", 1),
    (#"{"a":[1]}"#, "a.b", 1), (#"{"a":null}"#, "a[2]", 1), ("{}", "a[1]", 1),
  ])
  func `finds no place behind a text or an array's end`(
    record: String, path: String, step: Int
  ) throws {
    #expect(throws: JSONEditError(step: step)) { try edited(record, path, "1") }
  }

  @Test(arguments: ["", "1", "x", #"{"a":}"#, #"{"a":1"#, #"{"a":1}{"a":2}"#, "{\"a\":\"\n\"}"])
  func `takes strict JSON records only`(record: String) {
    #expect(JSONEdit(Array(record.utf8)) == nil)
  }

  private func edited(_ record: String, _ path: String, _ text: String) throws -> String {
    var edit = try #require(JSONEdit(Array(record.utf8)))
    try edit.set(text, at: try JSONPath(path))
    // What was written is strict JSON again, and holds the value.
    #expect(JSONEdit(edit.bytes) != nil)
    return String(decoding: edit.bytes, as: UTF8.self)
  }
}
