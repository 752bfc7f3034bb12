// How loads that are held back are drawn.

import Cells
import ETLKit

extension RetryState {
  func drawHeld(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let isFocused = focus == .held
    let inside = Panel.draw(
      "held back", note: held.note("p publishes, x drops"), in: area, isFocused: isFocused,
      on: &grid)
    if held.isEmpty {
      return Panel.help(
        [held.rows.isEmpty ? "No load is held back." : "Nothing matches; esc clears the filter."],
        in: inside, on: &grid)
    }
    let now = context.now
    ListView<HeldLoad>(columns: [
      .number("RUN", width: 5, priority: 0, ink: .failed) { String($0.run) },
      .text("PIPELINE", width: 10, maximum: 20, priority: 1) { $0.pipeline },
      .text("WHY", width: 12, maximum: 70, priority: 0) { $0.reason },
      .number("REJECTED", width: 8, priority: 2, ink: .rejects) { Figures.count($0.rejected) },
      .number("READ", width: 10, priority: 3) { Figures.count($0.read) },
      .number("SIZE", width: 9, priority: 5) { ByteText.text($0.bytes) },
      .number("AGE", width: 4, priority: 4, ink: .date) { Figures.age(now.seconds(since: $0.at)) },
    ]).draw(held, in: inside, isFocused: isFocused, hasHeader: inside.rows > 1, on: &grid)
  }
}
