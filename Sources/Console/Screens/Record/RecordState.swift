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

extension RecordDetail {
  /// Whether it waits, so that it can be edited.
  var isEditable: Bool { whyFixed == nil }

  /// Why it cannot be changed now, and when it can; nil if it can.
  var whyFixed: String? {
    if row.id < 0 {
      return
        "\(row.pipeline) just found it; wait for the run to end, or stop it (x on screen 1)"
    }
    switch row.state {
    case .waiting, .scheduled, .dead: return nil
    case .claimed:
      return "\(row.pipeline) is trying it now; wait for the run to end, or stop it (x on screen 1)"
    case .loaded, .superseded, .discarded:
      return "record \(row.id) is \(row.state.rawValue) already"
    }
  }
}

/// What a trial found, and of which bytes.
struct TriedRecord: Hashable, Sendable {
  var bytes: [UInt8]
  var trial: RecordTrial
}

struct RecordState: ConsoleScreen {
  private(set) var id: RejectID?
  private(set) var detail: RecordDetail?
  /// The record as it is stored, judged by its rules; nil for one that cannot be edited.
  private(set) var draft: RecordDraft?
  /// What would become of it, and the bytes that is about.
  private(set) var trial: TriedRecord?
  private(set) var isMissing = false
  /// The records it stands among, as they were listed.
  private(set) var siblings: [RejectID] = []
  var focus: PaneName = .fields
  var isZoomed = false
  var fields = Listing<RecordField>()

  var crumbs: [String] { ["retry", "record \(id.map(String.init) ?? "–")"] }
  var focusable: [PaneName] { [.fields, .raw, .trial, .history] }

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
    draft = nil
    trial = nil
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

  func questions() -> [Question] {
    guard let id else { return [] }
    guard let detail, detail.row.id == id, detail.isEditable else { return [.record(id)] }
    guard let draft, draft.id == id else { return [.record(id), .draft(id, [])] }
    return [.record(id), .draft(id, []), .trial(id, raw: draft.raw)]
  }

  /// What would become of the record as it is stored, if that is known.
  var currentTrial: RecordTrial? { trial?.bytes == draft?.raw ? trial?.trial : nil }

  /// A field of the draft, to see what it was and what it must be.
  func draftField(_ name: String) -> RecordDraft.Field? {
    draft?.fields.first { $0.name == name }
  }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    switch (question, answer) {
    case (.record(let id), .record(let detail)) where id == self.id:
      self.detail = detail
      isMissing = detail == nil
      if detail?.isEditable != true { draft = nil }
      showFields(at: now)
    case (.draft(let id, []), .draft(let draft)) where id == self.id:
      self.draft = draft
      showFields(at: now)
    case (.trial(let id, let bytes), .trial(let trial)) where id == self.id:
      self.trial = TriedRecord(bytes: bytes, trial: trial)
    default: break
    }
  }

  /// The fields as the draft has them: its judgement is of today, the entry's of its last run.
  private mutating func showFields(at now: Timestamp) {
    let isFirst = !fields.isLoaded
    // Of a format whose fields are not edited one by one, those of the entry are shown.
    let known = draft.flatMap { $0.fields.isEmpty ? nil : $0 }.map { draft in
      draft.fields.map { RecordField(name: $0.name, value: $0.value, fault: $0.problem) }
    }
    fields.replace(with: known ?? detail?.fields ?? [], at: now)
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
    var rest = body.dropTop(fieldRows)
    let raw = draft == nil ? max(2, min(8, rest.rows / 2)) : max(2, min(4, rest.rows / 3))
    layout.add(.raw, rest.top(raw))
    rest = rest.dropTop(raw)
    if draft != nil, rest.rows >= 6 {
      let trial = min(12, rest.rows / 2)
      layout.add(.trial, rest.top(trial))
      rest = rest.dropTop(trial)
    }
    layout.add(.history, rest)
    return layout
  }

  mutating func settle(_ layout: PaneLayout) {
    fields.settle(in: layout.area(.fields), jumps: false)
  }
}
