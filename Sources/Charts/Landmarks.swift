// Where a reader wants to jump: extremes, and where values begin and end.

extension ChartView {
  /// The positions worth a jump, ascending: each series' extremes, its ends, and both sides of gaps.
  public var landmarks: [Int] {
    switch mark {
    case .histogram:
      let counts = data.histogram.bins.map(\.count)
      let highest = counts.indices.max { counts[$0] < counts[$1] }
      return Array(
        Set([highest, 0, counts.count - 1].compactMap { $0 }.filter(counts.indices.contains))
      )
      .sorted()
    case .table: return positionCount > 0 ? Array(Set([0, positionCount - 1])).sorted() : []
    case .line, .bar: break
    }
    var entries: Set<Int> = []
    for (number, series) in data.series.enumerated() where !hidden.contains(number) {
      entries.formUnion([series.leastEntry, series.mostEntry, series.lastEntry].compactMap { $0 })
      var previous: Int?
      for entry in series.values.indices where !series.values[entry].isNaN {
        if let before = previous {
          if data.isGap(from: before, to: entry) { entries.formUnion([before, entry]) }
        } else {
          entries.insert(entry)
        }
        previous = entry
      }
    }
    return Array(Set(entries.map(data.position))).sorted()
  }
}

extension ChartData {
  /// The position an entry belongs to.
  func position(of entry: Int) -> Int {
    guard !firstEntries.isEmpty else { return entry }
    var low = 0
    var high = firstEntries.count
    while low < high {
      let middle = (low + high) / 2
      if firstEntries[middle] <= entry { low = middle + 1 } else { high = middle }
    }
    return max(low - 1, 0)
  }
}
