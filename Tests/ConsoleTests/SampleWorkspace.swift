// A workspace as answers: enough of everything that the screens can show.

import Cells
import Console
import ETLKit
import Testing

enum Sample {
  /// 2026-11-23T14:03:22Z.
  static let now = at(0)

  static func at(_ secondsFromNow: Double) -> Timestamp {
    Timestamp(microseconds: 1_795_442_602_000_000).adding(seconds: secondsFromNow)
  }

  static let live = RunRow(
    id: 128, pipeline: "covid", kind: .manual, state: .running, isOwned: true, started: at(-161),
    heartbeat: at(0), fraction: 0.74, secondsLeft: 98, read: 412_080, inserted: 251_340,
    filtered: 37, rejected: 49, stageStates: [.succeeded, .succeeded, .running, .running, .pending])

  static let stages = [
    StageRow(
      name: "nyt", kind: .source, state: .succeeded, rowsIn: 412_080, rowsOut: 412_080,
      rowsPerSecond: 18_200, seconds: 22, fraction: 1, rates: [3, 6, 7, 8, 8, 7, 6]),
    StageRow(
      name: "jhu", kind: .source, state: .succeeded, rowsIn: 816, rowsOut: 779, rejected: 37,
      rowsPerSecond: 9_700, seconds: 42, fraction: 1, rates: [5, 6, 7, 7, 7, 6, 7]),
    StageRow(
      name: "us", kind: .filter, state: .running, inputs: ["jhu"], rowsIn: 412_043,
      rowsOut: 251_340, filtered: 1_204, rowsPerSecond: 6_100, seconds: 32, secondsLeft: 26,
      fraction: 0.61, rates: [2, 4, 7, 8, 9, 7, 6.1]),
    StageRow(
      name: "joined", kind: .join, state: .running, inputs: ["nyt", "us"], rowsIn: 412_043,
      rowsOut: 181_300, unmatched: 12, rejected: 12, rowsPerSecond: 4_400, seconds: 30,
      secondsLeft: 52, fraction: 0.44, rates: [1, 3, 4, 5, 5, 4, 5]),
    StageRow(name: "load", kind: .load, state: .pending, inputs: ["joined"]),
  ]

  static let pipelines = [
    PipelineRow(
      name: "covid", summary: "Deaths and cases a day, joined with recoveries", state: .running,
      isOwned: true, run: live, stages: stages,
      lastRuns: [
        .succeeded, .succeeded, .succeeded, .succeeded, .partial, .succeeded, .succeeded,
        .failed, .succeeded, .succeeded, .unchanged, .running,
      ],
      openRejects: 37,
      rates: [1_000, 2_000, 4_100, 5_200, 6_300, 6_000, 7_200, 9_700, 6_100], usualSeconds: 245),
    PipelineRow(
      name: "flights", summary: "Flights with carriers, airports and planes", state: .partial,
      run: RunRow(
        id: 127, pipeline: "flights", kind: .scheduled, state: .partial, started: at(-28_800),
        finished: at(-28_553), read: 27_004, inserted: 26_398, rejected: 606),
      stages: [
        StageRow(
          name: "flights", kind: .source, state: .succeeded, rowsIn: 27_004, rowsOut: 27_004),
        StageRow(
          name: "planes", kind: .lookup, state: .succeeded, inputs: ["flights"], rowsIn: 27_004,
          rowsOut: 26_398, rejected: 606),
        StageRow(
          name: "load", kind: .load, state: .succeeded, inputs: ["planes"], rowsIn: 26_398,
          rowsOut: 26_398),
      ], lastRuns: [.succeeded, .partial, .partial], openRejects: 606),
    PipelineRow(
      name: "hospital", state: .failed,
      run: RunRow(
        id: 126, pipeline: "hospital", kind: .scheduled, state: .failed, started: at(-115_200),
        finished: at(-115_128), fraction: 0.55, read: 98_304,
        error: "load: the disk is full (load.full)"), lastRuns: [.succeeded, .failed]),
    PipelineRow(
      name: "mobility", state: .unchanged,
      run: RunRow(
        id: 125, pipeline: "mobility", kind: .manual, state: .unchanged, started: at(-300_000),
        finished: at(-299_999), read: 0), lastRuns: [.succeeded, .unchanged]),
    PipelineRow(name: "nowcast"),
    PipelineRow(
      name: "tests",
      problem: "pipelines/tests.yaml:14:3: no step type \"fliter\"; did you mean \"filter\"?"
    ),
  ]

  static let overview = Overview(
    pipelines: pipelines,
    needs: [
      Need(state: .failed, pipeline: "hospital", text: "load: the disk is full", run: 126),
      Need(state: .partial, pipeline: "flights", text: "606 records wait, 2 causes"),
    ],
    events: log.reversed())

  static let log = [
    event(1, -161, .info, nil, "run 128 started by hand"),
    event(2, -139, .info, "nyt", "412,080 records read"),
    event(3, -97, .info, "us", "started"),
    event(4, -44, .debug, "us", "batch 30 done: 4,096 rows in 0.34 s"),
    event(5, -2, .warn, "jhu", "line 18,221: deaths is below 0, in the retry queue"),
    event(6, -1, .info, "us", "251,340 rows handed on"),
  ]

  private static func event(
    _ sequence: Int64, _ seconds: Double, _ level: Level, _ stage: String?, _ text: String
  ) -> EventRow {
    EventRow(
      run: 128, sequence: sequence, at: at(seconds), level: level, stage: stage, text: text)
  }

  static let detail = RunDetail(
    run: live, stages: stages,
    checks: [
      CheckResult(name: "rows", severity: .error, outcome: .pass, found: "251,340 rows"),
      CheckResult(
        name: "deaths grow", severity: .warn, outcome: .warn, found: "3 days fall", failures: 3),
    ], log: log, logCount: 1_204, notes: ["jhu: column Lat is new and was ignored"])

  static let runs =
    [live] + pipelines.compactMap(\.run).filter { $0.id != 128 }
    + [
      RunRow(
        id: 124, pipeline: "covid", kind: .retry, state: .crashed, started: at(-400_000),
        finished: at(-399_000), heartbeat: at(-399_000), read: 1_200,
        error: "the process ended without a word"),
      RunRow(
        id: 123, pipeline: "covid", kind: .manual, state: .cancelled, started: at(-900_000),
        finished: at(-899_000), read: 10),
    ]

  static let causes = [
    CauseRow(
      id: 1, pipeline: "covid", stage: "jhu", code: "cast.range", column: "deaths",
      text: "deaths is below 0", count: 31, oldest: at(-172_900), nextTry: "held"),
    CauseRow(
      id: 2, pipeline: "covid", stage: "joined", code: "join.unmatched",
      text: "no partner in jhu", count: 6, oldest: at(-10_900), nextTry: "when jhu changes"),
    CauseRow(
      id: 3, pipeline: "flights", stage: "planes", code: "lookup.missing", column: "tailnum",
      text: "tailnum is not among the planes", count: 2_606, oldest: at(-7_300),
      nextTry: "next run"),
  ]

  static func records(_ reason: ReasonID?) -> RecordList {
    let cause = causes.first { $0.id == reason } ?? causes[0]
    let rows = (0..<min(cause.count, 40)).map { index in
      RecordRow(
        id: cause.id * 10_000 + Int64(index) + 1, reason: cause.id, pipeline: cause.pipeline,
        source: cause.stage, line: 18_221 + index, key: "2026-11-\(10 + index % 20)/Spain",
        value: "\(cause.column ?? "date")=\(-713 + index)", attempts: 1 + index % 4,
        firstSeen: at(-172_900 + Double(index) * 100), state: index == 2 ? .scheduled : .waiting)
    }
    return RecordList(reason: cause.id, rows: rows, total: cause.count)
  }

  static func record(_ id: RejectID) -> RecordDetail {
    let row =
      records(id / 10_000).rows.first { $0.id == id }
      ?? records(1).rows[0]
    return RecordDetail(
      row: row, file: "incoming/jhu-2026-11-23.csv", lastLine: row.line, offset: 1_204_113,
      fields: [
        RecordField(name: "Date", value: "2026-11-21"),
        RecordField(name: "Country", value: "Spain"),
        RecordField(name: "Cases", value: "1204"),
        RecordField(name: "Deaths", value: "-713", fault: "below 0 (rule min 0)"),
        RecordField(name: "Source", value: "ecdc:8812"),
      ], raw: "2026-11-21,Spain,1204,-713,ecdc:8812", rawBytes: 36,
      errors: ["deaths: -713 is below 0 (cast.range, field 4)"],
      wake: "held until its line changes",
      attempts: [
        AttemptRow(
          at: at(-2), run: 128, outcome: "rejected", text: "deaths is below 0"),
        AttemptRow(
          at: at(-115_000), run: 126, outcome: "rejected", text: "deaths is below 0"),
      ])
  }

  /// The sample record with changes; deaths must not be below 0.
  static func draft(_ id: RejectID, _ changes: [FieldChange]) -> RecordDraft {
    var fields = record(id).fields.map { field in
      RecordDraft.Field(
        name: field.name, original: field.value, value: field.value, type: "text",
        parsed: field.value)
    }
    for index in fields.indices {
      if let change = changes.last(where: { $0.field == fields[index].name }) {
        fields[index].value = change.value
        fields[index].parsed = change.value
      }
      if fields[index].name == "Deaths" {
        fields[index].type = "int"
        let value = fields[index].value
        if Int(value) == nil {
          fields[index].problem = "deaths is \"\(value)\", not a whole number"
        } else if value.hasPrefix("-") {
          fields[index].problem = "deaths is \"\(value)\", less than 0"
        }
      }
    }
    let original = Array(record(id).raw.utf8)
    return RecordDraft(
      id: id, pipeline: "covid", source: "jhu", fields: fields, original: original,
      stored: original, raw: Array(fields.map(\.value).joined(separator: ",").utf8))
  }

  static func trial(_ id: RejectID, _ raw: [UInt8]) -> RecordTrial {
    let isBad = String(decoding: raw, as: UTF8.self).contains(",-")
    return RecordTrial(
      stages: [
        .init(name: "jhu", passes: !isBad), .init(name: "joined", passes: isBad ? nil : true),
        .init(name: "load", passes: isBad ? nil : true),
      ],
      fates: [
        id: isBad ? .rejected(stage: "jhu", ["deaths is \"-713\", less than 0"]) : .loaded
      ],
      rows: isBad
        ? []
        : [
          .init(
            table: "daily", change: .update,
            values: [
              .init(column: "date", before: "2026-11-21", after: "2026-11-21"),
              .init(column: "deaths", before: "9", after: "713"),
            ])
        ])
  }

  static func fix(_ reason: ReasonID, _ text: String) -> FixPreview {
    FixPreview(
      reason: reason, cause: "deaths is below 0", field: "Deaths", expression: "abs(Deaths)",
      items: (0..<5).map { index in
        FixPreview.Item(
          id: 10_001 + Int64(index), before: "-\(713 - index)", after: "\(713 - index)",
          problem: index == 2 ? "no partner in jhu" : nil)
      }, edits: (0..<5).map { RecordEdit(10_001 + Int64($0), raw: [49]) }, passing: 4)
  }

  static let held = HeldLoad(
    run: 125, pipeline: "mobility", at: at(-300_000),
    reason: "60 of 1204 records of places were rejected, at most 1% are accepted: "
      + "60 × day is not a date; the load is held back",
    read: 1_204, rejected: 60, onlyHere: 58, files: 2, bytes: 1_240_000)

  static let publication = RunForecast(
    summary: RunSummary(
      run: 126, pipeline: "mobility", kind: .dryrun, state: .partial, read: 1_204, inserted: 1_100,
      updated: 44, rejected: 60))

  static let tables = [
    TableRow(
      name: TableName(database: "covid.db", table: "us_daily"), pipeline: "covid", rows: 60,
      columns: [
        TableColumn(name: "date", type: "date", isKey: true),
        TableColumn(name: "cases", type: "int"), TableColumn(name: "deaths", type: "int"),
        TableColumn(name: "note", type: "text"),
      ]),
    TableRow(
      name: TableName(database: "covid.db", table: "states"), pipeline: "covid", rows: 60,
      columns: [
        TableColumn(name: "date", type: "date", isKey: true),
        TableColumn(name: "state", type: "text", isKey: true),
        TableColumn(name: "cases", type: "int"),
      ]),
    TableRow(
      name: TableName(database: "flights.db", table: "flights"), pipeline: "flights", rows: 26_398,
      columns: [
        TableColumn(name: "id", type: "int", isKey: true),
        TableColumn(name: "carrier", type: "text"), TableColumn(name: "delay", type: "real"),
      ]),
  ]

  static func data(_ name: TableName, _ names: [String]) -> TableData {
    let table = tables.first { $0.name == name } ?? tables[0]
    let columns = names.compactMap { wanted in table.columns.first { $0.name == wanted } }
    let values = columns.map { column in
      (0..<60).map { row -> TableValue in
        switch column.type {
        case "date":
          return .text("2021-0\(1 + row / 28)-\(row % 28 < 9 ? "0" : "")\(1 + row % 28)")
        case "int": return row == 30 ? .null : .integer(Int64(1_000 + row * row * 7))
        case "real": return .real(Double(row % 13) * 1.5)
        default: return .text(["Texas", "Ohio", "Utah"][row % 3])
        }
      }
    }
    return TableData(name: name, columns: columns, values: values, total: 60)
  }
}

/// A workspace that answers from values.
struct FakeWorkspace: Sendable, CustomTestStringConvertible {
  var testDescription: String { "a workspace of \(overview.pipelines.count) pipelines" }

  var status = WorkspaceStatus(running: 1, toRetry: 643, failed: 1)
  var overview = Sample.overview
  var runs = Sample.runs
  var causes = Sample.causes
  var held: [HeldLoad] = []
  var tables = Sample.tables
  var detail: RunDetail? = Sample.detail
  var record: @Sendable (RejectID) -> RecordDetail? = { Sample.record($0) }
  var records: @Sendable (ReasonID?) -> RecordList = { Sample.records($0) }
  var data: @Sendable (TableName, [String]) -> TableData = { Sample.data($0, $1) }

  static let empty = FakeWorkspace(
    status: WorkspaceStatus(), overview: Overview(), runs: [], causes: [], tables: [], detail: nil)

  /// The ones that sessions can ask for.
  static let named = ["empty": empty, "holding": holding, "running": running]

  /// One where a load is held back.
  static let holding: FakeWorkspace = {
    var workspace = FakeWorkspace()
    workspace.status.held = 1
    workspace.held = [Sample.held]
    workspace.overview.needs.insert(
      Need(
        state: .failed, pipeline: "mobility", text: "the load of run 125 is held back", run: 125,
        isHeldLoad: true), at: 0)
    for index in workspace.overview.pipelines.indices
    where workspace.overview.pipelines[index].name == "mobility" {
      workspace.overview.pipelines[index].heldRun = 125
    }
    for index in workspace.runs.indices where workspace.runs[index].id == 125 {
      workspace.runs[index].state = .failed
      workspace.runs[index].isHeld = true
    }
    return workspace
  }()

  /// One whose only waiting record was found by a run that goes on.
  static let running: FakeWorkspace = {
    var workspace = FakeWorkspace()
    workspace.causes = [Sample.causes[0]]
    var row = Sample.records(1).rows[0]
    row.id = -7
    row.state = .claimed
    let found = row
    workspace.records = { RecordList(reason: $0, rows: [found], total: 1) }
    workspace.record = { _ in
      var detail = Sample.record(10_001)
      detail.row = found
      return detail
    }
    return workspace
  }()

  func answer(_ question: Question) -> Answer {
    switch question {
    case .status: .status(status)
    case .overview: .overview(overview)
    case .runs(let pipeline, _):
      .runs(runs.filter { pipeline == nil || $0.pipeline == pipeline })
    case .run: .run(detail)
    case .causes: .causes(causes)
    case .records(let reason, _): .records(records(reason))
    case .record(let id): .record(record(id))
    case .draft(let id, let changes): .draft(Sample.draft(id, changes))
    case .trial(let id, let raw): .trial(Sample.trial(id, raw))
    case .fix(let reason, let text): .fix(Sample.fix(reason, text))
    case .heldLoads: .heldLoads(held)
    case .publication: .publication(Sample.publication)
    case .tables: .tables(tables)
    case .rows(let table, let columns, _): .rows(data(table, columns))
    }
  }
}
