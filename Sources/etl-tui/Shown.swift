// Data on a terminal: shown, never performed.

import Cells

/// Text from data as commands print it.
enum Shown {
  /// The text with control bytes, escapes and line breaks made visible.
  static func text(_ text: String) -> String {
    var grid = CellGrid(size: CellSize(columns: max(1, cellWidth(of: text)), rows: 1))
    grid.write(text, column: 0, row: 0)
    return grid.text
  }
}
