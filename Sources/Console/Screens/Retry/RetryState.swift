// The retry queue: causes first, the records of the cause at the cursor, the record itself.

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

struct RetryState: ConsoleScreen {
  /// As many records as a cause shows; the cause itself can hold more.
  static let limit = 2_000

  var focus: PaneName = .causes
  var isZoomed = false
  var causes = Listing<CauseRow>()
  var records = Listing<RecordRow>()
  /// The cause whose records stand in the list.
  private(set) var shownCause: ReasonID?
  /// How many records the cause has in all.
  private(set) var total = 0
  /// The record at the cursor, once it has been read.
  private(set) var detail: RecordDetail?

  var crumbs: [String] { ["retry queue"] }
  var focusable: [PaneName] { [.causes, .records] }

  func questions() -> [Question] {
    var questions: [Question] = [.causes]
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
    focus == .records ? records.apply(motion) : causes.apply(motion)
  }

  var filter: Filter? { focus == .records ? records.filter : causes.filter }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    if focus == .records {
      records.setFilter(filter, at: now)
    } else {
      causes.setFilter(filter, at: now)
    }
  }

  func facts(at now: Timestamp) -> [Fact] {
    focus == .records ? records.allFacts(at: now) : causes.allFacts(at: now)
  }

  var hasMarks: Bool {
    focus == .records
      ? !records.marks.isEmpty || records.rangeStart != nil
      : !causes.marks.isEmpty || causes.rangeStart != nil
  }

  mutating func goBack() -> Bool {
    guard focus == .records else { return false }
    focus = .causes
    return true
  }

  // MARK: What acts are about

  /// Marked records, or the one at the cursor; of a cause, all its records, also those not loaded.
  var selections: [RetrySelection] {
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
      layout.add(.causes, left)
      let detail = right.rows >= 12 ? max(7, right.rows / 2) : 0
      layout.add(.records, right.dropBottom(detail))
      layout.add(.record, right.bottom(detail))
      return layout
    }
    switch body.rows {
    case ..<8:
      // One pane at a time; the focus decides which.
      layout.add(focus == .records ? .records : .causes, body)
    case ..<14:
      let causeRows = body.rows / 2
      layout.add(.causes, body.top(causeRows))
      layout.add(.records, body.dropTop(causeRows))
    default:
      let detail = body.rows >= 20 ? 7 : 5
      let wanted = max(3, min(causes.shown.count + 2, (body.rows - detail) / 2))
      layout.add(.causes, body.top(wanted))
      let rest = body.dropTop(wanted)
      layout.add(.records, rest.dropBottom(detail))
      layout.add(.record, rest.bottom(detail))
    }
    return layout
  }

  mutating func moveFocus(by step: Int, in body: CellRect) -> Bool {
    // On a short screen only one pane stands, yet both can be gone to.
    focus = focus == .records ? .causes : .records
    return true
  }

  mutating func settle(_ layout: PaneLayout) {
    causes.settle(in: layout.area(.causes), jumps: layout.isSplit)
    records.settle(in: layout.area(.records), jumps: layout.isSplit)
  }
}
