// Vertical axes: step and rows per step chosen together, so that every tick sits exactly on a row.

/// A vertical axis whose ticks sit on the lowest dot of every r-th row.
struct RowTicks: Hashable, Sendable {
  var scale: ValueScale
  var ticks: [Tick]
  /// The rows the plot uses; the rest is given back.
  var rows: Int
  /// What has to be added to the labels, if they would not fit otherwise.
  var offset: String?

  /// Chooses step and rows per step together.
  ///
  /// - Parameters:
  ///   - least: The smallest value.
  ///   - most: The largest; equal to the smallest for an axis of one value.
  ///   - rows: The rows there are; up to two may be given back for a better fit.
  ///   - dotsPerRow: The dot rows of a cell.
  ///   - startsAtZero: Whether zero must be on the axis, as for bars.
  ///   - isWhole: Whether steps below 1 would say nothing.
  ///   - labelWidth: The columns a label may take before an offset is split off.
  init(
    least: Double, most: Double, rows: Int, dotsPerRow: Int, startsAtZero: Bool, isWhole: Bool,
    labelWidth: Int = 14
  ) {
    let rows = max(rows, 1)
    let isBars = startsAtZero
    let startsAtZero = startsAtZero || (least >= 0 && least <= 0.35 * most)
    let low = startsAtZero ? min(least, 0) : least
    let high = startsAtZero ? max(most, 0) : most
    self.rows = rows
    scale = ValueScale(low: low, pitch: 1, dotRows: rows * dotsPerRow)
    ticks = []
    let search = StepSearch(
      low: low, high: high, dotsPerRow: dotsPerRow, isWhole: isWhole, isBars: isBars)
    guard high - low > max(abs(high), abs(low)) * 4e-16, high - low > 1e-290 else {
      // One value: its own row, in the middle unless it is the foot of bars.
      let row = startsAtZero ? 0 : rows / 2
      scale.baseRow = row * dotsPerRow
      ticks = [Tick(cell: row, label: constantLabel(low), value: low)]
      return
    }
    guard let best = search.best(rows: rows) else {
      // Too few rows for round steps: the lowest row says what it is.
      scale.pitch = (high - low) / Double(max(rows * dotsPerRow - 1, 1))
      ticks = [Tick(cell: 0, label: constantLabel(low), value: low)]
      return
    }
    self.rows = best.rows
    let firstValue = best.step.decimal(best.first).value
    let pitch = best.step.value / Double(dotsPerRow * best.rowsPerStep)
    scale = ValueScale(low: firstValue, pitch: pitch, dotRows: best.rows * dotsPerRow)
    scale.baseRow = best.firstRow * dotsPerRow
    let count = (best.rows - 1 - best.firstRow) / best.rowsPerStep
    let marks = (0...count).map { best.step.decimal(best.first + $0) }
    let style = LabelStyle(
      step: best.step.decimal(1), largest: marks.map { abs($0.value) }.max() ?? 0)
    var labels = marks.map(style.text)
    if labels.contains(where: { $0.count > labelWidth }) {
      offset = marks[0].plainText
      let rest = (0...count).map { best.step.decimal($0) }
      let restStyle = LabelStyle(step: best.step.decimal(1), largest: rest[count].value)
      labels = rest.map { "+" + restStyle.text($0) }
    }
    ticks = (0...count).map {
      Tick(
        cell: best.firstRow + $0 * best.rowsPerStep, label: labels[$0], value: marks[$0].value)
    }
  }

  /// Ticks for a body, one row lower if an offset has to be written above them.
  static func fitted(rows: Int, _ make: (_ rows: Int) -> RowTicks) -> RowTicks {
    let ticks = make(rows)
    guard ticks.offset != nil, ticks.rows == rows, rows > 2 else { return ticks }
    return make(rows - 1)
  }
}

/// The search for the best step of an axis.
private struct StepSearch {
  struct Choice {
    var score: Double
    var fill: Double
    var step: RoundStep
    /// The multiple of the step at the lowest tick, and the row of that tick.
    var first: Int
    var firstRow: Int
    var rowsPerStep: Int
    var rows: Int
  }

  let low: Double
  let high: Double
  let dotsPerRow: Int
  let isWhole: Bool
  /// Bars show the least fall below zero; a line shows it where it is a dot away.
  let isBars: Bool

  private var span: Double { high - low }

  /// The best of all rows or, where they would stay too empty, of one or two fewer.
  func best(rows: Int) -> Choice? {
    var best: Choice?
    for given in 0...2 where rows - given >= 1 && (given == 0 || rows - given >= 4) {
      guard given == 0 || (best?.fill ?? 0) < 0.75 else { break }
      if let choice = choose(rows: rows - given), choice.score > (best?.score ?? -.infinity) {
        best = choice
      }
    }
    return best
  }

  private func choose(rows: Int) -> Choice? {
    guard rows * dotsPerRow >= 2 else { return nil }
    // Few whole numbers may lie further apart than any other step.
    let mostRows = isWhole && span <= 4 ? max(rows - 1, 8) : 8
    var best: Choice?
    for rowsPerStep in (rows < 5 ? 1 : 2)...mostRows where rowsPerStep < max(rows, 2) {
      for (tenths, simplicity) in RoundStep.mantissas {
        guard var choice = place(tenths: tenths, rowsPerStep: rowsPerStep, rows: rows) else {
          continue
        }
        let count = Double(
          (rows - 1 - choice.firstRow) / rowsPerStep + 1 + choice.firstRow / rowsPerStep)
        let density = 1 - abs(binaryLogarithm(count / 5))
        choice.score = 1.5 * choice.fill + simplicity + 1.2 * density
        // An axis that is mostly empty hides what the values do.
        if choice.fill < 0.75 { choice.score -= 2 * (0.75 - choice.fill) }
        if choice.score > (best?.score ?? -.infinity) { best = choice }
      }
    }
    return best
  }

  /// The smallest step of a mantissa that has room for all values, and where its ticks are.
  private func place(tenths: Int, rowsPerStep: Int, rows: Int) -> Choice? {
    let dots = Double(rows * dotsPerRow - 1)
    let steps = dots / Double(dotsPerRow * rowsPerStep)
    var least = max(span / steps, isWhole ? 1 : 0)
    // 2.5 is no step for whole numbers; 25 is.
    if isWhole, tenths == 25, least <= 2.5 { least = 25 }
    for _ in 0..<4 {
      let step = RoundStep.smallest(tenths: tenths, atLeast: least)
      var choice = Choice(
        score: 0, fill: min(span / (step.value * steps), 1), step: step, first: 0, firstRow: 0,
        rowsPerStep: rowsPerStep, rows: rows)
      let rowValue = step.value / Double(rowsPerStep)
      if low < 0, high > 0 {
        // Zero gets a row, with as many rows below as the values need, whole steps or not.
        let ignored = isBars ? 1e-9 : 0.499 / Double(dotsPerRow)
        let below = max(Int((-low / rowValue - ignored).rounded(.up)), 0)
        choice.first = -(below / rowsPerStep)
        choice.firstRow = below % rowsPerStep
        let above = dots - Double(below * dotsPerRow)
        if above >= 0, high <= above * rowValue / Double(dotsPerRow) { return choice }
      } else if let first = step.index(below: low) {
        choice.first = first
        if step.decimal(first).value + step.value * steps >= high { return choice }
      } else {
        return nil
      }
      least = step.value * 1.01
    }
    return nil
  }
}

/// The binary logarithm, good enough to compare scores.
private func binaryLogarithm(_ value: Double) -> Double {
  guard value > 0 else { return -.infinity }
  let exponent = Double(value.exponent)
  // ln((1+t)/(1-t)) = 2(t + t³/3 + t⁵/5 + …), with t at most 1/3 for a significand below 2.
  let t = (value.significand - 1) / (value.significand + 1)
  let square = t * t
  let series = t * (1 + square * (1 / 3 + square * (1 / 5 + square / 7)))
  return exponent + 2 * series / 0.693_147_180_559_945_3
}
