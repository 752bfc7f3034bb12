import Foundation
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `The command plan` {
  private func bench() throws -> Bench {
    let bench = Bench()
    try bench.pipeline("us", `A variant of a file`.pipeline)
    try bench.write("us.csv", "date,cases,deaths\n2020-01-21,1,0\n2020-01-22,1,0\n")
    return bench
  }

  @Test func `shows rows before and after, and the exit code of the run`() throws {
    let bench = try bench()
    _ = try bench.summary(of: "us")
    try bench.write(
      "us.csv",
      "date,cases,deaths\n2020-01-21,1,0\n2020-01-22,3,1\n2020-01-23,4,0\n2020-01-24,x,0\n")
    let plan = try bench.run("plan", "us")
    expectSnapshot(plan.output, named: "plan.changes")
    #expect(plan.code == 1)
    #expect(try bench.summary(of: "us").code == 1)
  }

  @Test func `gives programs the numbers and the samples`() throws {
    let bench = try bench()
    let object = try #require(try bench.run("plan", "us", "--json", "--samples", "1").objects.first)
    #expect(object["inserted"] as? Int == 2)
    let tables = try #require(object["tables"] as? [[String: Any]])
    let samples = try #require(tables.first?["samples"] as? [[String: Any]])
    #expect(samples.map { $0["change"] as? String } == ["insert"])
    #expect(samples.first?["before"] == nil)
  }

  @Test func `says when a run would change nothing`() throws {
    let bench = try bench()
    _ = try bench.summary(of: "us")
    let plan = try bench.run("plan", "us")
    #expect(plan.code == 0)
    #expect(
      plan.lines == [
        "us · plan · a run would end unchanged", "  nothing changed since the last load",
        "nothing was written; etl-tui run us does it",
      ])
  }

  @Test func `tells what would stop the run`() throws {
    let bench = try bench()
    try bench.write("us.csv", "date,deaths\n2020-01-21,1\n")
    let plan = try bench.run("plan", "us")
    #expect(plan.code == 2)
    #expect(plan.output.contains("(contract.missing_column)"))
    #expect(try bench.run("plan", "up").code == 3)
  }
}
