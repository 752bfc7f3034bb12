// Comparisons: of two columns, and of a column with a constant.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

typealias Comparison = ExpressionOperation.Comparison
typealias Bytes = UnsafeBufferPointer<UInt8>

/// -1, 0 or 1 by bytes, as `memcmp` does.
@inline(__always) func byteOrder(_ left: Bytes, _ right: Bytes) -> Int {
  let common = min(left.count, right.count)
  if common > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, common)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}

@inline(__always) func sameBytes(_ left: Bytes, _ right: Bytes) -> Bool {
  guard left.count == right.count else { return false }
  guard !left.isEmpty, let first = left.baseAddress, let second = right.baseAddress else {
    return true
  }
  return first[0] == second[0] && memcmp(first, second, left.count) == 0
}

/// Compares two columns of one type.
final class CompareKernel: ExpressionKernel {
  private let kind: Comparison
  private let type: ValueType

  init(_ kind: Comparison, _ left: ExpressionKernel, _ right: ExpressionKernel, type: ValueType) {
    self.kind = kind
    self.type = type
    super.init(
      [left, right], isNullable: left.isNullable || right.isNullable, canFail: false)
  }

  override var isCheap: Bool { type != .text && super.isCheap }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let (left, right) = (children[0], children[1])
    left.run(rows, batch, frame)
    right.run(rows, batch, frame)
    mergeNulls(rows)
    let (first, second) = (left.slots, right.slots)
    switch type {
    case .text: compareTexts(rows, batch, first, second)
    case .real:
      fill(rows, kind, { Double(slot: first[$0]) }, { Double(slot: second[$0]) })
    default: fill(rows, kind, { first[$0] }, { second[$0] })
    }
  }

  private func compareTexts(
    _ rows: RowList, _ batch: RecordBatch, _ first: UnsafeMutablePointer<Int64>,
    _ second: UnsafeMutablePointer<Int64>
  ) {
    let nulls = nulls
    if kind == .equal || kind == .notEqual {
      let slots = slots
      let isWanted = kind == .equal
      rows.each { row in
        guard !nulls[row] else { return }
        let isSame = sameBytes(batch.bytes(of: first[row]), batch.bytes(of: second[row]))
        slots[row] = isSame == isWanted ? 1 : 0
      }
    } else {
      fill(
        rows, kind,
        { nulls[$0] ? 0 : byteOrder(batch.bytes(of: first[$0]), batch.bytes(of: second[$0])) },
        { _ in 0 })
    }
  }
}

/// Compares a column with a constant that is not null.
final class CompareConstantKernel: ExpressionKernel {
  private let kind: Comparison
  private let type: ValueType
  private let constant: Int64
  private let text: [UInt8]

  init(
    _ kind: Comparison, _ operand: ExpressionKernel, _ constant: ExpressionConstant,
    type: ValueType
  ) {
    self.kind = kind
    self.type = type
    self.constant = constant.slot
    if case .text(let text) = constant { self.text = Array(text.utf8) } else { text = [] }
    super.init([operand], isNullable: operand.isNullable, canFail: false)
  }

  override var isCheap: Bool { type != .text && super.isCheap }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let operand = children[0]
    operand.run(rows, batch, frame)
    mergeNulls(rows)
    let values = operand.slots
    let constant = constant
    switch type {
    case .text:
      text.withUnsafeBufferPointer { compareTexts(rows, batch, values, $0) }
    case .real:
      let number = Double(slot: constant)
      fill(rows, kind, { Double(slot: values[$0]) }, { _ in number })
    default: fill(rows, kind, { values[$0] }, { _ in constant })
    }
  }

  private func compareTexts(
    _ rows: RowList, _ batch: RecordBatch, _ values: UnsafeMutablePointer<Int64>, _ wanted: Bytes
  ) {
    let nulls = nulls
    if kind == .equal || kind == .notEqual {
      let slots = slots
      let isWanted = kind == .equal
      let count = Int64(wanted.count)
      rows.each { row in
        // The count lies in the slot: most texts differ there, without a look at their bytes.
        let isSame =
          values[row] & 0xFFFF_FFFF == count && !nulls[row]
          && sameBytes(batch.bytes(of: values[row]), wanted)
        slots[row] = isSame == isWanted ? 1 : 0
      }
    } else {
      fill(
        rows, kind, { nulls[$0] ? 0 : byteOrder(batch.bytes(of: values[$0]), wanted) },
        { _ in 0 })
    }
  }
}

extension ExpressionKernel {
  /// Compares two things a row, with one loop for each comparison, so that none asks inside.
  @inline(__always) fileprivate final func fill<Value: Comparable>(
    _ rows: RowList, _ kind: Comparison, _ left: (Int) -> Value, _ right: (Int) -> Value
  ) {
    let slots = slots
    switch kind {
    case .equal: rows.each { slots[$0] = left($0) == right($0) ? 1 : 0 }
    case .notEqual: rows.each { slots[$0] = left($0) != right($0) ? 1 : 0 }
    case .less: rows.each { slots[$0] = left($0) < right($0) ? 1 : 0 }
    case .lessOrEqual: rows.each { slots[$0] = left($0) <= right($0) ? 1 : 0 }
    case .greater: rows.each { slots[$0] = left($0) > right($0) ? 1 : 0 }
    case .greaterOrEqual: rows.each { slots[$0] = left($0) >= right($0) ? 1 : 0 }
    }
  }
}

/// `between` and `in`: all operands are computed, then a test over them that shares their columns.
final class TestKernel: ExpressionKernel {
  private let test: ExpressionKernel

  init(_ operands: [ExpressionKernel], test: ExpressionKernel) {
    self.test = test
    super.init(operands, isNullable: test.isNullable, canFail: false)
  }

  override var isCheap: Bool { super.isCheap && test.isCheap }

  override func prepareOwn(_ capacity: Int) { test.prepare(capacity) }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    test.run(rows, batch, frame)
    slots = test.slots
    nulls = test.nulls
  }
}

/// `value in (item, …)` with constant items, none of them null.
final class MemberKernel: ExpressionKernel {
  private let type: ValueType
  /// Sorted.
  private let numbers: [Int64]
  private let texts: [[UInt8]]

  init(_ operand: ExpressionKernel, _ items: [ExpressionConstant], type: ValueType) {
    self.type = type
    numbers = items.map(\.slot).sorted()
    texts = items.compactMap {
      if case .text(let text) = $0 { Array(text.utf8) } else { nil }
    }.sorted { $0.lexicographicallyPrecedes($1) }
    super.init([operand], isNullable: operand.isNullable, canFail: false)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let operand = children[0]
    operand.run(rows, batch, frame)
    mergeNulls(rows)
    let (slots, nulls, values) = (slots, nulls, operand.slots)
    if type == .text {
      rows.each { row in
        slots[row] = !nulls[row] && hasText(batch.bytes(of: values[row])) ? 1 : 0
      }
    } else {
      numbers.withUnsafeBufferPointer { numbers in
        rows.each { row in slots[row] = hasNumber(values[row], numbers) ? 1 : 0 }
      }
    }
  }

  @inline(__always) private func hasNumber(
    _ number: Int64, _ numbers: UnsafeBufferPointer<Int64>
  ) -> Bool {
    if numbers.count <= 12 {
      for candidate in numbers where candidate == number { return true }
      return false
    }
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < numbers.count && numbers[low] == number
  }

  private func hasText(_ text: Bytes) -> Bool {
    if texts.count <= 8 {
      for candidate in texts where candidate.count == text.count {
        if candidate.withUnsafeBufferPointer({ sameBytes($0, text) }) { return true }
      }
      return false
    }
    var (low, high) = (0, texts.count)
    while low < high {
      let middle = (low + high) / 2
      let order = texts[middle].withUnsafeBufferPointer { byteOrder($0, text) }
      if order == 0 { return true }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return false
  }
}
