// Help: what works here and what works everywhere; typing searches the keys of all screens.

import Cells
import ETLKit

/// One line of help.
struct HelpLine: Hashable, Sendable {
  let name: String
  let keys: [Key]
  let help: String
  /// The screen it belongs to; nil if it works everywhere.
  let screen: ScreenName?
}

struct HelpState: Hashable, Sendable {
  let screen: ScreenName
  var field = TextField()
  var index = 0
  var top = 0

  /// What the typed words leave, this screen's first.
  var matches: [HelpLine] {
    let words = field.text.lowercased().split(separator: " ")
    func lines(_ commands: [Command], _ screen: ScreenName?) -> [HelpLine] {
      commands.map { HelpLine(name: $0.name, keys: $0.keys, help: $0.help, screen: screen) }
    }
    var all = lines(Commands.own(screen), screen) + lines(Commands.common(on: screen), nil)
    if !words.isEmpty {
      for other in ScreenName.allCases where other != screen {
        all += lines(Commands.own(other), other)
      }
    }
    return all.filter { line in
      let text = "\(line.name) \(line.help)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
  }
}
