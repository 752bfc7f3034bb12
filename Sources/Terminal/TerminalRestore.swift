// Leaves the terminal as it was found: on return, on exit, on signals and on a crash.

import CNcurses

/// What it takes to leave the terminal as it was found.
public enum TerminalRestore {
  /// Guards the terminal against fatal signals; the program calls it first of all.
  ///
  /// While a screen is open, a fatal signal restores the terminal and ends the program by that signal.
  /// Swift's backtracer runs then only with `SWIFT_BACKTRACE=interactive=no`: otherwise it would ask
  /// questions on the terminal and keep it. Without a screen nothing changes.
  public static func guardProcess() { nc_guard() }

  // Synchronised frames, mouse, bracketed paste and focus reports off; cursor on; plain letters; main
  // screen. Terminals ignore what they do not know.
  private static let common =
    "\u{1b}[?2026l\u{1b}[?1000l\u{1b}[?1006l\u{1b}[?2004l\u{1b}[?1004l\u{1b}[?25h\u{1b}[0m"

  /// Gets ready to leave: captured while curses still knows the terminal.
  ///
  /// A modern terminal takes private modes without showing them.
  static func arm(_ descriptor: Int32, isModern: Bool) {
    var bytes: [UInt8] = isModern ? Array(common.utf8) : []
    for name in ["sgr0", "rmkx", "cnorm", "rmcup"] {
      guard let text = nc_capability(name) else { continue }
      bytes += withoutPadding(String(cString: text))
    }
    // Without a second screen, the shell goes on below the picture.
    if nc_capability("rmcup") == nil { bytes += Array("\r\n".utf8) }
    nc_arm(descriptor, bytes, bytes.count)
  }

  /// A capability without its waiting times, `$<5>`, which only tputs understands.
  static func withoutPadding(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "$"), rest.dropFirst().first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">"))
      {
        rest = rest[rest.index(after: end)...]
        continue
      }
      bytes.append(byte)
      rest = rest.dropFirst()
    }
    return bytes
  }
}
