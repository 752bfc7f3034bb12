// The program: subcommands, exit codes, and the console when there is no subcommand.

import ArgumentParser
import ETLKit
import Foundation

/// The root command; without a subcommand it opens the console.
struct EtlTui: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "etl-tui",
    abstract: "Move data into SQLite and never lose a record that failed.",
    discussion: """
      Works on a folder: pipelines in DIR/pipelines/*.yaml, all state in DIR/.etl.
      Without a subcommand it opens the console.

      Exit codes: 0 done, 1 done with rejected records, 2 could not run,
      3 refused before starting.
      """,
    version: Changelog.version,
    subcommands: [
      ConsoleCommand.self, DemoCommand.self, InitCommand.self, CheckCommand.self,
      ExplainCommand.self,
      TestCommand.self,
      InferCommand.self, PlanCommand.self, RunCommand.self,
      RunsCommand.self, WhyCommand.self, WatermarkCommand.self, RetryCommand.self,
      DoctorCommand.self,
      PruneCommand.self, RenderCommand.self, CompletionsCommand.self, ChangelogCommand.self,
      DemoRunsCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)
}

@main
struct Main {
  static func main() async {
    // A reader that goes away is no failure of ours; `Output` notices by itself.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try EtlTui.parseAsRoot(words())
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      if Output.isCut { exit(2) }
    } catch {
      leave(because: error)
    }
  }

  /// The words after the program's name.
  ///
  /// `--workspace DIR` may also stand before the subcommand.
  private static func words() -> [String] {
    var words = Array(CommandLine.arguments.dropFirst())
    while let first = words.first {
      if ["--workspace", "-w"].contains(first), words.count > 1 {
        setenv("ETL_WORKSPACE", words[1], 1)
        words.removeFirst(2)
      } else if first.hasPrefix("--workspace=") {
        setenv("ETL_WORKSPACE", String(first.dropFirst("--workspace=".count)), 1)
        words.removeFirst()
      } else {
        break
      }
    }
    return words
  }

  /// Ends the process with the message and code of an error.
  private static func leave(because error: any Error) -> Never {
    switch error {
    case let error as EngineError:
      Output.complain(error.description)
      exit(error.exitCode)
    case let failure as CommandFailure:
      Output.complain(failure.description)
      exit(failure.exitCode)
    case let code as ExitCode: exit(Output.isCut ? max(code.rawValue, 2) : code.rawValue)
    default:
      let message = EtlTui.fullMessage(for: error)
      // Help and version are wishes, not mistakes.
      if EtlTui.exitCode(for: error) == .success {
        Output.write(message)
        exit(0)
      }
      Output.complain(message)
      exit(3)
    }
  }
}
