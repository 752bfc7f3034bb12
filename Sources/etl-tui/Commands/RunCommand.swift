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

  @Option(
    name: .customLong("var"), help: ArgumentHelp("Replace a variable.", valueName: "KEY=VALUE"))
  var variables: [String] = []

  @Option(
    help: ArgumentHelp("Read a source from a file this time, - for input.", valueName: "NAME=FILE"))
  var source: [String] = []

  @Option(help: ArgumentHelp("Why it runs; other commands set this.", visibility: .hidden))
  var kind: String = RunKind.manual.rawValue

  @Option(help: ArgumentHelp("Load what this run was held back with.", visibility: .hidden))
  var held: Int64?

  @Option(help: ArgumentHelp("Why it is loaded after all.", visibility: .hidden))
  var heldNote = ""

  @Flag(help: "Load also if nothing changed since the last load.")
  var force = false

  @Flag(help: "Events and summary as JSON, one object a line.")
  var json = false

  @Flag(help: "Plain lines, no progress bar.")
  var plain = false

  @Flag(help: "The summary only; warnings and errors are told in any case.")
  var quiet = false

  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = options.value
    let pipeline = try workspace.pipeline(named: name)
    let cancellation = RunCancellation()
    let printer = RunPrinter(
      style: json ? .json : quiet ? .quiet : plain || !Output.isTerminal ? .plain : .bar)
    let run = try PipelineRun(
      pipeline, in: workspace, options: try runOptions(pipeline), cancellation: cancellation,
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
    var result = RunOptions(kind: RunKind(rawValue: kind) ?? .manual, isForced: force)
    if let held {
      result = RunOptions.publishing(
        try self.options.value.state().heldLoad(held), of: pipeline, by: Person.name,
        note: heldNote)
    }
    for pair in variables {
      let (key, value) = try split(pair, option: "--var", form: "KEY=VALUE")
      guard pipeline.variables[key] != nil else {
        let known = pipeline.variables.keys.sorted().joined(separator: ", ").nilIfEmpty
        throw CommandFailure(
          ErrorText(
            "the pipeline has no variable \"\(key)\"; it has \(known ?? "none")",
            code: "run.unknown_variable", places: [pipeline.file],
            fix: known == nil ? "leave --var out" : nil))
      }
      result.variables[key] = value
    }
    for pair in source {
      let (name, file) = try split(pair, option: "--source", form: "NAME=FILE")
      guard pipeline.sources.contains(where: { $0.name.value == name }) else {
        let known = pipeline.sources.map(\.name.value)
        throw CommandFailure(
          ErrorText(
            "the pipeline has no source \"\(name)\"; it has \(known.joined(separator: ", "))",
            code: "run.unknown_source", places: [pipeline.file],
            fix: "--source \(known[0])=\(file)"))
      }
      result.sources[name] = file == "-" ? file : URL(fileURLWithPath: file).path
    }
    return result
  }

  private func split(
    _ pair: String, option: String, form: String
  ) throws -> (String, String) {
    guard let place = pair.firstIndex(of: "="), place != pair.startIndex else {
      throw CommandFailure(
        ErrorText(
          "\(option) \(pair) has no name and value", code: "run.option",
          fix: "\(option) \(form)"))
    }
    return (String(pair[..<place]), String(pair[pair.index(after: place)...]))
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
