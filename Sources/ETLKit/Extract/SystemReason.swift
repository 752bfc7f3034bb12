// The kernel's error numbers in words that do not depend on the locale.

import Glibc

/// Why the kernel refused, as its error number.
public struct SystemReason: Hashable, Sendable {
  /// The number, as in `errno`.
  public var number: Int32

  /// Makes a reason from an error number.
  public init(number: Int32) { self.number = number }

  init(_ fault: SystemFault) { number = fault.number }

  /// The reason in words.
  public var words: String {
    switch number {
    case EACCES: "permission denied"
    case EPERM: "not permitted"
    case ENOENT: "no such file or folder"
    case ENOTDIR: "a part of the path is not a folder"
    case EISDIR: "it is a folder"
    case EROFS: "the file system is read-only"
    case ENOSPC: "no space left on the disk"
    case EDQUOT: "the disk quota is used up"
    case EIO: "the disk reports a read or write error"
    case EMFILE, ENFILE: "too many open files"
    case ENAMETOOLONG: "the name is too long"
    case ELOOP: "too many symbolic links"
    case EFBIG: "the file is larger than allowed"
    case ESTALE: "the network file is gone"
    default: "system error \(number)"
    }
  }

  /// Whether the disk has no room.
  var isFull: Bool { number == ENOSPC || number == EDQUOT }
}
