// Numbers: arithmetic and conversions among types that are one number in a slot.
//
// First a loop without branches that notes whether anything went wrong, then, if so, a second one
// that finds the rows. Slots of null rows are computed too and must not trap.

extension ExpressionKernel {
  /// The body gives the value, and whether it is wrong.
  @inline(__always) final func compute(
    _ rows: RowList, _ frame: KernelFrame, _ operand: UnsafeMutablePointer<Int64>,
    _ body: (Int64) -> (Int64, Bool)
  ) {
    let slots = slots
    var wrong = 0
    rows.each { row in
      let result = body(operand[row])
      slots[row] = result.0
      wrong |= result.1 ? 1 : 0
    }
    guard wrong != 0 else { return }
    rows.each { row in
      if body(operand[row]).1, !nulls[row] { fail(row, frame) }
    }
  }

  @inline(__always) final func compute(
    _ rows: RowList, _ frame: KernelFrame, _ left: UnsafeMutablePointer<Int64>,
    _ right: UnsafeMutablePointer<Int64>,
    _ body: (Int64, Int64) -> (Int64, Bool)
  ) {
    let slots = slots
    var wrong = 0
    rows.each { row in
      let result = body(left[row], right[row])
      slots[row] = result.0
      wrong |= result.1 ? 1 : 0
    }
    guard wrong != 0 else { return }
    rows.each { row in
      if body(left[row], right[row]).1, !nulls[row] { fail(row, frame) }
    }
  }
}

@inline(__always) private func checked(_ number: Double) -> (Int64, Bool) {
  (number.slot, !number.isFinite)
}

@inline(__always) private func checked(_ units: Int64?) -> (Int64, Bool) {
  (units ?? 0, units == nil)
}

/// `+ - * / %` on two columns of one type, and unary minus.
final class ArithmeticKernel: ExpressionKernel {
  private let operation: ExpressionOperation
  private let type: ValueType
  /// How many places the numerator of a decimal division gets first.
  private let places: Int

  init(
    _ operation: ExpressionOperation, _ operands: [ExpressionKernel], type: ValueType,
    places: Int = 0
  ) {
    self.operation = operation
    self.type = type
    self.places = places
    super.init(operands, isNullable: operands.contains { $0.isNullable }, canFail: true)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    mergeNulls(rows)
    guard operation != .negate else { return negate(rows, frame) }
    let (left, right) = (children[0].slots, children[1].slots)
    switch type {
    case .real: real(rows, frame, left, right)
    case .decimal: decimal(rows, frame, left, right)
    default: whole(rows, frame, left, right)
    }
  }

  private func negate(_ rows: RowList, _ frame: KernelFrame) {
    let operand = children[0].slots
    if type == .real {
      compute(rows, frame, operand) { ((-Double(slot: $0)).slot, false) }
    } else {
      compute(rows, frame, operand) { (0 &- $0, $0 == .min) }
    }
  }

  private func whole(
    _ rows: RowList, _ frame: KernelFrame, _ left: UnsafeMutablePointer<Int64>,
    _ right: UnsafeMutablePointer<Int64>
  ) {
    switch operation {
    case .add: compute(rows, frame, left, right) { $0.addingReportingOverflow($1) }
    case .subtract: compute(rows, frame, left, right) { $0.subtractingReportingOverflow($1) }
    case .multiply: compute(rows, frame, left, right) { $0.multipliedReportingOverflow(by: $1) }
    case .divide: compute(rows, frame, left, right) { $0.dividedReportingOverflow(by: $1) }
    default:
      compute(rows, frame, left, right) {
        // The smallest number % -1 is 0, but the processor disagrees.
        $1 == -1 ? (0, false) : $0.remainderReportingOverflow(dividingBy: $1)
      }
    }
  }

  private func real(
    _ rows: RowList, _ frame: KernelFrame, _ left: UnsafeMutablePointer<Int64>,
    _ right: UnsafeMutablePointer<Int64>
  ) {
    switch operation {
    case .add: compute(rows, frame, left, right) { checked(Double(slot: $0) + Double(slot: $1)) }
    case .subtract:
      compute(rows, frame, left, right) { checked(Double(slot: $0) - Double(slot: $1)) }
    case .multiply:
      compute(rows, frame, left, right) { checked(Double(slot: $0) * Double(slot: $1)) }
    case .divide:
      // By zero: infinite or no number, so it is found with the overflows.
      compute(rows, frame, left, right) { checked(Double(slot: $0) / Double(slot: $1)) }
    default:
      compute(rows, frame, left, right) {
        checked(Double(slot: $0).truncatingRemainder(dividingBy: Double(slot: $1)))
      }
    }
  }

  private func decimal(
    _ rows: RowList, _ frame: KernelFrame, _ left: UnsafeMutablePointer<Int64>,
    _ right: UnsafeMutablePointer<Int64>
  ) {
    switch operation {
    case .add: compute(rows, frame, left, right) { checked(fitted(Int128($0) + Int128($1))) }
    case .subtract: compute(rows, frame, left, right) { checked(fitted(Int128($0) - Int128($1))) }
    case .multiply: compute(rows, frame, left, right) { checked(fitted(Int128($0) * Int128($1))) }
    case .divide:
      let places = places
      compute(rows, frame, left, right) { checked(decimalQuotient($0, $1, places: places)) }
    default:
      compute(rows, frame, left, right) {
        $1 == 0 ? (0, true) : $1 == -1 ? (0, false) : ($0 % $1, false)
      }
    }
  }
}

/// The quotient of units, the numerator having got more places; nil if it cannot be.
private func decimalQuotient(_ left: Int64, _ right: Int64, places: Int) -> Int64? {
  guard right != 0 else { return nil }
  let first = min(places, 18)
  var (numerator, isWrong) = Int128(left).multipliedReportingOverflow(
    by: Int128(powersOfTen[first]))
  guard !isWrong else { return nil }
  if places > first {
    (numerator, isWrong) = numerator.multipliedReportingOverflow(
      by: Int128(powersOfTen[places - first]))
    guard !isWrong else { return nil }
  }
  return fitted(roundedQuotient(numerator, Int128(right)))
}

/// Conversions that need no text.
final class ConvertKernel: ExpressionKernel {
  private let source: ValueType
  private let target: ValueType

  init(_ operand: ExpressionKernel, from source: ValueType, to target: ValueType) {
    self.source = source
    self.target = target
    let canFail =
      switch (source, target) {
      case (.integer, .real), (.decimal, .real), (.decimal, .integer), (.boolean, .integer),
        (.timestamp, .date), (.date, .timestamp):
        false
      default: true
      }
    super.init([operand], isNullable: operand.isNullable, canFail: canFail)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    let operand = children[0].slots
    switch (source, target) {
    case (.integer, .real): compute(rows, frame, operand) { (Double($0).slot, false) }
    case (.decimal(_, let scale), .real):
      let power = Double(powersOfTen[scale])
      compute(rows, frame, operand) { ((Double($0) / power).slot, false) }
    case (.real, .integer):
      compute(rows, frame, operand) { checked(truncatedInteger(Double(slot: $0))) }
    case (.decimal(_, let scale), .integer):
      let power = powersOfTen[scale]
      compute(rows, frame, operand) { ($0 / power, false) }
    case (.integer, .boolean): compute(rows, frame, operand) { ($0, $0 != 0 && $0 != 1) }
    case (.timestamp, .date):
      compute(rows, frame, operand) { (floorDivide($0, microsPerDay), false) }
    case (.date, .timestamp): compute(rows, frame, operand) { ($0 &* microsPerDay, false) }
    case (.integer, .decimal(let precision, let scale)):
      rescale(rows, frame, by: scale, precision)
    case (.decimal(_, let old), .decimal(let precision, let scale)):
      rescale(rows, frame, by: scale - old, precision)
    case (.real, .decimal(let precision, let scale)):
      let limit = powersOfTen[precision]
      compute(rows, frame, operand) {
        let units = decimalUnits(Double(slot: $0), scale: scale) ?? .min
        return (units, units.magnitude >= limit.magnitude)
      }
    default: compute(rows, frame, operand) { ($0, false) }
    }
  }

  private func rescale(_ rows: RowList, _ frame: KernelFrame, by places: Int, _ precision: Int) {
    let limit = powersOfTen[precision]
    compute(rows, frame, children[0].slots) {
      let units = rescaled($0, by: places) ?? .min
      return (units, units.magnitude >= limit.magnitude)
    }
  }
}
