// The columns of a chart made ready for drawing: in order of x, packed, and counted once.
//
// A class so that the views of one table share it: copying and comparing a view costs nothing.

import Synchronization

/// What is on the horizontal axis.
enum PlaceKind: Hashable, Sendable {
  case time(dateOnly: Bool)
  case number(isInteger: Bool)
  /// Row after row; the words name them.
  case rows
}

/// One series, in the order of the places.
struct SeriesData: Sendable {
  var name: String
  var kind: ChartColumn.Kind
  /// Not a number where there is no value.
  var values: [Double]
  var missing = 0
  var infinite = 0
  var zeros = 0
  var count = 0
  var least = Double.infinity
  var most = -Double.infinity
  var leastEntry: Int?
  var mostEntry: Int?
  var lastEntry: Int?
  var discontinuation: Discontinuation?

  var isWhole: Bool { kind == .number(isInteger: true) }

  init(column: ChartColumn, order: [Int]) {
    name = column.name
    kind = column.kind
    values = []
    values.reserveCapacity(order.count)
    for row in order {
      guard row < column.values.count, let value = column.values[row], !value.isNaN else {
        missing += 1
        values.append(.nan)
        continue
      }
      guard value.isDrawable else {
        infinite += 1
        values.append(.nan)
        continue
      }
      values.append(value)
    }
    discontinuation = Discontinuation(values: values)
    if let end = discontinuation?.lastEntry {
      for entry in values.indices where entry > end && !values[entry].isNaN {
        values[entry] = .nan
        missing += 1
      }
    }
    for (entry, value) in values.enumerated() where !value.isNaN {
      count += 1
      if value == 0 { zeros += 1 }
      if value < least {
        least = value
        leastEntry = entry
      }
      if value > most {
        most = value
        mostEntry = entry
      }
      lastEntry = entry
    }
  }

  /// Never falls, or hardly ever, and at least doubles.
  var isCumulative: Bool {
    var previous = Double.nan
    var first = Double.nan
    var falls = 0
    var steps = 0
    for value in values where !value.isNaN {
      if value < previous { falls += 1 }
      if !previous.isNaN { steps += 1 }
      if first.isNaN, value > 0 { first = value }
      previous = value
    }
    return steps >= 3 && falls * 100 <= steps && previous >= 2 * first
  }
}

/// The data of a chart, ready for drawing.
final class ChartData: Sendable {
  let x: ChartColumn?
  let columns: [ChartColumn]
  let placeKind: PlaceKind
  /// The x of each entry, ascending.
  let places: [Double]
  /// The row each entry came from.
  let rows: [Int]
  /// Rows without a place on the axis.
  let placeless: Int
  let series: [SeriesData]
  /// The first entry of each distinct place; empty if all are distinct.
  let firstEntries: [Int]
  let step: RegularStep?
  /// Rows that a regular series lacks.
  let absent: Int
  /// The first few of them.
  let absentPlaces: [Double]
  private let bins = Mutex<HistogramBins?>(nil)

  init(x: ChartColumn?, series columns: [ChartColumn]) {
    self.x = x
    self.columns = columns
    let rowCount = max(x?.count ?? 0, columns.map(\.count).max() ?? 0)
    var places: [Double] = []
    var rows: [Int] = []
    switch x?.kind {
    case .temporal(let dateOnly)?: placeKind = .time(dateOnly: dateOnly)
    case .number(let isInteger)?: placeKind = .number(isInteger: isInteger)
    case .text?, nil: placeKind = .rows
    }
    if let x, placeKind != .rows {
      places.reserveCapacity(rowCount)
      rows.reserveCapacity(rowCount)
      var ascends = true
      for row in 0..<rowCount {
        guard let place = x.number(at: row) else { continue }
        if let last = places.last, place < last { ascends = false }
        places.append(place)
        rows.append(row)
      }
      if !ascends {
        let order = places.indices.sorted {
          places[$0] < places[$1] || (places[$0] == places[$1] && $0 < $1)
        }
        places = order.map { places[$0] }
        rows = order.map { rows[$0] }
      }
    } else {
      places = (0..<rowCount).map(Double.init)
      rows = Array(0..<rowCount)
    }
    self.places = places
    self.rows = rows
    placeless = rowCount - places.count
    series = columns.map { SeriesData(column: $0, order: rows) }
    var firsts: [Int] = []
    if places.indices.dropFirst().contains(where: { places[$0] == places[$0 - 1] }) {
      firsts = places.indices.filter { $0 == 0 || places[$0] != places[$0 - 1] }
    }
    firstEntries = firsts
    step =
      placeKind == .rows ? nil : RegularStep(places: places, isTemporal: x?.isTemporal ?? false)
    var absent = 0
    var absentPlaces: [Double] = []
    if let step {
      for entry in places.indices.dropFirst() {
        let lacking = step.absent(between: places[entry - 1], and: places[entry])
        guard lacking > 0 else { continue }
        absent += lacking
        for number in 1...lacking where absentPlaces.count < 3 {
          absentPlaces.append(step.place(after: places[entry - 1], steps: number))
          if absentPlaces.count == 3 { break }
        }
      }
    }
    self.absent = absent
    self.absentPlaces = absentPlaces
  }

  /// The number of distinct places.
  var positionCount: Int { firstEntries.isEmpty ? places.count : firstEntries.count }

  /// The entries at a position.
  func entries(at position: Int) -> Range<Int> {
    guard position >= 0, position < positionCount else { return 0..<0 }
    guard !firstEntries.isEmpty else { return position..<(position + 1) }
    let next = position + 1 < firstEntries.count ? firstEntries[position + 1] : places.count
    return firstEntries[position]..<next
  }

  /// The entries of a range of positions.
  func entries(in positions: Range<Int>) -> Range<Int> {
    guard !positions.isEmpty else { return 0..<0 }
    let first = entries(at: positions.lowerBound)
    return first
      .lowerBound..<max(entries(at: positions.upperBound - 1).upperBound, first.lowerBound)
  }

  /// The place of a position.
  func place(at position: Int) -> Double? {
    let entries = entries(at: position)
    return entries.isEmpty ? nil : places[entries.lowerBound]
  }

  /// The name of a position, exact.
  func name(at position: Int) -> String {
    let entries = entries(at: position)
    guard !entries.isEmpty else { return "" }
    switch placeKind {
    case .time(let dateOnly): return instantText(places[entries.lowerBound], dateOnly: dateOnly)
    case .number: return exactText(places[entries.lowerBound])
    case .rows:
      let row = rows[entries.lowerBound]
      guard let texts = x?.texts, row < texts.count else { return "row \(row + 1)" }
      return texts[row] ?? "null"
    }
  }

  /// Whether a line from one entry to the next with a value must not be drawn.
  func isGap(from left: Int, to right: Int) -> Bool {
    if right != left + 1 { return true }
    return (step?.absent(between: places[left], and: places[right]) ?? 0) > 0
  }

  /// The bins of the first series, counted when first asked for.
  var histogram: HistogramBins {
    bins.withLock { bins in
      if let bins { return bins }
      let made = HistogramBins(series.first)
      bins = made
      return made
    }
  }
}

extension ChartData: Hashable {
  static func == (left: ChartData, right: ChartData) -> Bool {
    left === right || (left.x == right.x && left.columns == right.columns)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(x)
    hasher.combine(columns)
  }
}
