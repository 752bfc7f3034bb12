// Whole runs over zip archives; whole and damaged ones.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A run over a zip archive` {
  private static let export = (try? Data(contentsOf: Fixtures.url("cases/05-export.zip"))) ?? Data()
  private let columns = "{order: int, amount: int}"

  private func workspace(_ bytes: [UInt8], format: String) throws -> TestWorkspace {
    let test = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(path: "in.zip", format: format, columns: columns)
    ])
    try test.write("in.zip", bytes: bytes)
    return test
  }

  @Test(arguments: ["'*.csv'", "orders.csv", "'[no]*.c?v'"])
  func `reads the member that is meant and nothing that macOS adds`(member: String) async throws {
    let test = try workspace(Array(Self.export), format: "{member: \(member)}")
    let summary = try await test.run()
    #expect(try test.query("SELECT count(*), sum(amount) FROM t") == ["5|150"])
    #expect(summary.rejected == 0)
    #expect(try await test.run().state == .unchanged)
  }

  @Test(arguments: [
    (
      "{}",
      "archive.member: the archive holds 2 files, and the source does not say which is meant: \"readme.txt\", \"orders.csv\""
    ),
    (
      "{member: '._orders.csv'}",
      "archive.member_missing: the archive has no \"._orders.csv\"; it has \"readme.txt\", \"orders.csv\""
    ),
    (
      "{member: 'x/*.csv'}",
      "archive.member_missing: the archive has no \"x/*.csv\"; it has \"readme.txt\", \"orders.csv\""
    ),
    (
      "{packing: none}", "contract.not_text: the file is a zip archive; delimited text was expected"
    ),
  ]) func `refuses what is not clear`(format: String, words: String) async throws {
    let test = try workspace(Array(Self.export), format: format)
    #expect(try await test.refusal() == words)
  }

  @Test func `loads nothing from an archive that is cut at any place`() async throws {
    let bytes = Array(Self.export)
    for count in stride(from: 4, to: bytes.count, by: 61) {
      let test = try workspace(Array(bytes[..<count]), format: "{packing: zip, member: orders.csv}")
      let summary = try await test.run()
      #expect(summary.error?.code == "archive.corrupt", "cut at \(count)")
      #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
    }
  }

  @Test func `notices every changed byte of the packed data`() async throws {
    let bytes = Array(Self.export)
    // The second time the name stands in front of the data, behind that of its twin.
    let twin = try #require(bytes.firstRange(of: Array("readme.txt".utf8)))
    let start = try #require(
      bytes[twin.upperBound...].firstRange(of: Array("orders.csv".utf8))?.upperBound)
    for place in stride(from: start, to: start + 30, by: 5) {
      var damaged = bytes
      damaged[place] ^= 0x10
      let test = try workspace(damaged, format: "{member: orders.csv}")
      let summary = try await test.run()
      #expect(summary.error?.code == "archive.corrupt", "changed at \(place)")
    }
  }

  @Test func `reads several members in the order of their names`() async throws {
    let zip = stored([
      ("b/2.csv", "order,amount\n3,30\nx,0\n"), ("a.csv", "order,amount\n1,10\n"), ("c.txt", "x"),
    ])
    let test = try workspace(zip, format: "{member: '*.csv'}")
    try await test.run()
    #expect(try test.query("SELECT * FROM t") == ["1|10", "3|30"])
    #expect(
      try test.query("SELECT uri, member FROM snapshot ORDER BY id", in: ".etl/state.db") == [
        "in.zip!/a.csv|!/a.csv", "in.zip!/b/2.csv|!/b/2.csv",
      ])
    try await test.mend(line: 3, "4,40")
    #expect(try test.query("SELECT amount FROM t WHERE \"order\"=4") == ["40"])
  }

  @Test(arguments: [
    (10, 99, "\"a.csv\" is packed by method 99, known are 0 and 8"),
    (8, 1, "\"a.csv\" is encrypted"),
  ]) func `refuses what it cannot unpack`(offset: Int, value: UInt8, words: String) async throws {
    var zip = stored([("a.csv", "order,amount\n1,10\n")])
    let entry = try #require(zip.firstRange(of: [0x50, 0x4B, 1, 2])?.lowerBound)
    zip[entry + offset] = value
    let test = try workspace(zip, format: "{}")
    #expect(
      try await test.refusal() == "archive.unsupported: the zip archive cannot be read: \(words)")
  }

  @Test func `refuses the zip64 form`() async throws {
    var zip = stored([("a.csv", "order,amount\n1,10\n")])
    let end = zip.count - 22
    zip.replaceSubrange(end + 16..<end + 20, with: [255, 255, 255, 255])
    let test = try workspace(zip, format: "{}")
    #expect(
      try await test.refusal()
        == "archive.unsupported: the zip archive cannot be read: it is in the zip64 form")
  }

  /// An archive whose files are not packed.
  private func stored(_ files: [(name: String, text: String)]) -> [UInt8] {
    func bytes(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(number >> ($0 * 8) & 0xFF) }
    }
    var zip: [UInt8] = []
    var directory: [UInt8] = []
    for (name, text) in files {
      let (name, data) = (Array(name.utf8), Array(text.utf8))
      let sizes = bytes(checksum(data), 4) + bytes(data.count, 4) + bytes(data.count, 4)
      let common = bytes(0, 8) + sizes + bytes(name.count, 2) + bytes(0, 2)
      directory += [0x50, 0x4B, 1, 2] + bytes(20, 2) + bytes(20, 2) + common + bytes(0, 10)
      directory += bytes(zip.count, 4) + name
      zip += [0x50, 0x4B, 3, 4] + bytes(20, 2) + common + name + data
    }
    let end = bytes(0, 4) + bytes(files.count, 2) + bytes(files.count, 2)
    return zip + directory + [0x50, 0x4B, 5, 6] + end + bytes(directory.count, 4)
      + bytes(zip.count, 4) + bytes(0, 2)
  }

  /// CRC-32, the plain way.
  private func checksum(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return Int(~sum)
  }
}
