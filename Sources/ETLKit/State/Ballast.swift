// A file that takes up room until the disk is full, so that the failure itself can still be written down.

internal import Foundation
internal import Synchronization

/// 16 MB next to the state file that are given up when the disk is full.
final class Ballast: Sendable {
  static let byteCount = 16 << 20

  let path: String
  /// Called after the room was given up; tests make room here.
  let didRelease = Mutex<(@Sendable () -> Void)?>(nil)

  init(folder: String) { path = folder + "/ballast" }

  /// Makes the file if it is missing and the disk has four times the room; otherwise does nothing.
  func provide() {
    var status = stat()
    if stat(path, &status) == 0, status.st_size == Self.byteCount { return }
    var disk = statvfs()
    guard statvfs(path.isEmpty ? "." : (path as NSString).deletingLastPathComponent, &disk) == 0,
      UInt64(disk.f_bavail) * UInt64(disk.f_frsize) > UInt64(4 * Self.byteCount)
    else { return }
    let file = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    if posix_fallocate(file, 0, off_t(Self.byteCount)) != 0 { unlink(path) }
    close(file)
  }

  /// Gives the room up; false if it was given up before.
  func release() -> Bool {
    guard unlink(path) == 0 else { return false }
    didRelease.withLock { $0 }?()
    return true
  }
}
