// `etl-tui` without a subcommand: the console.

import ArgumentParser
import Cells
import ETLKit
import Foundation
import Terminal

struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Watch runs, repair what failed, and chart what was loaded.",
    discussion: "Runs go on when the console is left. ? shows the keys.")

  @Option(help: "A theme: the name of a shipped one, or of a file in the workspace's themes/.")
  var theme: String?

  @Flag(help: "Print the overview as plain lines instead of opening a screen.")
  var plain = false

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    TerminalRestore.guardProcess()
    let workspace = options.value
    if plain { return ConsoleMain.printOverview(workspace) }
    let code = ConsoleMain.run(workspace, theme: try chosenTheme(workspace))
    if code != 0 { throw ExitCode(code) }
  }

  private func chosenTheme(_ workspace: Workspace) throws -> Theme {
    guard let theme else { return .default }
    let path = workspace.path(of: "themes/\(theme).yaml")
    if let data = FileManager.default.contents(atPath: path) {
      let file = ThemeFile(
        String(decoding: data, as: UTF8.self), file: path, inherited: ShippedThemes.theme)
      for diagnostic in file.problems { Output.complain(diagnostic.description) }
      if let theme = file.theme { return theme }
    } else if let theme = ShippedThemes.theme(theme) {
      return theme
    }
    throw ValidationError(
      "no theme \"\(theme)\"; there are \(ShippedThemes.names.joined(separator: ", "))")
  }
}
