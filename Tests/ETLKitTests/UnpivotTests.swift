// Wide files made long, in whole runs, and the columns that are declared all at once.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `An unpivot` {
  /// One column a day, as one of the sources publishes its counts.
  private static let wide = """
    Province/State,Country/Region,Lat,1/22/20,1/23/20,12/31/20
    ,Andorra,42.5,0,1,8049
    Alberta,Canada,53.9,,3,7
    ,Bad,1,x,3,7

    """

  private func test(
    _ step: String, rest: String = "{match: '\\d+/\\d+/\\d+', columns: {days: int}}",
    wide: String = wide, from: String = "long", steps: String = ""
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns:
          "{province: {from: Province/State, type: text}, country: {from: Country/Region, type: text}}",
        steps: "  long: {type: unpivot, from: in, \(step)}\n" + steps, from: from, mode: "append",
        key: nil, source: "rest: \(rest)"),
      "in.csv": wide,
    ])
  }

  private func told(_ test: TestWorkspace) throws -> [String] {
    let listing = try #require(try test.workspace.pipelines().first)
    guard let pipeline = listing.pipeline else { return listing.diagnostics.map(\.what) }
    do throws(EngineError) {
      _ = try PipelinePlan(pipeline)
      return []
    } catch {
      guard case .pipeline(let diagnostics) = error.problem else { return ["\(error)"] }
      return diagnostics.map(\.what)
    }
  }

  @Test func `makes a row of each day, the days read from the header`() async throws {
    let test = try test("columns: days, name: date, formats: [M/d/yy], value: confirmed")
    let summary = try await test.run()
    #expect(
      try test.query("SELECT country, date, confirmed FROM t ORDER BY rowid") == [
        "Andorra|2020-01-22|0", "Andorra|2020-01-23|1", "Andorra|2020-12-31|8049",
        "Canada|2020-01-22|-", "Canada|2020-01-23|3", "Canada|2020-12-31|7",
      ])
    #expect(
      spaced(summary.read, summary.added, summary.inserted, summary.rejected) == "3 4 6 1")
    #expect(
      try test.query(
        "SELECT line_no, errors_json LIKE '%1/22/20%' FROM reject", in: ".etl/state.db")
        == ["4|1"])
  }

  @Test func `leaves out what has no value if asked to`() async throws {
    let test = try test(
      "columns: days, name: date, value: confirmed, nulls: drop",
      wide: "Province/State,Country/Region,1/22/20,1/23/20\nA,X,,1\nB,X,,\n")
    let summary = try await test.run()
    #expect(try test.query("SELECT province, date, confirmed FROM t") == ["A|1/23/20|1"])
    #expect(spaced(summary.read, summary.filtered, summary.inserted) == "2 1 1")
  }

  @Test func `gives no rows for days that a file does not have`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int}",
        steps: "  long: {type: unpivot, from: in, columns: days, name: day, value: v}\n",
        from: "long", mode: "append", key: nil,
        source: "rest: {match: 'd.*', columns: {days: int}}"
      ).replacing("type: file", with: "type: files").replacing("in.csv", with: "in*.csv"),
      "in1.csv": "id,d1\n1,10\n", "in2.csv": "d2,id,d1\n22,2,21\n",
    ])
    _ = try await test.run()
    #expect(
      try test.query("SELECT id, day, v FROM t ORDER BY id, day") == [
        "1|d1|10", "2|d1|21", "2|d2|22",
      ])
  }

  @Test func `takes columns by name too`() async throws {
    let test = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, '2020': int, '2021': int}",
        steps: """
            long: {type: unpivot, from: in, columns: ['2020', '2021'], name: year, value: n}
            total: {type: aggregate, from: long, by: [year], set: {n: sum(n)}}

          """, from: "total", mode: "append", key: nil),
      "in.csv": "id,2020,2021\n1,1,2\n2,3,4\n",
    ])
    let summary = try await test.run()
    #expect(try test.query("SELECT year, n FROM t") == ["2020|4", "2021|6"])
    #expect(spaced(summary.read, summary.added, summary.combined, summary.inserted) == "2 2 2 2")
  }

  @Test func `rejects rows made of one record under that record`() async throws {
    let test = try test(
      "columns: days, name: date, value: v",
      wide: "Province/State,Country/Region,1/22/20,1/23/20\nA,X,0,5\n", from: "m",
      steps: "  m: {type: map, from: long, set: {w: 10 % v}}\n")
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.added, summary.inserted, summary.rejected) == "1 1 1 1")
    #expect(try test.queue() == ["waiting|m|expr.div_zero|2|A,X,0,5"])
  }

  @Test(arguments: [
    (
      "columns: days, name: date, formats: [yyyy-MM-dd], value: v", nil as String?,
      "the column \"1/22/20\" is no date in the form yyyy-MM-dd"
    ),
    (
      "columns: days, name: date, formats: [M/d/yy], value: v",
      "Province/State,Country/Region,1/2/20,01/2/20\nA,X,0,5\n",
      "the columns \"1/2/20\" and \"01/2/20\" stand for the same day in the form M/d/yy"
    ),
    (
      "columns: days, name: date, value: v", "Province/State,Country/Region,day1\nA,X,0\n",
      "the header has no column \"\\\\d+/\\\\d+/\\\\d+\""
    ),
  ])
  func `stops before anything is written if the header does not fit`(
    step: String, wide: String?, what: String
  ) async throws {
    let test = try test(step, wide: wide ?? Self.wide)
    let summary = try await test.run()
    #expect(summary.state == .failed)
    #expect(summary.error?.what.hasPrefix(what) == true, "\(summary.error?.what ?? "")")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/out.db"))
  }

  @Test(arguments: [
    (
      "columns: [days, country], name: n, value: v", "{match: 'd', columns: {days: text}}",
      ["days are many columns and stand alone"]
    ),
    (
      "columns: [province], name: n, value: v", "{match: 'd', columns: {days: text}}",
      ["the columns days go on as many columns after long"]
    ),
    (
      "columns: days, name: country, value: v", "{match: 'd', columns: {days: text}}",
      ["unpivot long adds a column country that is there already"]
    ),
    (
      "columns: [days], name: n, value: v", "{match: '(', columns: {days: text, more: int}}",
      ["this bracket is never closed", "\"rest\" declares one kind of column, found \"more\""]
    ),
  ])
  func `tells what is wrong before it runs`(
    step: String, rest: String, what: [String]
  ) throws {
    #expect(try told(try test(step, rest: rest)) == what)
  }

  @Test func `is the only step that takes many columns`() throws {
    let test = try test(
      "columns: days, name: n, value: v", from: "f",
      steps: "  f: {type: filter, from: in, where: country = 'X'}\n")
    #expect(
      try told(test).filter { !$0.contains("nothing that is loaded") }
        == ["the columns days go on as many columns after f"])
  }

  /// Three places and four days of the counts of Johns Hopkins CSSE (CC BY 4.0), as published.
  @Test func `rebuilds the combined file from the three wide ones`() async throws {
    var sources = ""
    var steps = ""
    for kind in ["confirmed", "deaths", "recovered"] {
      sources += """
          wide_\(kind):
            type: file
            path: \(kind).csv
            columns:
              province: {from: Province/State, type: text, nulls: []}
              country: {from: Country/Region, type: text}
            rest: {match: '\\d+/\\d+/\\d+', columns: {days: int}}

        """
      steps +=
        "  \(kind): {type: unpivot, from: wide_\(kind), columns: days, name: date,"
        + " formats: [M/d/yy], value: \(kind)}\n"
    }
    let keys = "keys: [date, country, province], kind: left, cardinality: '1:1'"
    let test = try TestWorkspace([
      "pipelines/p.yaml": """
      etl: 1
      pipeline: {name: p}
      sources:
      \(sources)
      steps:
      \(steps)
        two: {type: join, left: confirmed, right: recovered, \(keys)}
        all: {type: join, left: two, right: deaths, \(keys)}
      load: {from: all, to: 'sqlite:out.db', table: t, mode: append}
      """,
      "confirmed.csv":
        "\"Province/State\",\"Country/Region\",1/22/20,12/31/20,1/1/21,3/9/23\n"
        + ",\"Andorra\",0,8049,8117,47890\n"
        + "Alberta,\"Canada\",0,100428,100428,629269\n"
        + ",\"Korea, South\",1,61769,62593,30615522\n",
      "deaths.csv":
        "\"Province/State\",\"Country/Region\",1/22/20,12/31/20,1/1/21,3/9/23\n"
        + ",\"Andorra\",0,84,84,165\n"
        + "Alberta,\"Canada\",0,1046,1046,5622\n"
        + ",\"Korea, South\",0,917,942,34093\n",
      "recovered.csv":
        "\"Province/State\",\"Country/Region\",1/22/20,12/31/20,1/1/21,3/9/23\n"
        + ",\"Andorra\",0,7432,7463,0\n"
        + ",\"Korea, South\",0,42953,43578,0\n"
        + "",
    ])
    let summary = try await test.run()
    #expect(spaced(summary.read, summary.added, summary.inserted) == "3 9 12")
    #expect(
      try test.query(
        "SELECT date, country, province, confirmed, recovered, deaths FROM t ORDER BY country, date"
      )
        == [
          "2020-01-22|Andorra||0|0|0",
          "2020-12-31|Andorra||8049|7432|84",
          "2021-01-01|Andorra||8117|7463|84",
          "2023-03-09|Andorra||47890|0|165",
          "2020-01-22|Canada|Alberta|0|-|0",
          "2020-12-31|Canada|Alberta|100428|-|1046",
          "2021-01-01|Canada|Alberta|100428|-|1046",
          "2023-03-09|Canada|Alberta|629269|-|5622",
          "2020-01-22|Korea, South||1|0|0",
          "2020-12-31|Korea, South||61769|42953|917",
          "2021-01-01|Korea, South||62593|43578|942",
          "2023-03-09|Korea, South||30615522|0|34093",
        ])
  }
}
