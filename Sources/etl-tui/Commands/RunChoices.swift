// What can be replaced for one run: variables, sources, and whether it needs news to load.

import ArgumentParser
import ETLKit
import Foundation

/// What `run` and `plan` take besides the pipeline.
struct RunChoices: ParsableArguments {
  @Option(
    name: .customLong("var"), help: ArgumentHelp("Replace a variable.", valueName: "KEY=VALUE"))
  var variables: [String] = []

  @Option(
    help: ArgumentHelp("Read a source from a file this time, - for input.", valueName: "NAME=FILE"))
  var source: [String] = []

  @Flag(help: "Load also if nothing changed since the last load.")
  var force = false

  /// The options with what is replaced, checked against the pipeline.
  func replacements(in options: RunOptions, for pipeline: Pipeline) throws -> RunOptions {
    var result = options
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
