import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A check mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "checks that are no list",
      checks: """
          rows: 5
        """,
      says: """
        p.yaml:8:3: error: "checks" expects a list, found keys and values (value.type)
         8 |   rows: 5
           |   ^
           = begin each check with "- name: …"
        """),
    Mistake(
      "a check without a type",
      checks: """
        - {name: rows, step: a}
        """,
      says: """
        p.yaml:8:3: error: a check needs the key "type" (key.missing)
         8 | - {name: rows, step: a}
           |   ^
           = type: what is checked
        """),
    Mistake(
      "a type that is none",
      checks: """
        - {name: rows, step: a, type: rowcount}
        - {name: rows2, step: a, type: magic}
        """,
      says: """
        p.yaml:8:3: error: a check of type row_count needs one of the keys min, max or max_drop (key.missing)
         8 | - {name: rows, step: a, type: rowcount}
           |   ^
        p.yaml:8:31: error: "type" expects one of row_count, unique, not_null, between, accepted, pattern, monotonic, expression, foreign_key, freshness, compare, sql, found "rowcount" (value.type)
         8 | - {name: rows, step: a, type: rowcount}
           |                               ^^^^^^^^
           = did you mean "row_count"?
        p.yaml:9:32: error: "type" expects one of row_count, unique, not_null, between, accepted, pattern, monotonic, expression, foreign_key, freshness, compare, sql, found "magic" (value.type)
         9 | - {name: rows2, step: a, type: magic}
           |                                ^^^^^
        """),
    Mistake(
      "a query that does more than read, and one that is none",
      checks: """
        - {name: deletes, type: sql, query: delete from t}
        - {name: two, type: sql, query: select 1; delete from t}
        - {name: half, type: sql, query: select from t where}
        - {name: loads, type: sql, query: "select load_extension('x')"}
        - {name: writes, type: sql, query: with x as (select 1) delete from sqlite_master}
        """,
      says: """
        p.yaml:8:37: error: a check reads and changes nothing: "query" expects a SELECT, found "delete" (value.form)
         8 | - {name: deletes, type: sql, query: delete from t}
           |                                     ^^^^^^^^^^^^^
           = write select …
        p.yaml:9:43: error: there is a second statement (sql.refused)
         9 | - {name: two, type: sql, query: select 1; delete from t}
           |                                           ^^^^^^
           = write one SELECT
        p.yaml:10:41: error: SQLite says: near "from": syntax error (sql.error)
         10 | - {name: half, type: sql, query: select from t where}
            |                                         ^^^^
        p.yaml:11:43: error: load_extension does more than read (sql.refused)
         11 | - {name: loads, type: sql, query: "select load_extension('x')"}
            |                                           ^^^^^^^^^^^^^^
            = leave it out
        p.yaml:12:36: error: SQLite says: table sqlite_master may not be modified (sql.error)
         12 | - {name: writes, type: sql, query: with x as (select 1) delete from sqlite_master}
            |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        """),
    Mistake(
      "a check of a stage that does not exist",
      checks: """
        - {name: rows, step: b, type: not_null, column: id}
        """,
      says: """
        p.yaml:8:22: error: there is no stage "b" (name.unknown)
         8 | - {name: rows, step: b, type: not_null, column: id}
           |                      ^
           = known here: a
        """),
    Mistake(
      "a check without a bound",
      checks: """
        - {name: rows, step: a, type: row_count}
        - {name: range, step: a, type: between, column: id}
        """,
      says: """
        p.yaml:8:3: error: a check of type row_count needs one of the keys min, max or max_drop (key.missing)
         8 | - {name: rows, step: a, type: row_count}
           |   ^
        p.yaml:9:3: error: a check of type between needs one of the keys min or max (key.missing)
         9 | - {name: range, step: a, type: between, column: id}
           |   ^
        """),
    Mistake(
      "bounds the wrong way round",
      checks: """
        - {name: rows, step: a, type: row_count, min: 5, max: 4}
        """,
      says: """
        p.yaml:8:42: error: "min" 5 is greater than "max" 4 (value.range)
         8 | - {name: rows, step: a, type: row_count, min: 5, max: 4}
           |                                          ^^^
           = exchange them
        """),
    Mistake(
      "a bare date as a bound",
      checks: """
        - {name: range, step: a, type: between, column: d, min: 2020-01-01}
        """,
      says: """
        p.yaml:8:49: error: a has no column "d" (column.unknown)
         8 | - {name: range, step: a, type: between, column: d, min: 2020-01-01}
           |                                                 ^
           = it has id, x
        p.yaml:8:57: error: "2020-01-01" would be read as a subtraction (value.form)
         8 | - {name: range, step: a, type: between, column: d, min: 2020-01-01}
           |                                                         ^^^^^^^^^^
           = write date('2020-01-01')
        """),
    Mistake(
      "limits that are none",
      checks: """
        - {name: range, step: a, type: not_null, column: id, error_if: 10, warn_if: failures > many}
        """,
      says: """
        p.yaml:8:64: error: "error_if" expects a limit such as failures > 10 or failures > 0.5%: found "10" where "failures" should be (value.type)
         8 | - {name: range, step: a, type: not_null, column: id, error_if: 10, warn_if: failures > many}
           |                                                                ^^
        p.yaml:8:88: error: "warn_if" expects a limit such as failures > 10 or failures > 0.5%: found "many" where a number should be (value.type)
         8 | - {name: range, step: a, type: not_null, column: id, error_if: 10, warn_if: failures > many}
           |                                                                                        ^^^^
        """),
    Mistake(
      "two checks of one name",
      checks: """
        - {name: n, step: a, type: not_null, column: id}
        - {name: n, step: a, type: not_null, column: x}
        """,
      says: """
        p.yaml:9:10: error: there is a check "n" already, on line 8 (name.duplicate)
         9 | - {name: n, step: a, type: not_null, column: x}
           |          ^
           = give one of them another name
        """),
    Mistake(
      "a column twice",
      checks: """
        - {name: n, step: a, type: unique, columns: [id, id]}
        """,
      says: """
        p.yaml:8:50: error: "id" stands twice in "columns", first at 8:46 (column.duplicate)
         8 | - {name: n, step: a, type: unique, columns: [id, id]}
           |                                                  ^^
           = remove one of them
        """),
    Mistake(
      "what to do with rows, misspelt",
      checks: """
        - {name: n, step: a, type: not_null, column: id, rows: rejct}
        """,
      says: """
        p.yaml:8:56: error: "rows" expects one of keep, reject, found "rejct" (value.type)
         8 | - {name: n, step: a, type: not_null, column: id, rows: rejct}
           |                                                        ^^^^^
           = did you mean "reject"?
        """),
  ]
}
