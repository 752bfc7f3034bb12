import Testing

@testable import ETLKit

/// Letter by letter, for checks that look beyond their own rows.
@Suite struct `A mistake in a check that compares` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "a list of no values",
      checks: #"""
        - {name: k1, step: a, type: accepted, column: id, values: []}
        """#,
      says: #"""
        p.yaml:8:51: error: "values" must not be empty (value.empty)
         8 | - {name: k1, step: a, type: accepted, column: id, values: []}
           |                                                   ^^^^^^
        """#),
    Mistake(
      "a pattern that cannot be read",
      checks: #"""
        - {name: k3, step: a, type: pattern, column: x, pattern: '[a'}
        """#,
      says: #"""
        p.yaml:8:59: error: this bracket is never closed (column.pattern)
         8 | - {name: k3, step: a, type: pattern, column: x, pattern: '[a'}
           |                                                           ^^
           = close it, or write \[ for the sign itself
        """#),
    Mistake(
      "a foreign key to nowhere",
      checks: #"""
        - {name: k5, step: a, type: foreign_key, keys: {x: y}}
        """#,
      says: #"""
        p.yaml:8:3: error: a check of type foreign_key needs one of the keys in or table (key.missing)
         8 | - {name: k5, step: a, type: foreign_key, keys: {x: y}}
           |   ^
        """#),
    Mistake(
      "a foreign key to two places",
      checks: #"""
        - {name: k6, step: a, type: foreign_key, keys: {x: y}, in: a, table: t}
        """#,
      says: #"""
        p.yaml:8:60: error: check k6 looks into a, which is made of a (check.order)
         8 | - {name: k6, step: a, type: foreign_key, keys: {x: y}, in: a, table: t}
           |                                                            ^
           = check a later step, or look into an earlier one
        p.yaml:8:70: error: keys are found "in" a stage or in a "table", not both (value.conflict)
         8 | - {name: k6, step: a, type: foreign_key, keys: {x: y}, in: a, table: t}
           |                                                                      ^
           = remove one of them
        """#),
    Mistake(
      "an age without a limit",
      checks: #"""
        - {name: k7, step: a, type: freshness, column: x}
        """#,
      says: #"""
        p.yaml:8:3: error: a check of type freshness needs one of the keys warn_after or error_after (key.missing)
         8 | - {name: k7, step: a, type: freshness, column: x}
           |   ^
        p.yaml:8:48: error: column x is text; an age needs a date or time (check.type)
         8 | - {name: k7, step: a, type: freshness, column: x}
           |                                                ^
           = declare it as date or timestamp
        """#),
    Mistake(
      "an age of a text",
      checks: #"""
        - {name: k8, step: a, type: freshness, column: x, warn_after: 3d, error_after: 1d}
        """#,
      says: #"""
        p.yaml:8:48: error: column x is text; an age needs a date or time (check.type)
         8 | - {name: k8, step: a, type: freshness, column: x, warn_after: 3d, error_after: 1d}
           |                                                ^
           = declare it as date or timestamp
        p.yaml:8:51: error: "warn_after" is longer than "error_after" (value.range)
         8 | - {name: k8, step: a, type: freshness, column: x, warn_after: 3d, error_after: 1d}
           |                                                   ^^^^^^^^^^
           = exchange them
        """#),
    Mistake(
      "a measure that is none",
      checks: #"""
        - {name: k9, step: a, type: compare, measure: total, max_change: 5%}
        """#,
      says: #"""
        p.yaml:8:47: error: "measure" expects one of rows, sum, null_share, found "total" (value.type)
         8 | - {name: k9, step: a, type: compare, measure: total, max_change: 5%}
           |                                               ^^^^^
        """#),
    Mistake(
      "a sum without a column",
      checks: #"""
        - {name: k10, step: a, type: compare, measure: sum, max_change: 5%}
        """#,
      says: #"""
        p.yaml:8:3: error: a sum needs the key "column" (key.missing)
         8 | - {name: k10, step: a, type: compare, measure: sum, max_change: 5%}
           |   ^
           = column: the column that is measured
        """#),
    Mistake(
      "rows of a column",
      checks: #"""
        - {name: k11, step: a, type: compare, measure: rows, column: x}
        """#,
      says: #"""
        p.yaml:8:3: error: a check of type compare needs one of the keys max_change, max_drop or max_rise (key.missing)
         8 | - {name: k11, step: a, type: compare, measure: rows, column: x}
           |   ^
        p.yaml:8:62: error: rows are counted without a column (value.conflict)
         8 | - {name: k11, step: a, type: compare, measure: rows, column: x}
           |                                                              ^
           = remove it
        """#),
    Mistake(
      "a statement that changes something",
      checks: #"""
        - {name: k12, type: sql, query: delete from t}
        """#,
      says: #"""
        p.yaml:8:33: error: a check reads and changes nothing: "query" expects a SELECT, found "delete" (value.form)
         8 | - {name: k12, type: sql, query: delete from t}
           |                                 ^^^^^^^^^^^^^
           = write select …
        """#),
    Mistake(
      "rows where none is to blame",
      checks: #"""
        - {name: k13, step: a, type: row_count, min: 1, rows: reject}
        """#,
      says: #"""
        p.yaml:8:49: error: a check of type row_count has no key "rows" (key.unknown)
         8 | - {name: k13, step: a, type: row_count, min: 1, rows: reject}
           |                                                 ^^^^
           = known here: name, type, step, min, max, max_drop, severity, warn_if, error_if, description
        """#),
  ]
}
