// Functions of numbers and of time: one value a row, computed where no operand is null.

/// A function of operands that lie in their slots.
final class NumberKernel: ExpressionKernel {
  private let function: ScalarFunction
  private let operandType: ValueType
  private let type: ValueType
  private let unit: DateUnit

  init(
    _ function: ScalarFunction, _ operands: [ExpressionKernel], operandType: ValueType,
    type: ValueType, unit: DateUnit = .day
  ) {
    self.function = function
    self.operandType = operandType
    self.type = type
    self.unit = unit
    let canFail =
      switch function {
      case .abs, .addDays, .addMonths, .makeDate, .round: true
      default: false
      }
    super.init(operands, isNullable: operands.contains { $0.isNullable }, canFail: canFail)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    mergeNulls(rows)
    switch operandType {
    case .real: real(rows, frame)
    case .decimal(_, let scale): decimal(rows, frame, scale: scale)
    case .timestamp: instant(rows, frame)
    case .date: day(rows, frame)
    default: whole(rows, frame)
    }
  }

  /// Runs over the rows without a null; nil fails the row.
  @inline(__always) private func each(
    _ rows: RowList, _ frame: KernelFrame, _ body: (Int) -> Int64?
  ) {
    let (slots, nulls) = (slots, nulls)
    rows.each { row in
      guard !nulls[row] else { return }
      if let result = body(row) { slots[row] = result } else { fail(row, frame) }
    }
  }

  private func whole(_ rows: RowList, _ frame: KernelFrame) {
    let first = children[0].slots
    switch function {
    case .abs: each(rows, frame) { first[$0] == .min ? nil : abs(first[$0]) }
    case .sign: each(rows, frame) { first[$0].signum() }
    case .least: extreme(rows, frame) { $0 < $1 }
    case .greatest: extreme(rows, frame) { $0 > $1 }
    case .makeDate:
      let (second, third) = (children[1].slots, children[2].slots)
      each(rows, frame) {
        CivilDate(year: first[$0], month: second[$0], day: third[$0]).map { Int64($0.days) }
      }
    default: each(rows, frame) { first[$0] }
    }
  }

  /// The operand that comes first in an order.
  @inline(__always) private func extreme(
    _ rows: RowList, _ frame: KernelFrame, _ isBefore: (Int64, Int64) -> Bool
  ) {
    each(rows, frame) { row in
      var best = children[0].slots[row]
      for child in children.dropFirst() where isBefore(child.slots[row], best) {
        best = child.slots[row]
      }
      return best
    }
  }

  private func real(_ rows: RowList, _ frame: KernelFrame) {
    let first = children[0].slots
    switch function {
    case .abs: each(rows, frame) { abs(Double(slot: first[$0])).slot }
    case .round:
      let places = children.count > 1 ? children[1].slots : nil
      each(rows, frame) { roundedReal(Double(slot: first[$0]), places: places?[$0] ?? 0).slot }
    case .floor: each(rows, frame) { Double(slot: first[$0]).rounded(.down).slot }
    case .ceil: each(rows, frame) { Double(slot: first[$0]).rounded(.up).slot }
    case .sign:
      each(rows, frame) {
        let number = Double(slot: first[$0])
        return number > 0 ? 1 : number < 0 ? -1 : 0
      }
    case .least: extreme(rows, frame) { Double(slot: $0) < Double(slot: $1) }
    default: extreme(rows, frame) { Double(slot: $0) > Double(slot: $1) }
    }
  }

  private func decimal(_ rows: RowList, _ frame: KernelFrame, scale: Int) {
    let first = children[0].slots
    let power = powersOfTen[scale]
    switch function {
    case .abs: each(rows, frame) { first[$0] < 0 ? 0 &- first[$0] : first[$0] }
    case .round:
      let places = type.scale - scale
      each(rows, frame) { rescaled(first[$0], by: places) }
    case .floor: each(rows, frame) { floorDivide(first[$0], power) }
    case .ceil: each(rows, frame) { 0 &- floorDivide(0 &- first[$0], power) }
    case .sign: each(rows, frame) { first[$0].signum() }
    case .least: extreme(rows, frame) { $0 < $1 }
    default: extreme(rows, frame) { $0 > $1 }
    }
  }

  private func day(_ rows: RowList, _ frame: KernelFrame) {
    let first = children[0].slots
    let second = children[children.count - 1].slots
    switch function {
    case .year: each(rows, frame) { Int64(CivilDate(days: Int(first[$0])).year) }
    case .quarter: each(rows, frame) { Int64((CivilDate(days: Int(first[$0])).month - 1) / 3 + 1) }
    case .month: each(rows, frame) { Int64(CivilDate(days: Int(first[$0])).month) }
    case .day: each(rows, frame) { Int64(CivilDate(days: Int(first[$0])).day) }
    case .weekday: each(rows, frame) { Records.weekday(first[$0]) }
    case .dayOfYear: each(rows, frame) { Records.dayOfYear(first[$0]) }
    case .addDays: each(rows, frame) { later(first[$0], days: second[$0]) }
    case .addMonths:
      each(rows, frame) { later(first[$0], months: second[$0]) }
    case .dateDiff: each(rows, frame) { first[$0] &- second[$0] }
    case .dateTrunc:
      let unit = unit
      each(rows, frame) { unit.start(ofDay: first[$0]) }
    case .least: extreme(rows, frame) { $0 < $1 }
    default: extreme(rows, frame) { $0 > $1 }
    }
  }

  private func instant(_ rows: RowList, _ frame: KernelFrame) {
    let first = children[0].slots
    let second = children[children.count - 1].slots
    switch function {
    case .hour: each(rows, frame) { secondOfDay(first[$0]) / 3_600 }
    case .minute: each(rows, frame) { secondOfDay(first[$0]) / 60 % 60 }
    case .second: each(rows, frame) { secondOfDay(first[$0]) % 60 }
    case .addDays:
      each(rows, frame) { row in moved(first[row]) { later($0, days: second[row]) } }
    case .addMonths:
      each(rows, frame) { row in moved(first[row]) { later($0, months: second[row]) } }
    case .dateTrunc:
      let unit = unit
      each(rows, frame) { unit.start(ofInstant: first[$0]) }
    case .least: extreme(rows, frame) { $0 < $1 }
    default: extreme(rows, frame) { $0 > $1 }
    }
  }

  @inline(__always) private func secondOfDay(_ micros: Int64) -> Int64 {
    floorDivide(micros &- floorDivide(micros, microsPerDay) &* microsPerDay, 1_000_000)
  }

  /// Changes the day of an instant and keeps its time.
  @inline(__always) private func moved(
    _ micros: Int64, _ change: (Int64) -> Int64?
  ) -> Int64? {
    let days = floorDivide(micros, microsPerDay)
    let time = micros &- days &* microsPerDay
    return change(days).map { $0 &* microsPerDay &+ time }
  }
}
