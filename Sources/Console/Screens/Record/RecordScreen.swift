// How one record is drawn, full screen.

import Cells
import ETLKit

extension RecordState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    guard let detail else {
      let area = layout.areas.first?.area ?? CellRect(size: grid.size)
      let inside = Panel.draw("record", in: area, isFocused: true, on: &grid)
      let number = id.map(String.init) ?? "–"
      return Panel.help(
        [isMissing ? "There is no record \(number); esc goes back." : "reading record \(number)…"],
        in: inside, on: &grid)
    }
    for (name, area) in layout.areas {
      switch name {
      case .fields: drawFields(area, detail, on: &grid)
      case .raw: drawRaw(area, detail, on: &grid)
      case .trial: drawTrial(area, on: &grid)
      case .history: drawHistory(area, detail, context, on: &grid)
      default: break
      }
    }
  }

  private func drawFields(_ area: CellRect, _ detail: RecordDetail, on grid: inout CellGrid) {
    let isFocused = focus == .fields
    let inside = Panel.draw(
      "fields", note: placeNote, in: area, isFocused: isFocused, on: &grid)
    if fields.rows.isEmpty {
      return Panel.help(
        ["This record could not be split into fields; its raw line stands below."], in: inside,
        on: &grid)
    }
    if fields.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    var columns: [ListColumn<RecordField>] = [
      .text("FIELD", width: 8, maximum: 20, priority: 0, ink: .muted) { $0.name },
      ListColumn("RAW", width: 10, maximum: 40, priority: 0) { field in
        .text(field.value, field.fault == nil ? .text : .invalid)
      },
    ]
    let isEdited = draft?.fields.contains { $0.isEdited } == true
    if isEdited {
      columns.append(
        ListColumn("IN THE FILE", width: 10, maximum: 40, priority: 1) { field in
          let known = draftField(field.name)
          return .text(known.flatMap { $0.isEdited ? $0.original : nil } ?? "", .removed)
        })
    }
    columns.append(
      ListColumn("WHAT IS WRONG", width: 14, maximum: 120, priority: 1) { field in
        .text(field.fault.map { "✗ \($0)" } ?? "", .invalid)
      })
    ListView<RecordField>(columns: columns).draw(
      fields, in: inside, isFocused: isFocused, on: &grid)
  }

  private func drawRaw(_ area: CellRect, _ detail: RecordDetail, on grid: inout CellGrid) {
    let inside = Panel.draw(
      "raw line", note: RecordLines.place(detail), in: area, isFocused: focus == .raw, on: &grid)
    Lines.draw(
      RecordLines.raw(detail, columns: max(1, inside.columns - 4)), in: inside, on: &grid)
    if focus == .raw { grid.cursor = CellPoint(column: inside.column, row: inside.row) }
  }

  private func drawTrial(_ area: CellRect, on grid: inout CellGrid) {
    let inside = Panel.draw(
      "would rerun as", note: "dry run, nothing written", in: area, isFocused: focus == .trial,
      on: &grid)
    if focus == .trial { grid.cursor = CellPoint(column: inside.column, row: inside.row) }
    guard let trial = currentTrial else {
      return Panel.help(["trying it…"], in: inside, on: &grid)
    }
    var lines = TrialLines.all(
      trial, glyphs: grid.glyphs, columns: max(1, inside.columns - 4))
    if let draft, draft.raw != draft.original {
      lines.append([Piece("C copies  ", .muted), Piece(draft.command, .hint)])
    }
    Lines.draw(lines, in: inside, on: &grid)
  }

  private func drawHistory(
    _ area: CellRect, _ detail: RecordDetail, _ context: DrawContext, on grid: inout CellGrid
  ) {
    let tries = Figures.count(detail.row.attempts, "try", "tries")
    let inside = Panel.draw(
      "why, and what was tried", note: tries, in: area, isFocused: focus == .history, on: &grid)
    let width = max(1, inside.columns - 4)
    var lines = RecordLines.errors(detail, columns: width)
    if !detail.wake.isEmpty { lines.append([Piece(detail.wake, .muted)]) }
    lines += RecordLines.changes(detail, at: context.now)
    lines += RecordLines.attempts(detail, at: context.now, glyphs: grid.glyphs)
    Lines.draw(lines, in: inside, on: &grid)
    if focus == .history { grid.cursor = CellPoint(column: inside.column, row: inside.row) }
  }
}
