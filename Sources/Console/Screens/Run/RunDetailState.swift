// One run: its stages in graph order, the log of the stage at the cursor, checks and notes.

import Cells
import ETLKit

extension StageRow: ListRow {
  var rowID: String { name }
  var isProblem: Bool { state == .failed || rejected > 0 }

  func facts(at now: Timestamp) -> [Fact] {
    [
      .text("stage", name), .text("kind", kind.rawValue), .text("state", state.rawValue),
      .number("rejected", rejected), .number("rows", rowsOut),
    ]
  }
}

struct RunDetailState: ConsoleScreen {
  /// What the lower pane shows.
  enum View: Int, Hashable, Sendable, CaseIterable {
    case stageLog, wholeLog, checks
  }

  static let logLimit = 1_000
  static let siblingLimit = 500

  private(set) var id: RunID?
  private(set) var detail: RunDetail?
  /// Whether the answer was that there is no such run.
  private(set) var isMissing = false
  /// The runs of the same pipeline, newest first.
  private(set) var siblings: [RunID] = []
  var focus: PaneName = .stages
  var isZoomed = false
  var view = View.stageLog
  var level = Level.info
  var isFollowing = true
  var stages = Listing<StageRow>()
  var log = Listing<EventRow>()

  var crumbs: [String] {
    guard let run = detail?.run else { return ["run \(id.map(String.init) ?? "–")"] }
    var crumbs = [run.pipeline, "run \(run.id)"]
    if focus == .log, view == .stageLog, let stage = stages.current { crumbs.append(stage.name) }
    return crumbs
  }

  var focusable: [PaneName] { [.stages, .log] }

  /// Shows another run, from its first stage.
  mutating func show(_ id: RunID) {
    guard id != self.id else { return }
    self.id = id
    detail = nil
    isMissing = false
    isFollowing = true
    focus = .stages
    stages = Listing()
    log = Listing()
  }

  func questions() -> [Question] {
    guard let id else { return [] }
    var questions: [Question] = [.run(id, logLimit: Self.logLimit)]
    if let pipeline = detail?.run.pipeline {
      questions.append(.runs(pipeline: pipeline, limit: Self.siblingLimit))
    }
    return questions
  }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    switch (question, answer) {
    case (.run(let id, _), .run(let detail)) where id == self.id:
      self.detail = detail
      isMissing = detail == nil
      let isFirst = !stages.isLoaded
      stages.replace(with: detail?.stages ?? [], at: now)
      // Where something moves, or broke, is where people look first.
      let spot =
        detail?.stages.first { $0.state == .failed }
        ?? detail?.stages.first { $0.state == .running }
      if isFirst, let spot { stages.select(spot.name) }
      refreshLog(at: now)
    case (.runs(let pipeline?, _), .runs(let rows)) where pipeline == detail?.run.pipeline:
      siblings = rows.map(\.id)
    default: break
    }
  }

  /// The lines of the stage at the cursor, or all, from the chosen level up.
  mutating func refreshLog(at now: Timestamp) {
    let stage = view == .stageLog ? stages.current?.name : nil
    let lines = (detail?.log ?? []).filter { event in
      event.level >= level && (stage == nil || event.stage == stage)
    }
    log.replace(with: lines, at: now)
    if isFollowing { _ = log.apply(.last) }
  }

  mutating func move(_ motion: Motion) -> MotionResult {
    guard focus == .log else {
      let result = stages.apply(motion)
      if result == .moved { refreshLog(at: detail?.log.last?.at ?? .zero) }
      return result
    }
    if view == .checks {
      return .stayed(because: "checks and notes stand whole; z shows more of them")
    }
    let result = log.apply(motion)
    // Whoever reads further up must not be pulled down; the last line follows again.
    isFollowing = log.index == log.shown.count - 1
    return result
  }

  var filter: Filter? { focus == .log ? log.filter : stages.filter }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    if focus == .log {
      log.setFilter(filter, at: now)
      if isFollowing { _ = log.apply(.last) }
    } else {
      stages.setFilter(filter, at: now)
    }
  }

  func facts(at now: Timestamp) -> [Fact] {
    focus == .log ? log.allFacts(at: now) : stages.allFacts(at: now)
  }

  var hasMarks: Bool {
    !stages.marks.isEmpty || !log.marks.isEmpty || stages.rangeStart != nil
      || log.rangeStart != nil
  }

  mutating func goBack() -> Bool {
    guard focus == .log else { return false }
    focus = .stages
    return true
  }

  // MARK: Layout

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    var left = body
    if body.columns >= 100 {
      let right = body.right(body.columns >= 140 ? 55 : 40)
      left = body.dropRight(right.columns + 1)
      layout.dividers.append(
        CellRect(column: left.endColumn, row: body.row, columns: 1, rows: body.rows))
      let facts = min(right.rows, max(9, right.rows / 2))
      layout.add(.facts, right.top(facts))
      layout.add(.checks, right.dropTop(facts))
    }
    // Two lines of facts about the stage stand under the list when no pane beside it has them.
    let factRows = layout.isSplit || left.rows < 14 ? 0 : 2
    let wanted = max(2, stages.rows.count) + 2 + factRows
    let logRows = left.rows < 7 ? 0 : max(4, left.rows - wanted)
    layout.areas.insert((.stages, left.dropBottom(logRows)), at: 0)
    if logRows > 0 { layout.areas.insert((.log, left.bottom(logRows)), at: 1) }
    return layout
  }

  mutating func settle(_ layout: PaneLayout) {
    let area = layout.area(.stages)
    stages.settle(
      in: area.dropBottom(RunDetailState.factRows(layout, area)), jumps: true)
    log.settle(in: layout.area(.log), header: 0, jumps: layout.isSplit)
  }

  static func factRows(_ layout: PaneLayout, _ area: CellRect) -> Int {
    layout.has(.facts) || area.rows < 6 || area.columns < 60 ? 0 : 2
  }
}
