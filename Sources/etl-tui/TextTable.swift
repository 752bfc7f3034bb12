// Lists as people read them in a shell: columns under names, as wide as what they hold.

import Cells

/// Rows under column names.
struct TextTable {
  private var rows: [[String]]
  private let rightAligned: Set<Int>

  /// `rightAligned`: columns of numbers.
  init(_ names: [String], rightAligned: Set<Int> = []) {
    rows = [names]
    self.rightAligned = rightAligned
  }

  /// Adds a row; text from data is made harmless.
  mutating func add(_ cells: [String]) { rows.append(cells.map(Shown.text)) }

  /// The lines, without blanks at their ends; none if there are no rows.
  var lines: [String] {
    guard rows.count > 1 else { return [] }
    let widths = rows[0].indices.map { column in
      rows.map { cellWidth(of: $0[column]) }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let blank = String(repeating: " ", count: widths[column] - cellWidth(of: cell))
        line += rightAligned.contains(column) ? blank + cell : cell + blank
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
