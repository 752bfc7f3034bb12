// Immutable blobs, named by their content: `.etl/blobs/ab/abcdef…`.
//
// A blob appears whole or not at all: temporary name, hash while writing, fsync, rename, fsync of
// the folder. A temporary file carries its writer's lock, so what a dead process left is known.

import Glibc

/// A stored blob.
public struct StoredBlob: Hashable, Sendable {
  /// The SHA-256 of its bytes.
  public var sha256: [UInt8]
  /// How many bytes it holds.
  public var byteCount: Int
  /// Where it stands.
  public var path: String
  /// Whether it was not there before.
  public var isNew: Bool
}

/// A folder of immutable blobs, named by their SHA-256.
public struct BlobStore: Sendable {
  /// The steps at which a disk can refuse; tests let them fail one by one.
  enum Step: String, CaseIterable, Sendable {
    case folder, create, write, sync, rename, syncFolder
  }

  /// The folder.
  public let folder: String
  /// Called before each step; throws what the kernel would.
  let trial: @Sendable (Step) throws(SystemFault) -> Void

  /// A store in a folder, which is made when the first blob comes.
  public init(folder: String) {
    self.init(folder: folder) { _ throws(SystemFault) in }
  }

  init(folder: String, trial: @escaping @Sendable (Step) throws(SystemFault) -> Void) {
    self.folder = folder
    self.trial = trial
  }

  /// The path a content has or would have.
  public func path(of sha256: [UInt8]) -> String {
    let name = Self.hexadecimal(sha256)
    return "\(folder)/\(name.prefix(2))/\(name)"
  }

  /// Whether a content of this length is stored.
  public func holds(_ sha256: [UInt8], byteCount: Int) -> Bool {
    guard let status = FileStatus.at(path(of: sha256)) else { return false }
    return status.kind == .regular && status.size == byteCount
  }

  /// Stores what a closure gives, block by block, until it gives 0 bytes.
  public func store(
    from read: (UnsafeMutableRawBufferPointer) throws(EngineError) -> Int
  ) throws(EngineError) -> StoredBlob {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 4_096)
    defer { block.deallocate() }
    let writer = try EngineError.fetching { () throws(FetchProblem) in try BlobWriter(in: self) }
    while true {
      let count = try read(block)
      guard count > 0 else { break }
      try EngineError.fetching { () throws(FetchProblem) in
        try writer.append(UnsafeRawBufferPointer(rebasing: block[..<count]))
      }
    }
    return try EngineError.fetching { () throws(FetchProblem) in try writer.finish() }
  }

  /// Removes a blob that turned out to be no good.
  func remove(_ sha256: [UInt8]) { unlink(path(of: sha256)) }

  /// Removes temporary files whose writers are gone; returns how many.
  @discardableResult
  public func removeLeftovers() -> Int {
    var removed = 0
    for name in Self.names(in: temporaryFolder) {
      let path = "\(temporaryFolder)/\(name)"
      guard let file = try? OpenFile(reading: path), file.tryLock() else { continue }
      if unlink(path) == 0 { removed += 1 }
    }
    return removed
  }

  static let blockSize = 1 << 20

  var temporaryFolder: String { "\(folder)/tmp" }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder with those above it, each name safely on the disk.
  func makeFolder(_ path: String) throws(FetchProblem) {
    if FileStatus.at(path)?.kind == .folder { return }
    let parent = Self.parent(of: path)
    if parent != path, !parent.isEmpty { try makeFolder(parent) }
    do throws(SystemFault) {
      try trial(.folder)
      if mkdir(path, 0o777) != 0, errno != EEXIST { throw .last }
      try OpenFile.sync(folder: parent.isEmpty ? "." : parent)
    } catch {
      throw refusal(path, error, written: 0)
    }
  }

  func refusal(_ path: String, _ fault: SystemFault, written: Int) -> FetchProblem {
    let reason = SystemReason(fault)
    return reason.isFull
      ? .diskFull(folder: folder, written: written) : .storeRefused(path: path, reason: reason)
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension EngineError {
  /// Does something that can fail as a fetch does.
  static func fetching<Result: ~Copyable>(
    stage: String? = nil, _ body: () throws(FetchProblem) -> Result
  ) throws(EngineError) -> Result {
    do throws(FetchProblem) { return try body() } catch {
      throw EngineError(.fetch(error), stage: stage)
    }
  }
}
