// One record of the queue, full screen: its fields, its raw line, why it failed, what was tried.

import Cells
import ETLKit

extension RecordField: ListRow {
  var rowID: String { name }
  var isProblem: Bool { fault != nil }

  func facts(at now: Timestamp) -> [Fact] {
    [.text("field", name), .text("value", value), .text("fault", fault ?? "")]
  }
}

struct RecordState: ConsoleScreen {
  private(set) var id: RejectID?
  private(set) var detail: RecordDetail?
  private(set) var isMissing = false
  /// The records it stands among, as they were listed.
  private(set) var siblings: [RejectID] = []
  var focus: PaneName = .fields
  var isZoomed = false
  var fields = Listing<RecordField>()

  var crumbs: [String] { ["retry", "record \(id.map(String.init) ?? "–")"] }
  var focusable: [PaneName] { [.fields, .raw, .history] }

  /// Shows a listed record; what the list knows of it already is not asked again.
  mutating func show(_ row: RecordRow, of retry: RetryState, at now: Timestamp) {
    let listed = retry.records.marks.isEmpty ? retry.records.shown : retry.records.chosen
    siblings = listed.map(\.id)
    show(row.id)
    guard let known = retry.currentDetail, known.row.id == row.id else { return }
    take(.record(row.id), .record(known), at: now)
  }

  mutating func show(_ id: RejectID) {
    guard id != self.id else { return }
    self.id = id
    detail = nil
    isMissing = false
    fields = Listing()
  }

  func sibling(_ step: Int) -> RejectID? {
    guard let place = id.flatMap(siblings.firstIndex(of:)) else { return nil }
    return siblings.indices.contains(place + step) ? siblings[place + step] : nil
  }

  /// "2 of 31" among the listed ones.
  var placeNote: String {
    guard let place = id.flatMap(siblings.firstIndex(of:)) else { return "" }
    return "\(Figures.count(place + 1)) of \(Figures.count(siblings.count))"
  }

  func questions() -> [Question] { id.map { [.record($0)] } ?? [] }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    guard case (.record(let id), .record(let detail)) = (question, answer), id == self.id else {
      return
    }
    self.detail = detail
    isMissing = detail == nil
    let isFirst = !fields.isLoaded
    fields.replace(with: detail?.fields ?? [], at: now)
    if isFirst, let bad = fields.rows.first(where: \.isProblem) { fields.select(bad.name) }
  }

  mutating func move(_ motion: Motion) -> MotionResult { fields.apply(motion) }
  var filter: Filter? { fields.filter }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    fields.setFilter(filter, at: now)
  }

  func facts(at now: Timestamp) -> [Fact] { fields.allFacts(at: now) }
  var hasMarks: Bool { !fields.marks.isEmpty || fields.rangeStart != nil }

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    guard body.rows >= 10 else {
      layout.add(.fields, body)
      return layout
    }
    let fieldRows = max(4, min(fields.shown.count + 2, body.rows - 8))
    layout.add(.fields, body.top(fieldRows))
    let rest = body.dropTop(fieldRows)
    let raw = max(2, min(8, rest.rows / 2))
    layout.add(.raw, rest.top(raw))
    layout.add(.history, rest.dropTop(raw))
    return layout
  }

  mutating func settle(_ layout: PaneLayout) {
    fields.settle(in: layout.area(.fields), jumps: false)
  }
}
