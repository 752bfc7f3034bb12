// What a console is told: about runs, the queue and loaded tables.

@testable import ETLKit
import Foundation
import GRDB
import Records
import Synchronization
import Testing

@Suite struct `A workspace reader` {
  let place: StateWorkspace
  let reader: WorkspaceReader

  init() throws {
    place = try StateWorkspace()
    reader = WorkspaceReader(
      Workspace(at: place.folder), clock: { [place] in place.time.withLock { $0 } })
  }

  static let empty: [(Question, Answer)] = [
    (.status, .status(WorkspaceStatus())),
    (.overview, .overview(Overview())),
    (.runs(pipeline: nil, limit: 10), .runs([])),
    (.run(1, logLimit: 10), .run(nil)),
    (.causes, .causes([])),
    (.records(reason: nil, limit: 10), .records(RecordList())),
    (.record(1), .record(nil)),
    (.tables, .tables([])),
  ]

  @Test(arguments: empty)
  func `answers before anything ran, and makes no file`(
    question: Question, answer: Answer
  ) async throws {
    #expect(await reader.answer(question) == answer)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder).isEmpty)
  }

  @Test func `counts what runs, waits and failed`() throws {
    let state = try place.open()
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let first = try BegunRun(state)
    try first.load([first.reject(1), first.reject(2)])
    _ = try BegunRun(state)
    let other = try BegunRun(state, pipeline: "flights")
    try state.finishRun(other.summary(.failed))
    #expect(
      reader.answerNow(.status) == .status(WorkspaceStatus(running: 1, toRetry: 2, failed: 1)))
    withExtendedLifetime(lock) {}
  }

  @Test func `shows a run's progress, rates and time left`() throws {
    let state = try place.open()
    let lock = try RunLock.acquire(stateFolder: place.stateFolder, pipeline: "covid")
    let run = try BegunRun(state)
    let start = place.time.withLock { $0 }
    for second in 0...4 {
      try state.progress(
        run: run.run,
        stages: [
          StageSummary(
            name: "nyt", kind: .source, state: .running,
            tally: StageTally(rowsIn: 1000 * second), started: start,
            fraction: Double(second) / 10),
          StageSummary(name: "load", kind: .load, state: .running, started: start, inputs: ["nyt"]),
        ])
      if second < 4 { place.advance(1) }
    }
    guard case .run(let detail?) = reader.answerNow(.run(run.run, logLimit: 10)) else {
      Issue.record("no such run")
      return
    }
    #expect(detail.run.isOwned)
    #expect(detail.run.fraction == 0.4)
    #expect(abs((detail.run.secondsLeft ?? 0) - 6) < 0.001)
    #expect(detail.run.read == 4000)
    #expect(detail.stages[0].rates == [1000, 1000, 1000, 1000])
    #expect(detail.stages[0].rowsPerSecond == 1000)
    #expect(abs((detail.stages[0].secondsLeft ?? 0) - 6) < 0.001)
    #expect(detail.stages[1].inputs == ["nyt"])
    #expect(detail.run.stageStates == [.running, .running])
    withExtendedLifetime(lock) {}
  }

  @Test func `counts the rejects of runs under way with their pipelines`() throws {
    let state = try place.open()
    for pipeline in ["covid", "flights"] {
      let run = try BegunRun(state, pipeline: pipeline)
      let load = try state.beginLoad(run: run.run, destination: "\(pipeline).db")
      let count = pipeline == "covid" ? 2 : 1
      try state.add((1...count).map { run.reject($0) }, to: load)
      guard case .overview(let overview) = reader.answerNow(.overview) else { return }
      #expect(
        overview.pipelines.map(\.openRejects) == (pipeline == "covid" ? [2] : [2, 1]))
    }
  }

  @Test func `guesses the time left from earlier runs when nothing else is known`() throws {
    let state = try place.open()
    let first = try BegunRun(state)
    place.advance(20)
    try first.load([], state: .succeeded)
    _ = try BegunRun(state)
    place.advance(5)
    guard case .runs(let rows) = reader.answerNow(.runs(pipeline: "covid", limit: 1)) else {
      return
    }
    #expect(rows.map(\.secondsLeft) == [15])
    guard case .overview(let overview) = reader.answerNow(.overview) else { return }
    #expect(overview.pipelines.map(\.usualSeconds) == [20])
  }

  @Test func `tells a run without a process`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    guard case .overview(let overview) = reader.answerNow(.overview) else { return }
    #expect(overview.pipelines.map(\.isOwned) == [false])
    #expect(
      overview.needs == [
        Need(
          state: .crashed, pipeline: "covid",
          text: "its process is gone; the next run tidies up", run: run.run)
      ])
  }

  @Test func `lists what needs a person, gravest first`() throws {
    let state = try place.open()
    let first = try BegunRun(state, retry: RetrySpec(attempts: 1))
    try first.load([first.reject(1)])
    let other = try BegunRun(state, pipeline: "flights")
    var failed = other.summary(.failed)
    failed.error = ErrorText("there is no file x.csv", code: "fetch.not_found")
    try state.finishRun(failed)
    try FileManager.default.createDirectory(
      atPath: place.folder + "/pipelines", withIntermediateDirectories: true)
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: place.folder + "/pipelines/bad.yaml"))
    guard case .overview(let overview) = reader.answerNow(.overview) else { return }
    #expect(overview.pipelines.map(\.name) == ["bad", "covid", "flights"])
    #expect(overview.needs.map(\.state) == [.failed, .failed, .partial])
    #expect(overview.needs.map(\.pipeline) == ["bad", "flights", "covid"])
    #expect(overview.needs[1].text == "there is no file x.csv")
    #expect(overview.needs[2].text == "1 record given up")
  }

  @Test func `keeps log, checks and notes of a run`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    for number in 1...5 {
      try state.event(run: run.run, stage: "nyt", level: .info, kind: "note", detail: "n\(number)")
    }
    var summary = run.summary()
    summary.notes = ["2 new columns"]
    summary.checks = [
      CheckResult(
        name: "rows", severity: .warn, outcome: .warn, found: "10 rows, 20 expected", failures: 1)
    ]
    try state.finishRun(summary)
    guard case .run(let detail?) = reader.answerNow(.run(run.run, logLimit: 2)) else { return }
    #expect(detail.log.map(\.text) == ["n4", "n5"])
    #expect(detail.logCount == 5)
    #expect(detail.notes == ["2 new columns"])
    #expect(detail.checks == summary.checks)
  }

  @Test func `groups the queue by cause and shows rejects that a run has just found`() throws {
    let state = try place.open()
    let first = try BegunRun(state)
    try first.load([first.reject(1)])
    let second = try BegunRun(state)
    let load = try state.beginLoad(run: second.run, destination: "covid.db")
    try state.add([second.reject(1), second.reject(2)], to: load)
    guard case .causes(let causes) = reader.answerNow(.causes) else { return }
    #expect(causes.map(\.count) == [2])
    #expect(causes.map(\.text) == ["cases is not a whole number"])
    #expect(causes.map(\.nextTry) == ["next run"])
    guard case .records(let list) = reader.answerNow(.records(reason: 1, limit: 10)) else { return }
    #expect(list.total == 2)
    #expect(list.rows.map(\.line) == [2, 3])
    #expect(list.rows.map(\.value) == ["cases=x1", "cases=x2"])
    #expect(reader.answerNow(.records(reason: nil, limit: 10)) != .records(RecordList()))
    let found = try #require(list.rows.last)
    #expect(found.id < 0)
    guard case .record(let detail?) = reader.answerNow(.record(found.id)) else {
      Issue.record("no such record")
      return
    }
    #expect(detail.row.id == found.id)
    #expect(detail.wake == "found just now; its run is not over")
  }

  @Test func `shows a record field by field, with its faults and history`() throws {
    let state = try place.open()
    let run = try BegunRun(state)
    try state.describe(
      snapshot: run.snapshot.id ?? 0, header: ["date", "cases"],
      source: SourceSpec(
        name: Located("us", at: TextMark(line: 1, column: 1)), location: .standardInput))
    try run.load([run.reject(1)])
    guard case .record(let detail?) = reader.answerNow(.record(1)) else { return }
    #expect(detail.file == "us.csv")
    #expect(
      detail.fields == [
        RecordField(name: "date", value: "2020-01-01"),
        RecordField(name: "cases", value: "x1", fault: #"cases is "x1", not a whole number"#),
      ])
    #expect(detail.raw == "2020-01-01,x1")
    #expect(detail.errors == [#"cases is "x1", not a whole number"#])
    #expect(detail.wake == "the next run tries it")
    #expect(detail.attempts.map(\.outcome) == ["rejected"])
    #expect(detail.row.attempts == 1)
  }

  @Test(arguments: [
    (#"a,"b,c",d"#, ["a", "b,c", "d"]), (#""say ""hi""",x"#, [#"say "hi""#, "x"]),
    ("a,,", ["a", "", ""]), (#"5" pipe,2"#, [#"5" pipe"#, "2"]), ("", [""]),
  ])
  func `splits a record as its file is written`(raw: String, values: [String]) {
    let fields = RecordFields.split(
      raw: Data(raw.utf8), header: ["one"], dialect: "[44,34]", faults: [])
    #expect(fields.map(\.value) == values)
  }

  @Test func `opens a state file again that was replaced`() throws {
    var state = try place.open()
    _ = try BegunRun(state)
    #expect(reader.answerNow(.runs(pipeline: nil, limit: 9)) != .runs([]))
    try FileManager.default.removeItem(atPath: place.stateFolder)
    #expect(reader.answerNow(.runs(pipeline: nil, limit: 9)) == .runs([]))
    state = try place.open()
    #expect(reader.answerNow(.runs(pipeline: nil, limit: 9)) == .runs([]))
  }

  @Test func `says when the state file is of a newer program`() throws {
    _ = try place.open()
    let newer = StateSchema.version + 1
    try place.execute("PRAGMA user_version=\(newer)")
    let problem = StateProblem.newerVersion(
      found: newer, known: StateSchema.version, path: place.statePath)
    #expect(reader.answerNow(.status) == .failed(.status, problem.text))
  }

  @Test(arguments: ReaderSQL.all)
  func `never reads a growing table whole`(sql: String) throws {
    let state = try place.open()
    let plan = try state.queue.read { database in
      try Row.fetchAll(
        database, sql: "EXPLAIN QUERY PLAN " + sql,
        arguments: StatementArguments([Int](repeating: 1, count: parameters(sql))))
    }.map { $0["detail"] as String }
    let growing = [
      "reject", "r", "event", "load_item", "i", "stage_run", "reject_attempt", "load", "l",
    ]
    for step in plan where step.hasPrefix("SCAN") && !step.contains("INDEX") {
      let table = step.split(separator: " ")[1]
      #expect(!growing.contains(String(table)) || isByRowID(sql), "\(plan)")
    }
  }

  private func parameters(_ sql: String) -> Int {
    sql.contains("?1") ? 1 : sql.count { $0 == "?" }
  }

  /// The newest runs are read from the end of the table, and reading stops at the limit.
  private func isByRowID(_ sql: String) -> Bool { sql == ReaderSQL.runs }
}

@Suite struct `A destination` {
  let place: StateWorkspace
  let reader: WorkspaceReader
  let name = TableName(database: "covid.db", table: "daily")

  init() throws {
    place = try StateWorkspace()
    reader = WorkspaceReader(Workspace(at: place.folder))
    let queue = try DatabaseQueue(path: place.folder + "/covid.db")
    try queue.write { database in
      try database.execute(
        sql: """
          CREATE TABLE _etl_tables(name TEXT PRIMARY KEY, pipeline TEXT, key_json TEXT,
            schema_json TEXT);
          CREATE TABLE daily(date TEXT PRIMARY KEY, cases INTEGER, share REAL, _etl_load INTEGER)
            WITHOUT ROWID;
          INSERT INTO daily VALUES('2020-01-02',2,0.5,1),('2020-01-01',1,NULL,1);
          INSERT INTO _etl_tables VALUES('daily','covid','["date"]',
            '{"columns":[{"name":"date","type":"date","key":true},{"name":"cases","type":"int"}]}'),
            ('gone','covid','[]','{}');
          """)
    }
  }

  @Test func `is read in the order of its key, with the pipeline's types`() {
    let answer = reader.answerNow(.rows(table: name, columns: [], limit: 10))
    let columns = [
      TableColumn(name: "date", type: "date", isKey: true), TableColumn(name: "cases", type: "int"),
      TableColumn(name: "share", type: "real"),
    ]
    #expect(
      answer
        == .rows(
          TableData(
            name: name, columns: columns,
            values: [
              [.text("2020-01-01"), .text("2020-01-02")], [.integer(1), .integer(2)],
              [.null, .real(0.5)],
            ], total: 2)))
  }

  @Test func `gives the columns asked for, and at most so many rows`() {
    guard
      case .rows(let data) = reader.answerNow(
        .rows(table: name, columns: ["cases", "nothing"], limit: 1))
    else { return }
    #expect(data.columns.map(\.name) == ["cases"])
    #expect(data.values == [[.integer(1)]])
    #expect(data.total == 2)
  }

  @Test func `is counted again only after it changed`() throws {
    _ = reader.answerNow(.rows(table: name, columns: ["cases"], limit: 1))
    let queue = try DatabaseQueue(path: place.folder + "/covid.db")
    try queue.write { try $0.execute(sql: "DELETE FROM daily WHERE cases=1") }
    guard case .rows(let data) = reader.answerNow(.rows(table: name, columns: [], limit: 1)) else {
      return
    }
    #expect(data.total == 1)
  }

  @Test func `that is no database is an answer, not a crash`() throws {
    try Data("hello, this is text".utf8).write(
      to: URL(fileURLWithPath: place.folder + "/covid.db"))
    let question = Question.rows(table: name, columns: [], limit: 1)
    guard case .failed(question, let text) = reader.answerNow(question) else {
      Issue.record("answered")
      return
    }
    #expect(text.what.contains("file is not a database"))
  }
}
