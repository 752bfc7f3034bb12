// How charts and the lists they are chosen from are drawn.

import Cells
import Charts
import ETLKit

extension ChartsState {
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid) {
    for (name, area) in layout.areas {
      switch name {
      case .tables: drawTables(area, on: &grid)
      case .columns: drawColumns(area, on: &grid)
      case .chart: drawChart(area, on: &grid)
      default: break
      }
    }
  }

  private func drawTables(_ area: CellRect, on grid: inout CellGrid) {
    let isFocused = focus == .tables
    let inside = Panel.draw(
      "tables", note: tables.note(), in: area, isFocused: isFocused, on: &grid)
    guard tables.isLoaded else { return Panel.help(["reading the tables…"], in: inside, on: &grid) }
    if tables.rows.isEmpty {
      return Panel.help(
        [
          "No pipeline of this workspace has loaded a table yet.",
          "Press 1 for the overview, then r on a pipeline.",
        ], in: inside, on: &grid)
    }
    if tables.isEmpty {
      return Panel.help(["Nothing matches; esc clears the filter."], in: inside, on: &grid)
    }
    ListView<TableRow>(columns: [
      .text("TABLE", width: 8, maximum: 28, priority: 0) { $0.name.table },
      .number("ROWS", width: 10, priority: 1) { Figures.count($0.rows) },
      .text("FROM", width: 8, maximum: 18, priority: 2, ink: .muted) { $0.pipeline },
      .text("DATABASE", width: 8, maximum: 24, priority: 3, ink: .muted) { $0.name.database },
    ]).draw(tables, in: inside, isFocused: isFocused, on: &grid)
  }

  private func drawColumns(_ area: CellRect, on grid: inout CellGrid) {
    let isFocused = focus == .columns
    let inside = Panel.draw(
      "columns of \(tables.current?.name.table ?? "–")",
      note: columns.marks.isEmpty ? "" : "\(columns.marks.count) chosen", in: area,
      isFocused: isFocused, on: &grid)
    if columns.isEmpty {
      return Panel.help(
        [columns.rows.isEmpty ? "" : "Nothing matches; esc clears the filter."], in: inside,
        on: &grid)
    }
    let axis = xColumn
    ListView<TableColumn>(columns: [
      .text("COLUMN", width: 8, maximum: 28, priority: 0) { $0.name },
      .text("TYPE", width: 9, maximum: 14, priority: 1, ink: .muted) { $0.type },
      ListColumn("USE", width: 9, priority: 0) { column in
        .text(column.name == axis ? "axis" : column.isKey ? "key" : "", .accent)
      },
    ]).draw(columns, in: inside, isFocused: isFocused, on: &grid)
  }

  private func drawChart(_ area: CellRect, on grid: inout CellGrid) {
    guard let chart, let chosen else {
      let inside = Panel.draw("chart", in: area, isFocused: true, on: &grid)
      return Panel.help(["reading the rows…"], in: inside, on: &grid)
    }
    var note = chart.mark.rawValue
    if let window = chart.window {
      note += "   \(Figures.count(window.count)) of \(Figures.count(chart.positionCount)) points"
    }
    if let words = wordsNote { note += "   \(words)" }
    if total > rowsRead {
      note += "   first \(Figures.count(rowsRead)) of \(Figures.count(total)) rows"
    }
    let inside = Panel.draw(
      "\(chosen.table.table): \(chosen.series.joined(separator: ", "))", note: note, in: area,
      isFocused: true, on: &grid)
    chart.draw(in: inside, on: &grid)
    // The last line of a chart is its read-out: what a screen reader should speak.
    if grid.cursor == nil {
      grid.cursor = CellPoint(column: inside.column, row: max(inside.row, inside.endRow - 1))
    }
  }
}
