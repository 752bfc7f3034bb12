// Columns of a list: which of them fit, how wide they are, and how rows are drawn.

import Cells

/// What stands in one cell of a list.
enum ListCell {
  case text(String, Ink)
  case pieces([Piece])
  case bar(Double?, Ink)
}

struct ListColumn<Row> {
  let title: String
  /// The least columns it needs.
  let width: Int
  /// The most it takes when there is room; its width if it does not grow.
  let maximum: Int
  let isRight: Bool
  /// 0 always stays; higher ones leave first when it gets narrow.
  let priority: Int
  let cell: (Row) -> ListCell

  init(
    _ title: String, width: Int, maximum: Int? = nil, isRight: Bool = false, priority: Int = 1,
    cell: @escaping (Row) -> ListCell
  ) {
    self.title = title
    self.width = width
    self.maximum = max(width, maximum ?? width)
    self.isRight = isRight
    self.priority = priority
    self.cell = cell
  }

  /// A right-aligned number.
  static func number(
    _ title: String, width: Int, priority: Int = 1, ink: Ink = .number,
    _ value: @escaping (Row) -> String
  ) -> ListColumn {
    ListColumn(title, width: width, isRight: true, priority: priority) {
      .text(value($0), ink)
    }
  }

  /// Left-aligned text that may grow.
  static func text(
    _ title: String, width: Int, maximum: Int? = nil, priority: Int = 1, ink: Ink = .text,
    _ value: @escaping (Row) -> String
  ) -> ListColumn {
    ListColumn(title, width: width, maximum: maximum, priority: priority) { .text(value($0), ink) }
  }
}

struct ListView<Row: ListRow> {
  let columns: [ListColumn<Row>]
  /// Cells for cursor and mark.
  private static var gutter: Int { 2 }

  /// Which columns stand, and how wide.
  ///
  /// A column grows no wider than its content. Measured over the first rows, not over those in
  /// sight, so that columns stand still while the list scrolls.
  func fitted(to width: Int, rows: ArraySlice<Row>) -> [(column: ListColumn<Row>, width: Int)] {
    let room = max(0, width - Self.gutter)
    var kept = columns.indices.map { $0 }
    func need() -> Int { kept.reduce(0) { $0 + columns[$1].width } + max(0, kept.count - 1) }
    while kept.count > 1, need() > room,
      let worst = kept.max(by: { (columns[$0].priority, $0) < (columns[$1].priority, $1) })
    {
      kept.removeAll { $0 == worst }
    }
    var widths = kept.map { columns[$0].width }
    var spare = room - need()
    if spare < 0, !widths.isEmpty { widths[0] = max(0, widths[0] + spare) }
    let limits = kept.map { content(of: columns[$0], rows: rows) }
    // What is left over goes to the columns that matter most, among equals a cell at a time.
    for priority in Set(kept.map { columns[$0].priority }).sorted() {
      let equals = kept.indices.filter { columns[kept[$0]].priority == priority }
      while spare > 0 {
        let growing = equals.filter { widths[$0] < limits[$0] }
        if growing.isEmpty { break }
        for place in growing where spare > 0 {
          widths[place] += 1
          spare -= 1
        }
      }
    }
    return kept.indices.map { (columns[kept[$0]], widths[$0]) }
  }

  private func content(of column: ListColumn<Row>, rows: ArraySlice<Row>) -> Int {
    guard column.maximum > column.width else { return column.width }
    var widest = cellWidth(of: column.title)
    // Text from data can be huge; a screen's width of it decides.
    func width(_ text: String) -> Int {
      cellWidth(of: text.utf8.count > column.maximum ? String(text.prefix(column.maximum)) : text)
    }
    for row in rows where widest < column.maximum {
      switch column.cell(row) {
      case .text(let text, _): widest = max(widest, width(text))
      case .pieces(let pieces):
        widest = max(widest, pieces.reduce(0) { $0 + width($1.text) })
      case .bar: return column.maximum
      }
    }
    return min(column.maximum, widest)
  }

  /// Draws header and rows, and parks the hardware cursor on the selected row if focused.
  func draw(
    _ listing: Listing<Row>, in area: CellRect, isFocused: Bool, hasHeader: Bool = true,
    on grid: inout CellGrid
  ) {
    guard !area.isEmpty else { return }
    let fitted = fitted(to: area.columns, rows: listing.shown.prefix(200))
    var body = area
    if hasHeader, area.rows > 1 {
      drawHeader(fitted, in: area.top(1), on: &grid)
      body = area.dropTop(1)
    }
    for offset in 0..<body.rows {
      let index = listing.top + offset
      guard index < listing.shown.count else { break }
      let line = CellRect(
        column: body.column, row: body.row + offset, columns: body.columns, rows: 1)
      drawRow(
        listing.shown[index], fitted, in: line,
        isMarked: listing.marks.contains(listing.shown[index].rowID),
        isSelected: index == listing.index, isFocused: isFocused, on: &grid)
    }
  }

  private func drawHeader(
    _ fitted: [(column: ListColumn<Row>, width: Int)], in line: CellRect, on grid: inout CellGrid
  ) {
    var column = line.column + Self.gutter
    for (spec, width) in fitted {
      let style = CellStyle(.header)
      if spec.isRight {
        grid.writeRight(
          spec.title, endingBefore: min(column + width, line.endColumn), row: line.row,
          columns: min(width, line.endColumn - column), style: style)
      } else {
        grid.write(
          spec.title, column: column, row: line.row, columns: min(width, line.endColumn - column),
          style: style)
      }
      column += width + 1
    }
  }

  private func drawRow(
    _ row: Row, _ fitted: [(column: ListColumn<Row>, width: Int)], in line: CellRect,
    isMarked: Bool, isSelected: Bool, isFocused: Bool, on grid: inout CellGrid
  ) {
    var column = line.column + Self.gutter
    for (spec, width) in fitted {
      let room = min(width, line.endColumn - column)
      if room > 0 {
        drawCell(
          spec.cell(row), spec, CellRect(column: column, row: line.row, columns: room, rows: 1),
          on: &grid)
      }
      column += width + 1
    }
    if isMarked {
      grid.write(
        "*", column: line.column + 1, row: line.row, columns: line.columns - 1,
        style: CellStyle(.mark, on: .background, .bold))
    }
    guard isSelected else { return }
    grid.write(
      ">", column: line.column, row: line.row, columns: line.columns,
      style: CellStyle(isFocused ? .cursor : .muted))
    let ground: Ink = isFocused ? .select : .selectIdle
    grid.restyle(line) { $0.ground = ground }
    if isFocused { grid.cursor = CellPoint(column: line.column, row: line.row) }
  }

  private func drawCell(
    _ cell: ListCell, _ spec: ListColumn<Row>, _ area: CellRect, on grid: inout CellGrid
  ) {
    switch cell {
    case .text(let text, let ink) where spec.isRight:
      // A number that does not fit must not look like a smaller one.
      if text.utf8.count > area.columns,
        cellWidth(of: String(text.prefix(area.columns + 1))) > area.columns
      {
        grid.fill(area, with: Cell("#", style: CellStyle(.muted)))
      } else {
        grid.writeRight(
          text, endingBefore: area.endColumn, row: area.row, columns: area.columns,
          style: CellStyle(ink))
      }
    case .text(let text, let ink):
      grid.writeShortened(
        text, column: area.column, row: area.row, columns: area.columns, style: CellStyle(ink))
    case .pieces(let pieces):
      TextFlow.draw(
        pieces, column: area.column, row: area.row, columns: area.columns, on: &grid)
    case .bar(let fraction, let ink):
      if let fraction { grid.bar(fraction, in: area, ink: ink) }
    }
  }
}
