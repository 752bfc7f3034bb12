// Something that can draw itself.

/// A value that draws itself into an area of a grid.
public protocol CellView: Sendable {
  /// Draws into the area, and only there; any area must do, down to an empty one.
  func draw(in area: CellRect, on grid: inout CellGrid)
}
