// The keys of help: typing searches, Enter does it.

import Cells
import ETLKit

extension ConsoleState {
  mutating func take(_ key: Key, _ help: HelpState) -> [Effect] {
    var help = help
    switch key {
    case .escape, .function(1):
      overlay = nil
      return []
    case .character("?") where help.field.isEmpty:
      overlay = nil
      return []
    case .down, .control("n"): help.index += 1
    case .up, .control("p"): help.index -= 1
    case .pageDown, .control("d"): help.index += 8
    case .pageUp: help.index -= 8
    case .enter:
      guard help.matches.indices.contains(help.index) else { return [] }
      overlay = nil
      return perform(help.matches[help.index])
    default:
      guard help.field.take(key) else { return [] }
      help.index = 0
    }
    help.index = max(0, min(help.index, help.matches.count - 1))
    overlay = .help(help)
    return []
  }

  /// Does what a line of help is about, on its own screen if that is the one in front.
  private mutating func perform(_ line: HelpLine) -> [Effect] {
    if let other = line.screen, other != screen {
      refuse("\(line.name) works on the screen \(other.title)")
      return []
    }
    guard let command = Commands.all(on: screen).first(where: { $0.name == line.name }) else {
      return []
    }
    return perform(command)
  }
}
