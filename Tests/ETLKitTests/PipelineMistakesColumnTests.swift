import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A column mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "a type of another system",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: integer
              x: decimal(20,2)
              y: {type: string}
              z:
        """,
      says: """
        p.yaml:7:11: error: "type" expects a type: text, int, real, decimal(12,2), bool, date or timestamp, found "integer" (value.type)
         7 |       id: integer
           |           ^^^^^^^
           = did you mean "int"?
        p.yaml:8:10: error: "type" expects a type: text, int, real, decimal(12,2), bool, date or timestamp, found "decimal(20,2)" (value.type)
         8 |       x: decimal(20,2)
           |          ^^^^^^^^^^^^^
           = write decimal(12,2): at most 18 digits, 2 of them behind the point
        p.yaml:9:17: error: "type" expects a type: text, int, real, decimal(12,2), bool, date or timestamp, found "string" (value.type)
         9 |       y: {type: string}
           |                 ^^^^^^
           = did you mean "text"?
        p.yaml:10:7: error: "type" expects a type: text, int, real, decimal(12,2), bool, date or timestamp, found nothing (value.type)
         10 |       z:
            |       ^
        """),
    Mistake(
      "names that differ only in case",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: int
              ID: text
        """,
      says: """
        p.yaml:8:7: error: the columns "id" at 7:7 and "ID" differ only in case; a table cannot hold both (column.case)
         8 |       ID: text
           |       ^^
           = give one of them another name
        """),
    Mistake(
      "a date pattern with a week-year",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: date, formats: [YYYY-MM-dd]}
        """,
      says: """
        p.yaml:7:34: error: "YYYY" in a date pattern is the week-year (column.format)
         7 |       id: {type: date, formats: [YYYY-MM-dd]}
           |                                  ^^^^
           = write yyyy
        """),
    Mistake(
      "a date pattern with an unknown letter",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: date, formats: [yyyy-MM-dd, 'q']}
        """,
      says: """
        p.yaml:7:47: error: "q" means nothing in a date pattern (column.format)
         7 |       id: {type: date, formats: [yyyy-MM-dd, 'q']}
           |                                               ^
        """),
    Mistake(
      "a bound that is no number",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: int, min: low, max: 1.5}
              d: {type: date, min: 2020-02-30}
        """,
      says: """
        p.yaml:7:28: error: "min" expects a whole number, found "low" (value.type)
         7 |       id: {type: int, min: low, max: 1.5}
           |                            ^^^
        p.yaml:7:38: error: "max" expects a whole number, found "1.5" (value.type)
         7 |       id: {type: int, min: low, max: 1.5}
           |                                      ^^^
        p.yaml:8:28: error: "min" expects a date such as 2020-01-31, found "2020-02-30" (value.type)
         8 |       d: {type: date, min: 2020-02-30}
           |                            ^^^^^^^^^^
        """),
    Mistake(
      "bounds the wrong way round",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: int, min: 10, max: 9}
        """,
      says: """
        p.yaml:7:23: error: "min" 10 is greater than "max" 9 (value.range)
         7 |       id: {type: int, min: 10, max: 9}
           |                       ^^^
           = exchange them
        """),
    Mistake(
      "keys that do not fit the type",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: int, pattern: '[0-9]+', formats: [yyyy]}
              x: {type: text, min: 1, decimal: comma}
        """,
      says: """
        p.yaml:7:23: error: "pattern" does not fit a column of type int (key.unfit)
         7 |       id: {type: int, pattern: '[0-9]+', formats: [yyyy]}
           |                       ^^^^^^^
           = remove it
        p.yaml:7:42: error: "formats" does not fit a column of type int (key.unfit)
         7 |       id: {type: int, pattern: '[0-9]+', formats: [yyyy]}
           |                                          ^^^^^^^
           = remove it
        p.yaml:8:23: error: "min" does not fit a column of type text (key.unfit)
         8 |       x: {type: text, min: 1, decimal: comma}
           |                       ^^^
           = remove it
        p.yaml:8:31: error: "decimal" does not fit a column of type text (key.unfit)
         8 |       x: {type: text, min: 1, decimal: comma}
           |                               ^^^^^^^
           = remove it
        """),
    Mistake(
      "upper and lower",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: text, upper: true, lower: true}
        """,
      says: """
        p.yaml:7:37: error: a text is "upper" or "lower", not both (value.conflict)
         7 |       id: {type: text, upper: true, lower: true}
           |                                     ^^^^^
           = remove one of them
        """),
    Mistake(
      "the same sign twice",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: real, decimal: comma, thousands: comma}
        """,
      says: """
        p.yaml:7:40: error: the decimal mark and the mark between thousands are the same (value.conflict)
         7 |       id: {type: real, decimal: comma, thousands: comma}
           |                                        ^^^^^^^^^
        """),
    Mistake(
      "a redaction, which stands beside the columns",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: text, redact: true}
        """,
      says: """
        p.yaml:7:24: error: a column has no key "redact" (key.elsewhere)
         7 |       id: {type: text, redact: true}
           |                        ^^^^^^
           = write redact: [column] beside the source's columns
        """),
    Mistake(
      "a name from a header that is not there",
      sources: """
          a:
            type: file
            path: a.csv
            format: {header: false}
            columns:
              id: {type: int, from: ID}
        """,
      says: """
        p.yaml:8:23: error: "from" needs a header, and the format says header: false (value.conflict)
         8 |       id: {type: int, from: ID}
           |                       ^^^^
           = write position: 1
        """),
    Mistake(
      "a name and a position",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: int, from: ID, position: 2}
        """,
      says: """
        p.yaml:7:33: error: a column has "from" or "position", not both (value.conflict)
         7 |       id: {type: int, from: ID, position: 2}
           |                                 ^^^^^^^^
           = remove one of them
        """),
    Mistake(
      "a pattern that cannot be read",
      sources: """
          a:
            type: file
            path: a.csv
            columns:
              id: {type: text, pattern: '[A-Z'}
              x: {type: text, pattern: 'a(?=b)'}
        """,
      says: """
        p.yaml:7:34: error: this bracket is never closed (column.pattern)
         7 |       id: {type: text, pattern: '[A-Z'}
           |                                  ^^^^
           = close it, or write \\[ for the sign itself
        p.yaml:8:34: error: patterns have no look-around, back-references or lazy marks (column.pattern)
         8 |       x: {type: text, pattern: 'a(?=b)'}
           |                                  ^^
        """),
  ]
}
