import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A key mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "an unknown key, near to a known one",
      rest: """
        shedules: []
        """,
      says: """
        p.yaml:8:1: error: a pipeline file has no key "shedules" (key.unknown)
         8 | shedules: []
           | ^^^^^^^^
           = did you mean "schedules"?
        """),
    Mistake(
      "an unknown key, near to none",
      rest: """
        weather: fine
        """,
      says: """
        p.yaml:8:1: error: a pipeline file has no key "weather" (key.unknown)
         8 | weather: fine
           | ^^^^^^^
           = known here: etl, pipeline, vars, sources, steps, checks, load, retry, staging, schedules, notify, charts, tests
        """),
    Mistake(
      "a missing section",
      head: """
        etl: 1
        """,
      says: """
        p.yaml:1:1: error: a pipeline file needs the key "pipeline" (key.missing)
         1 | etl: 1
           | ^
           = pipeline: what the pipeline is called and whose it is
        """),
    Mistake(
      "a pipeline without a name",
      head: """
        pipeline: {owner: me}
        """,
      says: """
        p.yaml:1:1: error: pipeline needs the key "name" (key.missing)
         1 | pipeline: {owner: me}
           | ^^^^^^^^
           = name: the name it is run by
        """),
    Mistake(
      "another version of the language",
      head: """
        etl: 2
        pipeline: {name: p}
        """,
      says: """
        p.yaml:1:6: error: "etl" expects 1, found "2" (value.type)
         1 | etl: 2
           |      ^
        """),
    Mistake(
      "a name that is none",
      head: """
        pipeline: {name: my pipeline}
        """,
      says: """
        p.yaml:1:18: error: a name has letters, digits, _ and -, and begins with a letter; found "my pipeline" (name.form)
         1 | pipeline: {name: my pipeline}
           |                  ^^^^^^^^^^^
           = write my_pipeline
        """),
    Mistake(
      "a zone that is none",
      head: """
        pipeline: {name: p, timezone: Europe/Roma}
        """,
      says: """
        p.yaml:1:31: error: "timezone" expects a zone of the tz database such as Europe/Rome, found "Europe/Roma" (value.type)
         1 | pipeline: {name: p, timezone: Europe/Roma}
           |                               ^^^^^^^^^^^
           = did you mean "Europe/Rome"?
        """),
    Mistake(
      "keys without effect",
      rest: """
        schedules:
        - {name: daily, cron: 15 6 * * *}
        notify: []
        """,
      says: """
        p.yaml:8:1: warning: "schedules" has no effect in this version (key.ignored)
         8 | schedules:
           | ^^^^^^^^^
        p.yaml:10:1: warning: "notify" has no effect in this version (key.ignored)
         10 | notify: []
            | ^^^^^^
        """),
    Mistake(
      "a default, which is an expression",
      sources: """
          a: {type: file, path: a.csv, columns: {id: {type: int, default: 1}}}
        """,
      says: """
        p.yaml:3:58: error: a column has no key "default" (key.elsewhere)
         3 |   a: {type: file, path: a.csv, columns: {id: {type: int, default: 1}}}
           |                                                          ^^^^^^^
           = write a step of type map, set: {column: coalesce(column, 0)}
        """),
    Mistake(
      "a section that is text",
      rest: """
        retry: often
        """,
      says: """
        p.yaml:8:8: error: retry expects keys and values, found "often" (value.type)
         8 | retry: often
           |        ^^^^^
        """),
    Mistake(
      "a section that is nothing",
      rest: """
        retry:
        """,
      says: """
        p.yaml:8:1: error: retry expects keys and values, found nothing (value.type)
         8 | retry:
           | ^^^^^
        """),
    Mistake(
      "variables that are no texts",
      rest: """
        vars:
          x: [1]
          y:
          1z: a
        """,
      says: """
        p.yaml:9:6: error: "x" expects text, found a list (value.type)
         9 |   x: [1]
           |      ^
        p.yaml:10:3: error: "y" expects text, found nothing (value.type)
         10 |   y:
            |   ^
        p.yaml:11:3: error: a name has letters, digits, _ and -, and begins with a letter; found "1z" (name.form)
         11 |   1z: a
            |   ^^
            = write z
        """),
  ]
}
