// The key tables: no clashes, nothing that others own, a sentence of help for each.

import Cells
import ETLKit
import Testing

@testable import Console

@Suite struct `The command tables` {
  @Test(arguments: ScreenName.allCases)
  func `give each key one meaning on a screen`(screen: ScreenName) {
    var seen: [Key: String] = [:]
    for command in Commands.all(on: screen) {
      for key in command.keys {
        if let other = seen[key] {
          Issue.record("\(key.name) means \(other) and \(command.name) on \(screen)")
        }
        seen[key] = command.name
      }
    }
  }

  @Test(arguments: ScreenName.allCases)
  func `leave alone what terminals and multiplexers own`(screen: ScreenName) {
    for command in Commands.all(on: screen) {
      #expect(Commands.forbidden.isDisjoint(with: command.keys), "\(command.name)")
    }
  }

  @Test(arguments: ScreenName.allCases)
  func `have names that the palette can tell apart`(screen: ScreenName) {
    let names = Commands.all(on: screen).map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: ScreenName.allCases)
  func `explain each command in a sentence`(screen: ScreenName) {
    for command in Commands.all(on: screen) {
      #expect(command.help.hasSuffix("."), "\(command.name): \(command.help)")
      #expect(command.help.first?.isUppercase == true, "\(command.name): \(command.help)")
      #expect(command.help.count > 8 && command.help.count < 100, "\(command.name)")
      #expect(!command.keys.isEmpty, "\(command.name) has no key")
    }
  }

  @Test(
    arguments: [FakeWorkspace(), .empty], ["", "2", "2<Enter>", "3", "3<Enter>", "4", "4<Enter>"])
  func `say why a command cannot be had`(workspace: FakeWorkspace, keys: String) {
    var session = ConsoleSession(workspace)
    session.press(keys)
    for command in Commands.all(on: session.state.screen) {
      guard case .no(let reason) = command.isAvailable(session.state) else { continue }
      #expect(reason.contains(" "), "\(command.name): \(reason)")
      #expect(!reason.hasSuffix("."), "\(command.name): \(reason)")
      #expect(reason.count > 10 && reason.count < 120, "\(command.name): \(reason)")
    }
  }

  @Test(arguments: ScreenName.allCases)
  func `offer a path without function and control keys`(screen: ScreenName) {
    for command in Commands.all(on: screen) where command.hint != nil {
      let plain = command.keys.contains { key in
        switch key {
        case .character, .enter, .escape, .tab, .right: true
        default: false
        }
      }
      #expect(plain, "\(command.name)")
    }
  }

  @Test func `become the key list of help and README`() {
    let lines = KeyList.lines
    #expect(lines.contains { $0.screen == nil && $0.keys == "j ↓" && $0.help == "Moves down." })
    #expect(lines.contains { $0.screen == "Retry" && $0.keys == "u" })
    #expect(lines.count > 60)
  }
}
