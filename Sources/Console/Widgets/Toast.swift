// The message of an act; it stands in the hint row until the next key.

import Cells

struct Toast: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case done, note, refused
  }

  let kind: Kind
  let text: String

  func draw(in line: CellRect, on grid: inout CellGrid) {
    let ink: Ink =
      switch kind {
      case .done: .ok
      case .note: .text
      case .refused: .rejects
      }
    let lead =
      switch kind {
      case .done: "\(grid.glyphs.ok) "
      case .note: ""
      case .refused: "! "
      }
    grid.writeShortened(
      lead + text, column: line.column + 1, row: line.row, columns: line.columns - 1,
      style: CellStyle(ink, on: .background, .bold))
  }
}
