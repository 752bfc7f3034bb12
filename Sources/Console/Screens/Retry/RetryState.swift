// The retry queue: loads that are held back, causes, the records of the cause at the cursor, the
// record itself.

import Cells
import ETLKit

extension CauseRow: ListRow {
  var rowID: ReasonID { id }
  var isProblem: Bool { true }

  func facts(at now: Timestamp) -> [Fact] {
    var facts: [Fact] = [
      .text("pipeline", pipeline), .text("stage", stage), .text("code", code),
      .text("error", text), .text("next", nextTry), .number("count", count),
      .age(now.seconds(since: oldest)),
    ]
    if let column { facts.append(.text("column", column)) }
    return facts
  }
}

extension RecordRow: ListRow {
  var rowID: RejectID { id }
  var isProblem: Bool { state == .dead || attempts > 1 }

  func facts(at now: Timestamp) -> [Fact] {
    var facts: [Fact] = [
      .number("id", Int(id)), .text("pipeline", pipeline), .text("source", source),
      .number("line", line), .text("value", value), .number("tries", attempts),
      .text("state", state.rawValue), .age(now.seconds(since: firstSeen)),
    ]
    if let key { facts.append(.text("key", key)) }
    return facts
  }
}

extension HeldLoad: ListRow {
  var rowID: RunID { run }
  var isProblem: Bool { true }

  func facts(at now: Timestamp) -> [Fact] {
    [
      .number("run", Int(run)), .text("pipeline", pipeline), .text("reason", reason),
      .number("read", read), .number("rejected", rejected), .age(now.seconds(since: at)),
    ]
  }
}

struct RetryState: ConsoleScreen {
  /// As many records as a cause shows; the cause itself can hold more.
  static let limit = 2_000

  var focus: PaneName = .causes
  var isZoomed = false
  var held = Listing<HeldLoad>()
  var causes = Listing<CauseRow>()
  var records = Listing<RecordRow>()
  /// The cause whose records stand in the list.
  private(set) var shownCause: ReasonID?
  /// How many records the cause has in all.
  private(set) var total = 0
  /// The record at the cursor, once it has been read.
  private(set) var detail: RecordDetail?

  var crumbs: [String] { ["retry queue"] }
  var focusable: [PaneName] {
    held.rows.isEmpty ? [.causes, .records] : [.held, .causes, .records]
  }

  func questions() -> [Question] {
    var questions: [Question] = [.heldLoads, .causes]
    if let cause = causes.current {
      questions.append(.records(reason: cause.id, limit: Self.limit))
      if shownCause == cause.id, let record = records.current {
        questions.append(.record(record.id))
      }
    }
    return questions
  }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    switch (question, answer) {
    case (.heldLoads, .heldLoads(let rows)):
      held.replace(with: rows, at: now)
      if rows.isEmpty, focus == .held { focus = .causes }
    case (.causes, .causes(let rows)):
      // The largest first: one repair there helps most.
      causes.replace(with: rows.sorted { ($1.count, $0.id) < ($0.count, $1.id) }, at: now)
      if causes.rows.isEmpty { forgetRecords() }
    case (.records(let reason, _), .records(let list)) where reason == causes.current?.id:
      if shownCause != reason { records = Listing() }
      shownCause = reason
      total = list.total
      records.replace(with: list.rows, at: now)
    case (.record(let id), .record(let detail)) where id == records.current?.id:
      self.detail = detail
    default: break
    }
  }

  private mutating func forgetRecords() {
    records = Listing()
    shownCause = nil
    total = 0
    detail = nil
  }

  mutating func clearMarks() {
    _ = causes.apply(.clearMarks)
    _ = records.apply(.clearMarks)
  }

  /// The detail if it is of the record at the cursor.
  var currentDetail: RecordDetail? {
    detail?.row.id == records.current?.id && shownCause == causes.current?.id ? detail : nil
  }

  mutating func move(_ motion: Motion) -> MotionResult {
    switch focus {
    case .held: held.apply(motion)
    case .records: records.apply(motion)
    default: causes.apply(motion)
    }
  }

  var filter: Filter? {
    switch focus {
    case .held: held.filter
    case .records: records.filter
    default: causes.filter
    }
  }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    switch focus {
    case .held: held.setFilter(filter, at: now)
    case .records: records.setFilter(filter, at: now)
    default: causes.setFilter(filter, at: now)
    }
  }

  func facts(at now: Timestamp) -> [Fact] {
    switch focus {
    case .held: held.allFacts(at: now)
    case .records: records.allFacts(at: now)
    default: causes.allFacts(at: now)
    }
  }

  var hasMarks: Bool {
    switch focus {
    case .held: !held.marks.isEmpty || held.rangeStart != nil
    case .records: !records.marks.isEmpty || records.rangeStart != nil
    default: !causes.marks.isEmpty || causes.rangeStart != nil
    }
  }

  mutating func goBack() -> Bool {
    guard focus == .records else { return false }
    focus = .causes
    return true
  }

  // MARK: What acts are about

  /// Marked records, or the one at the cursor; of a cause, all its records, also those not loaded.
  var selections: [RetrySelection] {
    guard focus != .held else { return [] }
    guard focus == .records else { return causes.chosen.map { .cause($0.id) } }
    guard !records.isEmpty else { return [] }
    // All marked without a filter means the whole cause, however many records are loaded.
    if let cause = shownCause, records.filter.isEmpty, !records.marks.isEmpty,
      records.marks.count == records.rows.count
    {
      return [.cause(cause)]
    }
    return [.records(records.chosen.map(\.id))]
  }

  /// The held load that is meant: the one at the cursor, or the only one.
  var heldTarget: HeldLoad? {
    focus == .held || held.rows.count == 1 ? held.current : nil
  }

  /// How many records that is.
  var selectedCount: Int {
    guard focus == .records else { return causes.chosen.reduce(0) { $0 + $1.count } }
    if case .cause? = selections.first { return total }
    return records.chosen.count
  }

  // MARK: Layout

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    if body.columns >= 100 {
      let left = body.left(body.columns >= 140 ? 64 : 46)
      let right = body.dropLeft(left.columns + 1)
      layout.dividers.append(
        CellRect(column: left.endColumn, row: body.row, columns: 1, rows: body.rows))
      let top = heldRows(in: left)
      layout.add(.held, left.top(top))
      layout.add(.causes, left.dropTop(top))
      let detail = right.rows >= 12 ? max(7, right.rows / 2) : 0
      layout.add(.records, right.dropBottom(detail))
      layout.add(.record, right.bottom(detail))
      return layout
    }
    guard body.rows >= 8 else {
      // One pane at a time; the focus decides which.
      layout.add(focusable.contains(focus) ? focus : .causes, body)
      return layout
    }
    let top = heldRows(in: body)
    layout.add(.held, body.top(top))
    let rest = body.dropTop(top)
    if body.rows < 14 {
      let causeRows = rest.rows / 2
      layout.add(.causes, rest.top(causeRows))
      layout.add(.records, rest.dropTop(causeRows))
    } else {
      let detail = body.rows >= 20 ? 7 : 5
      let wanted = max(3, min(causes.shown.count + 2, (rest.rows - detail) / 2))
      layout.add(.causes, rest.top(wanted))
      let below = rest.dropTop(wanted)
      layout.add(.records, below.dropBottom(detail))
      layout.add(.record, below.bottom(detail))
    }
    return layout
  }

  /// Held loads stand above all else: their rule, their header where there is room, and a few rows.
  private func heldRows(in area: CellRect) -> Int {
    guard !held.rows.isEmpty else { return 0 }
    return area.rows < 14 ? 2 : min(max(1, held.shown.count) + 2, max(3, area.rows / 4))
  }

  mutating func moveFocus(by step: Int, in body: CellRect) -> Bool {
    // On a short screen only one pane stands, yet all can be gone to.
    let place = focusable.firstIndex(of: focus) ?? 0
    focus = focusable[(place + step + focusable.count) % focusable.count]
    return true
  }

  mutating func settle(_ layout: PaneLayout) {
    let top = layout.area(.held)
    held.settle(in: top, header: top.rows > 2 ? 1 : 0, jumps: true)
    causes.settle(in: layout.area(.causes), jumps: layout.isSplit)
    records.settle(in: layout.area(.records), jumps: layout.isSplit)
  }
}
