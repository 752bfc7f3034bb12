// What every command that works on a workspace takes.

import ArgumentParser
import ETLKit
import Foundation

/// The workspace a command works on.
struct WorkspaceOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: "The folder to work on; $ETL_WORKSPACE, else the current one, if left out.")
  var workspace: String?

  /// The workspace, its folder as an absolute path.
  var value: Workspace {
    let environment = ProcessInfo.processInfo.environment["ETL_WORKSPACE"] ?? ""
    let folder = workspace ?? (environment.isEmpty ? "." : environment)
    return Workspace(at: URL(fileURLWithPath: folder).standardizedFileURL.path)
  }
}

/// How a command that lists prints.
struct ListOptions: ParsableArguments {
  @Flag(help: "One JSON object a line.")
  var json = false
}
