// Lines of pieces in a pane, and the lines of events that several screens show.

import Cells
import ETLKit

enum Lines {
  static func draw(_ lines: [[Piece]], in area: CellRect, on grid: inout CellGrid) {
    for (offset, line) in lines.prefix(area.rows).enumerated() {
      TextFlow.draw(
        line, column: area.column + 2, row: area.row + offset, columns: area.columns - 2,
        on: &grid)
    }
  }
}

enum EventLines {
  static func view(at now: Timestamp, hasRun: Bool) -> ListView<EventRow> {
    ListView(columns: [
      ListColumn<EventRow>("", width: 10, maximum: 400, priority: 0) { event in
        var pieces = [
          Piece(Figures.moment(event.at, now: now) + " ", .date),
          Piece(event.level.rawValue.padding(to: 6), event.level.ink),
        ]
        if hasRun { pieces.append(Piece("run \(event.run)  ", .muted)) }
        if let stage = event.stage { pieces.append(Piece("\(stage)  ", .muted)) }
        pieces.append(Piece(event.text, event.level >= .warn ? event.level.ink : .text))
        return .pieces(pieces)
      }
    ])
  }
}

extension String {
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
