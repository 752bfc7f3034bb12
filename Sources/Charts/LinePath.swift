// A line from column summaries to dots, in one pass; and the points that deserve a mark.

/// Draws lines into a canvas.
struct LinePath {
  let series: Int
  let texture: Texture
  /// Columns that are drawn solid whatever the texture: those with the series' extremes.
  var solidColumns: Set<Int> = []

  private var phase = 0
  private var previousColumn: Int?
  private var previousDot = 0

  init(series: Int, texture: Texture) {
    self.series = series
    self.texture = texture
  }

  /// Draws the summaries of all columns.
  mutating func draw(_ summaries: [ColumnSummary], scale: ValueScale, on canvas: inout DotCanvas) {
    for (column, summary) in summaries.enumerated() where !summary.isEmpty {
      var low = scale.dot(summary.least)
      var high = scale.dot(summary.most)
      var isJoined = false
      if let from = previousColumn, !summary.breaksBefore {
        let reached = walk(
          from: from, dot: previousDot, to: column, dot: scale.dot(summary.first), on: &canvas)
        if reached < low { low = reached + 1 } else if reached > high { high = reached - 1 }
        isJoined = true
      }
      // The first dot after a gap, and both ends of the range of values, must not fall into a pause.
      run(column, low, high, isSolid: !isJoined || solidColumns.contains(column), on: &canvas)
      previousColumn = column
      previousDot = scale.dot(summary.last)
    }
  }

  /// Draws the columns strictly between two, and tells the dot it came to.
  private mutating func walk(
    from: Int, dot fromDot: Int, to: Int, dot toDot: Int, on canvas: inout DotCanvas
  ) -> Int {
    let across = to - from
    guard across > 1 else { return fromDot }
    var last = fromDot
    for step in 1..<across {
      let dot = fromDot + roundedDivide((toDot - fromDot) * step, across)
      let low = dot > last ? last + 1 : dot
      let high = dot < last ? last - 1 : dot
      run(from + step, low, high, isSolid: false, on: &canvas)
      last = dot
    }
    return last
  }

  private mutating func run(
    _ column: Int, _ low: Int, _ high: Int, isSolid: Bool, on canvas: inout DotCanvas
  ) {
    guard low <= high else { return }
    // Steep parts are always solid; a pause there would look like a gap.
    let isSolid = isSolid || high - low >= 2
    for row in low...high {
      if isSolid || texture.isOn(phase) { canvas.set(series, column: column, row: row) }
      phase += 1
    }
  }
}

/// The quotient rounded to the nearest, halves up.
private func roundedDivide(_ dividend: Int, _ divisor: Int) -> Int {
  floorDivide(2 * dividend + divisor, 2 * divisor)
}
