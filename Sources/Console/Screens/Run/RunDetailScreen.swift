// How one run is drawn.

import Cells
import ETLKit

extension RunDetailState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    guard let detail else {
      let area = layout.areas.first?.area ?? CellRect(size: grid.size)
      let inside = Panel.draw("stages", in: area, isFocused: true, on: &grid)
      let number = id.map(String.init) ?? "–"
      return Panel.help(
        [isMissing ? "There is no run \(number); esc goes back." : "reading run \(number)…"],
        in: inside, on: &grid)
    }
    for (name, area) in layout.areas {
      switch name {
      case .stages: drawStages(area, layout, detail, context, on: &grid)
      case .log where view == .checks && !layout.has(.checks):
        drawChecks(area, detail, isFocused: focus == .log, on: &grid)
      case .log: drawLog(area, detail, context, on: &grid)
      case .facts: drawFacts(area, detail, context, on: &grid)
      case .checks: drawChecks(area, detail, isFocused: false, on: &grid)
      default: break
      }
    }
  }

  // MARK: Stages

  private func drawStages(
    _ area: CellRect, _ layout: PaneLayout, _ detail: RunDetail, _ context: DrawContext,
    on grid: inout CellGrid
  ) {
    let note = runNote(detail.run, isShort: area.columns < 60, context, grid.glyphs)
    let isFocused = focus == .stages
    let inside = Panel.draw("stages", note: note, in: area, isFocused: isFocused, on: &grid)
    if stages.rows.isEmpty {
      return Panel.help(
        [detail.run.error ?? "No stage has started yet."], in: inside, on: &grid)
    }
    let factRows = Self.factRows(layout, area)
    stageList(grid.glyphs).draw(
      stages, in: inside.dropBottom(factRows), isFocused: isFocused, on: &grid)
    // The facts stand right below the last stage.
    let used = min(inside.rows - factRows, stages.shown.count + 1)
    if factRows > 0, let stage = stages.current {
      Lines.draw(
        stageFacts(stage, grid.glyphs), in: inside.dropTop(used).top(factRows).dropLeft(2),
        on: &grid)
    }
  }

  private func runNote(
    _ run: RunRow, isShort: Bool, _ context: DrawContext, _ glyphs: Glyphs
  ) -> String {
    let sign = run.look.sign(glyphs)
    let time = Figures.duration(run.seconds(at: context.now))
    guard run.look.isMoving else { return "\(sign) \(run.look.word.rawValue) \(time)" }
    let left = run.secondsLeft.map { "  eta \(Figures.duration($0))" } ?? ""
    let percent = Figures.percent(run.fraction)
    return isShort
      ? "\(sign) \(percent)\(left)" : "\(sign) \(run.look.word.rawValue) \(time)  \(percent)\(left)"
  }

  private func stageList(_ glyphs: Glyphs) -> ListView<StageRow> {
    let all = stages.rows
    return ListView(columns: [
      .text("STAGE", width: 12, maximum: 26, priority: 0) { stage in
        let place = all.firstIndex { $0.name == stage.name } ?? 0
        return StageTree.prefix(all, place) + stage.name
      },
      ListColumn("", width: 1, priority: 0) { stage in
        let look = StateLook(stage.state)
        return .pieces([Piece(String(look.sign(glyphs)), look.ink)])
      },
      ListColumn("PROGRESS", width: 8, maximum: 16, priority: 3) { stage in
        .bar(stage.shownFraction, StateLook(stage.state).ink)
      },
      .number("", width: 4, priority: 0) { stage in
        stage.shownFraction.map(Figures.percent) ?? (stage.state == .running ? "–" : "")
      },
      .number("IN", width: 10, priority: 5) { stage in
        stage.state == .pending || stage.kind == .source ? "–" : Figures.count(stage.rowsIn)
      },
      .number("OUT", width: 10, priority: 1) { stage in
        Figures.count(stage.state == .pending ? nil : stage.rowsOut)
      },
      .number("ROWS/S", width: 6, priority: 4) { Figures.rate($0.rowsPerSecond) },
      .number("TIME", width: 7, priority: 4) { stage in
        if stage.state == .running, let left = stage.secondsLeft {
          return "-" + Figures.duration(left)
        }
        return Figures.duration(stage.seconds)
      },
      .number("REJ", width: 6, priority: 2, ink: .rejects) { stage in
        stage.state == .pending ? "–" : Figures.count(stage.rejected)
      },
    ])
  }

  private func stageFacts(_ stage: StageRow, _ glyphs: Glyphs) -> [[Piece]] {
    var first = [
      Piece(stage.name, .text, .bold), Piece("  \(stage.kind.rawValue)", .muted),
      Piece("   in ", .muted), Piece(Figures.count(stage.rowsIn), .number),
      Piece("   out ", .muted), Piece(Figures.count(stage.rowsOut), .number),
    ]
    if stage.filtered > 0 {
      first += [Piece("   filtered ", .muted), Piece(Figures.count(stage.filtered), .number)]
    }
    if stage.unmatched > 0 {
      first += [Piece("   unmatched ", .muted), Piece(Figures.count(stage.unmatched), .number)]
    }
    if stage.rejected > 0 {
      first += [Piece("   rejected ", .muted), Piece(Figures.count(stage.rejected), .rejects)]
    }
    var second: [Piece]
    if let error = stage.error {
      second = [Piece(error, .failed)]
    } else if stage.rates.isEmpty {
      second = [Piece(neighbours(of: stage), .muted)]
    } else {
      second = [
        Piece("rows/s ", .muted),
        Piece(Spark.text(stage.rates, columns: 20, glyphs: glyphs), .running),
        Piece("  \(Figures.rate(stage.rowsPerSecond))", .number),
        Piece("   \(neighbours(of: stage))", .muted),
      ]
    }
    return [first, second]
  }

  private func neighbours(of stage: StageRow) -> String {
    let readers = stages.rows.filter { $0.inputs.contains(stage.name) }.map(\.name)
    var parts: [String] = []
    if !stage.inputs.isEmpty { parts.append("reads \(stage.inputs.joined(separator: ", "))") }
    if !readers.isEmpty { parts.append("gives to \(readers.joined(separator: ", "))") }
    return parts.joined(separator: "   ")
  }

  // MARK: Log

  private func drawLog(
    _ area: CellRect, _ detail: RunDetail, _ context: DrawContext, on grid: inout CellGrid
  ) {
    let isFocused = focus == .log
    let title =
      view == .stageLog ? "log · \(stages.current?.name ?? "")" : "log · all stages"
    var note = isFollowing ? "following   " : ""
    note +=
      "\(level.rawValue)+   \(Figures.count(log.shown.count)) of "
      + Figures.count(detail.logCount, "line")
    if !log.filter.isEmpty { note += "   / \(log.filter.text)" }
    let inside = Panel.draw(title, note: note, in: area, isFocused: isFocused, on: &grid)
    if log.isEmpty {
      let text =
        log.rows.isEmpty
        ? "No line from \(level.rawValue) up; + shows finer ones, t those of all stages."
        : "Nothing matches; esc clears the filter."
      return Panel.help([text], in: inside, on: &grid)
    }
    EventLines.view(at: context.now, hasRun: false).draw(
      log, in: inside, isFocused: isFocused, hasHeader: false, on: &grid)
  }

  // MARK: Facts, checks and notes

  private func drawFacts(
    _ area: CellRect, _ detail: RunDetail, _ context: DrawContext, on grid: inout CellGrid
  ) {
    guard let stage = stages.current else {
      _ = Panel.draw("stage", in: area, isFocused: false, on: &grid)
      return
    }
    let look = StateLook(stage.state)
    let inside = Panel.draw(
      "stage · \(stage.name)", note: "\(look.sign(grid.glyphs)) \(stage.state.rawValue)", in: area,
      isFocused: false, on: &grid)
    func line(_ name: String, _ value: String, _ ink: Ink = .text) -> [Piece] {
      [Piece(name.padding(to: 11), .muted), Piece(value, ink)]
    }
    var lines = [line("kind", stage.kind.rawValue)]
    if let error = stage.error {
      lines += TextFlow.wrap(error, columns: max(1, inside.columns - 4)).map {
        [Piece($0, .failed)]
      }
    }
    lines.append(line("in", Figures.count(stage.rowsIn), .number))
    lines.append(line("out", Figures.count(stage.rowsOut), .number))
    if stage.filtered > 0 { lines.append(line("filtered", Figures.count(stage.filtered), .number)) }
    if stage.unmatched > 0 {
      lines.append(line("unmatched", Figures.count(stage.unmatched), .number))
    }
    if stage.rejected > 0 {
      lines.append(line("rejected", Figures.count(stage.rejected), .rejects))
    }
    lines.append(line("rows/s", Figures.rate(stage.rowsPerSecond), .number))
    lines.append(line("time", Figures.duration(stage.seconds), .number))
    if let left = stage.secondsLeft { lines.append(line("left", Figures.duration(left), .number)) }
    if !stage.rates.isEmpty {
      lines.append([
        Piece("rate".padding(to: 11), .muted),
        Piece(
          Spark.text(stage.rates, columns: max(4, inside.columns - 16), glyphs: grid.glyphs),
          .running),
      ])
    }
    let around = neighbours(of: stage)
    if !around.isEmpty {
      lines += TextFlow.wrap(around, columns: max(1, inside.columns - 4)).map {
        [Piece($0, .muted)]
      }
    }
    lines.append([])
    lines += RunFigures.lines(detail.run, at: context.now, columns: inside.columns)
    Lines.draw(lines, in: inside, on: &grid)
  }

  private func drawChecks(
    _ area: CellRect, _ detail: RunDetail, isFocused: Bool, on grid: inout CellGrid
  ) {
    let inside = Panel.draw(
      "checks and notes", note: Figures.count(detail.checks.count, "check"), in: area,
      isFocused: isFocused, on: &grid)
    let width = max(1, inside.columns - 4)
    var lines: [[Piece]] = []
    if let error = detail.run.error {
      lines += TextFlow.wrap(error, columns: width).map { [Piece($0, .failed)] }
    }
    for check in detail.checks {
      let look = StateLook(check)
      lines.append([
        Piece("\(look.sign(grid.glyphs)) ", look.ink), Piece("\(check.name)  ", .text, .bold),
        Piece(check.found, look.isProblem ? look.ink : .muted),
      ])
    }
    for note in detail.notes {
      lines += TextFlow.wrap(note, columns: width).map { [Piece($0, .muted)] }
    }
    if lines.isEmpty { lines = [[Piece("This pipeline has no checks.", .muted)]] }
    Lines.draw(lines, in: inside, on: &grid)
  }
}
