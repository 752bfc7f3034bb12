// A chart as a value: what is shown, where its cursor stands, and what part is zoomed to.
//
// The picture is a pure function of this value, the area and the grid's glyphs.

public import Cells

/// A chart of one table.
///
/// Views of the same data share it, so copies and comparisons are cheap; building one reads every
/// value once.
public struct ChartView: CellView, Hashable, Sendable {
  /// What the chart is about.
  public var title: String
  /// How the values are shown.
  public var mark: ChartMark
  /// The position looked at, counted in `positionCount`; nothing for no crosshair.
  public var cursor: Int?
  /// The positions zoomed to; all of them if nothing.
  public var window: Range<Int>?
  /// The series left out, by their place in `series`.
  public var hidden: Set<Int> = []
  /// The series in front: its colour wins where lines share a cell.
  public var focused: Int?
  /// Whether the vertical axis covers only the window; otherwise a zoom never changes it.
  public var fitsWindow = false
  /// Whether the first row shows the title; off where a pane's rule does.
  public var showsTitle = true
  /// Whether the last row shows the footer or, with a cursor, the read-out.
  public var showsFooter = true
  /// Why this mark, in one line.
  public var reason: String

  let data: ChartData

  /// A chart of columns.
  ///
  /// - Parameters:
  ///   - title: What it is about.
  ///   - x: The column along the axis; without one the rows follow each other.
  ///   - series: The columns shown.
  ///   - mark: How they are shown.
  public init(title: String, x: ChartColumn?, series: [ChartColumn], mark: ChartMark) {
    self.title = title
    self.mark = mark
    data = ChartData(x: x, series: series)
    reason = ChartView.reason(mark: mark, x: x, series: series)
  }

  /// The column along the axis.
  public var x: ChartColumn? { data.x }

  /// The columns shown.
  public var series: [ChartColumn] { data.columns }

  /// The number of positions a cursor can take: distinct places, rows or bins.
  public var positionCount: Int {
    switch mark {
    case .line, .bar: data.positionCount
    case .histogram: data.histogram.count
    case .table: max(data.x?.count ?? 0, data.columns.map(\.count).max() ?? 0)
    }
  }

  /// The rows behind a position, in the order of the columns; for a histogram the rows in its bin.
  public func rows(at position: Int) -> [Int] {
    switch mark {
    case .line, .bar: return data.entries(at: position).map { data.rows[$0] }
    case .table: return position >= 0 && position < positionCount ? [position] : []
    case .histogram:
      guard position >= 0, position < positionCount, let column = data.columns.first else {
        return []
      }
      return column.values.indices.filter { row in
        column.number(at: row).map { data.histogram.index(of: $0) == position } ?? false
      }
    }
  }

  /// Draws the chart; any area will do.
  public func draw(in area: CellRect, on grid: inout CellGrid) {
    let area = area.intersection(grid.area)
    guard !area.isEmpty else { return }
    switch mark {
    case .line: LineChart(view: self).draw(in: area, on: &grid)
    case .bar where data.placeKind == .rows && data.x != nil:
      RowBarChart(view: self).draw(in: area, on: &grid)
    case .bar: ColumnBarChart(view: self).draw(in: area, on: &grid)
    case .histogram: HistogramChart(view: self).draw(in: area, on: &grid)
    case .table: TableChart(view: self).draw(in: area, on: &grid)
    }
  }

  /// The series drawn: those with values that are not hidden.
  func drawn(limit: Int) -> [Int] {
    data.series.indices.filter { data.series[$0].count > 0 && !hidden.contains($0) }
      .prefix(limit).map { $0 }
  }

  /// The cursor, if it stands on a position.
  var validCursor: Int? {
    guard let cursor, cursor >= 0, cursor < positionCount else { return nil }
    return cursor
  }

  /// The window, kept inside; all positions if there is none.
  var validWindow: Range<Int> {
    let count = positionCount
    guard let window else { return 0..<count }
    let kept = window.clamped(to: 0..<count)
    return kept.isEmpty ? 0..<count : kept
  }
}
