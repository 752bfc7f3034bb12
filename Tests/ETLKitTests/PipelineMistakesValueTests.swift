import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A value mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "yes for a boolean",
      rest: """
        retry:
          records: {every_run: yes}
        """,
      says: """
        p.yaml:9:24: error: "every_run" expects true or false, found "yes" (value.type)
         9 |   records: {every_run: yes}
           |                        ^^^
           = write true
        """),
    Mistake(
      "a number with a leading zero",
      rest: """
        retry:
          records: {attempts: 08}
        """,
      says: """
        p.yaml:9:23: error: "attempts" expects a whole number from 1, found "08" (value.type)
         9 |   records: {attempts: 08}
           |                       ^^
        """),
    Mistake(
      "a number that is too small",
      rest: """
        retry:
          records: {attempts: 0}
        """,
      says: """
        p.yaml:9:23: error: "attempts" expects a whole number from 1, found "0" (value.type)
         9 |   records: {attempts: 0}
           |                       ^
           = write 1 or more
        """),
    Mistake(
      "a duration without a unit",
      rest: """
        retry:
          records: {dead_after: 90}
        """,
      says: """
        p.yaml:9:25: error: "dead_after" expects a duration such as 30s, 5m, 1h or 3d, found "90" (value.type)
         9 |   records: {dead_after: 90}
           |                         ^^
           = add the unit
        """),
    Mistake(
      "a factor below one",
      rest: """
        retry:
          transient: {factor: 0.5, jitter: some}
        """,
      says: """
        p.yaml:9:23: error: "factor" expects a number from 1, found "0.5" (value.type)
         9 |   transient: {factor: 0.5, jitter: some}
           |                       ^^^
        p.yaml:9:36: error: "jitter" expects one of full, none, found "some" (value.type)
         9 |   transient: {factor: 0.5, jitter: some}
           |                                    ^^^^
        """),
    Mistake(
      "waits that shrink",
      rest: """
        retry:
          transient: {initial: 5m, max: 1m}
        """,
      says: """
        p.yaml:9:15: error: "initial" is longer than "max" (value.range)
         9 |   transient: {initial: 5m, max: 1m}
           |               ^^^^^^^
           = exchange them
        """),
    Mistake(
      "nothing at all",
      rest: """
        retry:
          records: {dead_after: }
        """,
      says: """
        p.yaml:9:13: error: "dead_after" expects a duration such as 30s, 5m, 1h or 3d, found nothing (value.type)
         9 |   records: {dead_after: }
           |             ^^^^^^^^^^
        """),
    Mistake(
      "a list where text is expected",
      rest: """
        retry:
          records: {dead_after: [90d]}
        """,
      says: """
        p.yaml:9:25: error: "dead_after" expects a duration such as 30s, 5m, 1h or 3d, found a list (value.type)
         9 |   records: {dead_after: [90d]}
           |                         ^
        """),
  ]
}
