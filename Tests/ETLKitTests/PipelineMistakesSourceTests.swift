import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A source mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "a source without a type",
      sources: """
          a:
            path: a.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:3:3: error: a source needs the key "type" (key.missing)
         3 |   a:
           |   ^
           = type: where the bytes come from
        """),
    Mistake(
      "a type that is nearly right",
      sources: """
          a:
            type: fil
            path: a.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:4:11: error: "type" expects one of file, files, stdin, http, github, sqlite, found "fil" (value.type)
         4 |     type: fil
           |           ^^^
           = did you mean "file"?
        """),
    Mistake(
      "a type that is none",
      sources: """
          a:
            type: carrier pigeon
            columns: {id: int}
        """,
      says: """
        p.yaml:4:11: error: "type" expects one of file, files, stdin, http, github, sqlite, found "carrier pigeon" (value.type)
         4 |     type: carrier pigeon
           |           ^^^^^^^^^^^^^^
        """),
    Mistake(
      "a type that is not built",
      sources: """
          a:
            type: postgres
            path: a.db
        """,
      says: """
        p.yaml:4:11: error: sources of type postgres are not supported yet (value.unsupported)
         4 |     type: postgres
           |           ^^^^^^^^
           = supported: file, files, stdin, http, github, sqlite
        """),
    Mistake(
      "a key of another type",
      sources: """
          a:
            type: http
            path: a.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:3:3: error: a source of type http needs the key "url" (key.missing)
         3 |   a:
           |   ^
           = url: where the file is, http:// or https://
        p.yaml:5:5: error: a source of type http has no key "path" (key.unknown)
         5 |     path: a.csv
           |     ^^^^
           = known here: type, url, headers, columns, rest, format, fetch, contract, prefilter, redact, throttle, max_drop, description, freshness, watermark
        """),
    Mistake(
      "a URL of another kind",
      sources: """
          a:
            type: http
            url: ftp://example.org/a.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:5:10: error: "url" expects a URL that begins with http:// or https://, found "ftp://example.org/a.csv" (value.type)
         5 |     url: ftp://example.org/a.csv
           |          ^^^^^^^^^^^^^^^^^^^^^^^
        """),
    Mistake(
      "a repository without an owner",
      sources: """
          a:
            type: github
            repo: data
            path: a.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:5:11: error: "repo" expects a repository as owner/name, found "data" (value.type)
         5 |     repo: data
           |           ^^^^
        """),
    Mistake(
      "a pattern for one file",
      sources: """
          a:
            type: file
            path: day_*.csv
            columns: {id: int}
        """,
      says: """
        p.yaml:5:11: error: a source of type file reads one file, found a pattern (value.form)
         5 |     path: day_*.csv
           |           ^^^^^^^^^
           = write type: files
        """),
    Mistake(
      "a source without columns",
      sources: """
          a:
            type: file
            path: a.csv
            columns: {}
        """,
      says: """
        p.yaml:6:5: error: "columns" must not be empty (value.empty)
         6 |     columns: {}
           |     ^^^^^^^
        """),
    Mistake(
      "a source that is text",
      sources: """
          a: a.csv
        """,
      says: """
        p.yaml:3:6: error: a source expects keys and values, found "a.csv" (value.type)
         3 |   a: a.csv
           |      ^^^^^
        """),
    Mistake(
      "a watermark on nothing that grows",
      sources: """
          a:
            type: file
            path: a.csv
            watermark: {column: x, lag: 3d}
            columns: {id: int, x: text}
        """,
      says: """
        p.yaml:6:25: error: column x is text; a watermark needs int, date or timestamp (watermark.type)
         6 |     watermark: {column: x, lag: 3d}
           |                         ^
           = name a column that grows with time
        """),
    Mistake(
      "a watermark whose lag is of another kind",
      sources: """
          a:
            type: file
            path: a.csv
            watermark: {column: id, lag: 3d}
            columns: {id: int, day: date}
          b:
            type: file
            path: b.csv
            watermark: {column: day, lag: 36h}
            columns: {id: int, day: date}
          c:
            type: file
            path: c.csv
            watermark: {column: dya}
            columns: {id: int, day: date}
        """,
      says: """
        p.yaml:6:34: error: "lag" of int expects a whole number from 0, found "3d" (value.type)
         6 |     watermark: {column: id, lag: 3d}
           |                                  ^^
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "b" (stage.unused)
         8 |   b:
           |   ^
        p.yaml:11:35: error: "lag" of date expects whole days such as 3d, found "36h" (value.type)
         11 |     watermark: {column: day, lag: 36h}
            |                                   ^^^
        p.yaml:13:3: warning: nothing that is loaded or checked comes from "c" (stage.unused)
         13 |   c:
            |   ^
        p.yaml:16:25: error: c has no column "dya" (column.unknown)
         16 |     watermark: {column: dya}
            |                         ^^^
            = did you mean "day"?
        """),
    Mistake(
      "a format of another kind",
      sources: """
          a:
            type: file
            path: a.csv
            format: {type: jsn, delimiter: ab, quote: ',', packing: zap}
            columns: {id: int}
        """,
      says: """
        p.yaml:6:20: error: "type" expects one of csv, tsv, fixed, json_lines, json, found "jsn" (value.type)
         6 |     format: {type: jsn, delimiter: ab, quote: ',', packing: zap}
           |                    ^^^
           = did you mean "json"?
        p.yaml:6:36: error: "delimiter" expects one sign, or tab, comma, semicolon, pipe, found "ab" (value.type)
         6 |     format: {type: jsn, delimiter: ab, quote: ',', packing: zap}
           |                                    ^^
           = did you mean "tab"?
        p.yaml:6:40: error: "delimiter" and "quote" are the same sign (value.conflict)
         6 |     format: {type: jsn, delimiter: ab, quote: ',', packing: zap}
           |                                        ^^^^^
        p.yaml:6:61: error: "packing" expects one of by_name, none, gzip, zip, found "zap" (value.type)
         6 |     format: {type: jsn, delimiter: ab, quote: ',', packing: zap}
           |                                                             ^^^
           = did you mean "zip"?
        """),
    Mistake(
      "a contract with a mode that does not fit",
      sources: """
          a:
            type: file
            path: a.csv
            contract: {missing_column: reject, new_column: warn, bad_value: ignore}
            columns: {id: int}
        """,
      says: """
        p.yaml:6:32: error: "missing_column" cannot be reject: all records lack the column, none is to blame (value.type)
         6 |     contract: {missing_column: reject, new_column: warn, bad_value: ignore}
           |                                ^^^^^^
           = write fail, warn or ignore
        p.yaml:6:69: error: "bad_value" cannot be ignore: a value that is not of its type cannot be loaded, and must not be lost (value.type)
         6 |     contract: {missing_column: reject, new_column: warn, bad_value: ignore}
           |                                                                     ^^^^^^
           = write reject, fail or evolve
        """),
    Mistake(
      "sizes and rates",
      sources: """
          a:
            type: file
            path: a.csv
            fetch: {max_bytes: 50, timeout: soon}
            throttle: 2000
            max_drop: 0.01
            columns: {id: int}
        """,
      says: """
        p.yaml:6:24: error: "max_bytes" expects a size such as 500KiB or 50MiB, found "50" (value.type)
         6 |     fetch: {max_bytes: 50, timeout: soon}
           |                        ^^
           = add the unit
        p.yaml:6:37: error: "timeout" expects a duration such as 30s, 5m, 1h or 3d, found "soon" (value.type)
         6 |     fetch: {max_bytes: 50, timeout: soon}
           |                                     ^^^^
        p.yaml:7:15: error: "throttle" expects a rate such as 2000 rows/s, found "2000" (value.type)
         7 |     throttle: 2000
           |               ^^^^
           = write 2000 rows/s
        p.yaml:8:15: error: "max_drop" expects a percentage such as 1%, found "0.01" (value.type)
         8 |     max_drop: 0.01
           |               ^^^^
           = write 0.01%
        """),
    Mistake(
      "a name that is reserved",
      sources: """
          load:
            type: file
            path: a.csv
            columns: {id: int}
          a: {type: stdin, columns: {id: int}}
        """,
      says: """
        p.yaml:3:3: error: "load" is the name of a stage that is always there (name.reserved)
         3 |   load:
           |   ^^^^
           = choose another name
        p.yaml:3:3: warning: nothing that is loaded or checked comes from "load" (stage.unused)
         3 |   load:
           |   ^^^^
        """),
  ]
}
