import Foundation
import TestSupport
import Testing

/// The national pipeline over dated snapshots, with answers known from the files themselves.
@Suite struct `The daily pipeline` {
  static let steps: [(nyt: String, jhu: String, counts: String, last: [String])] = [
    (
      "nyt/history/us.2020-12-14.csv", "jhu/combined.2020-12-14.csv.gz",
      "succeeded: inserted 327, updated 0, unchanged 0, rejected 0",
      ["2020-12-13", "16368406", "299328", "6298082"]
    ),
    (
      "nyt/history/us.2020-12-15.csv", "jhu/combined.2020-12-15.csv.gz",
      "succeeded: inserted 1, updated 1, unchanged 326, rejected 0",
      ["2020-12-14", "16569913", "301006", "0"]
    ),
    (
      "nyt/history/us.2021-03-16.csv", "jhu/combined.2021-03-16.csv.gz",
      "succeeded: inserted 91, updated 0, unchanged 328, rejected 0",
      ["2021-03-15", "29518746", "535227", "0"]
    ),
    (
      "nyt/history/us.2021-03-17.csv", "jhu/combined.2021-03-17.csv.gz",
      "succeeded: inserted 1, updated 0, unchanged 419, rejected 0",
      ["2021-03-16", "29573186", "536472", "0"]
    ),
    (
      "nyt/us.csv", "jhu/combined-through-2023-03-09.rebuilt.csv.gz",
      "partial: inserted 723, updated 214, unchanged 206, rejected 14",
      ["2023-03-09", "103525528", "1131912", "0"]
    ),
  ]

  static let table = "SELECT date, cases, deaths, recovered FROM covid_daily ORDER BY date"

  @Test func `loads what each day brings, and nothing twice`() throws {
    let bench = Bench()
    try bench.fixturePipeline("covid-us-daily")
    for step in Self.steps {
      let files = ["nyt=" + data(step.nyt), "jhu=" + data(step.jhu)]
      let first = try bench.summary(
        of: "covid-us-daily", "--source", files[0], "--source", files[1])
      #expect(first.counts == step.counts, "\(step.nyt)")
      #expect(first.code == (first["rejected"] == 0 ? 0 : 1))
      let rows = try bench.rows(Self.table, of: "covid.db")
      #expect(rows.count == first.loaded)
      #expect(rows.last == step.last)

      let again = try bench.summary(
        of: "covid-us-daily", "--source", files[0], "--source", files[1])
      #expect(again.state == "unchanged")
      #expect(again.code == 0)
      #expect(try bench.rows(Self.table, of: "covid.db") == rows)
    }
  }

  @Test func `keeps days without a partner until it comes`() throws {
    let bench = Bench()
    try bench.fixturePipeline("covid-us-daily")
    let nyt = "nyt=" + data("nyt/us.csv")
    let jhu = data("jhu/combined-through-2023-03-09.rebuilt.csv.gz")
    _ = try bench.summary(of: "covid-us-daily", "--source", nyt, "--source", "jhu=" + jhu)
    let days = (10...23).map { "2023-03-\($0)" }
    #expect(try bench.queue("--records").compactMap { $0["key"] as? String } == days)
    #expect(try bench.queue().compactMap { $0["code"] as? String } == ["join.unmatched"])

    var longer = try unpacked(jhu)
    for (number, day) in days.enumerated() { longer += "\(day),US,,1,\(number),0\n" }
    try bench.write("longer.csv", longer)
    let run = try bench.summary(
      of: "covid-us-daily", "--source", nyt, "--source", "jhu=longer.csv")
    #expect(run.counts == "succeeded: inserted 14, updated 0, unchanged 1143, rejected 0")
    #expect(try bench.queue().isEmpty)
    #expect(
      try bench.rows("SELECT recovered FROM covid_daily WHERE date>'2023-03-09'", of: "covid.db")
        == (0..<14).map { ["\($0)"] })
  }
}

/// The path of a file of the fixtures' real data.
func data(_ name: String) -> String { Fixtures.url("data/\(name)").path }

/// The text of a packed file.
func unpacked(_ path: String) throws -> String {
  try Program.run(program: "/bin/gzip", ["-dc", path], in: "/").output
}
