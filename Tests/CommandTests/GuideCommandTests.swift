import Foundation
import TestSupport
import Testing

/// The commands that the guides show are commands of the program.
@Suite struct `The guides' commands` {
  /// Every line of a shell block that calls the program.
  static let lines: [String] = {
    let folder = Fixtures.repository.path + "/Sources/ETLKit/ETLKit.docc"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let texts = files.sorted().compactMap {
      try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }
    let blocks = texts.flatMap { text in
      text.components(separatedBy: "```sh\n").dropFirst().compactMap {
        $0.components(separatedBy: "```").first
      }
    }
    return blocks.flatMap { $0.split(separator: "\n").map(String.init) }
      .filter { $0.hasPrefix("etl-tui ") }
  }()

  @Test(arguments: lines) func `are known, with their options`(line: String) throws {
    // A value in quotes may hold anything.
    let words = line.replacing(#/"[^"]*"/#, with: "VALUE").split(separator: " ").map(String.init)
    var command = Array(words.dropFirst().prefix { $0.allSatisfy { $0.isLowercase || $0 == "-" } })
      .filter { !$0.hasPrefix("-") }
    var help = try Program.run(command + ["--help"], in: "/tmp")
    // The last word may be a name, not a command.
    while help.code != 0
      || !help.output.contains("USAGE: etl-tui \(command.joined(separator: " "))"), !command.isEmpty
    {
      command.removeLast()
      help = try Program.run(command + ["--help"], in: "/tmp")
    }
    #expect(!command.isEmpty, "\(line)")
    for option in words where option.hasPrefix("--") {
      #expect(help.output.contains(option), "\(command.joined(separator: " ")) has no \(option)")
    }
  }

  @Test func `are there`() { #expect(Self.lines.count > 10) }
}
