// The runs of cells that differ between two frames.
//
// Keeps its storage from frame to frame, so that after the first few it allocates nothing.

/// What must be printed to turn one frame into another.
public struct GridDiff: Sendable {
  /// Cells of one row, side by side, that must be printed.
  public struct Run: Hashable, Sendable {
    /// The row.
    public let row: Int
    /// The first column.
    public let column: Int
    /// How many columns, at least one.
    public let columns: Int
  }

  /// The runs, from the top left to the bottom right.
  ///
  /// None takes half of a wide glyph.
  public private(set) var runs: [Run] = []

  /// A diff without runs yet.
  public init() {
    runs.reserveCapacity(128)
  }

  /// Finds the runs of the new frame that the old one shows differently.
  ///
  /// Everything, if there is no old frame or it has another size.
  public mutating func update(from old: CellGrid?, to new: CellGrid) {
    runs.removeAll(keepingCapacity: true)
    let columns = new.size.columns
    guard columns > 0 else { return }
    guard let old, old.size == new.size else {
      for row in 0..<new.size.rows {
        runs.append(Run(row: row, column: 0, columns: columns))
      }
      return
    }
    old.cells.withUnsafeBufferPointer { before in
      new.cells.withUnsafeBufferPointer { after in
        guard before.baseAddress != after.baseAddress else { return }
        for row in 0..<new.size.rows { scan(row, columns, before, after) }
      }
    }
  }

  private mutating func scan(
    _ row: Int, _ columns: Int, _ before: UnsafeBufferPointer<Cell>,
    _ after: UnsafeBufferPointer<Cell>
  ) {
    let start = row * columns
    var column = 0
    while column < columns {
      guard before[start + column] != after[start + column] else {
        column += 1
        continue
      }
      var first = column
      while first > 0, after[start + first].isContinuation { first -= 1 }
      column += 1
      while column < columns,
        after[start + column].isContinuation
          || before[start + column] != after[start + column]
      {
        column += 1
      }
      runs.append(Run(row: row, column: first, columns: column - first))
    }
  }
}
