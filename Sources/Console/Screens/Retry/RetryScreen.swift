// How the retry queue is drawn.

import Cells
import ETLKit

extension RetryState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    for (name, area) in layout.areas {
      switch name {
      case .held: drawHeld(area, context, on: &grid)
      case .causes: drawCauses(area, context, on: &grid)
      case .records: drawRecords(area, context, on: &grid)
      case .record: drawRecord(area, context, on: &grid)
      default: break
      }
    }
  }

  private func drawCauses(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let isFocused = focus == .causes
    let count = causes.rows.reduce(0) { $0 + $1.count }
    let inside = Panel.draw(
      "causes", note: causes.note(Figures.count(count, "record")), in: area,
      isFocused: isFocused, on: &grid)
    guard causes.isLoaded else { return Panel.help(["reading the queue…"], in: inside, on: &grid) }
    if causes.rows.isEmpty {
      return Panel.help(
        [
          "The retry queue is empty: every record was loaded or left out on purpose.",
          "Records that cannot be loaded wait here with their raw line and the reason, until a "
            + "later run loads them or somebody discards them.",
        ], in: inside, on: &grid)
    }
    if causes.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    let now = context.now
    ListView<CauseRow>(columns: [
      .number("N", width: 7, priority: 0, ink: .rejects) { Figures.count($0.count) },
      .text("STAGE", width: 8, maximum: 14, priority: 2) { $0.stage },
      .text("ERROR", width: 14, maximum: 60, priority: 0) { $0.text },
      .number("AGE", width: 4, priority: 3, ink: .date) {
        Figures.age(now.seconds(since: $0.oldest))
      },
      .text("PIPELINE", width: 10, maximum: 16, priority: 5) { $0.pipeline },
      .text("NEXT TRY", width: 8, maximum: 18, priority: 4, ink: .muted) { $0.nextTry },
    ]).draw(causes, in: inside, isFocused: isFocused, on: &grid)
  }

  private func drawRecords(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    let isFocused = focus == .records
    guard let cause = causes.current else {
      _ = Panel.draw("records", in: area, isFocused: isFocused, on: &grid)
      return
    }
    guard shownCause == cause.id else {
      let inside = Panel.draw(
        "records · \(cause.text)", in: area, isFocused: isFocused, on: &grid)
      return Panel.help(["reading the records…"], in: inside, on: &grid)
    }
    let more =
      total > records.rows.count
      ? "oldest \(Figures.count(records.rows.count)) of \(Figures.count(total))" : ""
    let inside = Panel.draw(
      "records · \(cause.text)", note: records.note(more), in: area, isFocused: isFocused,
      on: &grid)
    if records.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    let now = context.now
    let glyphs = grid.glyphs
    ListView<RecordRow>(columns: [
      .number("ID", width: 6, priority: 0) { String($0.id) },
      .text("KEY", width: 10, maximum: 26, priority: 2) { $0.key ?? "–" },
      .text("VALUE THAT FAILED", width: 12, maximum: 40, priority: 0, ink: .invalid) { $0.value },
      .text("SOURCE", width: 6, maximum: 14, priority: 4, ink: .muted) { $0.source },
      .number("LINE", width: 8, priority: 3) { Figures.count($0.line) },
      .number("TRIES", width: 5, priority: 3) { Figures.count($0.attempts) },
      .number("AGE", width: 4, priority: 4, ink: .date) {
        Figures.age(now.seconds(since: $0.firstSeen))
      },
      ListColumn("STATE", width: 11, priority: 5) { row in
        let look = StateLook(row.state)
        return .pieces([Piece("\(look.sign(glyphs)) \(row.state.rawValue)", look.ink)])
      },
    ]).draw(records, in: inside, isFocused: isFocused, on: &grid)
  }

  private func drawRecord(_ area: CellRect, _ context: DrawContext, on grid: inout CellGrid) {
    guard let detail = currentDetail else {
      let title = records.current.map { "record \($0.id)" } ?? "record"
      _ = Panel.draw(title, in: area, isFocused: false, on: &grid)
      return
    }
    let inside = Panel.draw(
      "record \(detail.row.id)", note: RecordLines.place(detail), in: area, isFocused: false,
      on: &grid)
    let width = max(1, inside.columns - 4)
    var lines: [[Piece]] = RecordLines.errors(detail, columns: width)
    let raw = RecordLines.raw(detail, columns: width)
    let tries = RecordLines.attempts(detail, at: context.now, glyphs: grid.glyphs)
    lines += raw.prefix(max(1, inside.rows - lines.count - 2))
    if !detail.wake.isEmpty, inside.rows > lines.count + 1 {
      lines.append([Piece(detail.wake, .muted)])
    }
    lines += tries.prefix(inside.rows >= 10 ? 4 : 1)
    if inside.rows >= 10, !detail.fields.isEmpty {
      lines.append([])
      lines += RecordLines.fields(detail, columns: width)
    }
    Lines.draw(lines, in: inside, on: &grid)
  }
}

/// A record in lines, the same in the preview and full screen.
enum RecordLines {
  static func place(_ detail: RecordDetail) -> String {
    let line =
      detail.lastLine > detail.row.line
      ? "lines \(Figures.count(detail.row.line))–\(Figures.count(detail.lastLine))"
      : "line \(Figures.count(detail.row.line))"
    return "\(line) of \(detail.file)"
  }

  static func errors(_ detail: RecordDetail, columns: Int) -> [[Piece]] {
    detail.errors.flatMap { error in
      TextFlow.wrap(error, columns: columns).map { [Piece($0, .invalid)] }
    }
  }

  /// The raw line, bytes that would act on a terminal shown as signs.
  static func raw(_ detail: RecordDetail, columns: Int) -> [[Piece]] {
    // Long ones are cut here, not on the way: whoever needs all of it copies it.
    let shown = String(detail.raw.prefix(4_000))
    var lines = TextFlow.wrap(shown, columns: columns).map { [Piece($0)] }
    if detail.isRawCut || shown.utf8.count < detail.raw.utf8.count {
      lines.append([
        Piece("… \(Figures.count(detail.rawBytes, "byte")) in all", .muted)
      ])
    }
    return lines
  }

  static func fields(_ detail: RecordDetail, columns: Int) -> [[Piece]] {
    let name = min(20, detail.fields.map { cellWidth(of: $0.name) }.max() ?? 0)
    return detail.fields.map { field in
      var pieces = [
        Piece(field.name.padding(to: name) + "  ", .muted),
        Piece(field.value, field.fault == nil ? .text : .invalid),
      ]
      if let fault = field.fault { pieces.append(Piece("   ✗ \(fault)", .invalid)) }
      return pieces
    }
  }

  /// Who changed it, newest first.
  static func changes(_ detail: RecordDetail, at now: Timestamp) -> [[Piece]] {
    detail.changes.map { change in
      [
        Piece(Figures.moment(change.at, now: now).padding(to: 12), .date),
        Piece("\(change.actor) ", .muted),
        Piece("\(change.action)  ", change.isUndone ? .faint : .changed),
        Piece((change.note ?? "") + (change.isUndone ? "  (undone)" : "")),
      ]
    }
  }

  static func attempts(
    _ detail: RecordDetail, at now: Timestamp, glyphs: Glyphs
  ) -> [[Piece]] {
    var lines: [[Piece]] = detail.attempts.map { attempt in
      [
        Piece(Figures.moment(attempt.at, now: now).padding(to: 12), .date),
        Piece("run \(attempt.run) ", .muted), Piece("\(attempt.outcome)  ", .rejects),
        Piece(attempt.text),
      ]
    }
    if let resolution = detail.resolution { lines.insert([Piece(resolution, .ok)], at: 0) }
    if lines.isEmpty { lines = [[Piece("not tried again yet", .muted)]] }
    return lines
  }
}
