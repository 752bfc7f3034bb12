// The queue asked by conditions, written to files and read back, and emptied for good.

import Foundation
import Records
import Synchronization
import Testing

@testable import ETLKit

@Suite struct `The queue` {
  let place: StateWorkspace
  let state: StateFile
  let reader: WorkspaceReader

  init() throws {
    place = try StateWorkspace()
    state = try place.open()
    let run = try BegunRun(state)
    try state.describe(
      snapshot: try #require(run.snapshot.id), header: ["date", "cases"],
      source: SourceSpec(
        name: Located("nyt", at: TextMark(line: 1, column: 1)), location: .standardInput))
    try run.load([run.reject(1), run.reject(2)])
    place.advance(86_400)
    let later = try BegunRun(state, pipeline: "other", content: [8])
    try later.load([later.reject(3)])
    let time = place.time.withLock { $0 }
    reader = WorkspaceReader(Workspace(at: place.folder), clock: { time })
  }

  // MARK: Conditions

  @Test(
    arguments: [
      ("pipeline=covid", [1, 2]), ("pipeline!=covid", [3]), ("age>12h", [1, 2]), ("age<12h", [3]),
      ("key~01-02", [2]), ("key!~01-02", [1, 3]), ("line>=3 line<4", [2]),
      ("stage=nyt code=cast.int column=cases", [1, 2, 3]), ("raw~X2", [2]), ("run=2", [3]),
      (#"cause="cases is not a whole number" tries=1"#, [1, 2, 3]), ("edited=no", [1, 2, 3]),
      ("edited=yes", []), ("id=3", [3]), ("asked=yes", []), ("state=dead", []), ("key=", []),
    ] as [(String, [RejectID])])
  func `is asked by a condition`(text: String, ids: [RejectID]) throws {
    let query = try RejectQuery(text)
    #expect(try state.read { try query.ids(at: state.clock(), in: $0) } == ids)
  }

  @Test(arguments: [
    ("", "the condition is empty", 1),
    ("spain", "\"spain\" is no condition; field=value expected", 1),
    ("stagee=x", "there is no field stagee; did you mean stage?", 1),
    ("key=a tries~2", "tries is a number: = != < <= > or >= expected", 12),
    ("tries>many", "tries is \"many\", not a whole number", 7),
    ("age=1d", "age is a time span: < <= > or >= expected", 4),
    ("age>1", "age is \"1\"; a span like 30m, 12h, 1d or 2w expected", 5),
    ("stage<x", "stage is text: = != ~ or !~ expected", 6),
    ("edited=1", "edited is \"1\"; yes or no expected", 8),
    ("id=", "id= needs a value", 4), (#"key="a"#, "the quote is not closed", 5),
    ("stage=a or id=1", "\"or\" is no condition; field=value expected", 9),
  ])
  func `refuses a condition it cannot read`(text: String, what: String, column: Int) {
    #expect(throws: EngineError(.queue(.query(what, text: text, column: column)))) {
      try RejectQuery(text)
    }
  }

  @Test func `asks for what a condition or a run names, in one act`() throws {
    let act = try state.ask(.query(try RejectQuery("age>12h")), by: "ann")
    #expect(act.changed == 2 && act.pipelines == ["covid"])
    #expect(try state.ask(.run(2), by: "ann").pipelines == ["other"])
    #expect(
      try place.value("SELECT group_concat(target,';') FROM audit") == "where age>12h;run 2")
  }

  // MARK: Export and import

  private func export(_ format: QueueFormat) throws -> String {
    var lines: [String] = []
    _ = try reader.export(.pipeline("covid"), as: format) { lines.append($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func read(_ text: String) throws -> QueueImport {
    try reader.readImport(Array(text.utf8), path: "q.csv")
  }

  @Test func `is written as a table with the columns of the file`() throws {
    #expect(
      try export(.csv) == """
        _id,_reason,_line,_file,date,cases,_raw,_mark
        1,cases is not a whole number,2,us.csv,2020-01-01,x1,,044012407901
        2,cases is not a whole number,3,us.csv,2020-01-02,x2,,8b61d627effa

        """)
  }

  @Test func `is written as JSON lines`() throws {
    #expect(
      try export(.ndjson).split(separator: "\n").first.map(String.init) == #"""
        {"_id":1,"_reason":"cases is not a whole number","_line":2,"_file":"us.csv","date":"2020-01-01","cases":"x1","_mark":"044012407901"}
        """#)
  }

  @Test(arguments: QueueFormat.allCases)
  func `is read back without a change`(format: QueueFormat) throws {
    #expect(try read(try export(format)) == QueueImport(unchanged: 2))
  }

  @Test(arguments: QueueFormat.allCases)
  func `takes mended values back as edits`(format: QueueFormat) throws {
    let mended = try export(format).replacingOccurrences(of: "x2", with: "2")
    let found = try read(mended)
    #expect(
      found
        == QueueImport(
          edits: [
            RecordEdit(2, raw: Array("2020-01-02,2".utf8), basis: Array("2020-01-02,x2".utf8))
          ], unchanged: 1))
  }

  @Test func `takes a table as spreadsheets write it`() throws {
    let found = try read("\u{FEFF}cases;_id\r\n\"7\";\"1\"\r\n")
    #expect(
      found.edits == [
        RecordEdit(1, raw: Array("2020-01-01,7".utf8), basis: Array("2020-01-01,x1".utf8))
      ])
  }

  @Test func `leaves alone what changed after the export, and says so`() throws {
    let file = try export(.csv).replacingOccurrences(of: "x1", with: "1")
    try state.edit(1, raw: Array("2020-01-01,9".utf8), by: "ben")
    #expect(
      try read(file)
        == QueueImport(
          unchanged: 1,
          skipped: [.init(id: 1, line: 2, why: "record 1 changed after it was exported")]))
  }

  @Test(
    arguments: [
      ("_id,cases\n99,1\n", 99, 2, "there is no record 99"),
      ("_id,cases\n,1\n", nil, 2, "it has no _id"),
      ("_id,cases\n1\n", nil, 2, "it has 1 fields, 2 expected"),
      ("_id,cases\n1,x1\n1,2\n", 1, 3, "record 1 stands in the file twice"),
      ("{\"_id\":1}\n[1]\n", nil, 2, "it is not a JSON object of texts and numbers"),
    ] as [(String, RejectID?, Int, String)])
  func `names the rows of a file that it does not take`(
    text: String, id: RejectID?, line: Int, why: String
  ) throws {
    #expect(try read(text).skipped == [.init(id: id, line: line, why: why)])
  }

  @Test(
    arguments: [
      ("", "the file is empty", nil), ("a,b\n1,2\n", "the header has no _id", 1),
    ] as [(String, String, Int?)])
  func `refuses a file that is none of its own`(text: String, what: String, line: Int?) {
    #expect(throws: EngineError(.queue(.file(what, path: "q.csv", line: line)))) { try read(text) }
  }

  // MARK: Purge

  @Test func `forgets purged records, and what the journal knew of them`() throws {
    try state.edit(1, raw: Array("secret".utf8), by: "ann")
    try state.edit(2, raw: Array("other".utf8), by: "ann")
    let act = try state.purge(.ids([1]), by: "ben", note: "asked to")
    #expect(act == QueueAct(changed: 1, pipelines: ["covid"]))
    #expect(try place.value("SELECT group_concat(id) FROM reject") == "2,3")
    #expect(
      try place.value(
        "SELECT actor||' '||action||' '||target||' '||note FROM audit ORDER BY id DESC")
        == "ben purge records 1 asked to")
    #expect(try state.lastUndoableAct().map(\.id) == 2)
  }

  @Test func `does not purge what a run is trying`() throws {
    let run = try BegunRun(state)
    try state.claim([1], run: run.run)
    #expect(try state.purge(.all, by: "ann").skippedIDs == [1])
  }

  @Test func `shows who changed a record`() throws {
    try state.edit([RecordEdit(1, raw: [65])], note: "cases=1", by: "ann")
    try state.edit([RecordEdit(1, raw: [66])], as: .fix, note: "cases := 2", by: "ben")
    _ = try state.undo(try #require(try state.lastUndoableAct()).id, by: "cid")
    guard case .record(let detail?) = reader.answerNow(.record(1)) else {
      Issue.record("no record")
      return
    }
    #expect(detail.raw == "A" && detail.original == "2020-01-01,x1")
    #expect(
      detail.changes.map { "\($0.actor) \($0.action) \($0.note ?? "") \($0.isUndone)" }
        == ["ben fix cases := 2 true", "ann edit cases=1 false"])
  }
}
