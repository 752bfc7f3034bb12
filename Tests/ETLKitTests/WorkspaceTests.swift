import Foundation
import Testing

@testable import ETLKit

@Suite struct `A workspace` {
  /// Makes a folder with pipeline files, gives it to a test and removes it.
  static func with(
    _ files: [String: String], folder: Bool = true, _ body: (Workspace) throws -> Void
  ) throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("workspace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let pipelines = folder ? root.appendingPathComponent("pipelines") : root
    try FileManager.default.createDirectory(at: pipelines, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: pipelines.appendingPathComponent(name))
    }
    try body(Workspace(at: root.path))
  }

  static func text(named name: String) -> String {
    Mistake("", head: "pipeline: {name: \(name)}", says: "").text
  }

  @Test func `lists all files in order, also broken ones`() throws {
    let files = [
      "b.yaml": Self.text(named: "second"), "a.yaml": "nothing: [", "c.yml": "",
      "notes.txt": "", ".hidden.yaml": "",
    ]
    try Self.with(files) { workspace in
      let listings = try workspace.pipelines()
      #expect(listings.map(\.name) == ["a", "second", "c"])
      #expect(
        listings.map(\.file) == ["pipelines/a.yaml", "pipelines/b.yaml", "pipelines/c.yml"])
      #expect(listings.map { $0.pipeline == nil } == [true, false, true])
      #expect(listings.map(\.diagnostics.count) == [1, 0, 1])
      #expect(listings[2].diagnostics[0].what == "the file is empty")
    }
  }

  @Test func `gives a pipeline by its name`() throws {
    try Self.with(["a.yaml": Self.text(named: "covid")]) { workspace in
      let pipeline = try workspace.pipeline(named: "covid")
      #expect(pipeline.file == "pipelines/a.yaml")
    }
  }

  @Test func `says which name is nearest to an unknown one`() throws {
    try Self.with(["a.yaml": Self.text(named: "covid")]) { workspace in
      let problem = StateProblem.unknownPipeline(
        name: "covdi", nearest: "covid", folder: workspace.pipelinesFolder)
      #expect(throws: EngineError(.state(problem))) {
        try workspace.pipeline(named: "covdi")
      }
    }
  }

  @Test func `refuses two files with one name, in both`() throws {
    try Self.with(["a.yaml": Self.text(named: "p"), "b.yaml": Self.text(named: "p")]) {
      let listings = try $0.pipelines()
      #expect(listings.map { $0.pipeline == nil } == [true, true])
      #expect(
        listings[0].diagnostics.map(\.description) == [
          """
          pipelines/a.yaml:1:18: error: the name "p" is used by pipelines/b.yaml too (name.duplicate)
           1 | pipeline: {name: p}
             |                  ^
             = give each pipeline a name of its own
          """
        ])
    }
  }

  @Test func `tells a folder without pipelines from no folder`() throws {
    try Self.with([:]) { workspace in
      let problem = StateProblem.noPipelines(folder: workspace.pipelinesFolder, isFolder: true)
      #expect(throws: EngineError(.state(problem))) { try workspace.pipelines() }
    }
    try Self.with([:], folder: false) { workspace in
      let problem = StateProblem.noPipelines(folder: workspace.pipelinesFolder, isFolder: false)
      #expect(throws: EngineError(.state(problem))) { try workspace.pipelines() }
    }
  }

  @Test func `says where a file is not UTF-8`() throws {
    try Self.with([:]) { workspace in
      try Data(Array("etl: 1\nx: ".utf8) + [0xFF]).write(
        to: URL(fileURLWithPath: workspace.path(of: "pipelines/a.yaml")))
      let diagnostics = try workspace.pipelines()[0].diagnostics
      #expect(diagnostics.map(\.what) == ["the file is not UTF-8; line 2"])
    }
  }

  @Test func `keeps its parts below its folder`() {
    let workspace = Workspace(at: "/w/")
    #expect(workspace.stateFile == "/w/.etl/state.db")
    #expect(workspace.path(of: "/absolute.csv") == "/absolute.csv")
  }
}
