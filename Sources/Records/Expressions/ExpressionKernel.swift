// What all kernels share: rows, scratch columns, failures.
//
// A kernel computes its column for the rows it is given and touches no others. Slots of null rows
// mean nothing: arithmetic on them must not trap, and texts must not be looked at.

/// The rows that a kernel computes, ascending.
struct RowList {
  let rows: UnsafeMutablePointer<UInt16>
  var count: Int
  /// Whether they are simply 0 ..< count.
  var isDense: Bool

  @inline(__always) func each(_ body: (Int) -> Void) {
    if isDense {
      for row in 0..<count { body(row) }
    } else {
      for index in 0..<count { body(Int(rows[index])) }
    }
  }
}

/// Room for a list of rows, allocated when first needed.
final class RowScratch {
  private(set) var rows: UnsafeMutablePointer<UInt16>
  private var capacity = 0

  init() { rows = .allocate(capacity: 1) }

  deinit { rows.deallocate() }

  func prepare(_ capacity: Int) {
    guard capacity > self.capacity else { return }
    rows.deallocate()
    rows = .allocate(capacity: capacity)
    rows.initialize(repeating: 0, count: capacity)
    self.capacity = capacity
  }

  /// The rows of a list that fit, kept here.
  @inline(__always) func collect(_ list: RowList, where isTaken: (Int) -> Bool) -> RowList {
    var kept = 0
    let rows = rows
    list.each { row in
      rows[kept] = UInt16(truncatingIfNeeded: row)
      kept &+= isTaken(row) ? 1 : 0
    }
    return RowList(rows: rows, count: kept, isDense: false)
  }
}

/// Which rows failed, shared by the kernels of one program.
final class KernelFrame {
  var failed: UnsafeMutablePointer<Bool>
  var hasFailures = false
  var swallowedCount = 0
  private var owned: FlagScratch

  init() {
    owned = FlagScratch()
    failed = owned.flags
  }

  func prepare(_ capacity: Int) {
    owned.prepare(capacity)
    failed = owned.flags
  }
}

/// One flag a row, false between uses.
final class FlagScratch {
  private(set) var flags: UnsafeMutablePointer<Bool>
  private var capacity = 0

  init() { flags = .allocate(capacity: 1) }

  deinit { flags.deallocate() }

  func prepare(_ capacity: Int) {
    guard capacity > self.capacity else { return }
    flags.deallocate()
    flags = .allocate(capacity: capacity)
    flags.initialize(repeating: false, count: capacity)
    self.capacity = capacity
  }
}

/// Computes one node of an expression.
class ExpressionKernel {
  let children: [ExpressionKernel]
  /// False if `nulls` is false everywhere and for ever.
  let isNullable: Bool
  /// Whether a row can fail here or below.
  let canFail: Bool
  /// Whether computing it for rows that do not need it costs less than leaving them out.
  var isCheap: Bool { children.allSatisfy { $0.isCheap } }
  final var slots: UnsafeMutablePointer<Int64>
  final var nulls: UnsafeMutablePointer<Bool>
  final private(set) var capacity = 0
  private var owned: (slots: UnsafeMutablePointer<Int64>, nulls: UnsafeMutablePointer<Bool>)

  init(_ children: [ExpressionKernel], isNullable: Bool, canFail: Bool) {
    self.children = children
    self.isNullable = isNullable
    self.canFail = canFail || children.contains { $0.canFail }
    owned = (.allocate(capacity: 1), .allocate(capacity: 1))
    (slots, nulls) = owned
  }

  deinit {
    owned.slots.deallocate()
    owned.nulls.deallocate()
  }

  /// Makes room for batches of a capacity, here and below.
  final func prepare(_ capacity: Int) {
    guard capacity > self.capacity else { return }
    self.capacity = capacity
    owned.slots.deallocate()
    owned.nulls.deallocate()
    owned = (.allocate(capacity: capacity), .allocate(capacity: capacity))
    owned.slots.initialize(repeating: 0, count: capacity)
    owned.nulls.initialize(repeating: false, count: capacity)
    (slots, nulls) = owned
    for child in children { child.prepare(capacity) }
    prepareOwn(capacity)
  }

  /// Makes room for more than the column.
  func prepareOwn(_ capacity: Int) {}

  func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    preconditionFailure("a kernel without work")
  }

  /// A failed row has a value that harms nobody.
  @inline(__always) final func fail(_ row: Int, _ frame: KernelFrame) {
    slots[row] = 0
    if isNullable { nulls[row] = false }
    frame.failed[row] = true
    frame.hasFailures = true
  }

  /// Null where any operand is.
  @inline(__always) final func mergeNulls(_ rows: RowList) {
    guard isNullable else { return }
    let nulls = nulls
    var isFirst = true
    for child in children where child.isNullable {
      let other = child.nulls
      if isFirst {
        rows.each { nulls[$0] = other[$0] }
      } else {
        rows.each { nulls[$0] = nulls[$0] || other[$0] }
      }
      isFirst = false
    }
    if isFirst { rows.each { nulls[$0] = false } }
  }

  /// Takes over another kernel's values.
  @inline(__always) final func copy(_ rows: RowList, from other: ExpressionKernel) {
    let (slots, nulls, otherSlots, otherNulls) = (slots, nulls, other.slots, other.nulls)
    rows.each { slots[$0] = otherSlots[$0] }
    guard isNullable else { return }
    rows.each { nulls[$0] = otherNulls[$0] }
  }
}

/// A column of the batch, as it lies there.
final class ColumnKernel: ExpressionKernel {
  private let column: Int

  init(_ column: Int, isNullable: Bool) {
    self.column = column
    super.init([], isNullable: isNullable, canFail: false)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    slots = batch.columns[column].slots
    // Else the own flags stay, which are false: whoever said "never null" is taken at his word.
    if isNullable { nulls = batch.columns[column].nulls }
  }
}

/// The same value in every row.
final class ConstantKernel: ExpressionKernel {
  private let slot: Int64
  private let text: [UInt8]?
  private let isNull: Bool

  init(_ value: ExpressionConstant) {
    slot = value.slot
    isNull = value == .null
    if case .text(let text) = value { self.text = Array(text.utf8) } else { text = nil }
    super.init([], isNullable: isNull, canFail: false)
  }

  override func prepareOwn(_ capacity: Int) {
    slots.update(repeating: slot, count: capacity)
    nulls.update(repeating: isNull, count: capacity)
  }

  /// Texts have to lie in the batch, anew for each one.
  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    guard let text, rows.count > 0 else { return }
    let slot = text.withUnsafeBufferPointer { batch.append($0) }
    let slots = slots
    rows.each { slots[$0] = slot }
  }
}

/// A column that another kernel has computed already.
final class SharedKernel: ExpressionKernel {
  private let other: ExpressionKernel

  init(_ other: ExpressionKernel) {
    self.other = other
    super.init([], isNullable: other.isNullable, canFail: false)
  }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    slots = other.slots
    nulls = other.nulls
  }
}

extension ExpressionConstant {
  /// The value as a column holds it; texts have no slot of their own.
  var slot: Int64 {
    switch self {
    case .null, .text: 0
    case .integer(let number), .date(let number), .timestamp(let number): number
    case .decimal(let units, _): units
    case .real(let number): number.slot
    case .boolean(let flag): flag ? 1 : 0
    }
  }
}

extension Double {
  @inline(__always) init(slot: Int64) { self.init(bitPattern: UInt64(bitPattern: slot)) }
  @inline(__always) var slot: Int64 { Int64(bitPattern: bitPattern) }
}
