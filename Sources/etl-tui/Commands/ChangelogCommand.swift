// `etl-tui changelog`: what changed, version by version, from the text embedded in the program.

import ArgumentParser

struct ChangelogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changelog", abstract: "Print what changed, version by version.")

  func run() { Output.write(Changelog.text) }
}

/// The embedded changelog.
enum Changelog {
  /// The whole text.
  static let text = String(decoding: PackageResources.CHANGELOG_md, as: UTF8.self)

  /// The newest version: the first heading that is one.
  static let version: String = {
    for line in text.split(separator: "\n") where line.hasPrefix("## ") {
      let name = line.dropFirst(3).prefix { $0 != " " }
      if name.first?.isNumber == true { return String(name) }
    }
    return "0.0.0"
  }()
}
