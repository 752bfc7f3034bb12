// Who runs a pipeline: a lock the kernel drops when the process dies, however it dies.
//
// Open-file-description locks: they belong to this object, not to the process, so closing another
// descriptor of the same file does not drop them, and children do not get them (close on exec).

internal import Foundation

/// The right to run a pipeline.
public final class RunLock: Sendable {
  private let file: Int32

  private init(file: Int32) { self.file = file }

  deinit { release(file) }

  /// Takes the lock of a pipeline, or says who has it.
  ///
  /// The state folder is `.etl`; its parent must exist.
  public static func acquire(stateFolder: String, pipeline: String) throws(EngineError) -> RunLock {
    let path = try lockPath(stateFolder: stateFolder, pipeline: pipeline)
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw problem(path) }
    var lock = flock(l_type: Int16(F_WRLCK))
    guard fcntl(file, F_OFD_SETLK, &lock) == 0 else {
      let error = errno
      close(file)
      guard error == EAGAIN || error == EACCES else {
        errno = error
        throw problem(path)
      }
      let process = holder(stateFolder: stateFolder, pipeline: pipeline) ?? 0
      throw EngineError(.state(.alreadyRunning(pipeline: pipeline, process: process)))
    }
    let line = Array(ProcessIdentity.current.line.utf8)
    ftruncate(file, 0)
    guard pwrite(file, line, line.count, 0) == line.count else {
      let error = errno
      release(file)
      errno = error
      throw problem(path)
    }
    return RunLock(file: file)
  }

  /// The process that runs a pipeline: nil for none, 0 for one whose number is not known.
  ///
  /// Takes nothing and makes nothing.
  public static func holder(stateFolder: String, pipeline: String) -> Int32? {
    switch owner(stateFolder: stateFolder, pipeline: pipeline) {
    case .nobody: nil
    case .unknown: 0
    case .process(let identity): identity.process
    }
  }

  enum Owner: Hashable {
    case nobody, unknown
    case process(ProcessIdentity)
  }

  static func owner(stateFolder: String, pipeline: String) -> Owner {
    let file = open(path(stateFolder: stateFolder, pipeline: pipeline), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return .nobody }
    defer { close(file) }
    var lock = flock(l_type: Int16(F_WRLCK))
    guard fcntl(file, F_OFD_GETLK, &lock) == 0 else { return .unknown }
    guard lock.l_type != Int16(F_UNLCK) else { return .nobody }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = pread(file, &bytes, bytes.count, 0)
    // What a dead holder wrote may still stand there for a moment: only a living process counts.
    guard count > 0,
      let identity = ProcessIdentity(line: String(decoding: bytes[..<count], as: UTF8.self)),
      identity.isAlive
    else { return .unknown }
    return .process(identity)
  }

  /// The lock's file; names with a slash or a leading dot cannot leave the folder.
  static func path(stateFolder: String, pipeline: String) -> String {
    let name = pipeline.utf8.reduce(into: "") { name, byte in
      let isPlain =
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      name += isPlain ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
    }
    return "\(stateFolder)/locks/\(name).lock"
  }

  private static func lockPath(
    stateFolder: String, pipeline: String
  ) throws(EngineError) -> String {
    for folder in [stateFolder, stateFolder + "/locks"] {
      guard mkdir(folder, 0o777) != 0, errno != EEXIST else { continue }
      if errno == ENOENT {
        let parent = (folder as NSString).deletingLastPathComponent
        throw EngineError(.state(.folderMissing(path: parent.isEmpty ? "." : parent)))
      }
      throw problem(folder)
    }
    return path(stateFolder: stateFolder, pipeline: pipeline)
  }

  private static func problem(_ path: String) -> EngineError {
    switch errno {
    case EACCES, EPERM, EROFS: EngineError(.state(.readOnly(path: path)))
    case ENOSPC: EngineError(.state(.diskFull(path: path)))
    default:
      EngineError(.state(.cannotOpen(reason: String(cString: strerror(errno)), path: path)))
    }
  }
}

// Not imported from the C headers; the same numbers on every architecture Linux runs on.
let F_OFD_GETLK: Int32 = 36
let F_OFD_SETLK: Int32 = 37

/// Empties the file first, so that nobody reads this process's number under the next holder's lock.
private func release(_ file: Int32) {
  ftruncate(file, 0)
  close(file)
}

extension flock {
  fileprivate init(l_type: Int16) {
    self.init()
    self.l_type = l_type
    self.l_whence = Int16(SEEK_SET)
  }
}
