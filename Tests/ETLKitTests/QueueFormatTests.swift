// Records of JSON, JSON lines, fixed width and databases mended field by field: shown, judged, edited, fixed
// alike, exported and imported, each time with all other bytes as they were.

import Foundation
import GRDB
import Records
import Testing

@testable import ETLKit

/// A file of one format with the same three bad records.
struct MendingCase: CustomTestStringConvertible, Sendable {
  var name: String
  var format: String
  var columns: String
  var file: String
  /// The raw bytes of the record that is mended, before and after `people` is set to 104.
  var raw: String
  var mended: String
  /// The name of the field that becomes `people`.
  var people: String

  var testDescription: String { name }

  static let all = [
    MendingCase(
      name: "lines", format: "{type: json_lines}",
      columns: "{town: text, people: {type: int, from: size.people, min: 0}, note: text}",
      file: #"""
        {"town":"Ay","size":{"people":120}}
        {"town":"Br\u00e9e", "size": {"people" : "1o4", "area":[1,2]},"other":null}
        {"town":"Cam","size":{"people":-50}}
        {"town":"Dee","size":{"people":-5}}

        """#,
      raw: #"{"town":"Br\u00e9e", "size": {"people" : "1o4", "area":[1,2]},"other":null}"#,
      mended: #"{"town":"Br\u00e9e", "size": {"people" : "104", "area":[1,2]},"other":null}"#,
      people: "size.people"),
    MendingCase(
      name: "document", format: "{type: json, at: rows}",
      columns: "{town: text, people: {type: int, min: 0}, note: text}",
      file: """
        {"rows": [{"town":"Ay","people":120},
          {"town":"Brée",
            "people": 1.5 , "other": "\\"people\\": 1"},
          {"town":"Cam","people":-50}, {"town":"Dee","people":-5}]}

        """,
      raw: "{\"town\":\"Brée\",\n    \"people\": 1.5 , \"other\": \"\\\"people\\\": 1\"}",
      mended: "{\"town\":\"Brée\",\n    \"people\": 104 , \"other\": \"\\\"people\\\": 1\"}",
      people: "people"),
    MendingCase(
      name: "fixed", format: "{type: fixed}",
      columns:
        "{town: {type: text, width: 6}, people: {type: int, start: 10, width: 5, min: 0}, note: {type: text, start: 17, width: 4}}",
      file:
        "Ay      |  120 |    \nBrée    |  1o4 |\u{E9} x \nCam     |  -50 |    \nDee     |   -5 |    \n",
      raw: "Brée    |  1o4 |\u{E9} x ", mended: "Brée    |  104 |\u{E9} x ", people: "people"),
  ]

  func workspace() async throws -> TestWorkspace {
    let place = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.txt", format: format, columns: columns, mode: "upsert", key: "[town]"),
      "in.txt": file,
    ])
    try await place.run()
    return place
  }
}

@Suite struct `A record of another format` {
  @Test(arguments: MendingCase.all)
  func `is shown by its fields with what the rules say`(mending: MendingCase) async throws {
    let place = try await mending.workspace()
    let draft = try WorkspaceReader(place.workspace).draft(of: 1)
    #expect(String(decoding: draft.raw, as: UTF8.self) == mending.raw)
    #expect(draft.fields.prefix(1).map(\.value) == ["Brée"])
    let field = try #require(draft.fields.first { $0.name == mending.people })
    #expect(field.type == "int" && field.parsed == nil)
    #expect(field.problem?.hasSuffix("\(field.value)\", not a whole number") == true)
    #expect(draft.edit == nil && draft.problemCount == 1)
  }

  @Test(arguments: MendingCase.all)
  func `keeps every other byte when a field changes`(mending: MendingCase) async throws {
    let place = try await mending.workspace()
    let reader = WorkspaceReader(place.workspace)
    for name in [mending.people, "people"] {
      let draft = try reader.draft(of: 1, setting: [FieldChange(name, "104")])
      #expect(String(decoding: draft.raw, as: UTF8.self) == mending.mended)
      #expect(draft.problemCount == 0)
      #expect(draft.command == "etl-tui retry edit 1 --set \(mending.people)=104")
      let trial = try await reader.trial(of: draft)
      #expect(trial.fates == [1: .loaded])
      #expect(trial.rows.first?.values.map(\.after).prefix(2) == ["Brée", "104"])
    }
  }

  @Test(arguments: MendingCase.all)
  func `is loaded once it is mended`(mending: MendingCase) async throws {
    let place = try await mending.workspace()
    let draft = try WorkspaceReader(place.workspace).draft(
      of: 1, setting: [FieldChange("people", "104")])
    try StateFile.open(place.workspace).edit([try #require(draft.edit)], by: "ann")
    let summary = try await place.run()
    #expect(spaced(summary.retried, summary.inserted, summary.rejected) == "1 1 0")
    #expect(try place.query("SELECT town, people FROM t WHERE people=104") == ["Brée|104"])
  }

  @Test(arguments: MendingCase.all)
  func `is mended with all alike by one expression`(mending: MendingCase) async throws {
    let place = try await mending.workspace()
    let reader = WorkspaceReader(place.workspace)
    let preview = try await reader.fix(reason: 2, FixText(parsing: "people := abs(people)"))
    #expect(
      preview.items == [
        .init(id: 2, before: "-50", after: "50"), .init(id: 3, before: "-5", after: "5"),
      ])
    #expect(preview.passing == 2)
    try StateFile.open(place.workspace).edit(preview.edits, as: .fix, by: "ann")
    try await place.run()
    #expect(try place.query("SELECT people FROM t ORDER BY 1") == ["5", "50", "120"])
  }

  @Test(arguments: MendingCase.all, QueueFormat.allCases)
  func `goes out to a file and comes back as edits`(
    mending: MendingCase, format: QueueFormat
  ) async throws {
    let place = try await mending.workspace()
    let reader = WorkspaceReader(place.workspace)
    var lines: [String] = []
    _ = try reader.export(.all, as: format) { lines.append($0) }
    let file = lines.joined(separator: "\n") + "\n"
    #expect(try reader.readImport(Array(file.utf8), path: "q") == QueueImport(unchanged: 3))
    let value = try #require(
      try reader.draft(of: 1).fields.first { $0.name == mending.people }?.value)
    let found = try reader.readImport(
      Array(file.replacingOccurrences(of: value, with: "104").utf8), path: "q")
    #expect(found.skipped.isEmpty && found.unchanged == 2)
    #expect(found.edits.map { String(decoding: $0.raw ?? [], as: UTF8.self) } == [mending.mended])
  }

  @Test(
    arguments: zip(
      MendingCase.all,
      [
        "{\"town\":1}\n{\"town\":2}", "{\"town\":\"x\"} {\"town\":\"y\"}",
        "Ay      |  120 |    \nBo      |  120 |    ",
      ]))
  func `is one record, not two`(mending: MendingCase, raw: String) async throws {
    let place = try await mending.workspace()
    let reader = WorkspaceReader(place.workspace)
    let draft = try reader.draft(of: 1, raw: Array(raw.utf8))
    #expect(draft.problems.count == 1)
    guard case .rejected(stage: "in", let faults) = try await reader.trial(of: draft).fates[1]
    else {
      Issue.record("it would be loaded")
      return
    }
    #expect(faults == draft.problems)
  }

  @Test func `takes an empty value for none where the column is no text`() async throws {
    let place = try await MendingCase.all[0].workspace()
    let reader = WorkspaceReader(place.workspace)
    let draft = try reader.draft(
      of: 1, setting: [FieldChange("people", ""), FieldChange("town", "")])
    #expect(
      String(decoding: draft.raw, as: UTF8.self)
        == #"{"town":"", "size": {"people" : null, "area":[1,2]},"other":null}"#)
    let preview = try await reader.fix(
      reason: 2, FixText(parsing: "people := nullif(people, people)"))
    #expect(preview.items.map(\.after) == ["", ""])
    #expect(
      preview.edits.first?.raw.map { String(decoding: $0, as: UTF8.self) }
        == #"{"town":"Cam","size":{"people":null}}"#)
  }

  @Test func `of JSON that cannot be read is mended as a whole`() async throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        path: "in.txt", format: "{type: json_lines}", columns: "{a: int}"),
      "in.txt": "{\"a\":1}\n{\"a\":2\n",
    ])
    try await place.run()
    let reader = WorkspaceReader(place.workspace)
    let draft = try reader.draft(of: 1)
    #expect(draft.fields.isEmpty)
    #expect(draft.problems == ["the line is not one JSON object"])
    #expect(throws: EngineError(.queue(.unwritable(field: "a", .notJSON)))) {
      try reader.draft(of: 1, setting: [FieldChange("a", "2")])
    }
    let whole = try reader.draft(of: 1, raw: Array("{\"a\":2}".utf8))
    #expect(whole.problemCount == 0 && whole.fields.map(\.value) == ["2"])
    #expect(try await reader.trial(of: whole).fates == [1: .loaded])
  }

  @Test func `of a table's row is mended by its columns`() async throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": formatPipeline(
        place: "type: sqlite\n    path: in.db\n    table: s",
        columns: "{id: int, 'the n': {type: int, min: 0}}", mode: "upsert", key: "[id]")
    ])
    try place.execute(
      "CREATE TABLE s(id, \"the n\"); INSERT INTO s VALUES(1,5),(2,-7),(3,'x\"y')", in: "in.db")
    try await place.run()
    let reader = WorkspaceReader(place.workspace)
    let preview = try await reader.fix(reason: 1, FixText(parsing: "the n := 7"))
    #expect(preview.passing == 1 && preview.items.map(\.before) == ["-7"])
    let draft = try reader.draft(of: 2, setting: [FieldChange("the n", "8")])
    #expect(draft.problemCount == 0)
    try StateFile.open(place.workspace).edit(
      preview.edits + [try #require(draft.edit)], by: "ann")
    try await place.run()
    #expect(try place.query("SELECT * FROM t ORDER BY id") == ["1|5", "2|7", "3|8"])
  }
}

@Suite struct `A line of fixed width` {
  static let layout = FixedWidth(
    fields: [FixedField(start: 0, width: 4), FixedField(start: 5, width: 6)])

  @Test(arguments: [
    ("Ay  |    12", 1, "7", "Ay  |     7"), ("Ay  |12    ", 1, "7", "Ay  |7     "),
    ("Ay  |123456", 1, "7", "Ay  |     7"), ("Ay  |abcdef", 1, "x", "Ay  |x     "),
    ("Žofi|    12", 0, "Éva", "Éva |    12"), ("Ay", 1, "7", "Ay        7"),
    ("Ay  |  12", 1, "7", "Ay  |     7"), ("Ay  |    12rest", 1, "", "Ay  |      rest"),
  ])
  func `keeps all other signs when a field changes`(
    raw: String, field: Int, value: String, expected: String
  ) throws {
    let changed = try FixedText(Self.layout).setting(field, "f", to: value, in: Array(raw.utf8))
    #expect(String(decoding: changed, as: UTF8.self) == expected)
    #expect(FixedText(Self.layout).values(changed)[field] == value)
  }

  @Test(
    arguments: [
      (
        FixedWidth.Unit.characters, "Longer",
        "the value for town has 6 characters, its place has 4 (queue.unwritable)"
      ),
      (.bytes, "Žofi", "the value for town has 5 bytes, its place has 4 (queue.unwritable)"),
      (
        .bytes, "a\nb",
        "the value for town holds a line break, and every line of the file is a record "
          + "(queue.unwritable)"
      ),
    ])
  func `refuses what does not fit its place`(
    unit: FixedWidth.Unit, value: String, message: String
  ) {
    var layout = Self.layout
    layout.unit = unit
    do throws(EngineError) {
      _ = try FixedText(layout).setting(0, "town", to: value, in: Array("Ay  |    12".utf8))
      Issue.record("nothing was refused")
    } catch {
      #expect(error.description == message)
    }
  }
}
