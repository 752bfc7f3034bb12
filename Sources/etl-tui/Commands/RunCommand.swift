// `etl-tui run`: the only way a run happens; consoles and schedules start exactly this.

import ArgumentParser
import ETLKit
import Foundation

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a pipeline now.",
    discussion: """
      Fetches its sources, tries waiting queue records again, checks and loads.
      Progress goes to standard error, the summary to standard output.
      """)

  @Argument(help: "The pipeline's name.")
  var name: String

  @Option(help: ArgumentHelp("Why it runs; other commands set this.", visibility: .hidden))
  var kind: String = RunKind.manual.rawValue

  @Option(help: ArgumentHelp("Load what this run was held back with.", visibility: .hidden))
  var held: Int64?

  @Option(help: ArgumentHelp("Why it is loaded after all.", visibility: .hidden))
  var heldNote = ""

  @Flag(help: "Events and summary as JSON, one object a line.")
  var json = false

  @Flag(help: "Plain lines, no progress bar.")
  var plain = false

  @Flag(help: "The summary only; warnings and errors are told in any case.")
  var quiet = false

  @OptionGroup var choices: RunChoices
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = options.value
    let pipeline = try workspace.pipeline(named: name)
    let cancellation = RunCancellation()
    let printer = RunPrinter(
      style: json ? .json : quiet ? .quiet : plain || !Output.isTerminal ? .plain : .bar)
    let run = try PipelineRun(
      pipeline, in: workspace,
      options: try runOptions(pipeline), cancellation: cancellation,
      report: { printer.show($0) })
    let work = Task { try await run.run() }
    // A fetch waits for the network, not for the next batch: its task is cancelled, too.
    let signals = StopSignals {
      cancellation.cancel()
      work.cancel()
    }
    defer { withExtendedLifetime(signals) {} }
    let summary = try await work.value
    printer.finish(summary)
    let code = RunPrinter.exitCode(of: summary)
    if code != 0 { throw ExitCode(code) }
  }

  private func runOptions(_ pipeline: Pipeline) throws -> RunOptions {
    var base = RunOptions(
      kind: RunKind(rawValue: kind) ?? .manual, isForced: choices.force)
    if let held {
      base = RunOptions.publishing(
        try options.value.state().heldLoad(held), of: pipeline, by: Person.name,
        note: heldNote)
    }
    return try choices.replacements(in: base, for: pipeline)
  }
}

extension String {
  var nilIfEmpty: String? { isEmpty ? nil : self }
}

/// Turns TERM, INT and HUP into a wish to stop at the next batch.
final class StopSignals {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable () -> Void) {
    sources = [SIGTERM, SIGINT, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: stop)
      source.resume()
      return source
    }
  }
}
