// The mistakes that can be made about formats and where columns stand, told word by word.

import Testing

@testable import ETLKit

@Suite struct `A mistake about a format` {
  @Test func `is told with its place, like every other one in the file`() {
    let (_, diagnostics) = PipelineFile.read(text: Self.text, file: "p.yaml")
    #expect(diagnostics.map(\.description).joined(separator: "\n") == Self.expected)
  }

  private static let text = """
    pipeline: {name: p}
    sources:
      a:
        type: file
        path: a.json
        format: {type: json, header: true, at: 'rows[x]', skip: 1}
        columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
      b:
        type: file
        path: b.txt
        format: {type: fixed, width: 10, quote: none, at: x}
        columns: {id: {type: int, width: 4}, x: {type: text, from: y}, y: {type: text, start: 9, width: 5}}
      c:
        type: sqlite
        path: c.db
        table: t
        query: select 1
        format: {type: csv}
        columns: {id: {type: int, position: 1}}
      d:
        type: file
        path: d.csv
        format: {comment: comma, skip: -1, encoding: latin1, packing: gzip, member: x}
        columns: {id: {type: int, start: 1}}
      e: {type: sqlite, path: c.db, columns: {id: int}}
    load: {from: a, to: 'sqlite:x.db', table: t, mode: append}

    """

  private static let expected = """
    p.yaml:6:26: error: "header" does not fit the format json (key.unfit)
     6 |     format: {type: json, header: true, at: 'rows[x]', skip: 1}
       |                          ^^^^^^
       = remove it
    p.yaml:6:49: error: "at" has a bracket in its path that is no place such as [0] (column.path)
     6 |     format: {type: json, header: true, at: 'rows[x]', skip: 1}
       |                                                 ^
       = write a.b[0], or /a/b/0 for keys with dots and brackets in them
    p.yaml:6:55: error: "skip" does not fit the format json (key.unfit)
     6 |     format: {type: json, header: true, at: 'rows[x]', skip: 1}
       |                                                       ^^^^
       = remove it
    p.yaml:7:31: error: "nested" does not fit a column of type int (key.unfit)
     7 |     columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
       |                               ^^^^^^
       = remove it
    p.yaml:7:70: error: "from" has a key of no letters in its path (column.path)
     7 |     columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
       |                                                                      ^
       = write a.b[0], or /a/b/0 for keys with dots and brackets in them
    p.yaml:7:74: error: "position" does not fit a column of JSON (key.unfit)
     7 |     columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
       |                                                                          ^^^^^^^^
       = remove it
    p.yaml:7:74: error: a column has "from" or "position", not both (value.conflict)
     7 |     columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
       |                                                                          ^^^^^^^^
       = remove one of them
    p.yaml:7:91: error: "from" has a key of no letters in its path (column.path)
     7 |     columns: {id: {type: int, nested: true}, x: {type: text, from: a..b, position: 2}, 'y.': int}
       |                                                                                           ^
       = write a.b[0], or /a/b/0 for keys with dots and brackets in them
    p.yaml:8:3: warning: nothing that is loaded or checked comes from "b" (stage.unused)
     8 |   b:
       |   ^
    p.yaml:11:38: error: "quote" does not fit the format fixed (key.unfit)
     11 |     format: {type: fixed, width: 10, quote: none, at: x}
        |                                      ^^^^^
        = remove it
    p.yaml:11:51: error: "at" does not fit the format fixed (key.unfit)
     11 |     format: {type: fixed, width: 10, quote: none, at: x}
        |                                                   ^^
        = remove it
    p.yaml:12:42: error: a column of a line of fixed fields needs the key "width" (key.missing)
     12 |     columns: {id: {type: int, width: 4}, x: {type: text, from: y}, y: {type: text, start: 9, width: 5}}
        |                                          ^
        = width: how many places a fixed field has
    p.yaml:12:58: error: "from" does not fit a column of a line of fixed fields (key.unfit)
     12 |     columns: {id: {type: int, width: 4}, x: {type: text, from: y}, y: {type: text, start: 9, width: 5}}
        |                                                          ^^^^
        = remove it
    p.yaml:12:68: error: the field ends at place 13, a line has 10 (value.range)
     12 |     columns: {id: {type: int, width: 4}, x: {type: text, from: y}, y: {type: text, start: 9, width: 5}}
        |                                                                    ^
    p.yaml:13:3: warning: nothing that is loaded or checked comes from "c" (stage.unused)
     13 |   c:
        |   ^
    p.yaml:17:12: error: a database is read by "table" or "query", not both (value.conflict)
     17 |     query: select 1
        |            ^^^^^^^^
        = remove one of them
    p.yaml:18:5: error: a source of type sqlite has no key "format" (key.unknown)
     18 |     format: {type: csv}
        |     ^^^^^^
        = known here: type, path, table, query, columns, fetch, contract, prefilter, redact, throttle, max_drop, description, freshness, watermark
    p.yaml:19:31: error: "position" does not fit a column of a database (key.unfit)
     19 |     columns: {id: {type: int, position: 1}}
        |                               ^^^^^^^^
        = remove it
    p.yaml:20:3: warning: nothing that is loaded or checked comes from "d" (stage.unused)
     20 |   d:
        |   ^
    p.yaml:23:14: error: "comment" and "delimiter" are the same sign (value.conflict)
     23 |     format: {comment: comma, skip: -1, encoding: latin1, packing: gzip, member: x}
        |              ^^^^^^^
    p.yaml:23:36: error: "skip" expects a whole number from 0, found "-1" (value.type)
     23 |     format: {comment: comma, skip: -1, encoding: latin1, packing: gzip, member: x}
        |                                    ^^
        = write 0 or more
    p.yaml:23:50: error: "encoding" expects one of utf-8, utf-16, utf-16le, utf-16be, latin-1, windows-1252, found "latin1" (value.type)
     23 |     format: {comment: comma, skip: -1, encoding: latin1, packing: gzip, member: x}
        |                                                  ^^^^^^
        = did you mean "latin-1"?
    p.yaml:23:73: error: "member" names a file of a zip archive, and the packing is gzip (value.conflict)
     23 |     format: {comment: comma, skip: -1, encoding: latin1, packing: gzip, member: x}
        |                                                                         ^^^^^^
        = write packing: zip
    p.yaml:24:31: error: "start" does not fit a column of delimited text (key.unfit)
     24 |     columns: {id: {type: int, start: 1}}
        |                               ^^^^^
        = remove it
    p.yaml:25:3: error: a source of type sqlite needs the key "table" or "query" (key.missing)
     25 |   e: {type: sqlite, path: c.db, columns: {id: int}}
        |   ^
        = table: the table or view that is read
    p.yaml:25:3: warning: nothing that is loaded or checked comes from "e" (stage.unused)
     25 |   e: {type: sqlite, path: c.db, columns: {id: int}}
        |   ^
    """
}
