import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A load mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "an upsert without a key",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert}
        """,
      says: """
        p.yaml:7:46: error: mode upsert needs the key "key" (key.missing)
         7 | load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert}
           |                                              ^^^^
           = key: the columns that name a row
        """),
    Mistake(
      "inserting only without a key",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: t, mode: insert_only}
        """,
      says: """
        p.yaml:7:46: error: mode insert_only needs the key "key" (key.missing)
         7 | load: {from: a, to: 'sqlite:x.db', table: t, mode: insert_only}
           |                                              ^^^^
           = key: the columns that name a row
        """),
    Mistake(
      "versions that end in a table without versions",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: t, mode: append, on_vanish: close}
        """,
      says: """
        p.yaml:7:60: error: "on_vanish" does not fit mode append (key.unfit)
         7 | load: {from: a, to: 'sqlite:x.db', table: t, mode: append, on_vanish: close}
           |                                                            ^^^^^^^^^
           = only scd2 has versions that can end
        """),
    Mistake(
      "a stage that does not exist",
      load: """
        load: {from: b, to: 'sqlite:x.db', table: t, mode: append}
        """,
      says: """
        p.yaml:7:14: error: there is no stage "b" (name.unknown)
         7 | load: {from: b, to: 'sqlite:x.db', table: t, mode: append}
           |              ^
           = known here: a
        """),
    Mistake(
      "a database of another kind",
      load: """
        load: {from: a, to: 'postgres://host/db', table: t, mode: append}
        """,
      says: """
        p.yaml:7:21: error: loading into postgres is not supported yet (value.unsupported)
         7 | load: {from: a, to: 'postgres://host/db', table: t, mode: append}
           |                     ^^^^^^^^^^^^^^^^^^^^
           = write sqlite:FILE
        """),
    Mistake(
      "a file without its kind",
      load: """
        load: {from: a, to: x.db, table: sqlite_t, mode: insert}
        """,
      says: """
        p.yaml:7:21: error: "to" expects sqlite:FILE, found "x.db" (value.type)
         7 | load: {from: a, to: x.db, table: sqlite_t, mode: insert}
           |                     ^^^^
        p.yaml:7:34: error: SQLite keeps names that begin with sqlite_ for itself (name.reserved)
         7 | load: {from: a, to: x.db, table: sqlite_t, mode: insert}
           |                                  ^^^^^^^^
           = choose another name
        p.yaml:7:50: error: "mode" expects one of upsert, append, insert_only, replace, scd2, found "insert" (value.type)
         7 | load: {from: a, to: x.db, table: sqlite_t, mode: insert}
           |                                                  ^^^^^^
           = did you mean "upsert"?
        """),
    Mistake(
      "a table that loads keep for themselves",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: _etl_loads, mode: append}
        """,
      says: """
        p.yaml:7:43: error: names that begin with _etl_ are those of tables that loads keep (name.reserved)
         7 | load: {from: a, to: 'sqlite:x.db', table: _etl_loads, mode: append}
           |                                           ^^^^^^^^^^
           = choose another name
        """),
    Mistake(
      "what is missing",
      load: """
        load: {}
        """,
      says: """
        p.yaml:7:1: error: load needs the key "from" (key.missing)
         7 | load: {}
           | ^^^^
           = from: the stage whose records are loaded
        p.yaml:7:1: error: load needs the key "to" (key.missing)
         7 | load: {}
           | ^^^^
           = to: the database: sqlite:FILE
        p.yaml:7:1: error: load needs the key "table" (key.missing)
         7 | load: {}
           | ^^^^
           = table: the table
        p.yaml:7:1: error: load needs the key "mode" (key.missing)
         7 | load: {}
           | ^^^^
           = mode: how records meet the rows that are there
        """),
    Mistake(
      "a key twice, and one that is nothing",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert, key: [id, id]}
        """,
      says: """
        p.yaml:7:70: error: "id" stands twice in "key", first at 7:66 (column.duplicate)
         7 | load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert, key: [id, id]}
           |                                                                      ^^
           = remove one of them
        """),
    Mistake(
      "an empty key",
      load: """
        load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert, key: []}
        """,
      says: """
        p.yaml:7:60: error: "key" must not be empty (value.empty)
         7 | load: {from: a, to: 'sqlite:x.db', table: t, mode: upsert, key: []}
           |                                                            ^^^
        """),
    Mistake(
      "limits on rejects that say nothing, or too much",
      rest: """
        retry:
          limit: {reject: 5, percent: 120, then: quarantine}
        """,
      says: """
        p.yaml:9:11: error: retry.limit has no key "reject" (key.unknown)
         9 |   limit: {reject: 5, percent: 120, then: quarantine}
           |           ^^^^^^
           = did you mean "rejects"?
        p.yaml:9:31: error: "percent" expects a percentage from 0 to 100 such as 2.5, found "120" (value.type)
         9 |   limit: {reject: 5, percent: 120, then: quarantine}
           |                               ^^^
        p.yaml:9:42: error: "then" expects one of fail, quarantine_load, found "quarantine" (value.type)
         9 |   limit: {reject: 5, percent: 120, then: quarantine}
           |                                          ^^^^^^^^^^
        """),
    Mistake(
      "a limit on rejects without a bound",
      rest: """
        retry: {limit: {then: fail}}
        """,
      says: """
        p.yaml:8:9: error: retry.limit needs one of the keys rejects or percent (key.missing)
         8 | retry: {limit: {then: fail}}
           |         ^^^^^
        """),
    Mistake(
      "no load",
      load: "",
      says: """
        p.yaml:1:1: error: a pipeline file needs the key "load" (key.missing)
         1 | pipeline: {name: p}
           | ^
           = load: where records go; a list of such maps loads several tables in one step
        """),
  ]
}
