// Data are shown, never performed: nothing that a terminal would act on reaches the screen.

import Cells
import Console
import ETLKit
import Testing

@Suite struct `Hostile data` {
  static let texts = [
    "x\u{1b}]0;OWNED\u{7}", "x\u{1b}]52;c;aGVsbG8=\u{7}", "x\u{1b}[2J\u{1b}[31m",
    "x\u{9b}2J\u{9d}0;C1OWNED\u{9c}", "x\u{1b}[6n",
    "x\u{1b}]8;;http://example.org/\u{7}link\u{1b}]8;;\u{7}", "x\u{202e}4321",
    "x\u{1b}]0;never closed", "x\r\n\ttab", "x\u{0}nul\u{7f}", "x\u{2028}line\u{2066}iso",
    String(repeating: "long ", count: 40_000),
  ]

  static let places = [
    "", "<Tab>", "2", "2<Enter>", "2<Enter>t<Enter>", "2<Enter>tt<Enter>", "3", "3<Enter>",
    "3<Enter><Enter>", "4", "4<Enter>", "4<Enter><Enter>l", "4<Enter><Enter>lttt", ":", "/x", "x",
  ]

  @Test(arguments: texts, [true, false])
  func `stay on the screen as visible signs`(text: String, isUnicode: Bool) {
    for keys in Self.places {
      var session = ConsoleSession(
        workspace(text), columns: 120, rows: 40, glyphs: isUnicode ? .unicode : .ascii)
      session.press(keys)
      for scalar in session.text.unicodeScalars where scalar != "\n" {
        if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
          || scalar.properties.generalCategory == .format
          || [0x2028, 0x2029].contains(scalar.value)
        {
          Issue.record("U+\(String(scalar.value, radix: 16)) on the screen after \(keys)")
          return
        }
      }
      #expect(session.lines.count == 40)
    }
  }

  @Test func `show their bytes, so that people see what is wrong`() {
    var session = ConsoleSession(workspace("x\u{1b}[6n"))
    session.press("3<Enter><Enter>")
    #expect(session.text.contains("x␛[6n"))
  }

  @Test func `show a record in one row, whatever its line breaks`() {
    var session = ConsoleSession(workspace("x\r\n\ttab"))
    session.press("3<Enter>")
    let rows = session.lines.filter { $0.contains("x⏎␉tab") }
    #expect(rows.count >= 1)
  }

  /// The text wherever a person or a file can put text.
  private func workspace(_ text: String) -> FakeWorkspace {
    let row = RecordRow(
      id: 7, reason: 1, pipeline: text, source: text, line: 2, key: text, value: "id=\(text)",
      attempts: 1, firstSeen: Sample.at(-60), state: .waiting)
    let run = RunRow(
      id: 1, pipeline: text, kind: .manual, state: .running, isOwned: true,
      started: Sample.at(-9), fraction: 0.5, error: text, stageStates: [.running])
    let stage = StageRow(name: text, kind: .source, state: .running, inputs: [text], error: text)
    let event = EventRow(
      run: 1, sequence: 1, at: Sample.now, level: .warn, stage: text, text: text)
    let table = TableRow(
      name: TableName(database: text, table: text), pipeline: text, rows: 1,
      columns: [TableColumn(name: text, type: "text", isKey: true)])
    return FakeWorkspace(
      overview: Overview(
        pipelines: [
          PipelineRow(
            name: text, summary: text, state: .running, isOwned: true, run: run, stages: [stage]),
          PipelineRow(name: "b", problem: text),
        ], needs: [Need(state: .failed, pipeline: text, text: text)], events: [event]),
      runs: [run],
      causes: [
        CauseRow(
          id: 1, pipeline: text, stage: text, code: "cast.int", column: text, text: text, count: 1,
          oldest: Sample.at(-60), nextTry: text)
      ], tables: [table],
      detail: RunDetail(
        run: run, stages: [stage],
        checks: [CheckResult(name: text, severity: .warn, outcome: .warn, found: text)],
        log: [event], logCount: 1, notes: [text]),
      record: { _ in
        RecordDetail(
          row: row, file: text, lastLine: 3, offset: 0,
          fields: [RecordField(name: "id", value: text, fault: text)], raw: text, rawBytes: 9,
          errors: [text], wake: text,
          attempts: [AttemptRow(at: Sample.now, run: 1, outcome: text, text: text)],
          resolution: text)
      },
      records: { RecordList(reason: $0, rows: [row], total: 1) },
      data: { name, names in
        TableData(
          name: name, columns: [TableColumn(name: text, type: "text")],
          values: [[.text(text), .null, .text("plain")]], total: 3)
      })
  }
}

@Suite struct `Wide letters` {
  static let names = [
    "plain ascii", "名古屋市", "Zoë (combining)", "½ ± α", "한글 이름", "ﬃ ligature",
    "e\u{301}\u{302}\u{303}",
  ]

  @Test func `leave the columns behind them in place`() throws {
    let rows = Self.names.enumerated().map { index, name in
      RecordRow(
        id: Int64(index + 1), reason: 1, pipeline: "p", source: "wide", line: 1_000 + index,
        key: name, value: "qty=\(index)", attempts: 1, firstSeen: Sample.at(-60), state: .waiting)
    }
    let workspace = FakeWorkspace(
      causes: [Sample.causes[0]], records: { RecordList(reason: $0, rows: rows, total: rows.count) }
    )
    var session = ConsoleSession(workspace)
    session.press("3<Enter>")
    let frame = session.frame
    let places = (0..<frame.size.rows).compactMap { row -> Int? in
      let glyphs = (0..<frame.size.columns).map { frame[$0, row].glyph }
      return glyphs.indices.dropFirst(2).first {
        glyphs[$0] == "q" && $0 + 3 < glyphs.count && glyphs[$0 + 1] == "t" && glyphs[$0 + 3] == "="
      }
    }
    #expect(places.count >= Self.names.count)
    #expect(Set(places).count == 1, "\(places)")
  }

  @Test func `are never cut in half at an edge`() {
    let name = String(repeating: "名前", count: 40)
    let workspace = FakeWorkspace(
      overview: Overview(pipelines: [PipelineRow(name: name), PipelineRow(name: "b")]))
    for columns in 4...90 {
      var session = ConsoleSession(workspace, columns: columns, rows: 12)
      session.press("j")
      let frame = session.frame
      for row in 0..<12 {
        for column in 0..<columns where frame[column, row].isContinuation {
          #expect(column > 0 && frame[column - 1, row].glyph != " ")
        }
      }
    }
  }
}
