// The question before what cannot be undone. Cancel is the default: Enter and the act's own key do
// nothing, `y` acts, and more than 100 items want their number typed first.

import Cells

struct ConfirmBox: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case stays, cancelled, confirmed
  }

  /// Above this many, the number must be typed.
  static let countLimit = 100

  /// "cancel run 128 of covid".
  let title: String
  /// The verb alone: "cancel the run".
  let verb: String
  /// What is lost, in sentences.
  let lines: [String]
  let count: Int
  let effects: [Effect]
  /// Whether the number must be typed even for one.
  var alwaysWantsNumber = false
  var typed = TextField()

  var wantsNumber: Bool { alwaysWantsNumber || count > Self.countLimit }

  mutating func take(_ key: Key) -> Step {
    switch key {
    case .escape, .character("n"), .character("q"): return .cancelled
    case .character("y"):
      return !wantsNumber || typed.text == String(count) ? .confirmed : .stays
    case .character(let letter) where wantsNumber && letter.isNumber:
      _ = typed.take(key)
    case .backspace where wantsNumber:
      _ = typed.take(key)
    default: break
    }
    return .stays
  }

  func draw(over area: CellRect, on grid: inout CellGrid) {
    let width = min(area.columns, 64)
    let inside = max(1, width - 4)
    var text = lines.flatMap { TextFlow.wrap($0, columns: inside) }
    text.append("")
    if wantsNumber {
      text.append("type \(count), then y: \(typed.text)_")
    }
    let box = Popup.draw(title, over: area, columns: width, rows: text.count + 3, on: &grid)
    var row = box.row
    for line in text where row < box.endRow {
      grid.write(
        line, column: box.column, row: row, columns: box.columns, style: CellStyle(.popup))
      row += 1
    }
    guard row < box.endRow else { return }
    let used = TextFlow.draw(
      [Piece("[ Cancel ]", .popup, .reverse), Piece("  esc   ", .hint)], column: box.column,
      row: row, columns: box.columns, on: &grid)
    TextFlow.draw(
      [Piece("y", .key, .bold), Piece(" \(verb)", .popup)], column: box.column + used, row: row,
      columns: box.columns - used, on: &grid)
    grid.cursor = CellPoint(column: box.column, row: row)
  }
}
