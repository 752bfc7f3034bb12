// Bytes on their way to the terminal.
//
// A terminal that does not read must not hold the program: what it does not take waits here, and no
// frame is painted meanwhile, so at most one frame ever waits.

import CNcurses
import Glibc

/// The way out to the terminal.
struct TerminalOutput {
  // Above this, the line is behind; painting more would only make it later.
  private static let fullQueue = 4_096

  private let descriptor: Int32
  private let blocks: Bool
  private var pending: [UInt8] = []
  private var sent = 0
  /// Whether the terminal is gone.
  private(set) var isGone = false

  /// The way out through a descriptor; `blocks` if its writes may wait for the terminal.
  init(descriptor: Int32, blocks: Bool) {
    self.descriptor = descriptor
    self.blocks = blocks
  }

  /// Whether bytes wait for the terminal.
  var isWaiting: Bool { sent < pending.count }

  /// Whether a frame would only wait behind what is already on its way.
  var isBehind: Bool { isWaiting || nc_output_queue(descriptor) > Self.fullQueue }

  /// Adds bytes and sends what the terminal takes.
  mutating func send(_ bytes: UnsafeBufferPointer<UInt8>) {
    if !isWaiting {
      pending.removeAll(keepingCapacity: true)
      sent = 0
    }
    pending.append(contentsOf: bytes)
    flush()
  }

  /// Adds text and sends what the terminal takes.
  mutating func send(_ text: String) {
    var text = text
    text.withUTF8 { send($0) }
  }

  /// Sends what the terminal takes now.
  mutating func flush() {
    while sent < pending.count, !isGone {
      let count = pending.withUnsafeBytes { bytes in
        // A descriptor that waits gets small pieces, each only when there is room.
        let most = blocks ? min(bytes.count - sent, 256) : bytes.count - sent
        if blocks, !hasRoom { return -2 }
        return write(descriptor, bytes.baseAddress.map { $0 + sent }, most)
      }
      if count > 0 {
        sent += count
      } else if count == -2 || errno == EAGAIN {
        return
      } else if errno != EINTR {
        isGone = true
      }
    }
  }

  /// Forgets what waits: it was meant for a screen that is left.
  mutating func drop() {
    pending.removeAll(keepingCapacity: true)
    sent = 0
  }

  private var hasRoom: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) == 1 && state.revents & Int16(POLLOUT) != 0
  }
}
