// Text over several rows, and pieces of different ink on one row.

import Cells

/// A piece of text with its look.
struct Piece: Hashable, Sendable {
  var text: String
  var style: CellStyle

  init(_ text: String, _ ink: Ink = .text, _ emphasis: Emphasis = []) {
    self.text = text
    style = CellStyle(ink, on: .background, emphasis)
  }
}

enum TextFlow {
  /// Breaks at blanks where possible, else anywhere between letters; cut in cells, not letters.
  ///
  /// Text from data can be huge: what no screen could show is not even looked at.
  static func wrap(_ whole: String, columns: Int, limit: Int = 100) -> [String] {
    guard columns > 0 else { return [] }
    let text = String(whole.prefix(columns * limit))
    var lines: [String] = []
    var line = ""
    var width = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let wordWidth = cellWidth(of: String(word))
      if !line.isEmpty || width > 0 {
        if width + 1 + wordWidth <= columns {
          line += " " + word
          width += 1 + wordWidth
          continue
        }
        lines.append(line)
        line = ""
        width = 0
      }
      var rest = word
      while cellWidth(of: String(rest)) > columns {
        let head = prefix(of: rest, columns: columns)
        lines.append(String(head))
        rest = rest[head.endIndex...]
      }
      line = String(rest)
      width = cellWidth(of: line)
    }
    lines.append(line)
    return lines
  }

  /// As many letters as fit, at least one, so that wrapping always ends.
  private static func prefix(of text: Substring, columns: Int) -> Substring {
    var end = text.startIndex
    var width = 0
    while end < text.endIndex {
      let next = text.index(after: end)
      let letter = cellWidth(of: String(text[end..<next]))
      guard end == text.startIndex || width + letter <= columns else { break }
      width += letter
      end = next
      if width >= columns { break }
    }
    return text[..<end]
  }

  /// Writes pieces one after the other; returns the columns used.
  @discardableResult
  static func draw(
    _ pieces: [Piece], column: Int, row: Int, columns: Int, on grid: inout CellGrid
  ) -> Int {
    var used = 0
    for piece in pieces where used < columns {
      used += grid.write(
        piece.text, column: column + used, row: row, columns: columns - used, style: piece.style)
    }
    return used
  }
}

enum Spark {
  /// A line of levels, the newest at the right, each against the highest.
  static func text(_ values: [Double], columns: Int, glyphs: Glyphs) -> String {
    let sparks = glyphs.sparks
    let last = values.suffix(max(0, columns))
    let peak = last.max() ?? 0
    return String(
      last.map { value in
        guard peak > 0, value.isFinite, value > 0 else { return sparks.first ?? " " }
        let level = Int((value / peak * Double(sparks.count)).rounded(.up)) - 1
        return sparks[max(0, min(level, sparks.count - 1))]
      })
  }
}
