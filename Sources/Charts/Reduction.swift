// Many points to one summary a dot column: first, last, least, most. Nothing that shows is lost.

/// What the points of one dot column come to.
struct ColumnSummary: Hashable, Sendable {
  var first = Double.nan
  var last = Double.nan
  var least = Double.infinity
  var most = -Double.infinity
  /// The first and last entry with a value.
  var firstEntry = -1
  var lastEntry = -1
  /// Whether values are missing between the column before and this one.
  var breaksBefore = false

  var isEmpty: Bool { firstEntry < 0 }
}

/// Reduces entries to the dot columns the scale puts them in.
///
/// The columns are the scale's own, found by bisection, so the picture is the same as if every point
/// had been drawn.
func reduce(
  _ data: ChartData, series: Int, entries: Range<Int>, scale: PlaceScale
) -> [ColumnSummary] {
  var summaries = [ColumnSummary](repeating: ColumnSummary(), count: max(scale.columns, 0))
  guard series < data.series.count, !summaries.isEmpty else { return summaries }
  let places = data.places
  let values = data.series[series].values
  var start = entries.lowerBound
  var previous: Int?
  while start < entries.upperBound {
    let column = scale.column(places[start])
    let end = firstEntry(after: column, in: start..<entries.upperBound, places, scale)
    var summary = summarize(values, start..<end)
    if !summary.isEmpty {
      if let previous { summary.breaksBefore = data.isGap(from: previous, to: summary.firstEntry) }
      previous = summary.lastEntry
      summaries[column] = summary
    }
    start = end
  }
  return summaries
}

/// The first entry to the right of a column.
private func firstEntry(
  after column: Int, in entries: Range<Int>, _ places: [Double], _ scale: PlaceScale
) -> Int {
  // Columns hold about equally many points, so widening steps find the end sooner than halving all.
  var low = entries.lowerBound
  var stride = 1
  while low + stride < entries.upperBound, scale.column(places[low + stride]) <= column {
    low += stride
    stride *= 2
  }
  var high = min(low + stride, entries.upperBound)
  low += 1
  while low < high {
    let middle = low + (high - low) / 2
    if scale.column(places[middle]) <= column { low = middle + 1 } else { high = middle }
  }
  return low
}

private func summarize(_ values: [Double], _ entries: Range<Int>) -> ColumnSummary {
  var summary = ColumnSummary()
  guard let first = entries.first(where: { !values[$0].isNaN }),
    let last = entries.last(where: { !values[$0].isNaN })
  else { return summary }
  var least = values[first]
  var most = least
  values.withUnsafeBufferPointer { values in
    // Comparisons with "not a number" are false, so missing values fall through.
    for entry in first...last {
      let value = values[entry]
      least = value < least ? value : least
      most = value > most ? value : most
    }
  }
  summary.first = values[first]
  summary.last = values[last]
  summary.least = least
  summary.most = most
  summary.firstEntry = first
  summary.lastEntry = last
  return summary
}
