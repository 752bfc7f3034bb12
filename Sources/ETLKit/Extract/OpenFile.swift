// An open file descriptor with an owner: reads, writes and syncs whole, and closes itself.
//
// The only place of Extract that calls the kernel about files; faults come out as numbers.

internal import CLinux
import Glibc

/// What the kernel answered, as its error number.
struct SystemFault: Error, Hashable {
  var number: Int32

  /// The fault of the call that just failed on this thread.
  static var last: SystemFault { SystemFault(number: errno) }
}

/// What is known about a file without reading it.
struct FileStatus: Hashable {
  enum Kind: Hashable { case regular, folder, pipe, socket, device, other }

  var kind: Kind
  var size: Int
  var modified: Int64
  var changed: Int64
  var inode: UInt64
  var device: UInt64
  var links: Int
  var permissions: UInt32

  init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      case S_IFCHR, S_IFBLK: .device
      default: .other
      }
    size = Int(raw.st_size)
    modified = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
    changed = Int64(raw.st_ctim.tv_sec) * 1_000_000_000 + Int64(raw.st_ctim.tv_nsec)
    inode = UInt64(raw.st_ino)
    device = UInt64(raw.st_dev)
    links = Int(raw.st_nlink)
    permissions = raw.st_mode & 0o7777
  }

  /// The status of what a path leads to; nil if there is nothing, or no way to it.
  static func at(_ path: String) -> FileStatus? {
    var raw = stat()
    return stat(path, &raw) == 0 ? FileStatus(raw) : nil
  }
}

/// A file descriptor that closes itself.
final class OpenFile: Sendable {
  let descriptor: Int32

  /// Takes over a descriptor.
  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Opens a file for reading; a named pipe does not block, it is there to be looked at.
  convenience init(reading path: String) throws(SystemFault) {
    self.init(descriptor: try Self.open(path, O_RDONLY | O_NONBLOCK))
  }

  /// Makes a new file; one that exists is a fault.
  convenience init(creating path: String) throws(SystemFault) {
    self.init(descriptor: try Self.open(path, O_RDWR | O_CREAT | O_EXCL))
  }

  deinit { close(descriptor) }

  private static func open(_ path: String, _ flags: Int32) throws(SystemFault) -> Int32 {
    while true {
      let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
      if descriptor >= 0 { return descriptor }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Reads at the current position; 0 is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemFault) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Reads at an offset and leaves the position alone; 0 is the end.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemFault) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Writes all of it.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFault) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        guard errno == EINTR else { throw .last }
        continue
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Asks the kernel to begin writing a part of the file to the disk, and does not wait.
  func beginSync(from offset: Int, count: Int) {
    linux_begin_writing(descriptor, Int64(offset), Int64(count))
  }

  /// Waits until everything written is on the disk.
  func sync() throws(SystemFault) {
    guard fsync(descriptor) == 0 else { throw .last }
  }

  /// Tells the kernel that reading goes from front to back.
  func expectSequentialReads() {
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// Takes the file's lock without waiting; false if another open file has it.
  func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Takes away everybody's right to write.
  func makeReadOnly() throws(SystemFault) {
    guard fchmod(descriptor, 0o444) == 0 else { throw .last }
  }

  func status() throws(SystemFault) -> FileStatus {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else { throw .last }
    return FileStatus(raw)
  }

  /// Whether it is a terminal.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Waits until the names in a folder are on the disk.
  static func sync(folder: String) throws(SystemFault) {
    let file = OpenFile(descriptor: try open(folder, O_RDONLY | O_DIRECTORY))
    try file.sync()
  }
}
