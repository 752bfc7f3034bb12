// `etl-tui check`: all mistakes of all pipeline files at once.

import ArgumentParser
import ETLKit
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find all mistakes in pipeline files without running anything.",
    discussion: "Exit code 3 if there is a mistake, 0 if there are only warnings or none.")

  @Argument(help: "Files to check; all of the workspace if left out.")
  var files: [String] = []

  @Flag(help: "One JSON object a mistake.")
  var json = false

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = options.value
    var diagnostics: [Diagnostic] = []
    var names: [String] = []
    if files.isEmpty {
      for listing in try workspace.pipelines() {
        names.append(listing.file)
        diagnostics += mistakes(listing.pipeline, listing.diagnostics)
      }
    } else {
      for file in files {
        names.append(file)
        let listing = workspace.listing(of: URL(fileURLWithPath: file).path)
        diagnostics += mistakes(listing.pipeline, listing.diagnostics)
      }
    }
    for diagnostic in diagnostics {
      Output.write(json ? jsonLine(diagnostic) : diagnostic.description)
    }
    let errors = diagnostics.count { $0.severity == .error }
    if !json {
      let checked = "\(names.count) file\(names.count == 1 ? "" : "s") checked"
      Output.write(
        errors == 0
          ? "\(checked), no mistakes"
          : "\(checked), \(errors) mistake\(errors == 1 ? "" : "s")")
    }
    if errors > 0 { throw ExitCode(3) }
  }

  private func mistakes(_ pipeline: Pipeline?, _ found: [Diagnostic]) -> [Diagnostic] {
    guard let pipeline else { return found }
    do throws(EngineError) {
      return found + (try PipelinePlan(pipeline).warnings) + pipeline.testMistakes
    } catch {
      if case .pipeline(let more) = error.problem { return found + more }
      return found
    }
  }

  private func jsonLine(_ diagnostic: Diagnostic) -> String {
    EventJSON.line([
      "file": diagnostic.file, "line": diagnostic.mark.line, "column": diagnostic.mark.column,
      "length": diagnostic.mark.length, "severity": diagnostic.severity.rawValue,
      "code": diagnostic.code, "what": diagnostic.what,
      "suggestion": diagnostic.suggestion ?? "",
    ])
  }
}
