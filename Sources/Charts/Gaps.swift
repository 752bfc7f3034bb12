// Where values are missing: absent rows of a regular series, and series that stopped reporting.

/// The distance at which rows normally follow each other.
enum RegularStep: Hashable, Sendable {
  case distance(Double)
  case months(Int)

  /// Finds the distance that at least four in five neighbours keep; places ascend.
  init?(places: [Double], isTemporal: Bool) {
    var distances = 0
    var candidate = 0.0
    var votes = 0
    for index in places.indices.dropFirst() where places[index] > places[index - 1] {
      let distance = places[index] - places[index - 1]
      distances += 1
      // A majority survives pairing off with everything else, so no table of distances is needed.
      if votes == 0 { candidate = distance }
      votes += isNear(distance, candidate) ? 1 : -1
    }
    guard distances >= 2 else { return nil }
    var agreeing = 0
    for index in places.indices.dropFirst() where places[index] > places[index - 1] {
      if isNear(places[index] - places[index - 1], candidate) { agreeing += 1 }
    }
    if agreeing * 5 >= distances * 4 {
      self = .distance(candidate)
      return
    }
    guard isTemporal, candidate >= 28 * 86_400, places.count < 10_000 else { return nil }
    let months = places.map { CivilTime(seconds: $0) }
    guard months.allSatisfy({ $0.day == months[0].day && $0.secondOfDay == months[0].secondOfDay }),
      let step = zip(months.dropFirst(), months).map({ $0.monthNumber - $1.monthNumber })
        .filter({ $0 > 0 }).min()
    else { return nil }
    self = .months(step)
  }

  /// The number of rows that would fit between two neighbours.
  func absent(between left: Double, and right: Double) -> Int {
    switch self {
    case .distance(let distance):
      let steps = (right - left) / distance
      guard steps > 1.5 else { return 0 }
      return steps < 1e12 ? Int(steps.rounded()) - 1 : 1_000_000_000_000
    case .months(let count):
      let months =
        CivilTime(seconds: right).monthNumber - CivilTime(seconds: left).monthNumber
      return max(months / count - 1, 0)
    }
  }

  /// The place a number of steps after another.
  func place(after place: Double, steps: Int) -> Double {
    switch self {
    case .distance(let distance): return place + distance * Double(steps)
    case .months(let count):
      let time = CivilTime(seconds: place)
      let month = time.monthNumber + steps * count
      let year = floorDivide(month, 12)
      return CivilTime(
        year: year, month: month - year * 12 + 1, day: time.day, secondOfDay: time.secondOfDay
      ).seconds
    }
  }

  /// How many steps a place is after another, rounded.
  func steps(from start: Double, to place: Double) -> Int {
    switch self {
    case .distance(let distance):
      let steps = ((place - start) / distance).rounded()
      return abs(steps) < 1e12 ? Int(steps) : 1_000_000_000_000
    case .months(let count):
      return (CivilTime(seconds: place).monthNumber - CivilTime(seconds: start).monthNumber) / count
    }
  }

  /// What one row stands for, as "day", if the step has a name.
  func unitName(isTemporal: Bool) -> String? {
    guard isTemporal else { return nil }
    switch self {
    case .months(1): return "month"
    case .months(3): return "quarter"
    case .months(12): return "year"
    case .months: return nil
    case .distance(let seconds):
      switch seconds {
      case 1: return "second"
      case 60: return "minute"
      case 3_600: return "hour"
      case 86_400: return "day"
      case 604_800: return "week"
      default: return nil
      }
    }
  }
}

private func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= right * 1e-6 }

/// Where a cumulative series stopped reporting.
struct Discontinuation: Hashable, Sendable {
  /// The last entry with a value that counts.
  var lastEntry: Int
  /// Its value.
  var lastValue: Double

  /// Finds a fall from above zero to zeros that last to the end, on values that never fell before.
  ///
  /// A total cannot return to nothing: such zeros mean that nobody counts any more.
  init?(values: [Double]) {
    guard let final = values.last(where: { !$0.isNaN }), final == 0,
      let last = values.lastIndex(where: { !$0.isNaN && $0 != 0 }), values[last] > 0
    else { return nil }
    var previous = Double.nan
    var first = Double.nan
    var rises = 0
    var falls = 0
    for value in values[...last] where !value.isNaN {
      if value < previous { falls += 1 } else if !previous.isNaN { rises += 1 }
      if first.isNaN, value > 0 { first = value }
      previous = value
    }
    guard rises >= 3, falls * 100 <= rises, values[last] >= 2 * first else { return nil }
    lastEntry = last
    lastValue = values[last]
  }
}
