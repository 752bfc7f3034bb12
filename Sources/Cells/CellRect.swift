// Points, sizes and areas on a grid of cells.
//
// Every operation is total: coordinates are kept within a million cells of the origin, and what does
// not fit is clipped to an empty area. So layout code needs no guards, down to a terminal of 1x1.

/// How many columns and rows something has.
public struct CellSize: Hashable, Sendable {
  /// The number of columns.
  public var columns: Int
  /// The number of rows.
  public var rows: Int

  /// A size in cells.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// The place of one cell; the top left one is 0, 0.
public struct CellPoint: Hashable, Sendable {
  /// Columns from the left.
  public var column: Int
  /// Rows from the top.
  public var row: Int

  /// A place on the grid.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// An area of cells.
public struct CellRect: Hashable, Sendable {
  private static let limit = 1_000_000

  // 32 bits and clamped, so that no sum of two of them can overflow.
  private var left: Int32
  private var upper: Int32
  private var width: Int32
  private var height: Int32

  /// An area; a negative extent counts as none.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    left = Self.clampPlace(column)
    upper = Self.clampPlace(row)
    width = Self.clampExtent(columns)
    height = Self.clampExtent(rows)
  }

  /// The area of a whole grid of that size.
  public init(size: CellSize) {
    self.init(column: 0, row: 0, columns: size.columns, rows: size.rows)
  }

  /// The first column.
  public var column: Int {
    get { Int(left) }
    set { left = Self.clampPlace(newValue) }
  }

  /// The first row.
  public var row: Int {
    get { Int(upper) }
    set { upper = Self.clampPlace(newValue) }
  }

  /// How many columns it spans, never negative.
  public var columns: Int {
    get { Int(width) }
    set { width = Self.clampExtent(newValue) }
  }

  /// How many rows it spans, never negative.
  public var rows: Int {
    get { Int(height) }
    set { height = Self.clampExtent(newValue) }
  }

  /// The column after the last one.
  public var endColumn: Int { column + columns }

  /// The row after the last one.
  public var endRow: Int { row + rows }

  /// Its extent.
  public var size: CellSize { CellSize(columns: columns, rows: rows) }

  /// Whether it holds no cell.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// Whether the cell at a point lies inside.
  public func contains(_ point: CellPoint) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// The first rows, as many as there are.
  public func top(_ rows: Int) -> CellRect {
    var area = self
    area.rows = within(rows, self.rows)
    return area
  }

  /// What is left below the first rows.
  public func dropTop(_ rows: Int) -> CellRect {
    let dropped = within(rows, self.rows)
    return CellRect(column: column, row: row + dropped, columns: columns, rows: self.rows - dropped)
  }

  /// The last rows, as many as there are.
  public func bottom(_ rows: Int) -> CellRect {
    dropTop(self.rows - within(rows, self.rows))
  }

  /// What is left above the last rows.
  public func dropBottom(_ rows: Int) -> CellRect {
    top(self.rows - within(rows, self.rows))
  }

  /// The first columns, as many as there are.
  public func left(_ columns: Int) -> CellRect {
    var area = self
    area.columns = within(columns, self.columns)
    return area
  }

  /// What is left beside the first columns.
  public func dropLeft(_ columns: Int) -> CellRect {
    let dropped = within(columns, self.columns)
    return CellRect(
      column: column + dropped, row: row, columns: self.columns - dropped, rows: rows)
  }

  /// The last columns, as many as there are.
  public func right(_ columns: Int) -> CellRect {
    dropLeft(self.columns - within(columns, self.columns))
  }

  /// What is left before the last columns.
  public func dropRight(_ columns: Int) -> CellRect {
    left(self.columns - within(columns, self.columns))
  }

  /// The area without a margin on all four sides.
  public func inset(by cells: Int) -> CellRect {
    dropTop(cells).dropBottom(cells).dropLeft(cells).dropRight(cells)
  }

  /// What both areas cover.
  public func intersection(_ other: CellRect) -> CellRect {
    let firstColumn = max(column, other.column)
    let firstRow = max(row, other.row)
    return CellRect(
      column: firstColumn, row: firstRow,
      columns: min(endColumn, other.endColumn) - firstColumn,
      rows: min(endRow, other.endRow) - firstRow)
  }

  private func within(_ wanted: Int, _ available: Int) -> Int { min(max(wanted, 0), available) }

  private static func clampPlace(_ value: Int) -> Int32 { Int32(min(max(value, -limit), limit)) }

  private static func clampExtent(_ value: Int) -> Int32 { Int32(min(max(value, 0), limit)) }
}
