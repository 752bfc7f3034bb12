// Compares text with what was recorded beside the tests.
//
// RECORD=missing, failed or all writes snapshots, and fails the test all the same: a run that
// records proves nothing.

import Foundation
public import Testing

/// Expects a text to equal the snapshot of that name: `Snapshots/NAME.txt` beside the test's file.
public func expectSnapshot(
  _ text: String, named name: String, file: StaticString = #filePath,
  at location: SourceLocation = #_sourceLocation
) {
  let path = URL(fileURLWithPath: "\(file)").deletingLastPathComponent()
    .appendingPathComponent("Snapshots").appendingPathComponent(name + ".txt")
  let recording = ProcessInfo.processInfo.environment["RECORD"] ?? ""
  let current = text.hasSuffix("\n") ? text : text + "\n"
  let known = (try? Data(contentsOf: path)).map { String(decoding: $0, as: UTF8.self) }

  if let known, known == current, recording != "all" { return }
  let mayRecord: Bool
  switch recording {
  case "all", "failed": mayRecord = true
  case "missing": mayRecord = known == nil
  default: mayRecord = false
  }
  if mayRecord {
    do {
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(current.utf8).write(to: path)
      Issue.record("recorded \(name); run again without RECORD", sourceLocation: location)
    } catch {
      Issue.record("cannot write \(path.path): \(error)", sourceLocation: location)
    }
    return
  }
  guard let known else {
    Issue.record("no snapshot \(name); RECORD=missing writes it", sourceLocation: location)
    return
  }
  Issue.record(
    "\(name) differs\n\(differences(known, current))", sourceLocation: location)
}

/// The lines that differ, with their numbers; all of the new text where there are many.
private func differences(_ old: String, _ new: String) -> String {
  let before = old.split(separator: "\n", omittingEmptySubsequences: false)
  let after = new.split(separator: "\n", omittingEmptySubsequences: false)
  var report = ""
  for line in 0..<max(before.count, after.count) {
    let expected = line < before.count ? before[line] : "(no such line)"
    let found = line < after.count ? after[line] : "(no such line)"
    guard expected != found else { continue }
    report += "line \(line + 1)\n  snapshot |\(expected)\n  now      |\(found)\n"
  }
  return report
}
