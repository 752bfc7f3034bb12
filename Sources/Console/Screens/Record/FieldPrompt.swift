// A field's value as it is typed in the last line; the rules judge it with each key.

import Cells
import ETLKit

struct FieldPrompt: Hashable, Sendable {
  let record: RejectID
  let name: String
  /// What it was when typing began.
  let before: String
  var field: TextField
  /// What the rules say, and of which text.
  var verdict: Verdict?

  struct Verdict: Hashable, Sendable {
    var text: String
    var parsed: String?
    var problem: String?
  }

  init(record: RejectID, name: String, value: String) {
    self.record = record
    self.name = name
    before = value
    field = TextField(value)
  }

  var changes: [FieldChange] { [FieldChange(name, field.text)] }
  var question: Question { .draft(record, changes) }

  mutating func take(_ draft: RecordDraft, for changes: [FieldChange]) {
    guard changes == self.changes, draft.id == record else { return }
    let found = draft.fields.first { $0.name == name }
    verdict = Verdict(
      text: field.text, parsed: found?.parsed,
      problem: found?.problem ?? draft.problems.first)
  }

  func draw(in line: CellRect, on grid: inout CellGrid) {
    field.draw(lead: " \(name) = ", placeholder: "(empty)", in: line, on: &grid)
    guard let verdict, verdict.text == field.text else { return }
    let sign = verdict.problem == nil ? grid.glyphs.ok : grid.glyphs.failed
    let words = verdict.problem ?? verdict.parsed ?? ""
    let text = "\(sign) \(words)"
    let typed = cellWidth(of: " \(name) = \(field.text)") + 3
    let room = line.columns - typed - 1
    guard room > 4 else { return }
    let width = min(room, cellWidth(of: text))
    grid.writeShortened(
      text, column: line.endColumn - 1 - width, row: line.row, columns: width,
      style: CellStyle(verdict.problem == nil ? .ok : .invalid))
  }
}

extension ConsoleState {
  /// Begins to type a value for a field of the record in front.
  mutating func editField(_ name: String) {
    guard let id = record.id, let field = record.fields.rows.first(where: { $0.name == name })
    else { return }
    record.fields.select(name)
    overlay = .field(FieldPrompt(record: id, name: name, value: field.value))
  }

  mutating func take(_ key: Key, _ prompt: FieldPrompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .escape:
      overlay = nil
      return []
    case .enter:
      overlay = nil
      return store(prompt)
    case .tab, .down:
      return store(prompt, thenEdit: 1)
    case .backTab, .up:
      return store(prompt, thenEdit: -1)
    default:
      _ = prompt.field.take(key)
      overlay = .field(prompt)
      return []
    }
  }

  /// Stores what was typed, if it is other than before.
  private func store(_ prompt: FieldPrompt) -> [Effect] {
    prompt.field.text == prompt.before ? [] : [.edit(prompt.record, prompt.changes)]
  }

  private mutating func store(_ prompt: FieldPrompt, thenEdit step: Int) -> [Effect] {
    overlay = nil
    let names = record.fields.rows.map(\.name)
    if let place = names.firstIndex(of: prompt.name) {
      editField(names[(place + step + names.count) % names.count])
    }
    return store(prompt)
  }

  /// Answers about what is being typed.
  mutating func take(_ question: Question, _ answer: Answer, into overlay: Overlay?) {
    switch (overlay, question, answer) {
    case (.field(var prompt), .draft(_, let changes), .draft(let draft)):
      prompt.take(draft, for: changes)
      self.overlay = .field(prompt)
    case (.fix(var fix), .fix(_, let text), .fix(let preview)) where text == fix.asked:
      fix.preview = preview
      self.overlay = .fix(fix)
    case (.fix(var fix), .fix(_, let text), .failed) where text == fix.asked:
      // The words stand in the last line until the next key; what was typed stays.
      fix.isTyping = true
      self.overlay = .fix(fix)
      if case .failed(_, let error) = answer {
        fix.problem = error.places.first.map { "\(error.what), in \($0)" } ?? error.what
      }
      self.overlay = .fix(fix)
    case (.decide(var decision), .publication(let run), let answer) where run == decision.load.run:
      decision.take(answer)
      self.overlay = .decide(decision)
    default: break
    }
  }
}
