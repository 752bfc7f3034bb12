// One line of typed text with a cursor.

import Cells

struct TextField: Hashable, Sendable {
  private(set) var letters: [Character] = []
  private(set) var place = 0

  var text: String { String(letters) }
  var isEmpty: Bool { letters.isEmpty }

  init(_ text: String = "") {
    letters = Array(text)
    place = letters.count
  }

  /// Takes an editing key; false if it is none.
  mutating func take(_ key: Key) -> Bool {
    switch key {
    case .character(let letter): insert([letter])
    case .backspace, .control("h"):
      guard place > 0 else { return true }
      place -= 1
      letters.remove(at: place)
    case .delete:
      if place < letters.count { letters.remove(at: place) }
    case .left: place = max(0, place - 1)
    case .right: place = min(letters.count, place + 1)
    case .home: place = 0
    case .end: place = letters.count
    case .control("u"):
      letters.removeFirst(place)
      place = 0
    case .control("w"):
      while place > 0, letters[place - 1] == " " { removeBefore() }
      while place > 0, letters[place - 1] != " " { removeBefore() }
    default: return false
    }
    return true
  }

  /// A paste is one inert input: text, never keys.
  mutating func paste(_ text: String) {
    insert(text.filter { !$0.isNewline }.prefix(1_000))
  }

  private mutating func insert(_ text: some Sequence<Character>) {
    let added = Array(text)
    letters.insert(contentsOf: added, at: place)
    place += added.count
  }

  private mutating func removeBefore() {
    place -= 1
    letters.remove(at: place)
  }

  /// Draws a lead, the text, and parks the hardware cursor.
  func draw(
    lead: String, placeholder: String = "", in line: CellRect, on grid: inout CellGrid
  ) {
    guard !line.isEmpty else { return }
    let leadWidth = grid.write(
      lead, column: line.column, row: line.row, columns: line.columns,
      style: CellStyle(.prompt, on: .background, .bold))
    let room = max(0, line.columns - leadWidth - 1)
    // The part around the cursor shows when the text is longer than the line.
    var start = 0
    while start < place, cellWidth(of: String(letters[start..<place])) > room { start += 1 }
    if isEmpty {
      grid.write(
        placeholder, column: line.column + leadWidth + 1, row: line.row, columns: room,
        style: CellStyle(.placeholder))
    } else {
      grid.write(
        String(letters[start...]), column: line.column + leadWidth, row: line.row,
        columns: line.columns - leadWidth, style: CellStyle(.prompt))
    }
    let before = cellWidth(of: String(letters[start..<place]))
    let column = min(line.column + leadWidth + before, line.endColumn - 1)
    grid.cursor = CellPoint(column: column, row: line.row)
    grid.restyle(CellRect(column: column, row: line.row, columns: 1, rows: 1)) {
      $0.emphasis.insert(.reverse)
    }
  }
}
