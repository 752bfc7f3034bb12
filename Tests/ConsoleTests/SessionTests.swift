// Sessions of keys from fixtures/sessions: what is pressed, what is seen, what is wanted done.

import Cells
import Console
import ETLKit
import Foundation
import TestSupport
import Testing

@Suite struct `A session of keys` {
  static let scripts: [String] = {
    let folder = Fixtures.url("sessions").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted()
  }()

  @Test(arguments: scripts)
  func `goes as written`(script: String) throws {
    let text = try String(contentsOf: Fixtures.url("sessions/\(script)"), encoding: .utf8)
    var player = SessionPlayer()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      if let problem = player.play(String(line)) {
        Issue.record("\(script):\(index + 1): \(line)\n\(problem)")
        return
      }
    }
  }

  @Test func `finds its scripts`() {
    #expect(Self.scripts.count >= 9)
  }
}

/// Plays one script; the first line that does not hold ends it.
private struct SessionPlayer {
  private var session = ConsoleSession()
  private var seen = 0

  mutating func play(_ line: String) -> String? {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "size":
      let numbers = rest.split(separator: "x").compactMap { Int($0) }
      guard numbers.count == 2 else { return "no size" }
      session.resize(numbers[0], numbers[1])
    case "workspace":
      guard let workspace = FakeWorkspace.named[rest] else { return "no such workspace" }
      session = ConsoleSession(workspace)
    case "keys": session.press(rest)
    case "paste": session.act(.input(.paste(rest)))
    case "screen":
      if session.state.screen.rawValue != rest { return "it is \(session.state.screen)" }
    case "shows":
      if !isShown(rest) { return session.text }
    case "lacks":
      if isShown(rest) { return session.text }
    case "last":
      let last = session.lastLine.drop { $0 == " " }
      if last != rest { return "it is: \(last)" }
    case "effect":
      guard seen < session.effects.count else { return "there is no other effect" }
      let effect = words(session.effects[seen])
      seen += 1
      if effect != rest { return "it is: \(effect)" }
    case "no":
      if seen < session.effects.count { return "there is: \(words(session.effects[seen]))" }
    default: return "unknown line"
    }
    return nil
  }

  /// ` *` stands for any number of blanks.
  private func isShown(_ text: String) -> Bool {
    let pieces = text.components(separatedBy: " *")
    guard pieces.count == 2 else { return session.text.contains(text) }
    return session.lines.contains { line in
      guard let first = line.range(of: pieces[0]) else { return false }
      return line[first.upperBound...].drop { $0 == " " }.hasPrefix(pieces[1])
    }
  }

  private func words(_ effect: Effect) -> String {
    switch effect {
    case .ask: "ask"
    case .run(let pipeline): "run \(pipeline)"
    case .retry(let selection): "retry \(words(selection))"
    case .discard(.records(let ids), _): "discard \(ids.map(String.init).joined(separator: " "))"
    case .discard(let selection, _): "discard \(words(selection))"
    case .edit(let id, let changes):
      "edit \(id) " + changes.map { "\($0.field)=\($0.value)" }.joined(separator: " ")
    case .fix(let preview): "fix cause \(preview.reason): \(preview.edits.count) edits"
    case .purge(let selection, let count): "purge \(words(selection)): \(count)"
    case .publish(let load, let note): "publish \(load.run): \(note)"
    case .drop(let load, let note): "drop \(load.run): \(note)"
    case .undo: "undo"
    case .redo: "redo"
    case .cancel(let run): "cancel \(run)"
    case .copy(let text): session.state.screen == .charts ? "copy: read-out" : "copy \(text)"
    case .suspend: "suspend"
    case .repaint: "repaint"
    case .quit(let goodbye): "quit: \(goodbye)"
    }
  }

  private func words(_ selection: RetrySelection) -> String {
    switch selection {
    case .records(let ids): "records \(ids.map(String.init).joined(separator: " "))"
    case .cause(let id): "cause \(id)"
    case .pipeline(let name): "pipeline \(name)"
    }
  }
}
