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

extension WorkspaceOptions {
  /// The workspace, if its folder is there.
  func existing() throws -> Workspace {
    let workspace = value
    guard FileManager.default.fileExists(atPath: workspace.folder) else {
      throw EngineError(.state(.folderMissing(path: workspace.folder)))
    }
    return workspace
  }
}

extension Workspace {
  /// The state file, for acts on the queue; only runs make one.
  func state() throws -> StateFile {
    guard FileManager.default.fileExists(atPath: stateFile) else {
      throw EngineError(.state(.noStateFile(path: stateFile)))
    }
    return try StateFile.open(self)
  }
}

extension WorkspaceReader {
  /// The answer to a question; throws what kept it from being answered.
  func ask(_ question: Question) throws(CommandFailure) -> Answer {
    let answer = answerNow(question)
    if case .failed(_, let text) = answer {
      // A state file that is none of ours is refused, one that cannot be read is trouble.
      let isForeign = ["state.newer", "state.foreign", "state.not_a_database"].contains(text.code)
      throw CommandFailure(text, exitCode: isForeign ? 3 : 2)
    }
    return answer
  }
}

/// How a command that lists prints.
struct ListOptions: ParsableArguments {
  @Flag(help: "One JSON object a line.")
  var json = false
}
