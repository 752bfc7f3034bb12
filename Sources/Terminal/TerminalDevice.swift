// The terminal as files: what to read, what to write, how large it is.

import CNcurses
import Cells
import Glibc

/// The files of the terminal.
struct TerminalDevice {
  /// What a read gave.
  enum Reading {
    /// Keys, as bytes.
    case bytes(ArraySlice<UInt8>)
    /// None now.
    case nothing
    /// There is no terminal any more.
    case gone
  }

  /// Where keys come from.
  let input: Int32
  /// Where frames go.
  let output: Int32
  /// Whether writes may wait for the terminal.
  let outputBlocks: Bool
  private let inputBlocks: Bool

  /// The terminal of standard input and output, its modes remembered.
  init() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, nc_save_terminal(STDIN_FILENO)
    else { throw .notATerminal }
    // Opened anew, because "do not wait" belongs to the open file, which the shell shares.
    let ownInput = nc_reopen(STDIN_FILENO)
    let ownOutput = nc_reopen(STDOUT_FILENO)
    input = ownInput >= 0 ? ownInput : STDIN_FILENO
    output = ownOutput >= 0 ? ownOutput : STDOUT_FILENO
    inputBlocks = ownInput < 0
    outputBlocks = ownOutput < 0
  }

  /// How large it is now; 80x24 where it does not say.
  var size: CellSize {
    var rows: Int32 = 24
    var columns: Int32 = 80
    if !nc_size(output, &rows, &columns) { _ = nc_size(input, &rows, &columns) }
    // As large as a grid can be.
    return CellSize(columns: min(Int(columns), 2_000), rows: min(Int(rows), 1_000))
  }

  /// Reads what waits.
  func read() -> Reading {
    if inputBlocks {
      var state = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, 0) == 1 else { return .nothing }
    }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = Glibc.read(input, &bytes, bytes.count)
    if count > 0 { return .bytes(bytes[..<count]) }
    if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
    return .gone
  }

  /// Closes what was opened.
  func close() {
    if !inputBlocks { _ = Glibc.close(input) }
    if !outputBlocks { _ = Glibc.close(output) }
  }
}
