// Charts: a loaded table and its columns are chosen from lists, then shown as line, bars, histogram
// or table.

import Cells
import Charts
import ETLKit

extension TableRow: ListRow {
  var rowID: TableName { name }
  var isProblem: Bool { rows == 0 }

  func facts(at now: Timestamp) -> [Fact] {
    [
      .text("table", name.table), .text("database", name.database),
      .text("pipeline", pipeline), .number("rows", rows),
    ]
  }
}

extension TableColumn: ListRow {
  var rowID: String { name }
  var isProblem: Bool { false }

  func facts(at now: Timestamp) -> [Fact] { [.text("column", name), .text("type", type)] }
}

struct ChartsState: ConsoleScreen {
  /// As many rows as a chart reads; it says so when a table has more.
  static let limit = 100_000

  var focus: PaneName = .tables
  var isZoomed = false
  var tables = Listing<TableRow>()
  var columns = Listing<TableColumn>()
  /// The column along the axis.
  var xColumn: String?
  /// What is on the chart: the table and its columns, the one along the axis first.
  private(set) var chosen: ChosenColumns?
  private(set) var chart: ChartView?
  /// How many rows the table has beyond those read.
  private(set) var total = 0
  private(set) var rowsRead = 0
  private var data: TableData?
  /// Which rows are on the chart, by the words of their key.
  private(set) var rowFilter = Filter.none

  /// A table and the columns a chart is made of.
  struct ChosenColumns: Hashable, Sendable {
    let table: TableName
    let x: String?
    let series: [String]
    /// Words of the key that tell apart rows with the same place on the axis: a state, a carrier.
    let words: [String]

    var names: [String] { (x.map { [$0] } ?? []) + series + words }
  }

  /// Whether a chart is in front, not the lists.
  var isShowing: Bool { focus == .chart }

  var crumbs: [String] {
    guard isShowing, let chosen else { return ["charts"] }
    return ["charts", chosen.table.table, chosen.series.joined(separator: ", ")]
  }

  var focusable: [PaneName] { isShowing ? [.chart] : [.tables, .columns] }

  func questions() -> [Question] {
    guard isShowing, let chosen else { return [.tables] }
    return [.tables, .rows(table: chosen.table, columns: chosen.names, limit: Self.limit)]
  }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    switch (question, answer) {
    case (.tables, .tables(let rows)):
      tables.replace(with: rows, at: now)
      offerColumns(at: now)
    case (.rows(let table, let names, _), .rows(let data))
    where table == chosen?.table && names == chosen?.names:
      show(data)
    default: break
    }
  }

  /// The columns of the table at the cursor, with a time as the axis if it has one.
  mutating func offerColumns(at now: Timestamp) {
    let isOther = columns.rows != (tables.current?.columns ?? [])
    guard isOther || !columns.isLoaded else { return }
    columns = Listing()
    columns.replace(with: tables.current?.columns ?? [], at: now)
    let rows = columns.rows
    let axis =
      rows.first { ["date", "timestamp"].contains($0.type) }
      ?? rows.first(where: \.isKey)
    xColumn = axis?.name
    // The cursor starts on the first column that can be drawn over the axis.
    if let first = rows.first(where: { $0.name != xColumn && $0.isNumber }) {
      columns.select(first.name)
    }
  }

  // MARK: From the lists to the chart

  /// Shows the marked columns, or the one at the cursor.
  mutating func open() {
    guard let table = tables.current else { return }
    let names = columns.chosen.map(\.name).filter { $0 != xColumn }
    let (x, series) =
      names.isEmpty ? (nil, columns.current.map { [$0.name] } ?? []) : (xColumn, names)
    guard !series.isEmpty else { return }
    let words = columns.rows.filter { column in
      column.isKey && column.type == "text" && column.name != x && !series.contains(column.name)
    }
    let next = ChosenColumns(
      table: table.name, x: x, series: series, words: words.map(\.name))
    if next.table != chosen?.table { rowFilter = .none }
    if next != chosen {
      chosen = next
      chart = nil
      data = nil
    }
    focus = .chart
  }

  private mutating func show(_ data: TableData) {
    self.data = data
    total = data.total
    rowsRead = data.values.first?.count ?? 0
    let kept = keptRows(data)
    let wanted = Set((chosen?.x.map { [$0] } ?? []) + (chosen?.series ?? []))
    let read = data.columns.indices.filter { wanted.contains(data.columns[$0].name) }.map { index in
      let values = data.values.indices.contains(index) ? data.values[index] : []
      return ChartColumns.column(
        data.columns[index],
        kept.map { rows in rows.map { values.indices.contains($0) ? values[$0] : .null } } ?? values
      )
    }
    let old = chart
    let x = chosen?.x.flatMap { name in read.first { $0.name == name } }
    let series = read.filter { $0.name != chosen?.x }
    let title = chosen.map { "\($0.table.table): \($0.series.joined(separator: ", "))" } ?? ""
    var next: ChartView
    if let old {
      next = ChartView(title: title, x: x, series: series, mark: old.mark)
      // Fresh rows must not move what somebody is looking at.
      next.cursor = old.cursor.map { min($0, max(0, next.positionCount - 1)) }
      next.window = old.window.flatMap { $0.upperBound <= next.positionCount ? $0 : nil }
      next.hidden = old.hidden
      next.focused = old.focused
    } else {
      next = ChartView.instant(title: title, columns: read)
      let fitting = ChartView.fittingMarks(x: x, series: series)
      if !fitting.contains(next.mark) || x == nil {
        next = ChartView(title: title, x: x, series: series, mark: fitting.first ?? .table)
      }
    }
    next.showsTitle = false
    chart = next
  }

  /// The rows the filter leaves; nil for all.
  private func keptRows(_ data: TableData) -> [Int]? {
    guard !rowFilter.isEmpty else { return nil }
    return (0..<rowsRead).filter { rowFilter.matches(rowFacts(data, $0)) }
  }

  private func rowFacts(_ data: TableData, _ row: Int) -> [Fact] {
    data.columns.indices.compactMap { index in
      guard chosen?.words.contains(data.columns[index].name) == true,
        data.values.indices.contains(index), data.values[index].indices.contains(row),
        case .text(let text) = data.values[index][row]
      else { return nil }
      return .text(data.columns[index].name, text)
    }
  }

  /// How to see one of several rows with the same place on the axis.
  var wordsNote: String? {
    guard let chosen, !chosen.words.isEmpty else { return nil }
    if !rowFilter.isEmpty { return "/ \(rowFilter.text)" }
    return "all \(chosen.words.joined(separator: ", ")); / picks"
  }

  mutating func change(_ change: (inout ChartView) -> Void) {
    guard var chart else { return }
    change(&chart)
    self.chart = chart
  }

  mutating func goBack() -> Bool {
    guard isShowing else {
      guard focus == .columns else { return false }
      focus = .tables
      return true
    }
    focus = .columns
    return true
  }

  // MARK: Moving

  mutating func move(_ motion: Motion) -> MotionResult {
    switch focus {
    case .chart:
      if case .by(let step) = motion { return moveAcross(step) }
      return moveAlong(motion)
    case .columns: return columns.apply(motion)
    default:
      let result = tables.apply(motion)
      offerColumns(at: .zero)
      return result
    }
  }

  var filter: Filter? {
    switch focus {
    case .chart: chosen?.words.isEmpty == false ? rowFilter : nil
    case .columns: columns.filter
    default: tables.filter
    }
  }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    if isShowing {
      guard filter != rowFilter else { return }
      rowFilter = filter
      if let data { show(data) }
    } else if focus == .columns {
      columns.setFilter(filter, at: now)
    } else if focus == .tables {
      tables.setFilter(filter, at: now)
      offerColumns(at: now)
    }
  }

  func facts(at now: Timestamp) -> [Fact] {
    if isShowing, let data {
      // Enough of them to know the words by.
      return (0..<min(rowsRead, 2_000)).flatMap { rowFacts(data, $0) }
    }
    return focus == .columns ? columns.allFacts(at: now) : tables.allFacts(at: now)
  }

  /// Marked columns are a choice for the chart, not something for `esc` to clear.
  var hasMarks: Bool { false }

  // MARK: Layout

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    if isShowing {
      layout.add(.chart, body)
    } else if body.columns >= 60 {
      let left = body.left(body.columns / 2)
      let right = body.dropLeft(left.columns + 1)
      layout.dividers.append(
        CellRect(column: left.endColumn, row: body.row, columns: 1, rows: body.rows))
      layout.add(.tables, left)
      layout.add(.columns, right)
    } else if body.rows >= 8 {
      layout.add(.tables, body.top(body.rows / 2))
      layout.add(.columns, body.dropTop(body.rows / 2))
    } else {
      layout.add(focus == .columns ? .columns : .tables, body)
    }
    return layout
  }

  mutating func moveFocus(by step: Int, in body: CellRect) -> Bool {
    guard !isShowing else { return false }
    focus = focus == .columns ? .tables : .columns
    return true
  }

  mutating func settle(_ layout: PaneLayout) {
    tables.settle(in: layout.area(.tables), jumps: true)
    columns.settle(in: layout.area(.columns), jumps: true)
  }
}

extension TableColumn {
  var isNumber: Bool {
    type == "int" || type == "real" || type.hasPrefix("decimal")
  }
}
