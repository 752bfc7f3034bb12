import Foundation
import TestSupport
import Testing

/// Files that other programs wrote: the same data in other clothes.
@Suite struct `A variant of a file` {
  static let pipeline = """
    etl: 1
    pipeline: {name: us}
    sources:
      us:
        type: file
        path: us.csv
        columns:
          date: {type: date, required: true, formats: [yyyy-MM-dd, M/d/yyyy]}
          cases: {type: int, required: true}
          deaths: {type: int, required: true}
    load: {from: us, to: 'sqlite:us.db', table: us, mode: upsert, key: [date]}

    """

  static let table = "SELECT date, cases, deaths FROM us ORDER BY date"

  /// The rows of a file, read by other means than the engine's.
  static func rows(of text: String) -> [[String]] {
    text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      var fields = line.split(separator: ",").map(String.init)
      let parts = fields[0].split(separator: "/").compactMap { Int($0) }
      if parts.count == 3 {
        fields[0] = String(format: "%04d-%02d-%02d", parts[2], parts[0], parts[1])
      }
      return fields
    }
  }

  @Test(arguments: [
    ("us.crlf-noeol.2022-05-03.csv", 834), ("us.mdy-dates.crlf.csv", 687),
  ])
  func `loads the rows it holds`(name: String, count: Int) throws {
    let bench = Bench()
    try bench.pipeline("us", Self.pipeline)
    let file = data("nyt/variants/\(name)")
    let run = try bench.summary(of: "us", "--source", "us=\(file)")
    #expect(run.counts == "succeeded: inserted \(count), updated 0, unchanged 0, rejected 0")
    let expected = Self.rows(of: try String(contentsOfFile: file, encoding: .utf8))
    #expect(try bench.rows(Self.table, of: "us.db") == expected)
  }

  @Test func `with other line ends changes nothing that is loaded`() throws {
    let bench = Bench()
    try bench.fixturePipeline("covid-us-states")
    try bench.linkData()
    let first = try bench.summary(of: "covid-us-states")
    #expect(first.counts == "succeeded: inserted 61942, updated 0, unchanged 0, rejected 0")
    let again = try bench.summary(
      of: "covid-us-states", "--source",
      "states=" + data("nyt/variants/us-states.crlf.csv.gz"))
    #expect(again.counts == "succeeded: inserted 0, updated 0, unchanged 61942, rejected 0")
  }

  @Test func `with another header is refused before anything is written`() throws {
    let bench = Bench()
    try bench.pipeline("us", Self.pipeline)
    let result = try bench.run(
      "run", "us", "--plain", "--source", "us=" + data("nyt/variants/us.bad-header.csv"))
    #expect(result.code == 2)
    #expect(
      result.output.contains(
        """
          error: the header has no column "deaths"; it has "date", "cases", \
        "deaths (those are the number for US only)" (contract.missing_column)
        """))
    #expect(!FileManager.default.fileExists(atPath: bench.scratch.path("us.db")))
    #expect(try bench.queue().isEmpty)
  }
}
