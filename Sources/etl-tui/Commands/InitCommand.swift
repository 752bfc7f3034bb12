// `etl-tui init`: a workspace from a small working example.

import ArgumentParser
import ETLKit
import Foundation

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a workspace from a small working example.")

  @Argument(help: "The folder; made if it is not there.")
  var folder = "."

  func run() throws {
    let place = URL(fileURLWithPath: folder).standardizedFileURL.path
    let workspace = Workspace(at: place)
    let files = FileManager.default
    // Somebody's pipelines are never touched, nor mixed with an example.
    let pipelines = (try? workspace.pipelineFiles()) ?? []
    if let there = (pipelines + ExampleWorkspace.files.map(\.name)).first(where: {
      files.fileExists(atPath: workspace.path(of: $0))
    }) {
      throw CommandFailure(
        ErrorText(
          "there is a workspace already: \(there) is there", code: "init.exists", places: [place],
          fix: "etl-tui --workspace \(folder) check"))
    }
    do {
      for file in ExampleWorkspace.files {
        let path = workspace.path(of: file.name)
        try files.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
      }
    } catch let error as CocoaError {
      let reason = error.underlying.map { "\($0)" } ?? error.localizedDescription
      throw CommandFailure(
        ErrorText(
          "the workspace cannot be made: \(reason)", code: "init.folder", places: [place],
          fix: "name a folder that can be written"))
    }
    for file in ExampleWorkspace.files { Output.write("made \(folder)/\(file.name)") }
    Output.write("next: etl-tui --workspace \(folder) run stations")
  }
}
