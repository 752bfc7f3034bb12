import Records
import Testing

@Suite struct `A CSV scanner` {
  private static let semicolon = Dialect(delimiter: UInt8(ascii: ";"))

  @Test func `agrees with its slow twin on every fixture in every chunking`() throws {
    for name in try Fixtures.names() {
      let input = try Fixtures.bytes(name)
      for dialect in [Dialect(), Self.semicolon, Dialect(hasHeader: false, skipBlankLines: false)] {
        for width in [1, 2, 3] {
          let expected = reference(input, dialect, width: width)
          for pieces in Chunkings.all(of: input) {
            let found = scan(pieces, dialect, width: width)
            let isSame = found == expected
            #expect(isSame, "\(name) \(difference(found, expected, input))")
          }
        }
      }
    }
  }

  @Test(arguments: 0..<40) func `agrees with its slow twin on random input`(round: Int) {
    let seed = UInt64(round) &* 7_919 &+ 17
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab,,\"\"\n\n\r \t;#\u{0}".utf8)
    for _ in 0..<250 {
      let count = Int.random(in: 0...40, using: &random)
      let input = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let dialect = Dialect(
        quote: Int.random(in: 0..<8, using: &random) == 0 ? nil : UInt8(ascii: "\""),
        hasHeader: Bool.random(using: &random), skipBlankLines: Bool.random(using: &random),
        maximumRecordBytes: [3, 8, 13, 1_000].randomElement(using: &random) ?? 8,
        skippedLines: max(0, Int.random(in: -4...2, using: &random)),
        comment: Bool.random(using: &random) ? UInt8(ascii: "#") : nil)
      let width = Int.random(in: 1...4, using: &random)
      let found = scan(
        Chunkings.random(of: input, using: &random), dialect, width: width,
        capacity: Int.random(in: 1...5, using: &random),
        byteCapacity: Int.random(in: 1...24, using: &random))
      let expected = reference(input, dialect, width: width)
      let isSame = found == expected
      #expect(isSame, "seed \(seed) \(difference(found, expected, input)) \(dialect)")
      if !isSame { return }
    }
  }

  @Test func `reads quotes across lines`() throws {
    let found = scan([try Fixtures.bytes("quote-across-lines.csv")], Dialect(), width: 2)
    #expect(
      found.texts == [
        ["1", "two\nlines"], ["2", "a \"word\" in quotes"], ["3", "crlf\r\ninside"],
      ])
    #expect(
      found.records.map { [$0.place.line, $0.place.lastLine] } == [[2, 3], [4, 4], [5, 6]])
  }

  @Test func `ends records at LF, CRLF and CR alike`() throws {
    let found = scan([try Fixtures.bytes("mixed-line-ends.csv")], Dialect(), width: 2)
    #expect(found.texts == [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"]])
    #expect(found.records.map(\.place.line) == [2, 3, 4, 6])
    #expect(found.blankLines == 1)
    let old = scan([try Fixtures.bytes("carriage-returns-only.csv")], Dialect(), width: 2)
    #expect(old.texts == [["1", "a"], ["2", "b"]])
  }

  @Test func `counts the byte order mark in places and keeps it out of the names`() throws {
    let input = try Fixtures.bytes("byte-order-mark.csv")
    let header = input.withUnsafeBufferPointer {
      CSVHeader.read($0, dialect: Dialect(), isLast: true)
    }
    #expect(header?.names == ["id", "name"])
    #expect(header?.end == InputPosition(offset: 12, line: 2, record: 0))
    let found = scan([input], Dialect(), width: 2)
    #expect(found.texts == [["1", "a"], ["2", "b"]])
    #expect(found.records.first?.place.offset == 12)
  }

  @Test func `loses one line to a broken quote, not the rest of the file`() throws {
    let found = scan([try Fixtures.bytes("broken-quotes.csv")], Dialect(), width: 2)
    #expect(found.faults == [.parseQuote, nil, .parseQuote, .parseQuote, nil])
    #expect(found.records.map(\.place.line) == [2, 3, 4, 5, 6])
  }

  @Test func `rejects ragged rows but takes extra empty fields`() throws {
    let found = scan([try Fixtures.bytes("ragged-rows.csv")], Dialect(), width: 3)
    #expect(found.faults == [.parseFieldsMissing, .parseFieldsExtra, nil, nil, nil])
    #expect(found.records.map(\.fieldCount) == [2, 4, 5, 4, 3])
    #expect(found.ignoredExtraFields == 2)
    #expect(found.blankLines == 1)
  }

  @Test func `keeps a quoted empty field and skips a bare empty line`() throws {
    let input = try Fixtures.bytes("one-column-with-blank-lines.csv")
    let found = scan([input], Dialect(), width: 1)
    #expect(found.texts == [["5"], ["7"], [""], [" "], ["9"]])
    #expect(found.blankLines == 1)
    let kept = scan([input], Dialect(skipBlankLines: false), width: 1)
    #expect(kept.records.count == 6)
  }

  @Test func `binds names from the left when there is a comma too many`() throws {
    let found = scan([try Fixtures.bytes("comma-too-many.csv")], Dialect(), width: 3)
    #expect(found.texts == [["1", "4", "7"], ["2", "5", "8"], ["3", "6", "9"]])
    #expect(found.ignoredExtraFields == 2)
    let input = try Fixtures.bytes("comma-too-many-header-too.csv")
    let header = input.withUnsafeBufferPointer {
      CSVHeader.read($0, dialect: Dialect(), isLast: true)
    }
    #expect(header?.names == ["A", "B", "C"])
    #expect(header?.namelessCount == 1)
    #expect(scan([input], Dialect(), width: 3).faults == [nil, nil])
  }

  @Test func `tells names apart that differ in case and finds those that stand twice`() throws {
    let cased = try Fixtures.bytes("names-differing-in-case.csv").withUnsafeBufferPointer {
      CSVHeader.read($0, dialect: Dialect(), isLast: true)
    }
    #expect(cased?.positions(of: "ID") == [1])
    let twice = try Fixtures.bytes("same-name-twice.csv").withUnsafeBufferPointer {
      CSVHeader.read($0, dialect: Dialect(), isLast: true)
    }
    #expect(twice?.positions(of: "id") == [0, 1])
  }

  @Test func `drops blanks around quotes only`() throws {
    let found = scan([try Fixtures.bytes("blanks-and-nul.csv")], Self.semicolon, width: 2)
    #expect(found.texts == [[" 1 ", "x;y"], ["t", "\u{0}z"]])
  }

  @Test func `cuts a line that is too long and goes on behind it`() {
    let long = "1," + String(repeating: "x", count: 5_000)
    let input = Array("a,b\n\(long)\n2,y\n".utf8)
    let found = scan(
      Chunkings.random(of: input, using: &Self.random), Dialect(maximumRecordBytes: 100), width: 2)
    #expect(found.faults == [.parseTooLong, nil])
    #expect(found.records.first?.raw.count == 100)
    #expect(found.records.last?.place.line == 3)
    #expect(found.records.last?.place.offset == 4 + long.utf8.count + 1)
  }

  private static var random: SplitMix64 {
    get { SplitMix64(seed: 5) }
    set {}
  }

  @Test func `grows for a record longer than the batch`() {
    let long = String(repeating: "y\n", count: 300)
    let found = scan([Array("a\n\"\(long)\"\nz\n".utf8)], Dialect(), width: 1)
    #expect(found.texts == [[long], ["z"]])
  }

  @Test(arguments: [("a\n1\n", false), ("a\n1", true), ("", false), ("a\n\"x\"", true)])
  func `tells whether the last line was open`(text: String, expected: Bool) {
    let batch = RecordBatch(width: 1, columns: [])
    batch.begin(position: .start)
    withBytes(text) { _ = batch.fill(from: $0) }
    var scanner = CSVScanner(dialect: Dialect(), width: 1)
    scanner.scan(batch, isLast: true)
    #expect(scanner.lastLineIsOpen == expected)
  }

  @Test func `reads nothing from nothing`() {
    #expect(scan([], Dialect(), width: 1) == Scanned())
  }
}
