// From values to dots, and which of two neighbouring values shares a dot.

/// A vertical axis: the value of every dot row.
struct ValueScale: Hashable, Sendable {
  /// The value of the lowest dot row.
  var low: Double
  /// The difference between two dot rows.
  var pitch: Double
  /// The number of dot rows.
  var dotRows: Int
  /// The dot row of `low`, above 0 where an axis of one value stands in the middle.
  var baseRow = 0

  /// The dot row of a value, counted from the bottom, one row outside for what lies beyond.
  func dot(_ value: Double) -> Int {
    let place = ((value - low) / pitch + 0.5).rounded(.down)
    guard place > -1e6 else { return -1 }
    guard place < 1e6 else { return dotRows }
    return min(max(Int(place) + baseRow, -1), dotRows)
  }

  /// The value in dots above the base, unrounded, for bars.
  func height(_ value: Double) -> Double {
    min(max((value - low) / pitch + Double(baseRow), -1), Double(dotRows))
  }
}

/// A horizontal axis: the dot column of every place.
struct PlaceScale: Hashable, Sendable {
  /// The place at the left edge.
  var start: Double
  /// The place at the right edge, which still belongs to the last column.
  var end: Double
  /// The number of dot columns.
  var columns: Int

  /// The dot column of a place, kept inside.
  func column(_ place: Double) -> Int {
    guard columns > 1 else { return 0 }
    guard end > start else { return columns / 2 }
    let share = (place - start) * Double(columns) / (end - start)
    guard share > 0 else { return 0 }
    return share >= Double(columns) ? columns - 1 : Int(share)
  }
}
