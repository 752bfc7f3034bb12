// The lists that the state file keeps as JSON text.

import Records
import Testing

@testable import ETLKit

@Suite struct `Faults as the state file keeps them` {
  static let hostile = [
    "", "plain", "a \"quoted\" \\ word", "tab\tand\nline\r", "\u{0}\u{1F}\u{7F}", "Zürich ٣٤ 👩‍👧",
    "\u{2028}", "{\"code\":\"x\"}", "],[",
  ]

  @Test(arguments: hostile) func `come back as they were`(text: String) {
    let written = [
      RecordFault(
        code: .castInt, column: text, position: 3, range: 4..<9, value: text, rule: text),
      RecordFault(code: .parseQuote), RecordFault(code: .checkRow, value: text),
    ]
    #expect(faults(jsonText(written)) == written)
  }

  @Test func `have their keys in order, and none for what is not known`() {
    let text = jsonText([
      RecordFault(
        code: .castInt, column: "cases", position: 2, range: 3..<5, value: "1e", rule: nil),
      RecordFault(code: .parseQuote),
    ])
    #expect(
      text
        == #"[{"code":"cast.int","column":"cases","position":2,"range":[3,5],"value":"1e"},"#
        + #"{"code":"parse.quote"}]"#)
  }

  @Test func `are an empty list if there are none`() { #expect(jsonText([RecordFault]()) == "[]") }
}
