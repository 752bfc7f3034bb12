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

  @Test(arguments: ["covid-us-daily", "covid-us-states", "flights-2013-01", "flights-route-day"])
  func `read without a mistake`(name: String) throws {
    let (pipeline, diagnostics) = try Self.read(name)
    #expect(diagnostics.map(\.description) == [])
    #expect(pipeline?.name == name)
  }

  @Test func `join the counts of two papers by day`() throws {
    let pipeline = try #require(try Self.read("covid-us-daily").pipeline)
    #expect(pipeline.timezone == "America/New_York")
    #expect(pipeline.variables == ["first_day": "2020-01-22"])
    #expect(pipeline.source(named: "jhu")?.prefilter?.value == "country = 'US'")
    #expect(pipeline.source(named: "nyt")?.maximumDrop == 0.01)
    let cases = pipeline.source(named: "nyt")?.columns[1].value
    #expect(
      cases
        == ColumnSpec(
          name: "cases", type: .integer, isRequired: true, minimum: Bound(slot: 0, text: "0")))
    guard case .join(let join)? = pipeline.step(named: "joined")?.kind else {
      Issue.record("joined is no join")
      return
    }
    #expect([join.left.value, join.right.value] == ["in_range", "jhu"])
    #expect(join.keys.map(\.left.value) == ["date"])
    #expect(join.cardinality == .oneToOne)
    #expect([join.unmatchedLeft, join.unmatchedRight] == [.reject, .report])
    #expect(pipeline.checks.map(\.severity) == [.error, .error, .warn, .warn])
    #expect(pipeline.load.database.value == "covid.db")
    #expect(pipeline.load.key.map(\.value) == ["date"])
    #expect(pipeline.retry.deadAfterSeconds == 90 * 86_400)
    #expect(pipeline.retry.transient.maximum == .seconds(900))
  }

  @Test func `look up what flights only name by code`() throws {
    let pipeline = try #require(try Self.read("flights-2013-01").pipeline)
    let lookups = pipeline.steps.compactMap { step -> LookupSpec? in
      if case .lookup(let lookup) = step.kind { lookup } else { nil }
    }
    #expect(lookups.map(\.side.value) == ["airlines", "airports", "planes"])
    #expect(lookups.map(\.missing) == [.reject, .reject, .reject])
    #expect(lookups[1].keys.map { [$0.left.value, $0.right.value] } == [["dest", "faa"]])
    #expect(lookups[1].add.map { [$0.name.value, $0.from.value] } == [["destination", "name"]])
    let tail = pipeline.source(named: "flights")?.columns.first { $0.value.name == "tailnum" }
    #expect(tail?.value.isRequired == true)
    #expect(tail?.value.nulls == [[], Array("NA".utf8)])
  }
}
