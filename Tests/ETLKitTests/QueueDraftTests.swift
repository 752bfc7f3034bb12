// Records as people edit them: fields to bytes and back, the rules while typing, a trial that writes nothing.

import Foundation
import GRDB
import Testing

@testable import ETLKit

@Suite struct `A raw record` {
  static let text = DelimitedText()

  @Test(arguments: [
    ("1,2,3", 1, "x", "1,x,3"), ("1,2,3", 1, "x,y", #"1,"x,y",3"#),
    ("1,2,3", 2, #"say "hi""#, #"1,2,"say ""hi""""#), (#"1,"2,2",3"#, 1, "", "1,,3"),
    ("1,2,3", 0, "two\nlines", "\"two\nlines\",2,3"), ("1", 2, "x", "1,,x"),
    (#""1", 2 ,3"#, 2, "4", #""1", 2 ,4"#),
  ])
  func `keeps all other bytes when a field changes`(
    raw: String, field: Int, value: String, expected: String
  ) throws {
    let changed = try Self.text.setting(field, "f", to: value, in: Array(raw.utf8))
    #expect(String(decoding: changed, as: UTF8.self) == expected)
  }

  @Test func `gives back every value that was set`() throws {
    let pieces = ["", "a", ",", "\"", "\n", "\"\"", "é", " ", "\r"]
    for first in pieces {
      for second in pieces {
        let values = [first + second, second, first]
        var raw = Array("1,2,3".utf8)
        for (field, value) in values.enumerated() {
          raw = try Self.text.setting(field, "f", to: value, in: raw)
        }
        #expect(Self.text.split(raw).map(\.text) == values)
      }
    }
  }

  @Test func `of a file without quotes takes no delimiter into a value`() {
    let plain = DelimitedText(delimiter: 9, quote: nil)
    #expect(throws: EngineError(.queue(.unwritable(field: "b", .noQuotes)))) {
      try plain.setting(1, "b", to: "x\ty", in: Array("1\t2".utf8))
    }
  }
}

@Suite struct `A draft` {
  static let towns = """
    etl: 1
    pipeline: {name: p}
    sources:
      in:
        type: file
        path: in.csv
        columns:
          town: {type: text, required: true}
          people: {type: int, required: true, min: 0}
          day: {type: date, from: when, formats: [dd/MM/yyyy]}
    steps:
      big: {type: filter, from: in, where: people > 10}
    load: {from: big, to: 'sqlite:out.db', table: t, mode: upsert, key: [town]}

    """
  let place: TestWorkspace
  let reader: WorkspaceReader

  init() async throws {
    place = try TestWorkspace([
      "pipelines/p.yaml": Self.towns,
      "in.csv":
        "town,people,when\nAy,120,01/02/2020\nBree,1o4,31/02/2020\nCam,-50,\nDee,-5,\nF,1\n",
    ])
    try await place.run()
    reader = WorkspaceReader(place.workspace)
  }

  @Test func `shows each field with what the rules say of it`() throws {
    let draft = try reader.draft(of: 1)
    #expect(draft.edit == nil && draft.problemCount == 2)
    #expect(
      draft.fields == [
        .init(name: "town", original: "Bree", value: "Bree", type: "text", parsed: "Bree"),
        .init(
          name: "people", original: "1o4", value: "1o4", type: "int", parsed: nil,
          problem: #"people is "1o4", not a whole number"#),
        .init(
          name: "when", original: "31/02/2020", value: "31/02/2020", type: "date", parsed: nil,
          problem: #"day is "31/02/2020", not a date like dd/MM/yyyy"#),
      ])
  }

  @Test(
    arguments: [
      ("people", "104", "104", nil),
      ("people", "-1", nil, #"people is "-1", less than 0"#),
      ("people", "", nil, "people is empty, but required"),
      ("when", "28/02/2020", "2020-02-28", nil), ("day", "28/02/2020", "2020-02-28", nil),
    ] as [(String, String, String?, String?)])
  func `judges a value while it is typed`(
    field: String, value: String, parsed: String?, problem: String?
  ) throws {
    let draft = try reader.draft(of: 1, setting: [FieldChange(field, value)])
    let name = field == "day" ? "when" : field
    let found = try #require(draft.fields.first { $0.name == name })
    #expect(found.parsed == parsed)
    #expect(found.problem == problem)
    #expect(found.isEdited)
  }

  @Test func `has the command that makes the same change`() throws {
    let draft = try reader.draft(
      of: 1, setting: [FieldChange("people", "104"), FieldChange("town", "Bree's, end")])
    #expect(
      draft.command == #"etl-tui retry edit 1 --set 'town=Bree'\''s, end' --set people=104"#)
    #expect(String(decoding: draft.raw, as: UTF8.self) == #""Bree's, end",104,31/02/2020"#)
  }

  @Test func `says what is wrong with the record as a whole`() throws {
    let draft = try reader.draft(of: 4)
    #expect(draft.problems == ["2 fields found, 3 expected"])
    #expect(try reader.draft(of: 4, raw: Array("F,1,".utf8)).problemCount == 0)
  }

  @Test(
    arguments: [
      (
        RejectID(9), FieldChange("people", "1"),
        "there is no record 9 (queue.unknown_record)\n"
          + "  fix: etl-tui retry list --records"
      ),
      (
        1, FieldChange("poeple", "1"),
        "the record has no field \"poeple\" (queue.unknown_field)\n"
          + "  fix: did you mean \"people\"?"
      ),
    ] as [(RejectID, FieldChange, String)])
  func `refuses what is not there`(id: RejectID, change: FieldChange, message: String) {
    do throws(EngineError) {
      _ = try reader.draft(of: id, setting: [change])
      Issue.record("nothing was refused")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func `of a record that is closed is refused`() throws {
    try StateFile.open(place.workspace).discard(.ids([1]), by: "ann", note: "")
    #expect(throws: EngineError(.queue(.closed(1, state: .discarded)))) {
      try reader.draft(of: 1, setting: [FieldChange("people", "1")])
    }
  }

  // MARK: Trials

  @Test func `is tried to the row it would add, and nothing is written`() async throws {
    let before = try place.query("SELECT * FROM t")
    let draft = try reader.draft(
      of: 1, setting: [FieldChange("people", "104"), FieldChange("when", "")])
    let trial = try await reader.trial(of: draft)
    #expect(trial.fates == [1: .loaded])
    #expect(
      trial.stages == [
        .init(name: "in", passes: true), .init(name: "big", passes: true),
        .init(name: "load", passes: true),
      ])
    #expect(
      trial.rows == [
        .init(
          table: "t", change: .insert,
          values: [
            .init(column: "town", before: nil, after: "Bree"),
            .init(column: "people", before: nil, after: "104"),
            .init(column: "day", before: nil, after: nil),
          ])
      ])
    #expect(try place.query("SELECT * FROM t") == before)
    #expect(try place.query("SELECT count(*) FROM run", in: ".etl/state.db") == ["1"])
    #expect(try place.queue().first == "waiting|in|cast.int|3|Bree,1o4,31/02/2020")
  }

  @Test func `is tried to the row it would change`() async throws {
    let trial = try await reader.trial(of: try reader.draft(of: 1, raw: Array("Ay,7000,".utf8)))
    #expect(trial.rows.map(\.change) == [.update])
    #expect(
      trial.rows.first?.values == [
        .init(column: "town", before: "Ay", after: "Ay"),
        .init(column: "people", before: "120", after: "7000"),
        .init(column: "day", before: "2020-02-01", after: nil),
      ])
  }

  @Test(
    arguments: [
      (
        "Bree,x,", RecordTrial.Fate.rejected(stage: "in", [#"people is "x", not a whole number"#]),
        [false, nil, nil]
      ),
      ("Bree,5,", .leftOut("left out by a condition"), [true, false, nil]),
    ] as [(String, RecordTrial.Fate, [Bool?])])
  func `is tried to the stage that stops it`(
    raw: String, fate: RecordTrial.Fate, passes: [Bool?]
  ) async throws {
    let trial = try await reader.trial(of: try reader.draft(of: 1, raw: Array(raw.utf8)))
    #expect(trial.fates == [1: fate])
    #expect(trial.stages.map(\.passes) == passes)
    #expect(trial.rows.isEmpty)
  }

  @Test func `is refused by the table as it is, not as the pipeline would make it`() async throws {
    try await DatabaseQueue(path: place.folder + "/out.db").write {
      try $0.execute(sql: "CREATE UNIQUE INDEX once ON t(people)")
    }
    let preview = try await reader.fix(reason: 2, FixText(parsing: "people := 77"))
    #expect(preview.passing == 1)
    #expect(preview.items.map(\.after) == ["77", "77"])
    #expect(preview.items.last?.problem?.contains("another row has the same") == true)
  }

  // MARK: Fix alike

  @Test func `of all alike is made by one expression`() async throws {
    let preview = try await reader.fix(reason: 2, FixText(parsing: "people := abs(people)"))
    #expect(preview.cause == "people is less than 0")
    #expect(
      preview.items == [
        .init(id: 2, before: "-50", after: "50"),
        .init(id: 3, before: "-5", after: "5", problem: "left out by a condition"),
      ])
    #expect(preview.passing == 1)
    let state = try StateFile.open(place.workspace)
    try state.edit(preview.edits, as: .fix, note: preview.note, by: "ann")
    #expect(try state.lastUndoableAct()?.text == "fixed 2 records alike")
    try await place.run()
    #expect(try place.query("SELECT people FROM t ORDER BY 1") == ["50", "120"])
  }

  @Test func `by an expression over texts needs no typed value`() async throws {
    let preview = try await reader.fix(
      reason: 1, FixText(parsing: "people := replace(people, 'o', '0')"))
    #expect(preview.items.map(\.after) == ["104"])
    #expect(
      preview.items.map(\.problem) == [#"day is "31/02/2020", not a date like dd/MM/yyyy"#])
  }

  @Test func `by an expression over types leaves out what cannot be read so`() async throws {
    let preview = try await reader.fix(reason: 1, FixText(parsing: "people := people + 1"))
    #expect(
      preview.items == [
        .init(id: 1, before: "1o4", after: nil, problem: "people cannot be read as int")
      ])
    #expect(preview.edits.isEmpty)
  }

  @Test(
    arguments: [
      (
        2, "people := abs(peeple)",
        "no column or variable \"peeple\", did you mean people? (queue.expression)\n"
          + "  in abs(peeple), column 5"
      ),
      (
        2, "poeple := 1",
        "the record has no field \"poeple\" (queue.unknown_field)\n"
          + "  fix: did you mean \"people\"?"
      ),
      (2, "people = 1", "\"people = 1\" sets nothing, field := expression expected (queue.set)"),
      (
        77, "people := 1",
        "no record waits for reason 77 (queue.unknown_reason)\n  fix: etl-tui retry list"
      ),
    ] as [(ReasonID, String, String)])
  func `by an expression that cannot be meant is refused`(
    reason: ReasonID, text: String, message: String
  ) async {
    do throws(EngineError) {
      _ = try await reader.fix(reason: reason, FixText(parsing: text))
      Issue.record("nothing was refused")
    } catch {
      #expect(error.description == message)
    }
  }
}
