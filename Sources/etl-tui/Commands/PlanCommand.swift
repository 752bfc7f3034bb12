// `etl-tui plan`: what a run would change, without changing anything.

import ArgumentParser
import ETLKit
import Foundation

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would change, and change nothing.",
    discussion: """
      Reads the sources and the destination, tries waiting queue records, and shows
      how many rows would be inserted, updated, deleted and rejected, with samples.
      Nothing of the workspace and no database is written or locked.

      The exit code is the one a run would have.
      """)

  @Argument(help: "The pipeline's name.")
  var name: String

  @Option(help: "How many rows of each kind are shown.")
  var samples = 5

  @Option(
    help: ArgumentHelp(
      "What publishing the load that this run holds back would change.",
      valueName: "run"))
  var held: Int64?

  @Flag(help: "One JSON object.")
  var json = false

  @OptionGroup var choices: RunChoices
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = try options.existing()
    let pipeline = try workspace.pipeline(named: name)
    var base = RunOptions(isForced: choices.force)
    if let held {
      base = .publishing(
        try workspace.state().heldLoad(held), of: pipeline, by: "", note: "")
    }
    let forecast = try await Forecaster(
      pipeline, in: workspace,
      options: choices.replacements(in: base, for: pipeline),
      samples: max(0, samples)
    ).forecast()
    if json {
      Output.write(EventJSON.line(PlanReport.object(of: forecast)))
    } else {
      PlanReport.lines(of: forecast, held: held).forEach(Output.write)
    }
    let code = RunPrinter.exitCode(of: forecast.summary)
    if code != 0 { throw ExitCode(code) }
  }
}
