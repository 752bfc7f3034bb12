// Standard output and error: whole lines, a broken pipe ends quietly, a full disk does not.

import Cells
import ETLKit
import Foundation
import Synchronization

/// Where commands write.
enum Output {
  private static let cut = Atomic(false)

  /// Whether standard output lacks something that was written to it, on a full disk for example.
  ///
  /// The command goes on, for a load is worth more than its report; the exit code tells.
  static var isCut: Bool { cut.load(ordering: .relaxed) }

  /// Writes a line to standard output; the process ends with 0 if nobody reads any more.
  static func write(_ line: String) { send(line + "\n", to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  static func complain(_ line: String) { send(line + "\n", to: STDERR_FILENO) }

  /// Writes text as it is to standard error, for a line that is drawn over.
  static func draw(_ text: String) { send(text, to: STDERR_FILENO) }

  /// Whether a person sees what is written to standard error.
  static var isTerminal: Bool {
    guard isatty(STDERR_FILENO) == 1 else { return false }
    let terminal = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return !terminal.isEmpty && terminal != "dumb"
  }

  private static func send(_ text: String, to file: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EPIPE {
        exit(0)
      } else if errno != EINTR, errno != EAGAIN {
        let reason = SystemReason(number: errno)
        guard file == STDOUT_FILENO, !cut.exchange(true, ordering: .relaxed) else { return }
        complain("error: standard output cannot be written: \(reason.words)")
        return
      }
    }
  }
}

/// Numbers and times as people read them.
enum Readable {
  /// `1234567` → `1,234,567`.
  static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return number < 0 ? "-" + result : result
  }

  /// `2026-11-25T10:20:03Z`.
  static func moment(_ time: Timestamp) -> String {
    Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000).formatted(.iso8601)
  }

  /// `0.42 s`, `1:05`, `2:03:04`.
  static func duration(_ seconds: Double) -> String {
    guard seconds >= 60 else {
      let hundredths = (seconds * 100).rounded() / 100
      return "\(hundredths) s"
    }
    let whole = Int(seconds)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }
}
