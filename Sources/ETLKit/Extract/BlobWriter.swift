// One blob on its way into the store: bytes in, a name by content out.

internal import Crypto
import Dispatch
import Glibc

/// A blob that is being written, by one thread at a time.
///
/// Dropped without `finish`, it leaves nothing.
final class BlobWriter {
  private let store: BlobStore
  private let path: String
  private let file: OpenFile
  private var hash = SHA256()
  private var isOpen = true
  private(set) var byteCount = 0
  /// How much of it the disk has been asked to take already.
  private var begunCount = 0
  /// From how many bytes on the disk is asked again.
  private static let stretch = 4 << 20

  /// Begins a temporary file that is locked as long as this writer lives.
  init(in store: BlobStore) throws(FetchProblem) {
    self.store = store
    try store.makeFolder(store.temporaryFolder)
    while true {
      let path = "\(store.temporaryFolder)/\(getpid())-\(UInt64.random(in: 0 ... .max)).part"
      do throws(SystemFault) {
        try store.trial(.create)
        let file = try OpenFile(creating: path)
        // Whoever sweeps leftovers may have caught the file before it was locked: take another.
        guard file.tryLock(), try file.status().links > 0 else { continue }
        self.path = path
        self.file = file
        return
      } catch  where error.number == EEXIST {
        continue
      } catch {
        throw store.refusal(store.temporaryFolder, error, written: 0)
      }
    }
  }

  deinit { if isOpen { unlink(path) } }

  /// Writes and hashes some bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws(FetchProblem) {
    hash.update(bufferPointer: bytes)
    try write(bytes)
  }

  /// Copies an open file from its current position to its end, hashing each block on a second
  /// thread while it is written.
  ///
  /// After each block it asks whether to go on, with the bytes written so far, and gives false if it
  /// was told to stop.
  func append(
    contentsOf source: OpenFile, at place: String, goesOn: (Int) -> Bool
  ) throws(FetchProblem) -> Bool {
    let size = BlobStore.blockSize
    let blocks = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 4_096)
    let hasher = SideHasher(hash)
    defer {
      hash = hasher.finish()
      blocks.deallocate()
    }
    var turn = 0
    while true {
      let block = UnsafeMutableRawBufferPointer(rebasing: blocks[turn * size..<(turn + 1) * size])
      hasher.waitForRoom()
      let count: Int
      do throws(SystemFault) {
        count = try source.read(into: block)
      } catch {
        hasher.giveRoom()
        throw .readBroke(path: place, reason: SystemReason(error))
      }
      guard count > 0 else {
        hasher.giveRoom()
        return true
      }
      let bytes = UnsafeRawBufferPointer(rebasing: block[..<count])
      hasher.hash(bytes)
      try write(bytes)
      guard goesOn(byteCount) else { return false }
      turn = 1 - turn
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FetchProblem) {
    do throws(SystemFault) {
      try store.trial(.write)
      try file.write(bytes)
    } catch {
      throw store.refusal(path, error, written: byteCount)
    }
    byteCount += bytes.count
    // The disk works while the next bytes come, so that the last sync has little left to wait for.
    guard byteCount - begunCount >= Self.stretch else { return }
    file.beginSync(from: begunCount, count: byteCount - begunCount)
    begunCount = byteCount
  }

  /// Puts the blob in its place; content that is there already stays as it is.
  func finish() throws(FetchProblem) -> StoredBlob {
    let digest = Array(hash.finalize())
    let target = store.path(of: digest)
    if store.holds(digest, byteCount: byteCount) {
      return StoredBlob(sha256: digest, byteCount: byteCount, path: target, isNew: false)
    }
    let folder = BlobStore.parent(of: target)
    try store.makeFolder(folder)
    do throws(SystemFault) {
      try store.trial(.sync)
      try file.makeReadOnly()
      try file.sync()
      try store.trial(.rename)
      guard rename(path, target) == 0 else { throw .last }
      isOpen = false
      try store.trial(.syncFolder)
      try OpenFile.sync(folder: folder)
    } catch {
      throw store.refusal(target, error, written: byteCount)
    }
    return StoredBlob(sha256: digest, byteCount: byteCount, path: target, isNew: true)
  }
}

/// A running hash that is fed on another thread, at most two blocks behind.
///
/// `@unchecked Sendable`: its hash is touched on its queue only.
final class SideHasher: @unchecked Sendable {
  private var hash: SHA256
  private let queue = DispatchQueue(label: "etl.hash")
  private let room = DispatchSemaphore(value: 2)

  init(_ hash: SHA256) { self.hash = hash }

  /// Waits until fewer than two blocks are on their way.
  func waitForRoom() { room.wait() }

  /// Gives back what `waitForRoom` took, if there was nothing to hash.
  func giveRoom() { room.signal() }

  /// Hashes bytes that stay as they are until the next but one `waitForRoom`, or `finish`.
  func hash(_ bytes: UnsafeRawBufferPointer) {
    // `nonisolated(unsafe)`: only read on the queue, and its owner waits before it writes there again.
    nonisolated(unsafe) let bytes = bytes
    queue.async {
      self.hash.update(bufferPointer: bytes)
      self.room.signal()
    }
  }

  /// The hash of everything given.
  func finish() -> SHA256 { queue.sync { hash } }
}
