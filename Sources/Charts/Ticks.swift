// Round numbers, held exactly, and the ticks of horizontal axes, as many as their labels allow.

/// Multiples of a round step, exact.
struct RoundStep: Hashable, Sendable {
  /// The step is `mantissa × 10^exponent`.
  let mantissa: Int
  let exponent: Int

  var value: Double { decimal(1).value }

  /// The `index`th multiple.
  func decimal(_ index: Int) -> ExactDecimal {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: index)
    return overflow
      ? ExactDecimal(shortest: Double(mantissa) * Double(index))
      : ExactDecimal(product, exponent: exponent)
  }

  /// The multiple at or below a value, unless it is too far out to be counted exactly.
  func index(below value: Double) -> Int? {
    let place = (value / self.value).rounded(.down)
    guard abs(place) < 9e15 else { return nil }
    var index = Int(place)
    // The quotient was rounded; the multiples decide.
    if decimal(index).value > value { index -= 1 }
    if decimal(index + 1).value <= value { index += 1 }
    return index
  }

  /// Mantissas by how simple they read, in tenths: 1, 2, 2.5, 5, 3, 4.
  static let mantissas: [(tenths: Int, simplicity: Double)] = [
    (10, 1), (20, 0.9), (25, 0.75), (50, 0.9), (30, 0.45), (40, 0.5),
  ]

  /// The smallest step with that mantissa that is not below a value.
  static func smallest(tenths: Int, atLeast least: Double) -> RoundStep {
    var exponent = decimalExponent(of: least) - 2
    while exponent < 300 {
      let step = RoundStep(mantissa: tenths, exponent: exponent)
      if step.value >= least { return step }
      exponent += 1
    }
    return RoundStep(mantissa: tenths, exponent: 300)
  }
}

/// The exponent of the largest power of ten at or below a positive value.
func decimalExponent(of value: Double) -> Int {
  guard value > 0, value.isFinite else { return 0 }
  var power = 1.0
  var exponent = 0
  while power > value, exponent > -320 {
    power /= 10
    exponent -= 1
  }
  while power * 10 <= value, exponent < 308 {
    power *= 10
    exponent += 1
  }
  return exponent
}

/// A tick: where it is and what it says.
struct Tick: Hashable, Sendable {
  /// The cell row from the bottom, or the cell column.
  var cell: Int
  var label: String
  var value: Double
}

/// The label of an axis that has one value only.
func constantLabel(_ value: Double) -> String {
  let exact = ExactDecimal(shortest: value)
  return LabelStyle(step: exact, largest: abs(value)).text(exact)
}

/// Round numbers for a horizontal axis, as many as have room for their labels.
func columnTicks(_ scale: PlaceScale, cells: Int, dotsPerCell: Int, isWhole: Bool) -> [Tick] {
  let span = scale.end - scale.start
  guard span > 0, span > max(abs(scale.end), abs(scale.start)) * 4e-16, cells > 0 else {
    let cell = scale.column(scale.start) / max(dotsPerCell, 1)
    return [Tick(cell: cell, label: constantLabel(scale.start), value: scale.start)]
  }
  var least = max(span / Double(max(min(cells / 3, 40), 1)), isWhole ? 1 : 0)
  for _ in 0..<200 {
    let candidates = [10, 20, 25, 50].map { RoundStep.smallest(tenths: $0, atLeast: least) }
      .filter { !isWhole || $0.value == $0.value.rounded(.down) }
    guard let step = candidates.min(by: { $0.value < $1.value }), step.value <= span * 2,
      let below = step.index(below: scale.start)
    else { break }
    let first = step.decimal(below).value >= scale.start ? below : below + 1
    var marks: [ExactDecimal] = []
    var index = first
    while step.decimal(index).value <= scale.end, marks.count <= cells {
      marks.append(step.decimal(index))
      index += 1
    }
    let style = LabelStyle(step: step.decimal(1), largest: max(abs(scale.start), abs(scale.end)))
    let labels = marks.map(style.text)
    let places = marks.map { scale.column($0.value) / max(dotsPerCell, 1) }
    let fits = places.indices.dropFirst().allSatisfy { index in
      let distance = places[index] - places[index - 1]
      return distance >= (labels[index].count + labels[index - 1].count) / 2 + 3
    }
    if fits {
      return marks.indices.map { Tick(cell: places[$0], label: labels[$0], value: marks[$0].value) }
    }
    least = step.value * 1.01
  }
  return []
}
