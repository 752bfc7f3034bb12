import Foundation
import Records
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A pipeline file` {
  @Test func `tells ten mistakes at once, in the order of the file`() {
    let (pipeline, diagnostics) = PipelineFile.read(
      text: """
        pipeline: {name: p, timezone: Rome}
        shedules: []
        sources:
          a:
            type: file
            path: a.csv
            max_drop: 5
            columns:
              id: integer
              day: {type: date, formats: [YYYY-MM-dd]}
              ID: text
        steps:
          f: {type: filter, from: b, where: id >}
        checks:
        - {name: n, step: f, type: unique, columns: [id, id]}
        load: {from: f, to: 'sqlite:x.db', table: t, mode: upsert}
        """, file: "p.yaml")
    #expect(pipeline == nil)
    #expect(
      diagnostics.map { "\($0.mark.line):\($0.mark.column) \($0.code)" } == [
        "1:31 value.type", "2:1 key.unknown", "7:15 value.type", "9:11 value.type",
        "10:35 column.format", "11:7 column.case", "13:27 name.unknown", "13:41 expr.syntax",
        "15:50 column.duplicate", "16:46 key.missing",
      ])
  }

  @Test func `shows the line, the span, the code and what to write`() {
    let (_, diagnostics) = PipelineFile.read(
      text: "pipeline: {name: p}\nloed: {}\n", file: "pipelines/p.yaml")
    #expect(
      diagnostics.last?.description == """
        pipelines/p.yaml:2:1: error: a pipeline file has no key "loed" (key.unknown)
         2 | loed: {}
           | ^^^^
           = did you mean "load"?
        """)
  }

  @Test func `takes text as text, whatever YAML would make of it`() throws {
    let pipeline = try #require(
      PipelineFile.read(
        text: """
          pipeline: {name: p, owner: no, description: 12:30}
          vars: {a: 08, b: 1e3, c: 0x1F, d: 'null', e: true}
          sources:
            s: {type: files, path: 2020-01-01, columns: {yes: text, 'no': int}}
          load: {from: s, to: 'sqlite:x.db', table: on, mode: append}
          """, file: "p.yaml"
      ).pipeline)
    #expect(pipeline.owner == "no")
    #expect(pipeline.summary == "12:30")
    #expect(
      pipeline.variables == ["a": "08", "b": "1e3", "c": "0x1F", "d": "null", "e": "true"])
    #expect(pipeline.sources.first?.location == .files(path: "2020-01-01"))
    #expect(pipeline.sources.first?.columns.map(\.value.name) == ["yes", "no"])
    #expect(pipeline.load.table.value == "on")
  }

  @Test func `takes anchors and merge keys, the nearer key wins`() throws {
    let pipeline = try #require(
      PipelineFile.read(
        text: """
          pipeline: {name: p}
          sources:
            a: &base
              type: file
              path: a.csv
              format: &format {nulls: [NA]}
              columns: {id: int}
            b:
              <<: *base
              path: b.csv
              format: {<<: *format, delimiter: tab}
          steps:
            j: {type: join, left: a, right: b, keys: [id]}
          load: {from: j, to: 'sqlite:x.db', table: t, mode: append}
          """, file: "p.yaml"
      ).pipeline)
    #expect(pipeline.sources.map(\.location) == [.files(path: "a.csv"), .files(path: "b.csv")])
    #expect(pipeline.sources.map(\.dialect.delimiter) == [UInt8(ascii: ","), UInt8(ascii: "\t")])
    #expect(pipeline.sources.map { $0.columns[0].value.nulls } == [[[78, 65]], [[78, 65]]])
  }

  @Test func `keeps the places of names in the file`() throws {
    let pipeline = try #require(
      PipelineFile.read(text: Mistake("", says: "").text, file: "p.yaml").pipeline)
    #expect(pipeline.nameMark == TextMark(line: 1, column: 18, length: 1))
    #expect(pipeline.sources[0].name.mark == TextMark(line: 3, column: 3, length: 1))
    #expect(pipeline.sources[0].columns[1].mark == TextMark(line: 6, column: 24, length: 1))
    #expect(pipeline.load.database.mark == TextMark(line: 7, column: 21, length: 13))
  }

  @Test func `reads all its ways to name a place`() throws {
    let pipeline = try #require(
      PipelineFile.read(
        text: """
          pipeline: {name: p}
          sources:
            web:
              type: http
              url: https://example.org/a.csv
              headers: {Accept: text/csv}
              fetch:
                {timeout: 250ms, max_bytes: 50MiB, keep: 90d, max_redirects: 0, conditional: false,
                 retries: {attempts: 2, initial: 1s, factor: 1.5, max: 3m, jitter: none}}
              throttle: 2000 rows/s
              columns: {id: int}
            hub: {type: github, repo: me/data, path: a.csv, columns: {id: int}}
            pipe: {type: stdin, format: {header: false, quote: none, blank: record}, columns: {id: int, b: real}}
          steps:
            j: {type: join, left: web, right: hub, keys: {id: id}, kind: left}
            k: {type: lookup, from: j, in: pipe, keys: [id], add: {c: b}, missing: 'null'}
          load: {from: k, to: 'sqlite:x.db', table: t, mode: replace}
          """, file: "p.yaml"
      ).pipeline)
    let web = pipeline.sources[0]
    #expect(
      web.location == .http(url: "https://example.org/a.csv", headers: ["Accept": "text/csv"]))
    #expect(
      web.fetch
        == FetchSpec(
          isConditional: false, timeout: .milliseconds(250), maximumBytes: 50 << 20,
          keepSeconds: 90 * 86_400, maximumRedirects: 0,
          backoff: BackoffSpec(
            attempts: 2, initial: .seconds(1), factor: 1.5, maximum: .seconds(180),
            hasJitter: false)))
    #expect(web.throttle == 2_000)
    #expect(
      pipeline.sources[1].location == .github(repository: "me/data", ref: "HEAD", path: "a.csv"))
    #expect(pipeline.sources[2].location == .standardInput)
    #expect(
      pipeline.sources[2].dialect == Dialect(quote: nil, hasHeader: false, skipBlankLines: false))
    #expect(pipeline.sources[2].columns.map(\.value.position) == [1, 2])
    guard case .join(let join) = pipeline.steps[0].kind else { return }
    #expect(join.unmatchedLeft == .keep)
    #expect(join.cardinality == .manyToOne)
  }
}

@Suite struct `The meaning of a pipeline` {
  static func meaning(_ change: (inout String) -> Void = { _ in }) throws -> String {
    var text = try String(
      contentsOf: Fixtures.url("pipelines/covid-us-daily.yaml"), encoding: .utf8)
    change(&text)
    return try #require(PipelineFile.read(text: text, file: "p.yaml").pipeline).meaning
  }

  @Test(arguments: [
    ("  owner: data-ops@example.org\n", ""), ("# Johns", "# The Johns"),
    ("{type: int, required: true, min: 0}", "{min: 0, required: true, type: 'int'}"),
    ("  mode: upsert\n  key: [date]\n", "  key: [date]\n  mode: upsert\n"),
    ("attempts: 25", "attempts: 26"),
  ])
  func `stays when only the writing changes`(old: String, new: String) throws {
    let changed = try Self.meaning { $0 = $0.replacingOccurrences(of: old, with: new) }
    #expect(try changed == Self.meaning())
  }

  @Test(arguments: [
    ("2020-01-22'", "2020-01-23'"), ("key: [date]\n\n", "key: [date, cases]\n\n"),
    ("cases: {type: int, required: true", "cases: {type: int, required: false"),
    ("where: date >=", "where: date >"), ("unmatched_left: reject", "unmatched_left: drop"),
    ("table: covid_daily", "table: covid"), ("min: 300", "min: 301"),
    ("country = 'US'", "country = 'Italy'"),
  ])
  func `changes with what is loaded`(old: String, new: String) throws {
    let changed = try Self.meaning { $0 = $0.replacingOccurrences(of: old, with: new) }
    #expect(try changed != Self.meaning())
  }
}
