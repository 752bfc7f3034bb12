// How the overview is drawn.

import Cells
import ETLKit

extension OverviewState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    for (name, area) in layout.areas {
      switch name {
      case .pipelines: drawPipelines(area, context, on: &grid)
      case .preview: drawPreview(area, context, on: &grid)
      case .stages: drawStages(area, on: &grid)
      case .needs: drawNeeds(area, on: &grid)
      case .events: drawEvents(area, context, on: &grid)
      default: break
      }
    }
  }

  // MARK: Pipelines

  private func drawPipelines(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let isFocused = focus == .pipelines
    let inside = Panel.draw(
      "pipelines", note: pipelines.note(), in: area, isFocused: isFocused, on: &grid)
    guard pipelines.isLoaded else {
      return Panel.help(["reading the workspace…"], in: inside, on: &grid)
    }
    if pipelines.rows.isEmpty {
      return Panel.help(
        [
          "This workspace has no pipelines yet.",
          "A pipeline is a file in pipelines/: what to read, what to check, what to load.",
          "",
          "etl-tui init .      writes a working example here",
          "etl-tui demo        shows everything on real data, in a folder of its own",
        ], in: inside, on: &grid)
    }
    if pipelines.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    listView(grid.glyphs, isNarrow: inside.columns < 40).draw(
      pipelines, in: inside, isFocused: isFocused, on: &grid)
  }

  private func listView(_ glyphs: Glyphs, isNarrow: Bool) -> ListView<PipelineRow> {
    ListView(columns: [
      .text("PIPELINE", width: 9, maximum: 24, priority: 0) { $0.name },
      // Where the word has no room, the sign alone says it.
      ListColumn(isNarrow ? "" : "STATE", width: isNarrow ? 1 : 11, priority: isNarrow ? 0 : 1) {
        let word = isNarrow ? "" : " \($0.stateWord)"
        return .pieces([
          Piece("\($0.look.sign(glyphs))\(word)", $0.look.ink, $0.look.emphasis)
        ])
      },
      ListColumn("PROGRESS", width: 9, maximum: 14, priority: 3) { row in
        .bar(row.barFraction, row.look.ink)
      },
      .number("", width: 4, priority: 0) { $0.barFraction.map(Figures.percent) ?? "" },
      .number("ETA", width: 5, priority: 4) { row in
        row.look.isMoving ? Figures.duration(row.run?.secondsLeft) : ""
      },
      ListColumn("LAST 12 RUNS", width: 12, priority: 5) { row in
        .pieces(
          row.lastRuns.suffix(12).map { state in
            let look = StateLook(state)
            return Piece(String(look.sign(glyphs)), look.ink)
          })
      },
      .number("REJECTS", width: 7, priority: 2) { row in
        row.openRejects == 0 && row.state == nil ? "–" : Figures.count(row.openRejects)
      },
    ])
  }

  // MARK: Preview

  private func drawPreview(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    guard let row = pipelines.current else {
      _ = Panel.draw("", in: area, isFocused: false, on: &grid)
      return
    }
    let title = row.run.map { "\(row.name) · run \($0.id)" } ?? row.name
    let inside = Panel.draw(
      title, note: row.timeNote(at: context.now), in: area, isFocused: false, on: &grid)
    var lines: [[Piece]] = []
    if let problem = row.problem {
      lines += TextFlow.wrap(problem, columns: max(1, inside.columns - 4)).map {
        [Piece($0, .failed)]
      }
      lines.append([Piece("etl-tui check shows all mistakes of all files", .muted)])
    }
    if let held = row.heldRun {
      lines.append([
        Piece("the load of run \(held) is held back: publish or drop it on screen 3", .failed)
      ])
    }
    if let run = row.run {
      if inside.rows >= 3 {
        lines += GraphLine.lines(row.stages, columns: inside.columns - 4, glyphs: grid.glyphs)
        if inside.rows >= 6 { lines.append([]) }
      }
      if let error = run.error { lines.append([Piece(error, .failed)]) }
      if inside.rows >= 5, let rates = row.rateLine(inside.columns, grid.glyphs) {
        lines.append(rates)
        if inside.rows >= 8 { lines.append([]) }
      }
      lines.append(run.countPieces)
      if let last = events.rows.first(where: { $0.run == run.id }) {
        lines.append([
          Piece("last  ", .muted), Piece("\(Civil(last.at).clock) ", .date),
          Piece(last.level.rawValue.padding(to: 6), last.level.ink),
          Piece(last.stage.map { "\($0)  " } ?? "", .muted), Piece(last.text),
        ])
      }
    } else if row.problem == nil {
      lines.append([Piece("It never ran; r runs it.", .muted)])
    }
    if let summary = row.summary, inside.rows > lines.count {
      lines.append([Piece(summary, .muted)])
    }
    Lines.draw(lines, in: inside, on: &grid)
  }

  // MARK: Right side

  private func drawStages(_ area: CellRect, on grid: inout CellGrid) {
    guard let row = pipelines.current else {
      _ = Panel.draw("stages", in: area, isFocused: false, on: &grid)
      return
    }
    let inside = Panel.draw("stages · \(row.name)", in: area, isFocused: false, on: &grid)
    if row.stages.isEmpty {
      return Panel.help([row.run == nil ? "" : "none are known of this run"], in: inside, on: &grid)
    }
    let width = max(8, min(16, inside.columns / 3))
    for (offset, stage) in row.stages.prefix(inside.rows).enumerated() {
      let look = StateLook(stage.state)
      let line = inside.row + offset
      let name = StageTree.prefix(row.stages, offset) + stage.name
      grid.writeShortened(
        name, column: inside.column + 2, row: line, columns: width - 1, style: CellStyle(.text))
      grid.write(
        String(look.sign(grid.glyphs)), column: inside.column + 2 + width, row: line, columns: 1,
        style: CellStyle(look.ink))
      let bar = CellRect(
        column: inside.column + width + 4, row: line,
        columns: max(0, min(14, inside.columns - width - 4 - 17)), rows: 1)
      if let fraction = stage.shownFraction { grid.bar(fraction, in: bar, ink: look.ink) }
      grid.writeRight(
        stage.shownFraction.map(Figures.percent) ?? "", endingBefore: bar.endColumn + 5,
        row: line, columns: 4, style: CellStyle(.number))
      grid.writeRight(
        Figures.count(stage.state == .pending ? nil : stage.rowsOut),
        endingBefore: min(bar.endColumn + 17, inside.endColumn), row: line, columns: 11,
        style: CellStyle(.number))
    }
  }

  private func drawNeeds(_ area: CellRect, on grid: inout CellGrid) {
    let inside = Panel.draw(
      "needs you", note: Figures.count(needs.rows.count), in: area, isFocused: focus == .needs,
      on: &grid)
    if needs.rows.isEmpty {
      return Panel.help([needs.isLoaded ? "nothing" : ""], in: inside, on: &grid)
    }
    let glyphs = grid.glyphs
    ListView(columns: [
      ListColumn<Need>("", width: 10, maximum: 200, priority: 0) { need in
        let look = StateLook(need.state)
        return .pieces([
          Piece("\(look.sign(glyphs)) ", look.ink), Piece("\(need.pipeline)  ", .text, .bold),
          Piece(need.text, look.ink),
        ])
      }
    ]).draw(needs, in: inside, isFocused: focus == .needs, hasHeader: false, on: &grid)
  }

  private func drawEvents(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let inside = Panel.draw("events", in: area, isFocused: focus == .events, on: &grid)
    if events.rows.isEmpty {
      return Panel.help([events.isLoaded ? "none yet" : ""], in: inside, on: &grid)
    }
    EventLines.view(at: context.now, hasRun: true).draw(
      events, in: inside, isFocused: focus == .events, hasHeader: false, on: &grid)
  }
}

// MARK: Figures of a row

extension StateLook {
  /// Without colour a failure still stands out.
  var emphasis: Emphasis {
    word == .failed || word == .held || word == .running || word == .rejects ? .bold : []
  }
}

extension PipelineRow {
  /// How full its bar is: a finished run's is full, one that never ran has none.
  var barFraction: Double? {
    guard let run, let state else { return nil }
    switch state {
    case .queued, .skipped: return nil
    case .succeeded, .unchanged, .partial: return 1
    case .running, .paused, .failed, .crashed, .cancelled: return run.fraction
    }
  }

  func timeNote(at now: Timestamp) -> String {
    guard let run, let started = run.started else { return "" }
    let end = run.finished ?? now
    return "started \(Figures.moment(started, now: now))   "
      + Figures.duration(end.seconds(since: started))
  }

  func rateLine(_ columns: Int, _ glyphs: Glyphs) -> [Piece]? {
    guard !rates.isEmpty else { return nil }
    let spark = Spark.text(rates, columns: max(4, min(24, columns - 50)), glyphs: glyphs)
    var pieces = [Piece("rows/s  ", .muted), Piece(spark, .running)]
    if look.isMoving { pieces.append(Piece("  \(Figures.rate(rates.last)) now", .text)) }
    pieces.append(Piece("  \(Figures.rate(rates.max())) peak", .text))
    if let usualSeconds {
      pieces.append(Piece("    usual total \(Figures.duration(usualSeconds))", .muted))
    }
    return pieces
  }
}

extension RunRow {
  /// Where the records went.
  var countPieces: [Piece] {
    let loaded = inserted + updated
    var pieces = [
      Piece("in ", .muted), Piece(Figures.count(read), .number),
      Piece("   out ", .muted), Piece(Figures.count(loaded), .number),
    ]
    if unchanged > 0 {
      pieces += [Piece("   unchanged ", .muted), Piece(Figures.count(unchanged), .number)]
    }
    if filtered > 0 {
      pieces += [Piece("   filtered ", .muted), Piece(Figures.count(filtered), .number)]
    }
    if unmatched > 0 {
      pieces += [Piece("   unmatched ", .muted), Piece(Figures.count(unmatched), .number)]
    }
    pieces += [
      Piece("   rejected ", .muted),
      Piece(Figures.count(rejected), rejected > 0 ? .rejects : .number),
    ]
    if rejected > 0, read > 0 {
      pieces.append(Piece(" (\(Figures.share(rejected, of: read)))", .muted))
    }
    return pieces
  }
}
