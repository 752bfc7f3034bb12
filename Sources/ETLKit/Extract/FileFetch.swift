// Plain files, patterns of them, and standard input, into blobs.

internal import Crypto
import Glibc

/// Why a fetch of one member ended without a blob.
enum FetchFailure: Error, Hashable {
  /// A problem, and when the server wants to be asked again.
  case problem(FetchProblem, retryAt: Timestamp? = nil)
  /// Somebody asked to stop.
  case cancelled
}

/// Copies local bytes into a blob store.
struct FileFetch: Sendable {
  /// Where blobs go.
  var store: BlobStore
  /// Called while it copies, with the bytes so far and those there will be; false stops.
  var goesOn: @Sendable (_ received: Int, _ expected: Int?) -> Bool

  /// Stores a plain file; one that changes meanwhile is a passing trouble.
  ///
  /// `known` is the snapshot of this file from last time. If the size is the same, the file is hashed
  /// first, and only written if its content is another one.
  func copy(
    _ path: String, shownAs place: String, known: Snapshot?
  ) throws(FetchFailure) -> StoredBlob {
    let file = try open(path, shownAs: place)
    let before = try status(of: file, place)
    let stored: StoredBlob
    guard let known, known.byteCount == before.size,
      store.holds(known.sha256, byteCount: before.size),
      try hash(of: file, shownAs: place, expected: before.size) == known.sha256
    else {
      stored = try write(file, shownAs: place, expected: before.size) {
        (count) throws(FetchFailure) in
        guard try isSame(before, file, place, count: count) else {
          throw .problem(.changedMidway(path: place))
        }
      }
      return stored
    }
    stored = StoredBlob(
      sha256: known.sha256, byteCount: before.size, path: store.path(of: known.sha256),
      isNew: false)
    guard try isSame(before, file, place, count: stored.byteCount) else {
      throw .problem(.changedMidway(path: place))
    }
    return stored
  }

  /// Stores what comes from an open descriptor that cannot be read twice, such as standard input.
  func spool(descriptor: Int32) throws(FetchFailure) -> StoredBlob {
    let copy = dup(descriptor)
    guard copy >= 0 else { throw .problem(.noInput(isTerminal: false)) }
    let file = OpenFile(descriptor: copy)
    guard !file.isTerminal else { throw .problem(.noInput(isTerminal: true)) }
    return try write(file, shownAs: "standard input", expected: nil) { _ in }
  }

  /// The files a pattern matches, in the order of their names' bytes; folders are passed over.
  ///
  /// `*`, `?` and `[…]` never match a `/`, nor a point at the start of a name.
  static func matches(of pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
    return paths.filter { FileStatus.at($0)?.kind != .folder }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a path asks for matching; one that is the name of a file does not.
  static func isPattern(_ path: String) -> Bool {
    path.contains { "*?[".contains($0) } && FileStatus.at(path) == nil
  }

  private func open(_ path: String, shownAs place: String) throws(FetchFailure) -> OpenFile {
    let file: OpenFile
    do throws(SystemFault) {
      file = try OpenFile(reading: path)
    } catch {
      switch error.number {
      case ENOENT, ENOTDIR: throw .problem(.notFound(path: place))
      case ENXIO: throw .problem(.notAFile(path: place, kind: .socket))
      default: throw .problem(.unreadable(path: place, reason: SystemReason(error)))
      }
    }
    switch try status(of: file, place).kind {
    case .regular: return file
    case .folder: throw .problem(.isFolder(path: place))
    case .pipe: throw .problem(.notAFile(path: place, kind: .pipe))
    case .socket: throw .problem(.notAFile(path: place, kind: .socket))
    case .device: throw .problem(.notAFile(path: place, kind: .device))
    case .other: throw .problem(.notAFile(path: place, kind: .other))
    }
  }

  private func status(of file: OpenFile, _ place: String) throws(FetchFailure) -> FileStatus {
    do throws(SystemFault) {
      return try file.status()
    } catch {
      throw .problem(.unreadable(path: place, reason: SystemReason(error)))
    }
  }

  private func isSame(
    _ before: FileStatus, _ file: OpenFile, _ place: String, count: Int
  ) throws(FetchFailure) -> Bool {
    let after = try status(of: file, place)
    return after.size == before.size && after.modified == before.modified && count == before.size
  }

  private func write(
    _ file: OpenFile, shownAs place: String, expected: Int?,
    check: (Int) throws(FetchFailure) -> Void
  ) throws(FetchFailure) -> StoredBlob {
    var isStopped = false
    let writer: BlobWriter
    do throws(FetchProblem) {
      writer = try BlobWriter(in: store)
      // A file that grows faster than it is read must not hold us for ever.
      isStopped = try !writer.append(contentsOf: file, at: place) {
        $0 <= expected ?? .max && goesOn($0, expected)
      }
    } catch {
      throw .problem(error)
    }
    if writer.byteCount > expected ?? .max { throw .problem(.changedMidway(path: place)) }
    if isStopped { throw .cancelled }
    try check(writer.byteCount)
    do throws(FetchProblem) { return try writer.finish() } catch { throw .problem(error) }
  }

  private func hash(
    of file: OpenFile, shownAs place: String, expected: Int
  ) throws(FetchFailure) -> [UInt8] {
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: BlobStore.blockSize, alignment: 4_096)
    defer { block.deallocate() }
    var hash = SHA256()
    var position = 0
    while true {
      let count: Int
      do throws(SystemFault) {
        count = try file.read(into: block, at: position)
      } catch {
        throw .problem(.readBroke(path: place, reason: SystemReason(error)))
      }
      guard count > 0, position <= expected else { return Array(hash.finalize()) }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: block[..<count]))
      position += count
      guard goesOn(position, expected) else { throw .cancelled }
    }
  }
}
