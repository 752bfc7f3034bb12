// Headers against declarations, and files that are something else; all words letter by letter.

import Foundation
import Records
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A contract check` {
  private let scratch = ScratchFolder()

  private func check(
    _ bytes: [UInt8], columns: [ColumnSpec], dialect: Dialect = Dialect(),
    contract: Contract = Contract(), packing: Packing = .byName
  ) async throws -> ContractMatch {
    try scratch.write("in.csv", bytes)
    let source = source(
      .files(path: "in.csv"), packing: packing, columns: columns, dialect: dialect,
      contract: contract)
    let snapshot = try #require(
      try await SourceFetcher(folder: scratch.path, store: scratch.store).fetch(source).first)
    return try ContractCheck.match(snapshot, source: source)
  }

  private func check(
    _ text: String, _ columns: [ColumnSpec], dialect: Dialect = Dialect(),
    contract: Contract = Contract()
  ) async throws -> ContractMatch {
    try await check(Array(text.utf8), columns: columns, dialect: dialect, contract: contract)
  }

  private let id = ColumnSpec(name: "id", type: .integer)
  private let qty = ColumnSpec(name: "qty", type: .integer)
  private let headless = Dialect(hasHeader: false)

  @Test(arguments: [
    ("id,qty\n1,2\n", [0, 1]), ("qty,id\n1,2\n", [1, 0]), ("x,id,y,qty\n1,2,3,4\n", [1, 3]),
    ("\u{feff}id,qty\n1,2\n", [0, 1]), ("\u{feff}\"id\",\"qty\"\n1,2\n", [0, 1]),
    (" id ,\tqty\n1,2\n", [0, 1]), ("id,qty\r\n1,2\r\n", [0, 1]), ("id,qty", [0, 1]),
  ])
  func `finds the declared columns`(text: String, fields: [Int]) async throws {
    #expect(try await check(text, [id, qty]).fields == fields)
  }

  @Test func `tells names apart that differ in case`() async throws {
    let match = try await check(
      "id,ID,label\n1,A-1,x\n",
      [
        ColumnSpec(name: "num", from: "id", type: .integer),
        ColumnSpec(name: "code", from: "ID", type: .text),
      ])
    #expect(match.fields == [0, 1])
    #expect(match.names == ["id", "ID", "label"])
  }

  @Test func `prefers the name without blanks`() async throws {
    #expect(try await check(" id,id\n1,2\n", [id]).fields == [1])
  }

  @Test func `refuses a name that stands twice, with its positions`() async {
    #expect(
      await words {
        _ = try await check(
          "id,id,label\n1,2,x\n", [ColumnSpec(name: "num", from: "id", type: .integer)])
      } == """
        orders: the header has "id" at the positions 1 and 2, so it is open which one column "num" is (contract.same_name)
          in in.csv
          fix: write position: 1 in place of from
        """)
  }

  @Test func `does not mind a name that stands twice and is not used`() async throws {
    #expect(try await check("x,id,x\n1,2,3\n", [id]).fields == [1])
  }

  @Test func `takes a position where a name stands twice`() async throws {
    let second = ColumnSpec(name: "num", position: 2, type: .integer)
    #expect(try await check("id,id,label\n1,2,x\n", [second]).fields == [1])
  }

  @Test func `names what is missing, what is there, and the nearest`() async {
    #expect(
      await words { _ = try await check("id,quantity,qyt\n1,2,3\n", [id, qty]) } == """
        orders: the header has no column "qty"; it has "id", "quantity", "qyt" (contract.missing_column)
          in in.csv
          fix: did you mean "qyt"? write from: qyt for "qty"
        """)
  }

  @Test func `names all that is missing`() async {
    #expect(
      await words { _ = try await check("a,b\n1,2\n", [id, qty]) } == """
        orders: the header has no columns "id", "qty"; it has "a", "b" (contract.missing_column)
          in in.csv
          fix: correct the columns, or write contract: missing_column: warn to load without
        """)
  }

  @Test func `lists at most twelve names and none that acts on a terminal`() async {
    let header = "\u{1b}[2J," + (1...14).map { "c\($0)" }.joined(separator: ",")
    #expect(
      await words { _ = try await check(header + "\n", [id]) }.contains(
        #"it has "\u{1b}[2J", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11" and 3 more"#
      ))
  }

  @Test(arguments: [
    (Contract.Mode.warn, ["the header has no \"qty\": read as empty"]), (.ignore, []),
  ])
  func `goes on without a column if told so`(mode: Contract.Mode, notes: [String]) async throws {
    let match = try await check("id\n1\n", [id, qty], contract: Contract(missingColumn: mode))
    #expect(match.fields == [0, nil])
    #expect(match.notes == notes)
  }

  @Test(arguments: [
    (Contract.Mode.warn, ["the header has \"x\", \"y\", not declared"]), (.ignore, []),
  ])
  func `remarks on new columns if told so`(mode: Contract.Mode, notes: [String]) async throws {
    let match = try await check("x,id,y\n1,2,3\n", [id], contract: Contract(newColumn: mode))
    #expect(match.notes == notes)
  }

  @Test func `refuses new columns if told so`() async {
    #expect(
      await words {
        _ = try await check("x,id\n1,2\n", [id], contract: Contract(newColumn: .fail))
      } == """
        orders: the header has a column that is not declared: "x" (contract.new_column)
          in in.csv
          fix: declare it, or write contract: new_column: warn
        """)
  }

  @Test func `counts positions where there is no header`() async throws {
    let last = ColumnSpec(name: "last", position: 3, type: .text)
    let match = try await check("1,2,\n", [id, last], dialect: headless)
    #expect(match.fields == [0, 2])
    #expect(match.names == ["1", "2", "3"])
  }

  @Test func `says that a position is beyond the first record`() async {
    let last = ColumnSpec(name: "last", position: 4, type: .text)
    #expect(
      await words { _ = try await check("1,2,3\n", [id, last], dialect: headless) } == """
        orders: column "last" is declared at position 4, the first record has 3 fields (contract.missing_column)
          in in.csv
          fix: correct the position, or the delimiter in format
        """)
  }

  @Test(arguments: ["", "\n\n", "\u{feff}"])
  func `says that a file is empty`(text: String) async {
    #expect(
      await words { _ = try await check(text, [id]) } == """
        orders: the file is empty, a header was expected (contract.empty)
          in in.csv
          fix: check what writes it, then run again
        """)
  }

  @Test func `lets a file without a header be empty`() async throws {
    let match = try await check("", [id, qty], dialect: headless)
    #expect(match.fields == [0, 1])
    #expect(match.notes == ["the file is empty"])
  }

  @Test(arguments: ["id", "id\n", "id\r\n", "id\n\n\n"])
  func `remarks on a header without records`(text: String) async throws {
    #expect(try await check(text, [id]).notes == ["the file has a header and no records"])
  }

  @Test func `reads a header longer than one block`() async throws {
    let long = (0..<40_000).map { "column\($0)" }.joined(separator: ",") + ",id\n1\n"
    #expect(try await check(long, [id]).fields == [40_000])
  }

  @Test func `says that a quote does not close`() async {
    #expect(
      await words { _ = try await check("\"id,qty\n1,2\n", [id]) } == """
        orders: a quote opens in the header and does not close (contract.header)
          in in.csv:1
          fix: correct the file, or the quote and delimiter in format
        """)
  }

  @Test func `knows a large-file pointer`() async throws {
    let pointer = Array(try Data(contentsOf: Fixtures.url("extract/pointer.csv")))
    #expect(
      await words { _ = try await check(pointer, columns: [id]) } == """
        orders: the file is a Git LFS pointer, three lines that stand for a large file kept elsewhere; delimited text was expected; it begins with "version https://git-lfs.github.com/spec/v1" (contract.not_text)
          in in.csv
          fix: fetch the file itself: git lfs pull, or the address of its download
        """)
  }

  @Test func `knows a web page`() async {
    #expect(
      await words { _ = try await check("\n<!DOCTYPE html>\n<html><body>Sign in</body>", [id]) }
        == """
        orders: the file is a web page (HTML); delimited text was expected; it begins with "<!DOCTYPE html>" (contract.not_text)
          in in.csv
          fix: open the address in a browser: it may want a login, or have moved
        """)
  }

  @Test(
    arguments: [
      ([0x1f, 0x8b, 8, 0], ContentKind.gzip), (Array("PK\u{3}\u{4}....a.csv".utf8), .zip),
      (Array("PK\u{3}\u{4}....[Content_Types].xml".utf8), .workbook),
      (Array("PAR1....".utf8), .parquet), (Array("SQLite format 3\0".utf8), .database),
      (Array("%PDF-1.7".utf8), .pdf),
      (Array("i\0d\n1\n".utf8), .binary),
      (Array("id\n1\n".utf8) + [UInt8](repeating: 0, count: 8), .binary),
      (Array("<?xml version='1.0'?><Error/>".utf8), .xml), (Array("BZh91AY&SY".utf8), .bzip2),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .xz), ([0x28, 0xb5, 0x2f, 0xfd], .zstd),
      ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .sevenZip),
    ] as [([UInt8], ContentKind)])
  func `knows what is no delimited text`(bytes: [UInt8], kind: ContentKind) async throws {
    let said = await words { _ = try await check(bytes, columns: [id]) }
    #expect(said.hasPrefix("orders: the file is \(kind.rawValue); delimited text was expected"))
    #expect(said.contains("(contract.not_text)\n  in in.csv\n  fix: "))
  }

  @Test func `leaves a single NUL in the data to its record`() async throws {
    let text = "id,name\n" + (1...50).map { "\($0),\($0 == 7 ? "a\0b" : "abc")\n" }.joined()
    #expect(try await check(text, [id]).fields == [0])
  }

  @Test func `binds names that are known already`() throws {
    let source = source(.files(path: "in.csv"), columns: [qty, id])
    #expect(
      try ContractCheck.match(names: ["id", "qty"], source: source, place: "the queue").fields == [
        1, 0,
      ])
  }
}
