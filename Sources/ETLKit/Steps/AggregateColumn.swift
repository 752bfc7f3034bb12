// One computed column of an aggregate: its value for each group.

import Records

/// The values of one aggregate function.
struct AggregateColumn {
  let name: String
  let function: AggregateFunction
  /// For each group the row at which it could not be computed; -1 where it could.
  private(set) var brokenRow: ContiguousArray<Int32>
  private var slots: ContiguousArray<Int64?>
  /// For functions whose value is one of the group's: its row.
  private var chosen: ContiguousArray<Int32> = []
  private let store: RowStore
  private let argument: Int

  init(_ plan: PlanAggregate.Column, _ store: RowStore, _ groups: KeyGroups, _ rows: GroupRows) {
    name = plan.name
    function = plan.function
    self.store = store
    argument = plan.argument ?? -1
    brokenRow = ContiguousArray(repeating: -1, count: groups.count)
    slots = ContiguousArray(repeating: nil, count: groups.count)
    for group in 0..<groups.count { compute(group, rows[group], plan) }
  }

  /// Puts the value of a group into the row of a store.
  func put(_ group: Int, into result: RowStore, at place: Int) {
    guard !chosen.isEmpty else { return result.put(place, slot: slots[group]) }
    let row = chosen[group]
    if row >= 0 {
      result.put(place, store, Int(row), argument)
    } else {
      result.put(place, slot: nil)
    }
  }

  private mutating func compute(
    _ group: Int, _ rows: ArraySlice<Int32>, _ plan: PlanAggregate.Column
  ) {
    switch function {
    case .count:
      slots[group] = Int64(argument < 0 ? rows.count : rows.count { !isNull($0) })
    case .countIf:
      slots[group] = Int64(rows.count { !isNull($0) && store.slots[argument][Int($0)] != 0 })
    case .sum: sum(group, rows)
    case .avg: average(group, rows)
    case .min: chosen.append(extreme(rows, sign: -1))
    case .max: chosen.append(extreme(rows, sign: 1))
    case .first: chosen.append(rows.first ?? -1)
    case .last: chosen.append(rows.last ?? -1)
    case .median: quantile(group, rows, 0.5)
    case .quantile: quantile(group, rows, plan.share)
    case .distinct: slots[group] = Int64(distinct(rows))
    }
  }

  private func isNull(_ row: Int32) -> Bool { store.nulls[argument][Int(row)] }

  /// The row of the least (`sign` -1) or greatest (1) value; -1 without any.
  private func extreme(_ rows: ArraySlice<Int32>, sign: Int) -> Int32 {
    var best: Int32 = -1
    for row in rows where !isNull(row) {
      if best < 0 || store.order(argument, Int(row), Int(best)) * sign > 0 { best = row }
    }
    return best
  }

  /// Exact for whole numbers and decimals, whatever the order of the rows: only a sum that does not
  /// fit at the end is an overflow.
  private mutating func sum(_ group: Int, _ rows: ArraySlice<Int32>) {
    if store.columns[argument].type == .real {
      let (sum, count) = realSum(rows)
      guard count > 0 else { return }
      guard sum.isFinite else { return brokenRow[group] = rows.first ?? -1 }
      slots[group] = Int64(bitPattern: sum.bitPattern)
      return
    }
    let most = AggregateColumn.largest(store.columns[argument].type)
    let (sum, count) = exactSum(rows)
    guard count > 0 else { return }
    guard sum <= most, sum >= (most == Int128(Int64.max) ? Int128(Int64.min) : -most) else {
      return brokenRow[group] = heaviest(rows, isAbove: sum > most)
    }
    slots[group] = Int64(sum)
  }

  /// The record that does most to a sum that left its range: where it was crossed hangs on the order.
  private func heaviest(_ rows: ArraySlice<Int32>, isAbove: Bool) -> Int32 {
    extreme(rows, sign: isAbove ? 1 : -1)
  }

  /// The largest sum of a type: 64 bits, or the eighteen digits of a decimal.
  private static func largest(_ type: ValueType) -> Int128 {
    if case .decimal = type { 999_999_999_999_999_999 } else { Int128(Int64.max) }
  }

  private func exactSum(_ rows: ArraySlice<Int32>) -> (sum: Int128, count: Int) {
    var (sum, count): (Int128, Int) = (0, 0)
    for row in rows where !isNull(row) {
      sum += Int128(store.slots[argument][Int(row)])
      count += 1
    }
    return (sum, count)
  }

  /// Compensated (Neumaier), so that many small values do not vanish beside a large one.
  private func realSum(_ rows: ArraySlice<Int32>) -> (sum: Double, count: Int) {
    var (sum, rest, count) = (0.0, 0.0, 0)
    for row in rows where !isNull(row) {
      let value = number(row)
      let next = sum + value
      rest += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
      count += 1
    }
    return (sum.isFinite ? sum + rest : sum, count)
  }

  private mutating func average(_ group: Int, _ rows: ArraySlice<Int32>) {
    let value: Double
    let count: Int
    switch store.columns[argument].type {
    case .real: (value, count) = realSum(rows)
    case .decimal(_, let scale):
      let (sum, counted) = exactSum(rows)
      (value, count) = (Double(sum) / AggregateColumn.power(scale), counted)
    default:
      let (sum, counted) = exactSum(rows)
      (value, count) = (Double(sum), counted)
    }
    guard count > 0 else { return }
    guard value.isFinite else { return brokenRow[group] = rows.first ?? -1 }
    slots[group] = Int64(bitPattern: (value / Double(count)).bitPattern)
  }

  /// Between the two nearest values in proportion, as most databases do it.
  private mutating func quantile(_ group: Int, _ rows: ArraySlice<Int32>, _ share: Double) {
    var values: [Double] = []
    for row in rows where !isNull(row) { values.append(number(row)) }
    values.sort()
    guard let last = values.indices.last else { return }
    let place = share * Double(last)
    let low = Int(place)
    let part = place - Double(low)
    var value = values[low]
    if part > 0, low < last { value += (values[low + 1] - value) * part }
    slots[group] = Int64(bitPattern: value.bitPattern)
  }

  private func distinct(_ rows: ArraySlice<Int32>) -> Int {
    let sorted = rows.filter { !isNull($0) }.sorted {
      store.order(argument, Int($0), Int($1)) < 0
    }
    var count = 0
    for (index, row) in sorted.enumerated()
    where index == 0 || !store.isSame(argument, Int(row), Int(sorted[index - 1])) { count += 1 }
    return count
  }

  private func number(_ row: Int32) -> Double {
    let slot = store.slots[argument][Int(row)]
    return switch store.columns[argument].type {
    case .real: Double(bitPattern: UInt64(bitPattern: slot))
    case .decimal(_, let scale): Double(slot) / AggregateColumn.power(scale)
    default: Double(slot)
    }
  }

  private static func power(_ scale: Int) -> Double {
    (0..<scale).reduce(1.0) { power, _ in power * 10 }
  }
}
