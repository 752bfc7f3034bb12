// All command tables joined: which key does what on which screen.

import Cells

enum Commands {
  /// What a screen adds to the common commands.
  static func own(_ screen: ScreenName) -> [Command] {
    switch screen {
    case .overview: OverviewCommands.table
    case .runs: RunsCommands.table
    case .run: RunDetailCommands.table
    case .retry: RetryCommands.table
    case .record: RecordCommands.table
    case .charts: ChartsCommands.table
    }
  }

  /// All that keys do on a screen, its own first.
  static func all(on screen: ScreenName) -> [Command] { own(screen) + common(on: screen) }

  static func find(_ key: Key, on screen: ScreenName) -> Command? {
    own(screen).first { $0.keys.contains(key) }
      ?? common(on: screen).first { $0.keys.contains(key) }
  }

  /// The common commands; along a chart, ← and → move in time instead of up and down the screens.
  static func common(on screen: ScreenName) -> [Command] {
    screen == .charts ? CommonCommands.chartTable : CommonCommands.table
  }

  /// Keys that terminals, multiplexers and shells own.
  static let forbidden: Set<Key> = [
    .control("s"), .control("q"), .control("a"), .control("b"), .control("h"), .control("j"),
    .control("k"), .control("\\"),
  ]
}

/// One line of the key list, for help, README and completions.
public struct KeyLine: Hashable, Sendable {
  /// The screen's name; nil for keys that work everywhere.
  public let screen: String?
  /// The keys, as hints show them.
  public let keys: String
  /// What they do.
  public let help: String
}

/// The key list, made from the same tables that act.
public enum KeyList {
  /// All keys: those of all screens, then each screen's own.
  public static var lines: [KeyLine] {
    func line(_ command: Command, _ screen: String?) -> KeyLine {
      KeyLine(
        screen: screen, keys: command.keys.map(\.name).joined(separator: " "), help: command.help)
    }
    let common = CommonCommands.table.map { line($0, nil) }
    return common
      + ScreenName.allCases.flatMap { screen in
        Commands.own(screen).map { line($0, screen.title) }
      }
  }
}
