// The overview: pipelines with trouble first, what needs a person, the newest events.

import Cells
import ETLKit

extension PipelineRow: ListRow {
  var rowID: String { name }
  var isProblem: Bool { problem != nil || look.isProblem }

  /// A file that cannot run counts as failed: a person must act.
  var look: StateLook {
    if problem != nil { return StateLook(.failed) }
    guard let state else { return StateLook(.skipped) }
    let look = StateLook(state, kind: run?.kind ?? .manual, isOwned: isOwned)
    // Whatever ran since: somebody must decide.
    return heldRun == nil || look.isMoving ? look : StateLook(.held)
  }

  /// The state in a word; a pipeline that never ran has none.
  var stateWord: String {
    if problem != nil { return "broken" }
    return state == nil ? "never ran" : look.word.rawValue
  }

  func facts(at now: Timestamp) -> [Fact] {
    var facts: [Fact] = [
      .text("name", name), .text("pipeline", name), .text("state", stateWord),
      .number("rejects", openRejects),
    ]
    if let summary { facts.append(.text("summary", summary)) }
    if let problem { facts.append(.text("problem", problem)) }
    if let started = run?.started { facts.append(.age(now.seconds(since: started))) }
    return facts
  }
}

extension Need: ListRow {
  var rowID: String { "\(pipeline)\u{0}\(text)" }
  var isProblem: Bool { true }

  func facts(at now: Timestamp) -> [Fact] {
    [.text("pipeline", pipeline), .text("text", text), .text("state", state.rawValue)]
  }
}

extension EventRow: ListRow {
  struct Place: Hashable, Sendable {
    let run: RunID
    let sequence: Int64
  }

  var rowID: Place { Place(run: run, sequence: sequence) }
  var isProblem: Bool { level >= .warn }

  func facts(at now: Timestamp) -> [Fact] {
    [
      .text("level", level.rawValue), .text("stage", stage ?? ""), .text("text", text),
      .number("run", Int(run)), .age(now.seconds(since: at)),
    ]
  }
}

struct OverviewState: ConsoleScreen {
  var focus: PaneName = .pipelines
  var isZoomed = false
  var pipelines = Listing<PipelineRow>()
  var needs = Listing<Need>()
  var events = Listing<EventRow>()

  var crumbs: [String] { ["overview"] }
  var focusable: [PaneName] { [.pipelines, .needs, .events] }

  func questions() -> [Question] { [.overview] }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    guard case .overview(let overview) = answer else { return }
    // Trouble first; within a state by name, so that nothing jumps without a reason.
    let sorted = overview.pipelines.sorted {
      ($0.look.gravity, $0.name) < ($1.look.gravity, $1.name)
    }
    pipelines.replace(with: sorted, at: now)
    needs.replace(with: overview.needs, at: now)
    let isAtNewest = events.index == 0
    events.replace(with: overview.events, at: now)
    if isAtNewest { _ = events.apply(.first) }
  }

  mutating func move(_ motion: Motion) -> MotionResult {
    switch focus {
    case .needs: needs.apply(motion)
    case .events: events.apply(motion)
    default: pipelines.apply(motion)
    }
  }

  var filter: Filter? {
    switch focus {
    case .needs: needs.filter
    case .events: events.filter
    default: pipelines.filter
    }
  }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    switch focus {
    case .needs: needs.setFilter(filter, at: now)
    case .events: events.setFilter(filter, at: now)
    default: pipelines.setFilter(filter, at: now)
    }
  }

  func facts(at now: Timestamp) -> [Fact] {
    switch focus {
    case .needs: needs.allFacts(at: now)
    case .events: events.allFacts(at: now)
    default: pipelines.allFacts(at: now)
    }
  }

  var hasMarks: Bool { !pipelines.marks.isEmpty || pipelines.rangeStart != nil }

  /// How far the run is that will take longest; for the one line that fits a tiny screen.
  var slowestFraction: Double? {
    pipelines.rows.filter(\.look.isMoving).compactMap { $0.run?.fraction }.min()
  }

  /// The run that the row at the cursor leads to.
  var targetRun: RunID? {
    switch focus {
    case .needs: needs.current?.run
    case .events: events.current?.run
    default: pipelines.current?.run?.id
    }
  }

  // MARK: Layout

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    var left = body
    if body.columns >= 100 {
      let width = body.columns >= 140 ? 55 : 40
      let right = body.right(width)
      left = body.dropRight(width + 1)
      layout.dividers.append(
        CellRect(column: left.endColumn, row: body.row, columns: 1, rows: body.rows))
      let stages = max(0, min(12, right.rows / 3))
      layout.add(.stages, right.top(stages))
      let rest = right.dropTop(stages)
      let needed = max(3, min(needs.shown.count + 2, rest.rows / 2))
      layout.add(.needs, rest.top(needed))
      layout.add(.events, rest.dropTop(needed))
    }
    let previewRows =
      switch left.rows {
      case _ where pipelines.shown.isEmpty: 0
      case ..<10: 0
      case ..<14: 4
      case ..<20: 7
      default: 10
      }
    // The list takes what it needs, and the preview at least its least.
    let listRows =
      previewRows == 0
      ? left.rows : max(4, min(pipelines.shown.count + 3, left.rows - previewRows))
    layout.areas.insert((.pipelines, left.top(listRows)), at: 0)
    layout.add(.preview, left.dropTop(listRows))
    return layout
  }

  mutating func settle(_ layout: PaneLayout) {
    pipelines.settle(in: layout.area(.pipelines), jumps: layout.isSplit)
    needs.settle(in: layout.area(.needs), header: 0, jumps: true)
    events.settle(in: layout.area(.events), header: 0, jumps: true)
  }
}
