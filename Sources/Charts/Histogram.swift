// How often values of a size occur: bins with round edges, tails folded rather than cut off.

/// The bins of a series.
struct HistogramBins: Hashable, Sendable {
  /// What a bin holds.
  struct Bin: Hashable, Sendable {
    /// The first value that belongs to it; nothing for "all below".
    var low: ExactDecimal?
    /// The first value that no longer does; nothing for "all above".
    var high: ExactDecimal?
    var count: Int
  }

  private(set) var bins: [Bin] = []
  private(set) var width = ExactDecimal(1)
  private(set) var folded = 0
  /// Whether each bin holds one whole number.
  private(set) var isSingle = false
  private(set) var total = 0

  private static let sampleSize = 200_000

  /// More bins than this say no more.
  static let limit = 60

  var count: Int { bins.count }

  /// Bins of a round width by the rule of Freedman and Diaconis.
  init(_ series: SeriesData?) {
    guard let series, series.count > 0 else { return }
    total = series.count
    let least = series.least
    let most = series.most
    guard most > least, most - least > max(abs(most), abs(least)) * 1e-12 else {
      // One value, or as good as one.
      let value = ExactDecimal(shortest: least)
      isSingle = true
      bins = [Bin(low: value, high: nil, count: total)]
      return
    }
    // Quartiles of a spread sample do for a width that is rounded anyway; every value is counted.
    let stride = max(series.values.count / Self.sampleSize, 1)
    let sample = Swift.stride(from: 0, to: series.values.count, by: stride)
      .map { series.values[$0] }.filter { !$0.isNaN }.sorted()
    let wanted = Self.width(sample.isEmpty ? [least, most] : sample, total: total, series)
    var step = RoundStep.smallest(tenths: 10, atLeast: wanted)
    for tenths in [20, 25, 50] where !(series.isWhole && tenths == 25 && wanted <= 2.5) {
      let other = RoundStep.smallest(tenths: tenths, atLeast: wanted)
      if other.value < step.value { step = other }
    }
    // Where values lie too far out to count in these steps, wider ones still place every value.
    while step.index(below: least) == nil || step.index(below: most) == nil, step.exponent < 299 {
      step = RoundStep(mantissa: 10, exponent: step.exponent + 1)
    }
    guard let first = step.index(below: least), let last = step.index(below: most) else { return }
    width = step.decimal(1)
    isSingle = series.isWhole && step.value == 1
    let middle = sample.isEmpty ? least : sample[sample.count / 2]
    fill(series.values, step: step, first: first, last: last, middle: middle)
  }

  private static func width(_ values: [Double], total: Int, _ series: SeriesData) -> Double {
    func quantile(_ share: Double) -> Double {
      let place = share * Double(values.count - 1)
      let index = Int(place)
      let next = min(index + 1, values.count - 1)
      return values[index] + (values[next] - values[index]) * (place - Double(index))
    }
    let root = cubeRoot(Double(total))
    var width = 2 * (quantile(0.75) - quantile(0.25)) / root
    if width <= 0 {
      let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
      let scale = max(abs(values[0] - mean), abs(values[values.count - 1] - mean), 1e-300)
      let variance = values.reduce(0) { sum, value in
        let share = (value - mean) / scale
        return sum + share * share / Double(values.count)
      }
      width = 3.49 * variance.squareRoot() * scale / root
    }
    let range = series.most - series.least
    // Never so narrow that a bin falls between two neighbouring numbers.
    let finest = max(abs(series.least), abs(series.most)) * 1e-13
    return max(width, series.isWhole ? 1 : 0, finest, range * 1e-15)
  }

  private mutating func fill(
    _ values: [Double], step: RoundStep, first: Int, last: Int, middle: Double
  ) {
    var firstBin = first
    var lastBin = last
    if last - first >= Self.limit {
      // Keep the run of bins around the middle value; what lies outside goes into the end bins.
      let center = step.index(below: middle) ?? first
      let kept = Self.limit - 2
      firstBin = max(first, min(center - kept / 2, last - kept + 1))
      if first >= center - kept { firstBin = first }
      lastBin = min(firstBin + kept - 1, last)
    }
    let edges = (firstBin...(lastBin + 1)).map { step.decimal($0) }
    let limits = edges.map(\.value)
    var counts = [Int](repeating: 0, count: edges.count + 1)
    for value in values where !value.isNaN { counts[Self.edgesUp(to: value, limits)] += 1 }
    if firstBin > first {
      bins.append(Bin(low: nil, high: edges[0], count: counts[0]))
      folded += counts[0]
    }
    for bin in 0..<(edges.count - 1) {
      bins.append(Bin(low: edges[bin], high: edges[bin + 1], count: counts[bin + 1]))
    }
    if lastBin < last {
      bins.append(Bin(low: edges[edges.count - 1], high: nil, count: counts[edges.count]))
      folded += counts[edges.count]
    }
  }

  /// The number of edges at or below a value.
  private static func edgesUp(to value: Double, _ edges: [Double]) -> Int {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The bin a value belongs to.
  func index(of value: Double) -> Int? {
    bins.indices.first { index in
      let bin = bins[index]
      if bins.count == 1 { return true }
      return bin.high.map { value < $0.value } ?? true
    }
  }

  /// The values of a bin in words.
  func name(_ index: Int) -> String {
    guard bins.indices.contains(index) else { return "" }
    let bin = bins[index]
    guard let low = bin.low else { return "below \(bin.high?.groupedText ?? "")" }
    guard let high = bin.high else {
      return bins.count == 1 ? low.groupedText : "\(low.groupedText) or more"
    }
    return isSingle ? low.groupedText : "\(low.groupedText) to below \(high.groupedText)"
  }

  func readout(_ index: Int, name: String) -> String {
    guard bins.indices.contains(index), total > 0 else { return "" }
    let count = bins[index].count
    let share = fixed(Double(count) * 100 / Double(total), significant: 2)
    return "\(name) \(self.name(index))   \(counted(count, "row")), \(share) %"
  }

  func footer(_ series: SeriesData?) -> String {
    guard let series else { return "no columns" }
    var parts = ["\(counted(total, "value")) in \(counted(bins.count, "bin"))"]
    if bins.count > 1 { parts[0] += " of \(width.groupedText)" }
    if folded > 0 { parts.append("\(exactText(Double(folded))) folded into the end bins") }
    if series.missing > 0 { parts.append("\(exactText(Double(series.missing))) null") }
    if series.infinite > 0 { parts.append("\(exactText(Double(series.infinite))) infinite") }
    return parts.joined(separator: ", ")
  }
}

extension ExactDecimal {
  /// With its digits in groups.
  var groupedText: String { exactText(value) }
}

/// The cube root by Newton's method; of counts only.
private func cubeRoot(_ value: Double) -> Double {
  guard value > 0 else { return 1 }
  var root = max(value / 3, 1)
  for _ in 0..<120 {
    let next = (2 * root + value / (root * root)) / 3
    if abs(next - root) <= root * 1e-12 { return next }
    root = next
  }
  return root
}
