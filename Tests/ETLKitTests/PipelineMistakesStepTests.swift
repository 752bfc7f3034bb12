import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A step mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "an input that does not exist",
      steps: """
          f: {type: filter, from: aa, where: id > 1}
          g: {type: select, from: nowhere, columns: [id]}
        """,
      says: """
        p.yaml:8:27: error: there is no stage "aa" (name.unknown)
         8 |   f: {type: filter, from: aa, where: id > 1}
           |                           ^^
           = did you mean "a"?
        p.yaml:9:27: error: there is no stage "nowhere" (name.unknown)
         9 |   g: {type: select, from: nowhere, columns: [id]}
           |                           ^^^^^^^
           = known here: a, f, g
        """),
    Mistake(
      "a type that is nearly right",
      steps: """
          f: {type: fliter, from: a, where: id > 1}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: fliter, from: a, where: id > 1}
           |   ^
        p.yaml:8:13: error: "type" expects one of filter, select, map, join, lookup, dedupe, union, aggregate, unpivot, pivot, sql, found "fliter" (value.type)
         8 |   f: {type: fliter, from: a, where: id > 1}
           |             ^^^^^^
           = did you mean "filter"?
        """),
    Mistake(
      "a type that is none",
      steps: """
          f: {type: shuffle, from: a}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: shuffle, from: a}
           |   ^
        p.yaml:8:13: error: "type" expects one of filter, select, map, join, lookup, dedupe, union, aggregate, unpivot, pivot, sql, found "shuffle" (value.type)
         8 |   f: {type: shuffle, from: a}
           |             ^^^^^^^
        """),
    Mistake(
      "a step without a type",
      steps: """
          f: {from: a}
        """,
      says: """
        p.yaml:8:3: error: a step needs the key "type" (key.missing)
         8 |   f: {from: a}
           |   ^
           = type: filter, select, map, join, lookup, dedupe, union, aggregate, unpivot, pivot, sql
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {from: a}
           |   ^
        """),
    Mistake(
      "a step that is text",
      steps: """
          f: a
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: a
           |   ^
        p.yaml:8:6: error: a step expects keys and values, found "a" (value.type)
         8 |   f: a
           |      ^
        """),
    Mistake(
      "a key of another type",
      steps: """
          f: {type: filter, from: a, where: id > 1, columns: [id]}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: filter, from: a, where: id > 1, columns: [id]}
           |   ^
        p.yaml:8:45: error: a step of type filter has no key "columns" (key.unknown)
         8 |   f: {type: filter, from: a, where: id > 1, columns: [id]}
           |                                             ^^^^^^^
           = known here: type, from, where, description, wake
        """),
    Mistake(
      "a circle",
      steps: """
          f: {type: filter, from: h, where: id > 1}
          g: {type: filter, from: f, where: id > 1}
          h: {type: filter, from: g, where: id > 1}
        """,
      says: """
        p.yaml:8:3: error: the steps go round in a circle: f → g → h → f (stage.circle)
         8 |   f: {type: filter, from: h, where: id > 1}
           |   ^
           = let one of them read another stage
        """),
    Mistake(
      "a step that reads itself",
      steps: """
          f: {type: filter, from: f, where: id > 1}
        """,
      says: """
        p.yaml:8:3: error: the steps go round in a circle: f → f (stage.circle)
         8 |   f: {type: filter, from: f, where: id > 1}
           |   ^
           = let one of them read another stage
        """),
    Mistake(
      "a step with the name of a source",
      steps: """
          a: {type: filter, from: a, where: id > 1}
        """,
      says: """
        p.yaml:8:3: error: there is a stage "a" already, on line 3 (name.duplicate)
         8 |   a: {type: filter, from: a, where: id > 1}
           |   ^
           = give one of them another name
        """),
    Mistake(
      "steps that lead nowhere",
      steps: """
          f: {type: filter, from: a, where: id > 1}
          g: {type: filter, from: f, where: id > 1}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: filter, from: a, where: id > 1}
           |   ^
        p.yaml:9:3: warning: nothing that is loaded or checked comes from "g" (stage.unused)
         9 |   g: {type: filter, from: f, where: id > 1}
           |   ^
        """),
    Mistake(
      "columns twice",
      steps: """
          f:
            type: select
            from: a
            columns: [id, x, id, {ID: x}]
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f:
           |   ^
        p.yaml:11:22: error: there is a column "id" already, at 11:15 (column.duplicate)
         11 |     columns: [id, x, id, {ID: x}]
            |                      ^^
            = give one of them another name
        p.yaml:11:27: error: the columns "id" at 11:15 and "ID" differ only in case; a table cannot hold both (column.case)
         11 |     columns: [id, x, id, {ID: x}]
            |                           ^^
            = give one of them another name
        """),
    Mistake(
      "columns set twice",
      steps: """
          f:
            type: map
            from: a
            set: {y: id, Y: id}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f:
           |   ^
        p.yaml:11:18: error: the columns "y" at 11:11 and "Y" differ only in case; a table cannot hold both (column.case)
         11 |     set: {y: id, Y: id}
            |                  ^
            = give one of them another name
        """),
    Mistake(
      "nothing to set or select",
      steps: """
          f: {type: map, from: a, set: {}}
          g: {type: select, from: f, columns: []}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "f" (stage.unused)
         8 |   f: {type: map, from: a, set: {}}
           |   ^
        p.yaml:8:27: error: "set" must not be empty (value.empty)
         8 |   f: {type: map, from: a, set: {}}
           |                           ^^^
        p.yaml:9:3: warning: nothing that is loaded or checked comes from "g" (stage.unused)
         9 |   g: {type: select, from: f, columns: []}
           |   ^
        p.yaml:9:30: error: "columns" must not be empty (value.empty)
         9 |   g: {type: select, from: f, columns: []}
           |                              ^^^^^^^
        """),
    Mistake(
      "an inner join that keeps",
      steps: """
          j: {type: join, left: a, right: a, keys: [id], unmatched_left: keep, unmatched_right: keep, cardinality: 1:2}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "j" (stage.unused)
         8 |   j: {type: join, left: a, right: a, keys: [id], unmatched_left: keep, unmatched_right: keep, cardinality: 1:2}
           |   ^
        p.yaml:8:50: error: an inner join keeps no records without a partner (value.conflict)
         8 |   j: {type: join, left: a, right: a, keys: [id], unmatched_left: keep, unmatched_right: keep, cardinality: 1:2}
           |                                                  ^^^^^^^^^^^^^^
           = write kind: left, or another policy
        p.yaml:8:72: error: an inner join keeps no records without a partner (value.conflict)
         8 |   j: {type: join, left: a, right: a, keys: [id], unmatched_left: keep, unmatched_right: keep, cardinality: 1:2}
           |                                                                        ^^^^^^^^^^^^^^^
           = write kind: right, or another policy
        p.yaml:8:108: error: "cardinality" expects one of 1:1, n:1, 1:n, n:m, found "1:2" (value.type)
         8 |   j: {type: join, left: a, right: a, keys: [id], unmatched_left: keep, unmatched_right: keep, cardinality: 1:2}
           |                                                                                                            ^^^
           = did you mean "1:1"?
        """),
    Mistake(
      "a left join that drops",
      steps: """
          j: {type: join, left: a, right: a, keys: [id], kind: left, unmatched_left: drop}
        """,
      says: """
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "j" (stage.unused)
         8 |   j: {type: join, left: a, right: a, keys: [id], kind: left, unmatched_left: drop}
           |   ^
        p.yaml:8:62: error: a left join keeps all records of the left (value.conflict)
         8 |   j: {type: join, left: a, right: a, keys: [id], kind: left, unmatched_left: drop}
           |                                                              ^^^^^^^^^^^^^^
           = write kind: inner, or unmatched_left: keep
        """),
    Mistake(
      "a lookup that misses",
      steps: """
          l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
        """,
      says: """
        p.yaml:8:3: error: a step of type lookup needs the key "keys" (key.missing)
         8 |   l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
           |   ^
           = keys: what must be equal: mine: theirs
        p.yaml:8:3: warning: nothing that is loaded or checked comes from "l" (stage.unused)
         8 |   l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
           |   ^
        p.yaml:8:46: error: "add" expects a list of names, or pairs name: name, found a list (value.type)
         8 |   l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
           |                                              ^
        p.yaml:8:61: error: "missing" expects one of reject, null, drop, fail, found "skip" (value.type)
         8 |   l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
           |                                                             ^^^^
        p.yaml:8:67: warning: "wake" has no effect in this version (key.ignored)
         8 |   l: {type: lookup, from: a, in: a, add: {y: [x]}, missing: skip, wake: 'change:a'}
           |                                                                   ^^^^
        """),
  ]
}
