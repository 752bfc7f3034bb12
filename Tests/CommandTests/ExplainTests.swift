import Foundation
import TestSupport
import Testing

@Suite struct `The command explain` {
  private func bench() throws -> Bench {
    let bench = Bench()
    try bench.fixturePipeline("flights-2013-01")
    try bench.pipeline(
      "wide",
      """
      etl: 1
      pipeline: {name: wide}
      sources:
        counts:
          type: files
          path: 'in/*.csv'
          columns:
            country: {from: Country/Region, type: text, required: true}
          rest: {match: '\\d+/\\d+/\\d+', columns: {days: int}}
        places: {type: file, path: places.csv, columns: {country: text, people: int}}
      steps:
        long: {type: unpivot, from: counts, columns: days, name: day, formats: [M/d/yy], value: cases}
        known: {type: join, left: long, right: places, keys: [country], kind: left}
        share: {type: map, from: known, set: {per_million: 'round(cases * 1000000 / people, 1)'}}
        peaks: {type: aggregate, from: share, by: [country], set: {worst: max(per_million), days: count()}}
        ranked:
          type: sql
          from: [peaks, places]
          query: SELECT country, worst, rank() OVER (ORDER BY worst DESC) AS place FROM peaks JOIN places USING (country)
          columns: {country: {type: text, required: true}, worst: real, place: int}
      load: {from: ranked, to: 'sqlite:out.db', table: ranked, mode: replace}

      """)
    return bench
  }

  @Test(arguments: [
    ["flights-2013-01"], ["wide"], ["wide", "share"], ["flights-2013-01", "with_plane"],
  ])
  func `shows stages, columns and where each comes from`(words: [String]) throws {
    let bench = try bench()
    let result = try withExtendedLifetime(bench) {
      try Program.run(["explain"] + words, in: bench.folder)
    }
    #expect(result.code == 0)
    #expect(result.lines.allSatisfy { $0.count <= 80 })
    expectSnapshot(result.output, named: (["explain"] + words).joined(separator: "."))
  }

  @Test func `gives the same as JSON`() throws {
    let objects = try bench().run("explain", "wide", "--json").objects
    let scopes = objects.compactMap { object in
      (object["source"] as? String).map { "\($0) \(object["scope"] ?? "")" }
    }
    #expect(scopes.sorted() == ["counts set", "places set"])
  }

  @Test func `names the stages there are if one is asked for that is none`() throws {
    let result = try bench().run("explain", "wide", "shares")
    #expect(result.code == 3)
    #expect(
      result.complaints == """
        wide has no stage "shares" (name.unknown)
          fix: known here: counts, long, places, known, share, peaks, ranked, load

        """)
  }
}
