// Ticks on the calendar, with two rows of labels: the unit itself and what it belongs to.

/// A unit of the calendar and how many of it lie between two ticks.
struct TimeStep: Hashable, Sendable {
  enum Unit: Hashable, Sendable { case second, day, week, month, year }
  var unit: Unit
  var count: Int

  /// The rungs of the ladder, finest first.
  static let ladder: [TimeStep] =
    [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    ].map { TimeStep(unit: .second, count: $0) }
    + [1, 2].map { TimeStep(unit: .day, count: $0) } + [TimeStep(unit: .week, count: 1)]
    + [1, 2, 3, 6].map { TimeStep(unit: .month, count: $0) }
    + [
      1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
      200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
    ].map { TimeStep(unit: .year, count: $0) }

  /// The shortest time between two ticks, in seconds.
  var shortest: Double {
    let days: Double =
      switch unit {
      case .second: 1.0 / Double(CivilTime.secondsPerDay)
      case .day: 1
      case .week: 7
      case .month: count == 1 ? 28 : count == 2 ? 59 : count == 3 ? 90 : 181
      case .year: 365
      }
    let isWholeMonths = unit == .month
    return days * Double(CivilTime.secondsPerDay) * Double(isWholeMonths ? 1 : count)
  }

  /// Columns its labels take at most.
  var labelWidth: Int {
    switch unit {
    case .second: count < 60 ? 8 : 5
    case .day: 6
    case .week: 6
    case .month: 3
    case .year: count < 10_000 ? 4 : 8
    }
  }

  /// The least columns between two of its ticks.
  var distance: Int {
    guard unit == .month else { return labelWidth + 2 }
    // Every month reads well close together; every second one is worth it only with room to spare.
    return count == 1 ? 4 : count == 2 ? 6 : 5
  }

  /// The last tick at or before a time.
  func floor(_ time: CivilTime) -> CivilTime {
    switch unit {
    case .second:
      return CivilTime(
        year: time.year, month: time.month, day: time.day,
        secondOfDay: time.secondOfDay / count * count)
    case .day:
      return CivilTime(year: time.year, month: time.month, day: (time.day - 1) / count * count + 1)
    case .week: return CivilTime(dayNumber: time.dayNumber - time.weekday)
    case .month: return civil(month: floorDivide(time.monthNumber, count) * count)
    case .year: return CivilTime(year: floorDivide(time.year, count) * count)
    }
  }

  /// The tick after a tick.
  func next(_ time: CivilTime) -> CivilTime {
    switch unit {
    case .second: return CivilTime(seconds: time.seconds + Double(count))
    case .day:
      let next = CivilTime(dayNumber: time.dayNumber + count)
      // Every second day starts anew each month, and keeps clear of the month's end.
      guard count > 1,
        next.month != time.month || CivilTime(dayNumber: next.dayNumber + 1).month != time.month
      else { return next }
      return civil(month: time.monthNumber + 1)
    case .week: return CivilTime(dayNumber: time.dayNumber + 7 * count)
    case .month: return civil(month: time.monthNumber + count)
    case .year: return CivilTime(year: time.year + count)
    }
  }

  /// What is written under a tick.
  func label(_ time: CivilTime) -> String {
    switch unit {
    case .second: return count < 60 ? time.clockWithSeconds : time.clock
    case .day: return "\(time.weekdayName) \(time.day)"
    case .week: return "\(time.day) \(time.monthName)"
    case .month: return time.monthName
    case .year: return String(time.year)
    }
  }

  /// What a tick belongs to, in the second row.
  func context(_ time: CivilTime) -> String {
    switch unit {
    case .second: return time.longDate
    case .day: return "\(time.monthName) \(time.year)"
    case .week, .month: return String(time.year)
    case .year: return ""
    }
  }

  private func civil(month: Int) -> CivilTime {
    let year = floorDivide(month, 12)
    return CivilTime(year: year, month: month - year * 12 + 1)
  }
}

/// A tick of a time axis.
struct TimeTick: Hashable, Sendable {
  /// The cell column.
  var cell: Int
  var label: String
  /// What begins at this tick, if it is the first of a larger unit.
  var boundary: String?
  /// Seconds since 1970.
  var seconds: Double
}

/// The ticks of a time axis and what its left end belongs to.
struct TimeTicks: Hashable, Sendable {
  var ticks: [TimeTick]
  /// What the first instant belongs to; always shown.
  var context: String
  /// The year of the first instant, where there is no room for more.
  var year: String

  /// Ticks for a span of time.
  ///
  /// - Parameters:
  ///   - start: The first instant in seconds since 1970.
  ///   - end: The last instant.
  ///   - cells: The columns of the plot.
  ///   - isDateOnly: Whether hours would say nothing.
  ///   - cell: The column of an instant.
  init(start: Double, end: Double, cells: Int, isDateOnly: Bool, cell: (Double) -> Int) {
    let first = CivilTime(seconds: start)
    year = String(first.year)
    let span = end - start
    guard span > 0 else {
      ticks = [
        TimeTick(
          cell: cell(start), label: isDateOnly ? first.longDate : first.clockWithSeconds,
          seconds: start)
      ]
      context = isDateOnly ? "" : first.longDate
      return
    }
    let ladder = TimeStep.ladder.filter { !isDateOnly || $0.unit != .second }
    let density = Double(cells) / span
    var index =
      ladder.firstIndex { step in
        step.shortest * density >= Double(step.distance)
      } ?? ladder.count - 1
    var found = Self.ticks(ladder[index], start: start, end: end, cells: cells, cell: cell)
    // A span that holds one boundary only is better served by a finer rung, if its labels still fit.
    while found.count < 2, index > 0 {
      index -= 1
      let finer = Self.ticks(ladder[index], start: start, end: end, cells: cells, cell: cell)
      let thinned = Self.thin(finer)
      if thinned.count >= 2 || found.isEmpty { found = thinned }
      if thinned.count >= 2 { break }
    }
    ticks = found
    context = ladder[index].context(first)
    if ladder[index].unit == .year, found.first?.label != year { context = year }
    if found.count < 2 {
      // Shorter than a second, or one day: the ends speak for themselves.
      let last = CivilTime(seconds: end)
      ticks = [
        TimeTick(cell: 0, label: isDateOnly ? first.isoDate : Self.fine(start), seconds: start),
        TimeTick(
          cell: max(cells - 1, 0), label: isDateOnly ? last.isoDate : Self.fine(end), seconds: end),
      ]
      context = isDateOnly ? "" : first.longDate
    }
  }

  private static func fine(_ seconds: Double) -> String {
    let text = instantText(seconds, dateOnly: false).dropLast()
    return String(text.drop { $0 != " " }.dropFirst())
  }

  private static func ticks(
    _ step: TimeStep, start: Double, end: Double, cells: Int, cell: (Double) -> Int
  ) -> [TimeTick] {
    var time = step.floor(CivilTime(seconds: start))
    if time.seconds < start { time = step.next(time) }
    var before = step.context(CivilTime(seconds: start))
    let startsOnTick = time.seconds == start
    var ticks: [TimeTick] = []
    while time.seconds <= end, ticks.count <= cells + 1 {
      let context = step.context(time)
      let isBoundary = context != before && !(ticks.isEmpty && startsOnTick)
      ticks.append(
        TimeTick(
          cell: cell(time.seconds), label: step.label(time), boundary: isBoundary ? context : nil,
          seconds: time.seconds))
      before = context
      time = step.next(time)
    }
    return ticks
  }

  /// Drops ticks whose labels would touch, first ones and boundaries kept.
  private static func thin(_ ticks: [TimeTick]) -> [TimeTick] {
    var kept: [TimeTick] = []
    for tick in ticks {
      if let last = kept.last,
        tick.cell - last.cell < (tick.label.count + last.label.count + 1) / 2 + 1
      {
        continue
      }
      kept.append(tick)
    }
    return kept
  }
}
