// Trouble that a command finds by itself, in the same words and shape as the engine's.

import ETLKit

/// Why a command stopped.
struct CommandFailure: Error, CustomStringConvertible {
  var text: ErrorText
  var exitCode: Int32

  /// 3, refused before anything was done, unless said otherwise.
  init(_ text: ErrorText, exitCode: Int32 = 3) {
    self.text = text
    self.exitCode = exitCode
  }

  var description: String {
    var lines = ["\(text.what) (\(text.code))"]
    for place in text.places { lines.append("  in \(place)") }
    if let fix = text.fix { lines.append("  fix: \(fix)") }
    return lines.joined(separator: "\n")
  }
}
