// The guides' examples hold: pipelines are free of mistakes, and the embedding code is run here.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `The guides` {
  private func guide(_ name: String) throws -> String {
    try String(
      contentsOfFile: Fixtures.repository.path + "/Sources/ETLKit/ETLKit.docc/\(name).md",
      encoding: .utf8)
  }

  private func blocks(_ language: String, in text: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  private func example() throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(columns: "{id: {type: int, required: true}}"),
      "in.csv": "id\n1\nx\n",
    ])
  }

  @Test func `show pipelines without mistakes`() throws {
    let folder = Fixtures.repository.path + "/Sources/ETLKit/ETLKit.docc"
    let guides = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".md") }.sorted()
    // Other blocks are parts of a file.
    let examples = try guides.flatMap { blocks("yaml", in: try guide(String($0.dropLast(3)))) }
      .filter { $0.contains("sources:") }
    #expect(examples.count > 4)
    for example in examples {
      let (pipeline, diagnostics) = PipelineFile.read(text: example, file: "guide.yaml")
      #expect(diagnostics.map(\.description).isEmpty, "\(diagnostics)")
      if let pipeline { #expect(try PipelinePlan(pipeline).warnings.isEmpty) }
    }
  }

  @Test func `show code that embeds a run`() async throws {
    let test = try example()
    let folder = test.folder
    // The text of the guide, line by line; the test below compares them.
    let workspace = Workspace(at: folder)
    let pipeline = try workspace.pipeline(named: "p")
    let run = try PipelineRun(pipeline, in: workspace) { event in
      if case .log(_, let level, _, let text) = event, level >= .warn { print(text) }
    }
    let summary = try await run.run()
    print(summary.state, summary.inserted, summary.rejected)

    guard case .causes(let causes) = await WorkspaceReader(workspace).answer(.causes) else {
      return
    }
    let first = try StateFile.open(workspace).ask(.reason(causes[0].id), by: "nightly job")
    #expect(spaced(summary.inserted, summary.rejected, first.changed) == "1 1 1")
  }

  @Test func `have the very code that is run here`() throws {
    let here = try String(contentsOfFile: #filePath, encoding: .utf8)
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    for block in blocks("swift", in: try guide("Embedding")) {
      for line in block.split(separator: "\n") {
        let line = line.trimmingCharacters(in: .whitespaces)
        #expect(here.contains(line), "\(line)")
      }
    }
  }
}
