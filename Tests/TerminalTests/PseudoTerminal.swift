// A program on a terminal of its own: what it prints, how it leaves.

import Foundation
import Glibc
import TestSupport
import Testing

/// The helper program on a pseudo terminal.
final class PseudoTerminal {
  /// How the program ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let starting = NSLock()

  private var master: Int32
  private var slave: Int32
  private var process: pid_t = 0
  private var hasEnded = false
  private let found: termios
  /// Everything printed so far.
  private(set) var output = ""
  private var bytes: [UInt8] = []
  private var seen = 0

  init(
    columns: Int = 60, rows: Int = 20, term: String? = "xterm-256color",
    environment: [String: String] = ["LANG": "C.UTF-8"]
  ) throws {
    // One at a time: a program started in between would hold the other's terminal open.
    Self.starting.lock()
    defer { Self.starting.unlock() }
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    master = -1
    slave = -1
    guard openpty(&master, &slave, nil, nil, &size) == 0, let name = ttyname(slave) else {
      throw Failure(description: "no pseudo terminal: \(errno)")
    }
    let path = String(cString: name)
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var modes = termios()
    tcgetattr(slave, &modes)
    found = modes

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID: a session, and so a terminal, of its own.
    posix_spawnattr_setflags(&attributes, 0x80)

    var variables = environment
    variables["TERM"] = term
    for kept in ["PATH", "LD_LIBRARY_PATH"] {
      variables[kept] = getenv(kept).map { String(cString: $0) }
    }
    var strings = variables.map { strdup("\($0.key)=\($0.value)") }
    strings.append(nil)
    defer { strings.forEach { free($0) } }
    let helper = Self.helper
    var arguments = [strdup(helper), nil]
    defer { arguments.forEach { free($0) } }
    let result = posix_spawn(&process, helper, &actions, &attributes, &arguments, &strings)
    guard result == 0 else { throw Failure(description: "cannot start \(helper): \(result)") }
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    if master >= 0 { close(master) }
    if slave >= 0 { close(slave) }
  }

  /// The helper lies beside the program that runs the tests.
  private static let helper: String = {
    var path = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return folder.joined(separator: "/") + "/terminal-helper"
  }()

  // MARK: What a person does

  func type(_ text: String) {
    _ = text.withCString { write(master, $0, strlen($0)) }
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func send(_ signal: Int32) { kill(process, signal) }

  // MARK: What there is to see

  /// Reads until the text was printed, after what the last call found.
  func expect(_ text: String, at location: SourceLocation = #_sourceLocation) {
    let wanted = Array(text.utf8)
    while true {
      if let end = end(of: wanted) {
        seen = end
        return
      }
      guard readSome(milliseconds: 10_000) else {
        Issue.record("never printed \(text): \(output.debugDescription)", sourceLocation: location)
        return
      }
    }
  }

  private func end(of wanted: [UInt8]) -> Int? {
    guard bytes.count - seen >= wanted.count else { return nil }
    for index in seen...(bytes.count - wanted.count) where bytes[index] == wanted[0] {
      let end = index + wanted.count
      if bytes[index..<end].elementsEqual(wanted) { return end }
    }
    return nil
  }

  private func readSome(milliseconds: Int32) -> Bool {
    var state = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&state, 1, milliseconds) == 1 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    bytes += buffer.prefix(count)
    output = String(decoding: bytes, as: UTF8.self)
    return true
  }

  // MARK: How it ends

  /// Waits until the program ended, and reads the rest.
  func ending() throws -> Ending {
    let status = try wait(options: 0)
    hasEnded = true
    while readSome(milliseconds: 0) {}
    return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
  }

  /// Waits until the program was stopped, and reads what it printed before.
  func waitUntilStopped() throws {
    _ = try wait(options: WUNTRACED)
    while readSome(milliseconds: 0) {}
  }

  private func wait(options: Int32) throws -> Int32 {
    var status: Int32 = 0
    // Reads meanwhile, so that a program with much to print can go on.
    for _ in 0..<1_000 {
      if waitpid(process, &status, options | WNOHANG) == process { return status }
      _ = readSome(milliseconds: 10)
    }
    throw Failure(description: "did not end: \(output.debugDescription)")
  }

  /// Closes the terminal under the program.
  func hangUp() {
    close(master)
    close(slave)
    master = -1
    slave = -1
  }

  /// Whether the terminal is set as it was before the program started.
  var isAsFound: Bool {
    var modes = termios()
    tcgetattr(slave, &modes)
    return modes.c_lflag == found.c_lflag && modes.c_iflag == found.c_iflag
      && modes.c_oflag == found.c_oflag
  }
}
