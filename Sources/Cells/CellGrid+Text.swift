// Writing text and bars on a grid.

extension CellGrid {
  /// Writes text from a point to the right, clipped to a number of columns and to the grid.
  ///
  /// Clips by grapheme and cell width. Control bytes, escape sequences, marks that turn the reading
  /// order and line breaks show as signs or escapes.
  /// - Returns: The columns used.
  @discardableResult
  public mutating func write(
    _ text: String, column: Int, row: Int, columns: Int = .max, style: CellStyle = CellStyle()
  ) -> Int {
    guard columns > 0, column < size.columns else { return 0 }
    let start = max(column, -1_000_000)
    let room = min(columns, size.columns - start)
    let glyphs = self.glyphs
    var used = 0
    VisibleText.forEach(in: text, glyphs: glyphs) { glyph, width in
      guard used + width <= room else { return false }
      put(glyph, width: width, style, start + used, row)
      used += width
      return used < room
    }
    return used
  }

  /// Writes text and lets it end in an ellipsis if it does not fit.
  /// - Returns: The columns used.
  @discardableResult
  public mutating func writeShortened(
    _ text: String, column: Int, row: Int, columns: Int, style: CellStyle = CellStyle()
  ) -> Int {
    guard columns > 0 else { return 0 }
    var total = 0
    VisibleText.forEach(in: text, glyphs: glyphs) { _, width in
      total += width
      return total <= columns
    }
    guard total > columns else {
      return write(text, column: column, row: row, columns: columns, style: style)
    }
    let used = write(text, column: column, row: row, columns: columns - 1, style: style)
    put(glyphs.ellipsis, width: 1, style, column + used, row)
    return used + 1
  }

  /// Writes text so that it ends before a column; text that does not fit loses its end.
  public mutating func writeRight(
    _ text: String, endingBefore column: Int, row: Int, columns: Int,
    style: CellStyle = CellStyle()
  ) {
    guard columns > 0 else { return }
    var width = 0
    VisibleText.forEach(in: text, glyphs: glyphs) { _, glyphWidth in
      guard width + glyphWidth <= columns else { return false }
      width += glyphWidth
      return true
    }
    let end = min(max(column, -1_000_000), 1_000_000)
    write(text, column: end - width, row: row, columns: width, style: style)
  }

  /// Draws how much of a whole is done, in eighths of a cell or as `#` and `.`.
  ///
  /// The part not reached shows as dots. A fraction that is not a number counts as none.
  public mutating func bar(_ fraction: Double, in area: CellRect, ink: Ink) {
    guard !area.isEmpty else { return }
    let share = fraction > 0 ? min(fraction, 1) : 0
    let steps = glyphs.eighths.count - 1
    let total = area.columns * steps
    var filled = Int((Double(total) * share).rounded())
    // What has begun shows, and only what is complete looks complete.
    if share > 0 { filled = max(filled, 1) }
    if share < 1 { filled = min(filled, total - 1) }
    let rest: Character = glyphs.isUnicode ? "·" : "."
    let inside = area.intersection(self.area)
    for row in inside.row..<inside.endRow {
      for column in inside.column..<inside.endColumn {
        let level = min(max(filled - (column - area.column) * steps, 0), steps)
        let ground = self[column, row].style.ground
        if level == 0 {
          put(rest, width: 1, CellStyle(.rest, on: ground), column, row)
        } else {
          put(glyphs.eighths[level], width: 1, CellStyle(ink, on: ground), column, row)
        }
      }
    }
  }
}
