import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A mistake in an expression` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "in a plain value",
      steps: """
          f: {type: filter, from: a, where: id >> 1}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: filter, from: a, where: id >> 1}
           |   ^
        p.yaml:8:41: error: found ">" where a value should be (expr.syntax)
         8 |   f: {type: filter, from: a, where: id >> 1}
           |                                         ^
        """),
    Mistake(
      "in single quotes, behind a doubled one",
      steps: """
          f: {type: filter, from: a, where: 'x = ''a'' and and id'}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: filter, from: a, where: 'x = ''a'' and and id'}
           |   ^
        p.yaml:8:52: error: found "and" where a value should be (expr.syntax)
         8 |   f: {type: filter, from: a, where: 'x = ''a'' and and id'}
           |                                                    ^^^
        """),
    Mistake(
      "in double quotes, behind an escape",
      steps: #"""
          f: {type: filter, from: a, where: "x = '\u00e4' and ("}
        """#,
      says: #"""
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: filter, from: a, where: "x = '\u00e4' and ("}
           |   ^
        p.yaml:8:56: error: found the end where a value should be (expr.syntax)
         8 |   f: {type: filter, from: a, where: "x = '\u00e4' and ("}
           |                                                        ^
        """#),
    Mistake(
      "in a literal block",
      steps: """
          f:
            type: filter
            from: a
            where: |
              id > 1
              and x ==== 'b'
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f:
           |   ^
        p.yaml:13:13: error: === is not a sign of this language (expr.syntax)
         13 |       and x ==== 'b'
            |             ^^^
            = write =
        """),
    Mistake(
      "in a folded block",
      steps: """
          f:
            type: filter
            from: a
            where: >-
              id > 1
              and between 3
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f:
           |   ^
        p.yaml:13:11: error: found "between" where a value should be (expr.syntax)
         13 |       and between 3
            |           ^^^^^^^
        """),
    Mistake(
      "over two plain lines",
      steps: """
          f:
            type: filter
            from: a
            where: id > 1
              and x = 'open
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f:
           |   ^
        p.yaml:12:15: error: the quote ' is never closed (expr.syntax)
         12 |       and x = 'open
            |               ^^^^^
        """),
    Mistake(
      "of a column",
      steps: """
          m:
            type: map
            from: a
            set:
              y: id + 1
              z: case when id > 1 then 2
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "m" (stage.unused)
         8 |   m:
           |   ^
        p.yaml:13:33: error: found the end where "end" should be (expr.syntax)
         13 |       z: case when id > 1 then 2
            |                                 ^
        """),
    Mistake(
      "of a check",
      checks: """
        - {name: n, step: a, type: expression, expect: not}
        """,
      says: """
        p.yaml:8:51: error: found the end where a value should be (expr.syntax)
         8 | - {name: n, step: a, type: expression, expect: not}
           |                                                   ^
        """),
  ]
}
