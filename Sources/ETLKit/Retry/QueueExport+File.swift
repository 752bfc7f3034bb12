// An export as a file: all of it or none. It is written beside its place and put there when it is on the disk.

internal import Foundation

extension WorkspaceReader {
  /// Writes open records to a file, which takes the place of one that is there; gives how many.
  ///
  /// Whatever fails, the file that was there stays as it is.
  public func export(
    _ selection: RejectSelection, as format: QueueFormat, to path: String
  ) throws(EngineError) -> Int {
    let file = try ExportFile(path)
    let count = try export(selection, as: format) { line throws(EngineError) in
      try file.add(line)
    }
    try file.publish()
    return count
  }
}

/// A file on its way to its place; one that is not published leaves nothing behind.
private final class ExportFile {
  /// Lines are handed on in pieces of about this size.
  private static let pieceSize = 1 << 16

  private let path, folder, work: String
  private let file: OpenFile
  private var piece: [UInt8] = []
  private var isPublished = false

  init(_ path: String) throws(EngineError) {
    self.path = path
    folder = BlobStore.parent(of: path)
    work = "\(path).\(getpid()).part"
    Self.removeLeftovers(of: path, in: folder)
    file = try Self.open(work, for: path)
  }

  private static func open(_ work: String, for path: String) throws(EngineError) -> OpenFile {
    do throws(SystemFault) {
      if FileStatus.at(path)?.kind == .folder { throw SystemFault(number: EISDIR) }
      return try OpenFile(creating: work)
    } catch {
      throw refusal(path, error)
    }
  }

  deinit { if !isPublished { unlink(work) } }

  func add(_ line: String) throws(EngineError) {
    piece += line.utf8
    piece.append(0x0A)
    if piece.count >= Self.pieceSize { try flush() }
  }

  func publish() throws(EngineError) {
    try flush()
    do throws(SystemFault) {
      try file.sync()
      guard rename(work, path) == 0 else { throw .last }
      isPublished = true
      try OpenFile.sync(folder: folder.isEmpty ? "." : folder)
    } catch {
      throw Self.refusal(path, error)
    }
  }

  private func flush() throws(EngineError) {
    var fault: SystemFault?
    piece.withUnsafeBytes { bytes in
      do throws(SystemFault) { try file.write(bytes) } catch { fault = error }
    }
    if let fault { throw Self.refusal(path, fault) }
    piece.removeAll(keepingCapacity: true)
  }

  /// What a process left that died while it wrote.
  private static func removeLeftovers(of path: String, in folder: String) {
    let prefix = (path.split(separator: "/").last ?? "") + "."
    let place = folder.isEmpty ? "." : folder
    for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] {
      guard name.hasPrefix(prefix), name.hasSuffix(".part"),
        let owner = pid_t(name.dropFirst(prefix.count).dropLast(5))
      else { continue }
      if owner == getpid() || (kill(owner, 0) != 0 && errno == ESRCH) {
        unlink(place + "/" + name)
      }
    }
  }

  private static func refusal(_ path: String, _ fault: SystemFault) -> EngineError {
    EngineError(.queue(.export(path: path, reason: SystemReason(fault))))
  }
}
