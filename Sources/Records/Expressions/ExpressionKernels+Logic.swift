// and, or, not, is null, and the operations that leave rows out of a branch.

/// `and` or `or` over any number of operands.
final class LogicKernel: ExpressionKernel {
  /// The value that decides: false for `and`, true for `or`.
  private let stop: Int64
  private let isEager: Bool
  private let scratch = RowScratch()

  init(_ operands: [ExpressionKernel], stop: Bool) {
    self.stop = stop ? 1 : 0
    isEager = operands.dropFirst().allSatisfy { !$0.canFail && $0.isCheap }
    super.init(
      operands, isNullable: operands.contains { $0.isNullable }, canFail: false)
  }

  override func prepareOwn(_ capacity: Int) { scratch.prepare(capacity) }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    if isEager { runEagerly(rows, batch, frame) } else { runLazily(rows, batch, frame) }
  }

  /// Every operand for every row, without a branch.
  private func runEagerly(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let (slots, nulls, stop) = (slots, nulls, stop)
    // One bit: 1 while nothing has decided. A null decides nothing.
    for (index, child) in children.enumerated() {
      child.run(rows, batch, frame)
      let (values, absent) = (child.slots, child.nulls)
      switch (index == 0, child.isNullable) {
      case (true, false):
        rows.each { slots[$0] = (values[$0] & 1) ^ stop }
      case (false, false):
        rows.each { slots[$0] &= (values[$0] & 1) ^ stop }
      case (true, true):
        rows.each { slots[$0] = ((values[$0] & 1) ^ stop) | (absent[$0] ? 1 : 0) }
      case (false, true):
        rows.each { slots[$0] &= ((values[$0] & 1) ^ stop) | (absent[$0] ? 1 : 0) }
      }
    }
    mergeNulls(rows)
    if isNullable { rows.each { nulls[$0] = nulls[$0] && slots[$0] == 1 } }
    if stop == 1 { rows.each { slots[$0] ^= 1 } }
  }

  /// Later operands only for the rows that are still undecided.
  private func runLazily(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let (slots, nulls, stop, isNullable) = (slots, nulls, stop, isNullable)
    rows.each { slots[$0] = stop ^ 1 }
    if isNullable { rows.each { nulls[$0] = false } }
    var open = rows
    for child in children {
      child.run(open, batch, frame)
      let (values, absent) = (child.slots, child.nulls)
      open = scratch.collect(open) { row in
        if absent[row] {
          nulls[row] = true
          return true
        }
        guard values[row] == stop else { return true }
        slots[row] = stop
        if isNullable { nulls[row] = false }
        return false
      }
      if open.count == 0 { return }
    }
  }
}

/// `not`.
final class NotKernel: ExpressionKernel {
  init(_ operand: ExpressionKernel) {
    super.init([operand], isNullable: operand.isNullable, canFail: false)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    let (slots, values) = (slots, children[0].slots)
    rows.each { slots[$0] = values[$0] ^ 1 }
  }
}

/// `is null`.
final class IsNullKernel: ExpressionKernel {
  init(_ operand: ExpressionKernel) {
    super.init([operand], isNullable: false, canFail: false)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    let (slots, absent) = (slots, children[0].nulls)
    rows.each { slots[$0] = absent[$0] ? 1 : 0 }
  }
}

/// `case`: each branch only for the rows that take it.
final class ChooseKernel: ExpressionKernel {
  /// Computed first, for conditions that share it.
  private let start: ExpressionKernel?
  private let open = RowScratch()
  private let taken = RowScratch()

  /// Takes the branches as condition, result, …, the result where no condition is true.
  init(start: ExpressionKernel?, _ branches: [ExpressionKernel], isNullable: Bool) {
    self.start = start
    super.init(branches, isNullable: isNullable, canFail: start?.canFail ?? false)
  }

  override var isCheap: Bool { false }

  override func prepareOwn(_ capacity: Int) {
    start?.prepare(capacity)
    open.prepare(capacity)
    taken.prepare(capacity)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    start?.run(rows, batch, frame)
    var rest = rows
    var index = 0
    while index + 1 < children.count, rest.count > 0 {
      let condition = children[index]
      condition.run(rest, batch, frame)
      let (values, absent) = (condition.slots, condition.nulls)
      let chosen = taken.collect(rest) { values[$0] != 0 && !absent[$0] }
      if chosen.count > 0 {
        rest = open.collect(rest) { values[$0] == 0 || absent[$0] }
        children[index + 1].run(chosen, batch, frame)
        copy(chosen, from: children[index + 1])
      }
      index += 2
    }
    guard rest.count > 0, let last = children.last else { return }
    last.run(rest, batch, frame)
    copy(rest, from: last)
  }
}

/// `coalesce`: later operands only for the rows that are still null.
final class CoalesceKernel: ExpressionKernel {
  private let open = RowScratch()

  override var isCheap: Bool { false }

  override func prepareOwn(_ capacity: Int) { open.prepare(capacity) }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    var rest = rows
    for child in children {
      child.run(rest, batch, frame)
      copy(rest, from: child)
      guard child.isNullable else { return }
      let absent = child.nulls
      rest = open.collect(rest) { absent[$0] }
      if rest.count == 0 { return }
    }
  }
}

/// `nullif`: the first operand, null where both are equal.
final class NullIfKernel: ExpressionKernel {
  private let equal: ExpressionKernel

  init(_ operands: [ExpressionKernel], equal: ExpressionKernel) {
    self.equal = equal
    super.init(operands, isNullable: true, canFail: false)
  }

  override func prepareOwn(_ capacity: Int) { equal.prepare(capacity) }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    equal.run(rows, batch, frame)
    copy(rows, from: children[0])
    let (nulls, values, absent) = (nulls, equal.slots, equal.nulls)
    rows.each { row in
      if values[row] != 0, !absent[row] { nulls[row] = true }
    }
  }
}

/// `try`: the second operand for the rows where the first fails.
final class AttemptKernel: ExpressionKernel {
  private let flags = FlagScratch()
  private let open = RowScratch()
  private let failures = RowScratch()

  init(_ operands: [ExpressionKernel], isNullable: Bool) {
    super.init(operands, isNullable: isNullable, canFail: false)
  }

  override var isCheap: Bool { false }

  override func prepareOwn(_ capacity: Int) {
    flags.prepare(capacity)
    open.prepare(capacity)
    failures.prepare(capacity)
  }

  override func run(_ given: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    let (outer, hadFailures) = (frame.failed, frame.hasFailures)
    let inner = flags.flags
    var rows = given
    if hadFailures {
      // A row that failed before it came here tries nothing.
      given.each { slots[$0] = 0 }
      if isNullable { given.each { nulls[$0] = false } }
      rows = open.collect(given) { !outer[$0] }
    }
    frame.failed = inner
    frame.hasFailures = false
    children[0].run(rows, batch, frame)
    let hasInner = frame.hasFailures
    frame.failed = outer
    frame.hasFailures = hadFailures
    copy(rows, from: children[0])
    guard hasInner else { return }
    let failed = failures.collect(rows) { inner[$0] }
    failed.each { inner[$0] = false }
    frame.swallowedCount += failed.count
    children[1].run(failed, batch, frame)
    copy(failed, from: children[1])
  }
}
