// A grid as text, for snapshots and for printing a screen without a terminal.

extension CellGrid {
  /// The glyphs, one line a row, without blanks at the ends of lines.
  public var text: String {
    lines { cell in cell.isContinuation ? nil : cell.glyph }
  }

  /// One letter a cell: the ink of its glyph, or its ground where that is not the plain one.
  ///
  /// `Ink.letter` says which; plain blanks are spaces. Emphasis is not shown.
  public var inkText: String {
    lines { cell in
      if cell.style.ground != .background { return cell.style.ground.letter }
      return cell.glyph == " " ? " " : cell.style.ink.letter
    }
  }

  private func lines(_ letter: (Cell) -> Character?) -> String {
    var text = ""
    for row in 0..<size.rows {
      var blanks = 0
      for column in 0..<size.columns {
        guard let character = letter(cells[row * size.columns + column]) else { continue }
        guard character != " " else {
          blanks += 1
          continue
        }
        text += String(repeating: " ", count: blanks)
        text.append(character)
        blanks = 0
      }
      if row + 1 < size.rows { text += "\n" }
    }
    return text
  }
}
