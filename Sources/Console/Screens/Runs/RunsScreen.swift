// How the history of runs is drawn.

import Cells
import ETLKit

extension RunsState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    drawRuns(layout.area(.runs), context, on: &grid)
    if layout.has(.preview) { drawPreview(layout.area(.preview), context, on: &grid) }
  }

  private func drawRuns(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let inside = Panel.draw("runs", note: runs.note(), in: area, isFocused: true, on: &grid)
    guard runs.isLoaded else { return Panel.help(["reading the runs…"], in: inside, on: &grid) }
    if runs.rows.isEmpty {
      return Panel.help(
        [
          "No pipeline of this workspace has run yet.",
          "Press 1 for the overview, then r on a pipeline; or type: etl-tui run NAME",
        ], in: inside, on: &grid)
    }
    if runs.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    let glyphs = grid.glyphs
    let now = context.now
    ListView<RunRow>(columns: [
      .number("RUN", width: 5, priority: 0) { String($0.id) },
      ListColumn("STATE", width: 11, priority: 0) { run in
        .pieces([
          Piece(
            "\(run.look.sign(glyphs)) \(run.look.word.rawValue)", run.look.ink, run.look.emphasis)
        ])
      },
      .text("PIPELINE", width: 14, maximum: 28, priority: 1) { $0.pipeline },
      .text("START", width: 11, priority: 3, ink: .date) { Figures.moment($0.started, now: now) },
      .number("TIME", width: 7, priority: 2) { Figures.duration($0.seconds(at: now)) },
      .number("READ", width: 10, priority: 4) { Figures.count($0.read) },
      .number("REJECTS", width: 7, priority: 2) { Figures.count($0.rejected) },
      .text("BY", width: 9, priority: 6, ink: .muted) { $0.kind.rawValue },
    ]).draw(runs, in: inside, isFocused: true, on: &grid)
  }

  private func drawPreview(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    guard let run = runs.current else {
      _ = Panel.draw("", in: area, isFocused: false, on: &grid)
      return
    }
    let inside = Panel.draw(
      "run \(run.id) · \(run.pipeline)", note: run.look.word.rawValue, in: area, isFocused: false,
      on: &grid)
    var lines: [[Piece]] = []
    if let error = run.error {
      lines += TextFlow.wrap(error, columns: max(1, inside.columns - 4)).map {
        [Piece($0, .failed)]
      }
    }
    let signs = run.stageStates.map { state in
      let look = StateLook(state)
      return Piece("\(look.sign(grid.glyphs))", look.ink)
    }
    if !signs.isEmpty {
      lines.append([Piece("stages    ", .muted)] + signs)
    }
    lines += RunFigures.lines(run, at: context.now, columns: inside.columns)
    Lines.draw(lines, in: inside, on: &grid)
  }
}

/// A run's figures, one to a line where there is room.
enum RunFigures {
  static func lines(_ run: RunRow, at now: Timestamp, columns: Int) -> [[Piece]] {
    var lines: [[Piece]] = [
      [
        Piece("started   ", .muted), Piece(Figures.moment(run.started, now: now), .date),
        Piece("   took ", .muted), Piece(Figures.duration(run.seconds(at: now)), .number),
        Piece("   by ", .muted), Piece(run.kind.rawValue),
      ]
    ]
    let figures: [(String, Int, Ink)] = [
      ("read", run.read, .number), ("inserted", run.inserted, .added),
      ("updated", run.updated, .changed), ("unchanged", run.unchanged, .number),
      ("filtered", run.filtered, .number), ("deduplicated", run.deduplicated, .number),
      ("combined", run.combined, .number), ("added", run.added, .number),
      ("unmatched", run.unmatched, .number), ("rejected", run.rejected, .rejects),
    ]
    // Two to a line; what did not happen is left out, except for what was read.
    let told = figures.filter { $0.1 != 0 || $0.0 == "read" || $0.0 == "inserted" }
    var index = 0
    let perLine = max(1, (columns - 2) / 26)
    while index < told.count {
      lines.append(
        told[index..<min(index + perLine, told.count)].flatMap { name, count, ink in
          let text = Figures.count(count)
          return [
            Piece(name.padding(to: 13), .muted),
            Piece(
              String(repeating: " ", count: max(0, 11 - text.count)) + text + "  ",
              count == 0 ? .muted : ink),
          ]
        })
      index += perLine
    }
    return lines
  }
}
