import Foundation
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `The command test` {
  private let pipeline = """
    etl: 1
    pipeline: {name: rain}
    sources:
      rain:
        type: file
        path: rain.csv
        columns: {place: {type: text, required: true}, millimetres: {type: real, min: 0}}
    load: {from: rain, to: 'sqlite:rain.db', table: rain, mode: upsert, key: [place]}
    tests:
    - name: rain is not below zero
      given: {rain: "place,millimetres\\nHilltop,1.5\\nHarbour,-1\\n"}
      expect: {load: "place,millimetres\\nHilltop,1.5"}
      rejects: [{line: 3, code: cast.range, column: millimetres}]
    - name: a dry place is told
      given: {rain: "place,millimetres\\nHilltop,1.5\\nHarbour,0\\n"}
      expect: {load: "place,millimetres\\nHilltop,1.5\\nHarbour,0"}

    """

  @Test func `is content when all is as expected`() throws {
    let bench = Bench()
    try bench.pipeline("rain", pipeline)
    let result = try bench.run("test")
    #expect(result.code == 0)
    #expect(
      result.lines == [
        "holds  rain: rain is not below zero", "holds  rain: a dry place is told",
        "2 tests, all hold",
      ])
    let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    #expect(files == ["pipelines"])
  }

  @Test func `marks what differs`() throws {
    let bench = Bench()
    try bench.pipeline(
      "rain",
      pipeline.replacing("Hilltop,1.5\\nHarbour,0\"}", with: "Hilltop,2\\nHaven,0\"}")
        .replacing("line: 3", with: "line: 2"))
    let result = try bench.run("test", "rain")
    #expect(result.code == 1)
    expectSnapshot(result.output, named: "test.differences")
    let objects = try bench.run("test", "--json", "--name", "dry").objects
    #expect(objects.map { $0["holds"] as? Bool } == [false])
  }

  @Test func `runs nothing of a file with a mistake`() throws {
    let bench = Bench()
    try bench.pipeline("rain", pipeline.replacing("{load: \"place,", with: "{load: \"town,"))
    let result = try bench.run("test")
    #expect(result.code == 3)
    #expect(result.output.isEmpty)
    #expect(result.complaints.contains("load has no column \"town\" (column.unknown)"))
    #expect(try bench.run("check").code == 3)
  }

  @Test func `says when there is nothing to run`() throws {
    let bench = Bench()
    try bench.pipeline("us", `A variant of a file`.pipeline)
    #expect(
      try bench.run("test").lines == [
        "there are no tests; a pipeline file has them under tests:"
      ])
    #expect(try bench.run("test", "--name", "x").lines == ["no test has \"x\" in its name"])
  }

  @Test func `runs the tests of a new workspace`() throws {
    let scratch = Scratch()
    _ = try Program.run(["init", "mine"], in: scratch.folder)
    let result = try Program.run(["--workspace", "mine", "test"], in: scratch.folder)
    #expect(result.code == 0)
    #expect(result.lines.last == "1 test, all hold")
  }
}
