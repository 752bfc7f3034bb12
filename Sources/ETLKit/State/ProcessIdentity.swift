// Which process: its number alone is used again sooner or later, so the machine's start and its own are added.

internal import Foundation

/// A process, told from all others that had or will have the same number.
struct ProcessIdentity: Hashable, Sendable {
  var bootID: String
  var process: Int32
  /// Clock ticks between the machine's start and the process's.
  var start: Int64

  /// This process.
  static let current = ProcessIdentity(
    bootID: bootID, process: getpid(), start: start(of: getpid()) ?? 0)

  /// One line for a lock file.
  var line: String { "\(process) \(start) \(bootID)\n" }

  init(bootID: String, process: Int32, start: Int64) {
    self.bootID = bootID
    self.process = process
    self.start = start
  }

  /// Reads what `line` wrote.
  init?(line: String) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard words.count == 3, let process = Int32(words[0]), let start = Int64(words[1]) else {
      return nil
    }
    self.init(bootID: String(words[2]), process: process, start: start)
  }

  /// Whether it is there now.
  var isAlive: Bool {
    bootID == Self.bootID && process > 1 && Self.start(of: process) == start
  }

  private static let bootID: String = {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
  }()

  private static func start(of process: Int32) -> Int64? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    // Counted after the name, which may hold blanks and brackets: the state is the third field.
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? Int64(fields[19]) : nil
  }
}
