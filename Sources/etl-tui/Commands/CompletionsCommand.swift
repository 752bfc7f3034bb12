// `etl-tui completions`: what makes a shell complete subcommands and options.

import ArgumentParser

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print a script that makes a shell complete etl-tui.",
    discussion:
      "In bash: etl-tui completions bash > ~/.local/share/bash-completion/completions/etl-tui")

  @Argument(help: "bash, zsh or fish.")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      let known = CompletionShell.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("no completions for \"\(shell)\"; there are \(known)")
    }
    Output.write(EtlTui.completionScript(for: shell))
  }
}
