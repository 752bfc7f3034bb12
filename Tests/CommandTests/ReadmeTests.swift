import Console
import Foundation
import TestSupport
import Testing

/// What the README promises, checked against the program.
@Suite struct `The README` {
  static let url = Fixtures.repository.appendingPathComponent("README.md")

  static func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  /// The key lists of the console, as the README shows them.
  static var keys: String {
    var text = ""
    var screen: String?
    for (number, line) in KeyList.lines.enumerated() {
      if number == 0 || line.screen != screen {
        screen = line.screen
        text += "\n| \(screen ?? "everywhere") | |\n| --- | --- |\n"
      }
      let keys = line.keys.split(separator: " ").map { $0 == "`" ? "`` ` ``" : "`\($0)`" }
        .joined(separator: " ")
      text += "| \(keys.replacingOccurrences(of: "|", with: "\\|")) | \(line.help) |\n"
    }
    return text
  }

  @Test func `lists the keys that the console has`() throws {
    let (begin, end) = ("<!-- keys: made from the console's own tables -->\n", "\n<!-- end -->")
    let text = try Self.text()
    let start = try #require(text.range(of: begin)).upperBound
    let stop = try #require(text.range(of: end, range: start..<text.endIndex)).lowerBound
    guard text[start..<stop] != Self.keys else { return }
    if ["all", "failed"].contains(ProcessInfo.processInfo.environment["RECORD"]) {
      try text.replacingCharacters(in: start..<stop, with: Self.keys)
        .write(to: Self.url, atomically: true, encoding: .utf8)
    }
    Issue.record("the keys in README.md differ; RECORD=failed writes them anew")
  }

  /// Blocks of commands for a workspace, in their order.
  static func blocks() throws -> [String] {
    try text().components(separatedBy: "```sh\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
      .filter { $0.hasPrefix("etl-tui") }
  }

  @Test func `shows commands that work as they stand`() throws {
    let scratch = Scratch()
    let folder = (Program.path as NSString).deletingLastPathComponent
    let blocks = try Self.blocks()
    #expect(!blocks.isEmpty)
    for block in blocks {
      let result = try Program.run(
        program: "/bin/sh", ["-c", block], in: scratch.folder,
        environment: ["PATH": "\(folder):/usr/bin:/bin"])
      #expect(result.code <= 1, "\(block)\(result.complaints)")
    }
  }

  @Test func `names the files that are there`() throws {
    let pattern = #/`((?:Sources|Tests|themes|fixtures|\.ci)/[A-Za-z0-9_+./-]*)`/#
    for match in try Self.text().matches(of: pattern) {
      let path = Fixtures.repository.appendingPathComponent(String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(match.1)")
    }
  }
}
