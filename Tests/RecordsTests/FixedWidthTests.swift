import Records
import Testing

@Suite struct `A fixed width scanner` {
  private let specs = [
    ColumnSpec(name: "id", type: .integer), ColumnSpec(name: "name", type: .text, trims: true),
    ColumnSpec(name: "v", type: .integer),
  ]
  private let fields = [
    FixedField(start: 0, width: 3), FixedField(start: 3, width: 5), FixedField(start: 9, width: 2),
  ]

  @Test func `gives the same however the bytes arrive`() {
    let text = "# a \"remark\n001Ärger 12\r\n\n  2ab   x 3\n003short\n004longer45 rest\n005ñandú6 8"
    let expected = [
      "1|Ärger|12", "2|ab|3", "line 5: parse.fields_missing - 2 (3 fields, v is missing)",
      "4|longe|45", "5|ñandú|8",
    ]
    let scanner = FixedWidthScanner(
      layout: FixedWidth(fields: fields), dialect: Dialect(comment: UInt8(ascii: "#")))
    for pieces in Chunkings.all(of: Array(text.utf8)) {
      let found = driven(pieces, scanner, specs)
      // Two places between name and v are nobody's.
      #expect(found.lines.filter { !$0.isEmpty } == expected, "\(pieces.map(\.count))")
      #expect(found.scanner.blankLines == 1)
      #expect(found.scanner.commentLines == 1)
    }
  }

  @Test func `counts characters or bytes as declared`() {
    let one = [FixedField(start: 0, width: 2), FixedField(start: 2, width: 1)]
    let two = [ColumnSpec(name: "a", type: .text), ColumnSpec(name: "b", type: .text)]
    let letters = FixedWidthScanner(layout: FixedWidth(fields: one, unit: .characters))
    let bytes = FixedWidthScanner(layout: FixedWidth(fields: one, unit: .bytes))
    #expect(driven("äöü", letters, two).lines == ["äö|ü"])
    #expect(driven("äb", bytes, two).lines == ["ä|b"])
    #expect(
      driven("aäb", bytes, two).lines == [
        "line 1: parse.encoding a a\\xc3 (UTF-8); parse.encoding b \\xa4 (UTF-8)"
      ])
  }

  @Test func `pads short lines on request and minds the width of a line`() {
    let padded = FixedWidthScanner(layout: FixedWidth(fields: fields, padsShortLines: true))
    #expect(driven("001ab\n0", padded, specs).lines == ["1|ab|null", "0|null|null"])
    let strict = FixedWidthScanner(layout: FixedWidth(fields: fields, lineWidth: 12))
    #expect(
      driven("001ab    12\n001ab    12   \n001ab    123 4\n", strict, specs).lines == [
        "line 1: parse.fields_missing - 3 (3 fields)", "1|ab|12",
        "line 3: parse.fields_extra - 3 (3 fields)",
      ])
  }
}
