import Foundation
import Records
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `The pipeline fixtures` {
  static func read(_ name: String) throws -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let url = Fixtures.url("pipelines/\(name).yaml")
    return PipelineFile.read(
      text: try String(contentsOf: url, encoding: .utf8), file: "pipelines/\(name).yaml")
  }

  @Test(arguments: ["covid-us-daily", "covid-us-states", "flights-2013-01"])
  func `read without a mistake`(name: String) throws {
    let (pipeline, diagnostics) = try Self.read(name)
    #expect(diagnostics.map(\.description) == [])
    #expect(pipeline?.name == name)
  }
}
