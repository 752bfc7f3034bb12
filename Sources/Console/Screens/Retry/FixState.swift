// One fix for all records of a cause: typed, shown record by record before and after, then stored in one step.

import Cells
import ETLKit

struct FixState: Hashable, Sendable {
  let reason: ReasonID
  let cause: String
  var field: TextField
  var isTyping = true
  /// What was asked for with Enter.
  var asked = ""
  var preview: FixPreview?
  /// Why it cannot be shown.
  var problem: String?
  var top = 0

  init(reason: ReasonID, cause: String, field: String?) {
    self.reason = reason
    self.cause = cause
    self.field = TextField(field.map { "\($0) := " } ?? "")
  }

  var questions: [Question] { isTyping || asked.isEmpty ? [] : [.fix(reason, asked)] }

  func draw(over area: CellRect, on grid: inout CellGrid) {
    let rows = min(area.rows, max(8, (preview?.items.count ?? 0) + 6))
    let width = min(area.columns, 100)
    let box = Popup.draw("fix alike · \(cause)", over: area, columns: width, rows: rows, on: &grid)
    guard !box.isEmpty else { return }
    var lines: [[Piece]] = []
    func say(_ text: String, _ ink: Ink) {
      lines += TextFlow.wrap(text, columns: box.columns).map { [Piece($0, ink)] }
    }
    if let problem { say(problem, .invalid) }
    if isTyping {
      say(
        "Type field := expression; names are the fields of the file, such as "
          + "deaths := abs(deaths). Enter shows every record before and after.", .muted)
    } else if let preview {
      lines.append([
        Piece(preview.note, .accent),
        Piece(
          "   \(Figures.count(preview.passing)) of "
            + "\(Figures.count(preview.items.count, "record")) would be loaded",
          preview.passing == preview.items.count ? .ok : .warn),
      ])
      if let problem = preview.problem { say("it could not be tried: \(problem.what)", .warn) }
      lines.append([])
      let room = max(0, box.rows - lines.count)
      let start = min(top, max(0, preview.items.count - room))
      lines += preview.items.dropFirst(start).prefix(room).map(line)
    } else {
      say("trying it on all records of the cause…", .muted)
    }
    for (offset, pieces) in lines.prefix(box.rows).enumerated() {
      TextFlow.draw(
        pieces, column: box.column, row: box.row + offset, columns: box.columns, on: &grid)
    }
    if !isTyping { grid.cursor = CellPoint(column: box.column, row: box.row) }
  }

  private func line(_ item: FixPreview.Item) -> [Piece] {
    var pieces = [Piece("\(item.id)".padding(to: 8), .muted), Piece(item.before, .removed)]
    if let after = item.after {
      pieces += [Piece(" → ", .muted), Piece(after.isEmpty ? "(empty)" : after, .added)]
    }
    if let problem = item.problem { pieces.append(Piece("   \(problem)", .invalid)) }
    return pieces
  }
}

extension ConsoleState {
  mutating func take(_ key: Key, _ fix: FixState) -> [Effect] {
    var fix = fix
    if fix.isTyping {
      switch key {
      case .escape:
        overlay = nil
        return []
      case .enter:
        fix.asked = fix.field.text
        fix.isTyping = fix.asked.isEmpty
        fix.preview = nil
        fix.problem = nil
        // Asked again even if it was known: records may have changed.
        known.remove(.fix(fix.reason, fix.asked))
      default:
        guard fix.field.take(key) else { return [] }
      }
      overlay = .fix(fix)
      return []
    }
    switch key {
    case .escape, .character("q"):
      overlay = nil
      say("nothing was changed")
      return []
    case .character("e"): fix.isTyping = true
    case .down, .character("j"):
      fix.top = min(fix.top + 1, max(0, (fix.preview?.items.count ?? 1) - 1))
    case .up, .character("k"): fix.top = max(0, fix.top - 1)
    case .enter:
      guard let preview = fix.preview else { return [] }
      guard !preview.edits.isEmpty else {
        refuse("it changes no record; e changes the expression")
        return []
      }
      overlay = nil
      return [.fix(preview)]
    default: return []
    }
    overlay = .fix(fix)
    return []
  }

  /// The question before records are deleted for good.
  mutating func askToPurge(_ selection: RetrySelection, count: Int) {
    overlay = .confirm(
      ConfirmBox(
        title: "purge \(Figures.count(count, "record"))", verb: "delete for good",
        lines: [
          "Their raw lines, edits and history are deleted, and no undo brings them back.",
          "A record whose line is still in its file comes again when that is read; d, discard, "
            + "keeps it away.",
        ],
        count: count, effects: [.purge(selection, count: count)], alwaysWantsNumber: true))
  }
}
