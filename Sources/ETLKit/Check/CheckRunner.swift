// Checks at work: they look at rows as they pass, and judge at the end.

import Records

/// One check of a run.
final class CheckRunner {
  let plan: PlanCheck
  /// Rows of the last batch that do not hold; only where they are rejected.
  private(set) var failedRows: [Int] = []
  /// Why the check cannot be run.
  var trouble: String?
  /// The keys of a table in the destination.
  var tableKeys: Set<KeyPrint> = []
  /// The keys of a gathered stage, asked for when the first row comes.
  var makeIndex: () -> KeyIndex? = { nil }

  private let program: ExpressionProgram?
  private(set) var rowCount = 0
  private(set) var failures = 0
  private var seen: Set<KeyPrint> = []
  private var points: [Point] = []
  private lazy var index = makeIndex()
  private var found: [Int32] = []
  /// The newest value, as a slot.
  private(set) var newest: Int64?
  private(set) var nullCount = 0
  private(set) var sum = Sum()
  /// The first failing rows' places, for the message.
  private var lines: [Int] = []

  private struct Point {
    var order: Int64
    var value: Int64
    var line: Int32
  }

  init(_ plan: PlanCheck) {
    self.plan = plan
    if case .rows(let expression, _) = plan.kind {
      program = ExpressionProgram(expression)
    } else {
      program = nil
    }
  }

  /// Looks at the selected rows of a batch.
  func look(at batch: RecordBatch) {
    failedRows.removeAll(keepingCapacity: true)
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    rowCount += selected.count
    guard trouble == nil else { return }
    switch plan.kind {
    case .rowCount, .sql, .compare(_, nil, _): break
    case .rows(_, let truth):
      guard let program else { return }
      program.evaluate(batch, into: truth)
      let column = batch.columns[truth]
      for row in selected {
        let row = Int(row)
        if batch.bad[row] {
          // The condition could not be evaluated. The row itself is sound and goes on.
          batch.bad[row] = false
          batch.badCount -= 1
        } else if !column.nulls[row], column.slots[row] != 0 {
          continue
        }
        fail(batch, row)
      }
    case .unique(let columns):
      let indexes = columns.map(\.index)
      for row in selected {
        // A key with a null part equals none other.
        guard let key = KeyPrint(batch, Int(row), indexes) else { continue }
        if !seen.insert(key).inserted { fail(batch, Int(row)) }
      }
    case .monotonic(let column, let orderBy):
      let values = batch.columns[column.index]
      let orders = batch.columns[orderBy.index]
      for row in selected {
        let row = Int(row)
        guard !values.nulls[row], !orders.nulls[row] else { continue }
        points.append(
          Point(
            order: CheckRunner.sortable(orders.slots[row], orders.type),
            value: CheckRunner.sortable(values.slots[row], values.type),
            line: Int32(clamping: batch.place(of: row).line)))
      }
    case .foreignKey(let columns, _, _): findKeys(batch, selected, columns.map(\.index))
    case .tableKey(let columns, _, _):
      let indexes = columns.map(\.index)
      for row in selected {
        guard let key = KeyPrint(batch, Int(row), indexes) else { continue }
        if !tableKeys.contains(key) { fail(batch, Int(row)) }
      }
    case .freshness(let column, _, _):
      let values = batch.columns[column.index]
      for row in selected where !values.nulls[Int(row)] {
        newest = max(newest ?? .min, values.slots[Int(row)])
      }
    case .compare(let measure, let column?, _):
      let values = batch.columns[column.index]
      for row in selected {
        guard !values.nulls[Int(row)] else {
          nullCount += 1
          continue
        }
        if measure == .sum { sum.add(values.slots[Int(row)], as: column.type) }
      }
    }
  }

  private func findKeys(
    _ batch: RecordBatch, _ selected: UnsafeBufferPointer<UInt16>, _ columns: [Int]
  ) {
    guard let index else { return }
    if found.count < batch.count { found = Array(repeating: -1, count: batch.count) }
    found.withUnsafeMutableBufferPointer { found in
      guard let start = found.baseAddress else { return }
      index.find(batch, keys: columns, into: start)
      for row in selected where start[Int(row)] < 0 {
        // A key with an empty part refers to nothing.
        guard columns.allSatisfy({ !batch.columns[$0].nulls[Int(row)] }) else { continue }
        fail(batch, Int(row))
      }
    }
  }

  private func fail(_ batch: RecordBatch, _ row: Int) {
    failures += 1
    if lines.count < 3 { lines.append(batch.place(of: row).line) }
    if plan.spec.rejectsRows { failedRows.append(row) }
  }

  /// Counts falls, once all rows were seen.
  func countFalls() {
    points.sort { ($0.order, $0.line) < ($1.order, $1.line) }
    for index in points.indices.dropFirst() where points[index].value < points[index - 1].value {
      failures += 1
      if lines.count < 3 { lines.append(Int(points[index].line)) }
    }
  }

  /// `3 of 20 rows repeat a key [lines 4, 9, 11]`.
  func describe(_ verb: String) -> String {
    guard failures > 0 else { return "0 of \(rowCount) rows \(verb)" }
    let shown =
      lines.map(String.init).joined(separator: ", ") + (failures > lines.count ? ", …" : "")
    return "\(failures) of \(rowCount) rows \(verb) [line\(lines.count == 1 ? "" : "s") \(shown)]"
  }

  /// A slot as an integer that sorts like its value.
  private static func sortable(_ slot: Int64, _ type: ValueType) -> Int64 {
    guard type == .real else { return slot }
    return slot >= 0 ? slot : slot ^ Int64.max
  }

  /// A share of 1 as people read it.
  static func percent(_ share: Double) -> String {
    let tenths = (share * 1_000).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))%" : "\(tenths)%"
  }
}

/// A key as a 128-bit hash; two keys with the same one are taken for equal.
struct KeyPrint: Hashable {
  var one: UInt64
  var other: UInt64

  init(one: UInt64, other: UInt64) {
    self.one = one
    self.other = other
  }

  /// The key of a row; nil if a part of it is null.
  init?(_ batch: RecordBatch, _ row: Int, _ columns: [Int]) {
    guard let one = KeyHash.hash(batch, row, columns),
      let other = KeyHash.hash(batch, row, columns, seed: KeyPrint.seed)
    else { return nil }
    self.init(one: one, other: other)
  }

  /// The second hash begins with it.
  static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
}

/// The sum of a column: exact as long as it is made of whole numbers or decimals that fit.
struct Sum {
  private var whole: Int64 = 0
  private var real = 0.0

  mutating func add(_ slot: Int64, as type: ValueType) {
    switch type {
    case .real: real += Double(bitPattern: UInt64(bitPattern: slot))
    case .decimal, .integer, .boolean, .date, .timestamp, .text:
      let (sum, isTooLarge) = whole.addingReportingOverflow(slot)
      if isTooLarge {
        real += Double(whole)
        whole = slot
      } else {
        whole = sum
      }
    }
  }

  /// The sum as a number; `type` is the column's.
  func value(_ type: ValueType) -> Double {
    var value = real + Double(whole)
    if case .decimal(_, let scale) = type { for _ in 0..<scale { value /= 10 } }
    return value
  }
}
