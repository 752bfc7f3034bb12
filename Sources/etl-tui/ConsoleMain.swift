// Opens the console on the terminal, or says what to do where there is none.

import Cells
import Console
import ETLKit
import Terminal

enum ConsoleMain {
  /// Shows the console on a workspace until the operator leaves; gives the exit code.
  ///
  /// Called from the main thread: it serves the terminal there. Without a terminal that can show a
  /// screen, the overview is printed as plain lines, and what to type instead.
  static func run(_ workspace: Workspace, theme: Theme = .default) -> Int32 {
    let reader = WorkspaceReader(workspace)
    do {
      let goodbye = try TerminalScreen.run(theme: theme) { screen in
        let effects = ConsoleEffects(workspace, reader: reader, screen: screen)
        let state = first(reader, size: screen.initialSize, glyphs: screen.glyphs)
        let loop = ConsoleLoop(display: screen, runner: effects, clock: ContinuousClock())
        return await loop.run(state).goodbye
      }
      Output.write("etl-tui: \(goodbye)")
      return 0
    } catch let error as TerminalError where error.suggestsLines {
      printOverview(workspace)
      Output.complain("etl-tui: \(error)")
      return 0
    } catch {
      Output.complain("etl-tui: \(error)")
      return 2
    }
  }

  /// The overview as plain lines: no escape codes, no hints about keys.
  static func printOverview(_ workspace: Workspace) {
    let text = ScreenText.render(workspace, screen: .overview, glyphs: .ascii)
    Output.write(text.withoutLastRow.trimmedRows)
  }

  /// The console with its first answers, so that the first frame is a whole one.
  static func first(_ reader: WorkspaceReader, size: CellSize, glyphs: Glyphs) -> ConsoleState {
    var state = ConsoleState(now: .now, size: size, glyphs: glyphs)
    ScreenText.answer(&state, .tick(.now), reader)
    return state
  }
}

/// Screens as text, without a terminal: for pictures, bug reports and pipes.
enum ScreenText {
  /// A screen of a workspace at a size, after some keys; no effect but questions is carried out.
  static func render(
    _ workspace: Workspace, screen: ScreenName, size: CellSize = CellSize(columns: 80, rows: 24),
    keys: String = "", glyphs: Glyphs = .unicode
  ) -> String {
    let reader = WorkspaceReader(workspace)
    var state = ConsoleState(now: .now, size: size, glyphs: glyphs)
    answer(&state, .tick(.now), reader)
    for key in Key.sequence(screen.keys + keys) { answer(&state, .input(.key(key)), reader) }
    return state.frame(size).text
  }

  /// Applies an action and answers what it asks, until nothing is open.
  static func answer(_ state: inout ConsoleState, _ action: Action, _ reader: WorkspaceReader) {
    var waiting = [action]
    while !waiting.isEmpty {
      for case .ask(let question) in state.apply(waiting.removeFirst()) {
        waiting.append(.answer(question, reader.answerNow(question)))
      }
    }
  }
}

extension ScreenName {
  /// The keys that lead to the screen from the overview.
  fileprivate var keys: String {
    switch self {
    case .overview: ""
    case .runs: "2"
    case .run: "2<Enter>"
    case .retry: "3"
    case .record: "3<Enter><Enter>"
    case .charts: "4"
    }
  }
}

extension String {
  fileprivate var withoutLastRow: String {
    split(separator: "\n", omittingEmptySubsequences: false).dropLast().joined(separator: "\n")
  }

  /// Without the empty rows at its end.
  fileprivate var trimmedRows: String {
    var rows = split(separator: "\n", omittingEmptySubsequences: false)
    while rows.last?.allSatisfy({ $0 == " " }) ?? false { rows.removeLast() }
    return rows.joined(separator: "\n")
  }
}
