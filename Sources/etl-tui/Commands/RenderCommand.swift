// `etl-tui render`: a screen as text, without a terminal.

import ArgumentParser
import Cells
import Console
import ETLKit

struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Print a screen of the console as text.",
    discussion: """
      Keys are written as they are typed: jj<Enter>, <Tab>, <C-d>. What they would change is left \
      undone: rendering only looks.
      """)

  @Argument(help: "One of: \(ScreenName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var screen: String

  @Option(help: "Columns and rows.")
  var size = "80x24"

  @Option(help: "Keys to press first.")
  var keys = ""

  @Flag(help: "Only ASCII.")
  var ascii = false

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    guard let screen = ScreenName(rawValue: screen) else {
      throw ValidationError(
        "no screen \"\(screen)\"; there are "
          + ScreenName.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let numbers = size.split(separator: "x").compactMap { Int($0) }
    guard numbers.count == 2, (1...1_000).contains(numbers[0]), (1...500).contains(numbers[1])
    else {
      throw ValidationError("\"\(size)\" is no size; write columns x rows, such as 100x30")
    }
    Output.write(
      ScreenText.render(
        options.value, screen: screen, size: CellSize(columns: numbers[0], rows: numbers[1]),
        keys: keys, glyphs: ascii ? .ascii : .unicode))
  }
}
