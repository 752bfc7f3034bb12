// What the keys do on the row at the cursor, in the last line.

import Cells

struct KeyHints: Hashable, Sendable {
  struct Hint: Hashable, Sendable {
    let key: Key
    let text: String
  }

  let hints: [Hint]

  /// As many as fit; the way to help always stays.
  func draw(in line: CellRect, on grid: inout CellGrid) {
    let glyphs = grid.glyphs
    let help = Hint(key: .character("?"), text: "help")
    var room = line.columns - 1 - width(help, glyphs)
    var fitting: [Hint] = []
    // Below 60 columns only the way to help remains.
    if line.columns >= 60 {
      for hint in hints {
        let needed = width(hint, glyphs) + 2
        guard needed <= room else { break }
        fitting.append(hint)
        room -= needed
      }
    }
    fitting.append(help)
    var column = line.column + 1
    for hint in fitting where column < line.endColumn {
      column += grid.write(
        hint.key.name(glyphs), column: column, row: line.row, columns: line.endColumn - column,
        style: CellStyle(.key, on: .background, .bold))
      column += grid.write(
        " \(hint.text)  ", column: column, row: line.row, columns: line.endColumn - column,
        style: CellStyle(.hint))
    }
  }

  private func width(_ hint: Hint, _ glyphs: Glyphs) -> Int {
    cellWidth(of: hint.key.name(glyphs)) + 1 + cellWidth(of: hint.text)
  }
}
