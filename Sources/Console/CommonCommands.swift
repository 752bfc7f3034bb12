// One grammar on all screens: moving, going in and out, filter, marks, panes, help, leaving.

import Cells

enum CommonCommands {
  static let table: [Command] =
    moving + outward(keys: [.escape, .character("h"), .left]) + going + marking + showing + leaving

  /// For charts, where ← → h l move along the axis.
  static let chartTable: [Command] =
    moving + outward(keys: [.escape]) + going + showing + leaving

  // MARK: Moving

  private static let moving: [Command] = [
    motion("move down", [.character("j"), .down], "Moves down.", .by(1)),
    motion("move up", [.character("k"), .up], "Moves up.", .by(-1)),
    motion("first row", [.character("g"), .home], "Goes to the first.", .first),
    motion("last row", [.character("G"), .end], "Goes to the last.", .last),
    motion("half page down", [.control("d")], "Moves down half a page.", .halfPage(1)),
    motion("half page up", [.control("u")], "Moves up half a page.", .halfPage(-1)),
    motion("page down", [.pageDown, .control("f")], "Moves down a page.", .page(1)),
    motion("page up", [.pageUp], "Moves up a page.", .page(-1)),
    motion("next problem", [.character("}")], "Goes to the next problem.", .problem(1)),
    motion("previous problem", [.character("{")], "Goes to the previous problem.", .problem(-1)),
    motion("next match", [.character("n")], "Goes to the next match of the filter.", .match(1)),
    motion(
      "previous match", [.character("N")], "Goes to the previous match of the filter.",
      .match(-1)),
  ]

  private static func motion(
    _ name: String, _ keys: [Key], _ help: String, _ motion: Motion
  ) -> Command {
    Command(name, keys: keys, help: help) { state in
      if case .stayed(let reason) = state.withFront({ $0.move(motion) }) { state.refuse(reason) }
      return []
    }
  }

  // MARK: In and out

  private static func outward(keys: [Key]) -> [Command] {
    [
      Command(
        "go up", keys: keys, help: "Clears the filter, then marks, then goes up."
      ) { state in
        state.backOut()
        return []
      }
    ]
  }

  private static let going: [Command] =
    ScreenName.tabs.enumerated().map { index, tab in
      Command(
        "go \(tab.title.lowercased())", keys: [.character(Character(String(index + 1)))],
        help: "Shows the screen \(tab.title)."
      ) { state in
        state.go(to: tab)
        return []
      }
    } + [
      Command(
        "last screen", keys: [.character("`")], help: "Goes back to the last screen.",
        isAvailable: { state in
          state.lastTrail == nil ? .no(because: "no other screen was shown yet") : .yes
        }
      ) { state in
        guard let last = state.lastTrail else { return [] }
        state.lastTrail = state.trail
        state.trail = last
        return []
      },
      pane("next pane", .tab, "Goes to the next pane.", 1),
      pane("previous pane", .backTab, "Goes to the previous pane.", -1),
      Command("zoom pane", keys: [.character("z")], help: "Shows this pane alone, and back.") {
        state in
        state.withFront { $0.isZoomed.toggle() }
        return []
      },
    ]

  private static func pane(_ name: String, _ key: Key, _ help: String, _ step: Int) -> Command {
    Command(name, keys: [key], help: help) { state in
      let body = Chrome(size: state.size).body
      let hasMoved = state.withFront { screen in
        screen.isZoomed = false
        return screen.moveFocus(by: step, in: body)
      }
      if !hasMoved { state.refuse("there is one pane only at this size") }
      return []
    }
  }

  // MARK: Marks

  private static let marking: [Command] = [
    motion("mark row", [.character(" ")], "Marks the row and moves down.", .mark),
    motion("mark all", [.character("*")], "Marks all rows that match the filter.", .markAll),
    Command(
      "mark range", keys: [.character("v")],
      help: "Starts a range; pressed again, marks all rows up to the cursor."
    ) { state in
      if case .stayed(let reason) = state.withFront({ $0.move(.markRange) }) {
        state.refuse(reason)
      } else if !state.inFront().hasMarks {
        state.say("a range starts here; move, then press v again")
      }
      return []
    },
    motion("clear marks", [.character("V")], "Clears all marks.", .clearMarks),
  ]

  // MARK: What lies over the screen

  private static let showing: [Command] = [
    Command(
      "filter", keys: [.character("/")], help: "Filters the list while you type.", hint: "filter",
      isAvailable: { state in
        state.inFront().filter == nil
          ? .no(because: "there is nothing here to filter by words") : .yes
      }
    ) { state in
      state.overlay = .filter(FilterPrompt(text: state.inFront().filter?.text ?? ""))
      return []
    },
    Command(
      "command", keys: [.character(":"), .control("p")],
      help: "Lists all commands by name; typing narrows them.", hint: "command"
    ) { state in
      state.overlay = .palette(PaletteState())
      return []
    },
    Command(
      "help", keys: [.character("?"), .function(1)], help: "Shows the keys; typing searches them."
    ) { state in
      state.overlay = .help(HelpState(screen: state.screen))
      return []
    },
  ]

  private static let leaving: [Command] = [
    Command(
      "leave", keys: [.character("q")], help: "Goes up; at the top it leaves, and runs go on."
    ) { state in
      state.goUp() ? [] : state.leave()
    },
    Command("repaint", keys: [.control("l")], help: "Paints the whole screen again.") { _ in
      [.repaint]
    },
    Command(
      "suspend", keys: [.control("z")], help: "Suspends the console; fg in the shell goes on."
    ) { _ in
      [.suspend]
    },
    Command(
      "quit", keys: [.control("c")], help: "Leaves from anywhere; runs go on."
    ) { state in
      state.leave()
    },
  ]
}

extension ConsoleState {
  /// Filter, then marks, then zoom, then up.
  mutating func backOut() {
    let front = inFront()
    if let filter = front.filter, !filter.isEmpty {
      setFilter("")
    } else if front.hasMarks {
      _ = withFront { $0.move(.clearMarks) }
    } else if front.isZoomed {
      withFront { $0.isZoomed = false }
    } else if !goUp() {
      say("this is the top; q leaves, and runs go on")
    }
  }
}
