// Who builds a new destination: one process at a time, by a lock that the kernel drops.
//
// The lock stands on the first byte of the file that is built; SQLite locks far behind it.

internal import CLinux
import Foundation
import GRDB

/// The right to build a database that is not there yet.
final class BuildingLock: Sendable {
  /// The file to build.
  let workPath: String
  private let file: Int32

  private init(workPath: String, file: Int32) {
    self.workPath = workPath
    self.file = file
  }

  deinit { close(file) }

  /// Takes the lock and empties the file; nil if the database is there, or was made meanwhile.
  ///
  /// Throws `SQLITE_BUSY` if another process builds it for longer than these seconds.
  static func take(of path: String, seconds: Double) throws -> BuildingLock? {
    let workPath = path + ".etl-new"
    let start = ContinuousClock.now
    while access(path, F_OK) != 0 {
      let file = open(workPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw DatabaseError(resultCode: code(of: errno)) }
      let lock = BuildingLock(workPath: workPath, file: file)
      guard lock.tryLock() else {
        guard ContinuousClock.now - start < .seconds(seconds) else {
          throw DatabaseError(resultCode: .SQLITE_BUSY)
        }
        usleep(20_000)
        continue
      }
      // Renamed or removed by the one before, between opening and locking: this one is no longer it.
      guard lock.isInPlace else { continue }
      guard access(path, F_OK) != 0 else {
        lock.discard()
        return nil
      }
      try removeCompanions(of: workPath)
      guard ftruncate(file, 0) == 0 else { throw DatabaseError(resultCode: code(of: errno)) }
      return lock
    }
    return nil
  }

  /// Asks the kernel to begin writing what is built so far to the disk, and does not wait.
  ///
  /// The disk then works while rows are still coming, and little is left for the last sync.
  func beginWriting() { linux_begin_writing(file, 0, 0) }

  /// Removes what was built.
  func discard() {
    try? BuildingLock.removeCompanions(of: workPath)
    if isInPlace { unlink(workPath) }
  }

  /// Removes the log, its index and the journal that stand beside a database that is not there.
  static func removeCompanions(of path: String) throws {
    for suffix in ["-journal", "-wal", "-shm"] where unlink(path + suffix) != 0 {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw DatabaseError(resultCode: code(of: errno))
      }
    }
  }

  private func tryLock() -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_len = 1
    return fcntl(file, F_OFD_SETLK, &lock) == 0
  }

  private var isInPlace: Bool {
    var (own, there) = (stat(), stat())
    return fstat(file, &own) == 0 && stat(workPath, &there) == 0 && own.st_ino == there.st_ino
      && own.st_dev == there.st_dev
  }

  private static func code(of number: Int32) -> ResultCode {
    switch number {
    case ENOSPC, EDQUOT: .SQLITE_FULL
    case EACCES, EPERM, EROFS: .SQLITE_READONLY
    case ENOENT, ENOTDIR, EISDIR: .SQLITE_CANTOPEN
    default: .SQLITE_IOERR
    }
  }
}
