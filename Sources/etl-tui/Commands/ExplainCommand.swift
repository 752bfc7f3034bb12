// `etl-tui explain PIPELINE [STAGE]`: what a pipeline does, before any data is read.

import ArgumentParser
import ETLKit
import Foundation

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the stages of a pipeline, their columns and where each comes from.",
    discussion: """
      Reads no data and changes nothing. Shows for each stage what it does, which rows it counts how,
      and the columns that it makes; a ? after a type says that it may be null. At the end stands how
      far a mended record of each source reaches: its own row, its group, or any row (set).

      With STAGE only that stage is shown, with all its columns, back to the fields of the files.
      """)

  @Argument(help: "The pipeline's name.")
  var pipeline: String

  @Argument(help: "A stage of it; all if left out.")
  var stage: String?

  @Flag(help: "One JSON object a stage, then one a source.")
  var json = false

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let plan = try PipelinePlan(try options.value.pipeline(named: pipeline))
    var explanation = PlanExplanation(plan)
    if let stage {
      guard explanation.stages.contains(where: { $0.name == stage }) else {
        throw CommandFailure(
          ErrorText(
            "\(pipeline) has no stage \"\(stage)\"", code: "name.unknown",
            fix: "known here: " + explanation.stages.map(\.name).joined(separator: ", ")),
          exitCode: 3)
      }
      explanation.stages.removeAll { $0.name != stage }
    }
    let lines =
      json
      ? ExplainPrinter.objects(explanation, isWhole: stage == nil).map(EventJSON.line)
      : ExplainPrinter.lines(explanation, isWhole: stage == nil)
    for line in lines { Output.write(line) }
  }
}
