// Reading blobs: plain and packed, in any buffer, whole or refused.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A blob reader` {
  /// A blob with these bytes, as it would be fetched.
  private func snapshot(_ bytes: [UInt8], uri: String, _ scratch: ScratchFolder) throws -> Snapshot
  {
    var rest = bytes[...]
    let blob = try scratch.store.store { (buffer) throws(EngineError) in
      let count = min(rest.count, buffer.count)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    return Snapshot(
      source: "orders", uri: uri, sha256: blob.sha256, byteCount: blob.byteCount,
      blobPath: blob.path)
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Fixtures.url("extract/gzip/\(name)")))
  }

  private var members: String {
    "id,city\n"
      + (1...1_000).map { "\($0),\($0 == 500 ? "Zürich" : "Ort")" }.joined(separator: "\n")
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4_096, 1 << 20])
  func `gives several gzip members as one stream`(buffer: Int) throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot(fixture("members.csv.gz"), uri: "in.csv.gz", scratch)
    let all = try bytes(of: snapshot, buffer: buffer)
    #expect(String(decoding: all, as: UTF8.self) == members)
  }

  @Test func `accepts zero padding and counts it`() throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot(fixture("members-padded.csv.gz"), uri: "in.csv.gz", scratch)
    var reader = try BlobReader(snapshot, packing: .byName)
    var block = [UInt8](repeating: 0, count: 1 << 20)
    var total = 0
    while true {
      let count = try block.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { break }
      total += count
    }
    #expect(total == members.utf8.count)
    #expect(reader.position == total)
    #expect(reader.paddingBytes == 512)
    #expect(reader.packedPosition == snapshot.byteCount)
  }

  @Test func `refuses a gzip that ends at any byte before its end`() throws {
    let scratch = ScratchFolder()
    let whole = try fixture("one.csv.gz")
    for length in 0..<whole.count {
      let cut = try snapshot(Array(whole[..<length]), uri: "in.csv.gz", scratch)
      #expect(
        throws: EngineError(.fetch(.archiveCut(uri: "in.csv.gz", packed: length)), stage: "orders")
      ) {
        try bytes(of: cut, packing: .gzip)
      }
    }
  }

  @Test func `says that an archive is cut short`() async throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot(fixture("members-cut.csv.gz"), uri: "in.csv.gz", scratch)
    let said = await words { _ = try bytes(of: snapshot) }
    #expect(
      said == """
        orders: the gzip archive is cut short: its end mark is missing after \(FetchProblem.bytes(snapshot.byteCount)) (archive.corrupt)
          in in.csv.gz
          fix: get a whole copy of it: gzip -t tells
        """)
  }

  @Test func `never gives other bytes for a gzip with a flipped bit`() throws {
    let scratch = ScratchFolder()
    let whole = try fixture("one.csv.gz")
    let plain = try bytes(of: try snapshot(whole, uri: "in.csv.gz", scratch))
    for bit in 0..<whole.count * 8 {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      let snapshot = try snapshot(damaged, uri: "in.csv.gz", scratch)
      // What the check sum does not cover (the packer's remarks, unused bits) may pass.
      if let read = try? bytes(of: snapshot, packing: .gzip) {
        #expect(read == plain, "bit \(bit)")
      }
    }
  }

  @Test func `refuses other bytes behind a finished member`() async throws {
    let scratch = ScratchFolder()
    let whole = try fixture("one.csv.gz")
    let snapshot = try snapshot(whole + Array("more".utf8), uri: "in.csv.gz", scratch)
    let said = await words { _ = try bytes(of: snapshot) }
    #expect(
      said == """
        orders: the gzip archive is damaged at packed byte \(whole.count): bytes that are not gzip follow a finished part (archive.corrupt)
          in in.csv.gz
          fix: get a whole copy of it: gzip -t tells
        """)
  }

  @Test func `refuses bytes behind zero padding`() throws {
    let scratch = ScratchFolder()
    let whole = try fixture("one.csv.gz")
    let snapshot = try snapshot(whole + [0, 0, 7], uri: "in.csv.gz", scratch)
    #expect(
      throws: EngineError(
        .fetch(
          .archiveCorrupt(
            uri: "in.csv.gz", offset: whole.count + 2, detail: "bytes follow the zero padding")),
        stage: "orders")
    ) { try bytes(of: snapshot) }
  }

  @Test func `says that a declared gzip is none`() async throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot(Array("id\n1\n".utf8), uri: "in.csv", scratch)
    let said = await words { _ = try bytes(of: snapshot, packing: .gzip) }
    #expect(
      said == """
        orders: gzip was declared, but the first bytes are not those of gzip (archive.corrupt)
          in in.csv
          fix: remove the declared packing, or get the packed file
        """)
  }

  @Test(arguments: [
    ("in.csv.gz", Packing.byName, true), ("IN.CSV.GZ", .byName, true),
    ("https://h/in.csv.gz?v=2", .byName, true), ("in.csv", .byName, false),
    ("in.csv", .gzip, true), ("in.csv.gz", .none, false),
  ])
  func `unpacks by name or as declared`(uri: String, packing: Packing, isPacked: Bool) throws {
    let scratch = ScratchFolder()
    let reader = try BlobReader(
      snapshot(fixture("one.csv.gz"), uri: uri, scratch), packing: packing)
    #expect(reader.isPacked == isPacked)
  }

  @Test func `reads plain bytes under a packed name`() throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot(Array("id\n1\n".utf8), uri: "in.csv.gz", scratch)
    #expect(try text(of: snapshot) == "id\n1\n")
  }

  @Test(arguments: ["in.csv", "in.csv.gz"])
  func `gives one record again by its offset`(uri: String) throws {
    let scratch = ScratchFolder()
    let packed = uri.hasSuffix(".gz")
    let snapshot = try snapshot(
      packed ? fixture("members.csv.gz") : Array(members.utf8), uri: uri, scratch)
    let reader = try BlobReader(snapshot, packing: .byName)
    let text = Array(members.utf8)
    for (offset, count) in [(0, 7), (8, 5), (5_000, 40), (text.count - 3, 10), (text.count, 4)] {
      let end = min(text.count, offset + count)
      #expect(try reader.bytes(at: offset, count: count) == Array(text[offset..<end]))
    }
  }

  @Test func `says that a stored copy is gone`() async throws {
    let scratch = ScratchFolder()
    let snapshot = try snapshot([1], uri: "in.csv", scratch)
    try FileManager.default.removeItem(atPath: snapshot.blobPath)
    let said = await words { _ = try bytes(of: snapshot) }
    #expect(
      said == """
        orders: the stored copy of in.csv is gone (fetch.blob_missing)
          in \(snapshot.blobPath)
          fix: run again: it is fetched anew
        """)
  }

  @Test func `says that a stored copy has another length`() async throws {
    let scratch = ScratchFolder()
    var snapshot = try snapshot([1, 2, 3], uri: "in.csv", scratch)
    snapshot.byteCount = 1
    let said = await words { [snapshot] in _ = try bytes(of: snapshot) }
    #expect(
      said == """
        orders: a stored file has 3 bytes, 1 byte were stored (fetch.blob_damaged)
          in \(snapshot.blobPath)
          fix: delete it and run again: it is fetched anew
        """)
  }
}
