// The blob store: whole or not at all, under every fault.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A blob store` {
  private func store(_ bytes: [UInt8], in store: BlobStore, block: Int = 1 << 20) throws
    -> StoredBlob
  {
    var rest = bytes[...]
    return try store.store { (buffer) throws(EngineError) in
      let count = min(rest.count, buffer.count, block)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("a", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func `names a blob by the SHA-256 of its bytes`(text: String, name: String) throws {
    let scratch = ScratchFolder()
    let blob = try store(Array(text.utf8), in: scratch.store)
    #expect(blob.path == "\(scratch.path)/.etl/blobs/\(name.prefix(2))/\(name)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: blob.path)) == Data(text.utf8))
    #expect(blob.isNew && blob.byteCount == text.utf8.count)
  }

  @Test func `keeps one blob for the same content`() throws {
    let scratch = ScratchFolder()
    let first = try store([1, 2, 3], in: scratch.store)
    let second = try store([1, 2, 3], in: scratch.store, block: 1)
    #expect(first.path == second.path && !second.isNew)
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `takes away the right to write`() throws {
    let scratch = ScratchFolder()
    let blob = try store([1], in: scratch.store)
    #expect(FileStatus.at(blob.path)?.permissions == 0o444)
  }

  @Test func `replaces a blob whose length is not that of its content`() throws {
    let scratch = ScratchFolder()
    let blob = try store(Array("abc".utf8), in: scratch.store)
    try FileManager.default.removeItem(atPath: blob.path)
    try Data("ab".utf8).write(to: URL(fileURLWithPath: blob.path))
    let again = try store(Array("abc".utf8), in: scratch.store)
    #expect(again.isNew)
    #expect(try Data(contentsOf: URL(fileURLWithPath: blob.path)) == Data("abc".utf8))
  }

  @Test(arguments: BlobStore.Step.allCases)
  func `leaves no blob and no temporary file when a step is refused`(step: BlobStore.Step) throws {
    let scratch = ScratchFolder()
    let sick = BlobStore(folder: scratch.store.folder) { asked throws(SystemFault) in
      if asked == step { throw SystemFault(number: EIO) }
    }
    #expect(throws: EngineError.self) { try store([1, 2, 3], in: sick) }
    #expect(scratch.temporaryNames.isEmpty)
    // Once renamed it is whole, though perhaps not yet safe: the next store of it is the same one.
    let again = try store([1, 2, 3], in: scratch.store)
    #expect(again.isNew == (step != .syncFolder))
    #expect(try Data(contentsOf: URL(fileURLWithPath: again.path)) == Data([1, 2, 3]))
  }

  @Test(arguments: [ENOSPC, EDQUOT])
  func `says that the disk is full`(number: Int32) async throws {
    let scratch = ScratchFolder()
    let full = BlobStore(folder: "blobs-of-\(scratch.path)") { step throws(SystemFault) in
      if step == .folder { throw SystemFault(number: number) }
    }
    let said = await words { _ = try store([1], in: full) }
    #expect(
      said == """
        no space left for fetched files after 0 bytes; nothing was kept (fetch.disk_full)
          in blobs-of-\(scratch.path)
          fix: make room on the disk: df -h blobs-of-\(scratch.path)
        """)
  }

  @Test func `says that its folder cannot be written`() async throws {
    let scratch = ScratchFolder()
    try scratch.write(".etl", "a file where a folder must be")
    let said = await words { _ = try store([1], in: scratch.store) }
    #expect(
      said == """
        fetched files cannot be stored: a part of the path is not a folder (fetch.store)
          in \(scratch.path)/.etl/blobs
          fix: make the workspace writable for the user that runs etl-tui
        """)
  }

  @Test func `removes what dead writers left and nothing else`() throws {
    let scratch = ScratchFolder()
    try scratch.write(".etl/blobs/tmp/4711-1.part", "half")
    let writer = try BlobWriter(in: scratch.store)
    try [UInt8]([1, 2]).withUnsafeBytes { try writer.append($0) }
    #expect(scratch.temporaryNames.count == 2)
    #expect(scratch.store.removeLeftovers() == 1)
    #expect(scratch.temporaryNames.count == 1)
    #expect(try writer.finish().byteCount == 2)
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `drops a blob that nobody finishes`() throws {
    let scratch = ScratchFolder()
    do {
      let writer = try BlobWriter(in: scratch.store)
      try [UInt8]([1, 2]).withUnsafeBytes { try writer.append($0) }
    }
    #expect(scratch.temporaryNames.isEmpty)
  }
}
