// What the columns of a file hold, in numbers, so that the next file can be compared with it.

import Records

/// What is known of one column's values.
struct ColumnFacts: Codable, Hashable, Sendable {
  /// The declared type, in the words of pipeline files.
  var type: String
  /// Records that were read.
  var records = 0
  /// Values that are not of the type.
  var unfit = 0
  /// Records without a value though one is required.
  var missing = 0
  /// Sound records that were looked at; of a long file not all are.
  var sampled = 0
  /// How many of those have no value.
  var empty = 0
  /// The least of their numbers, or the length in bytes of the shortest text.
  var least: Double?
  /// The greatest of their numbers, or the length in bytes of the longest text.
  var greatest: Double?

  init(type: ValueType) { self.type = type.name }

  /// The share of records without a value.
  var emptyShare: Double {
    (sampled > 0 ? Double(empty) / Double(sampled) : 0)
      + (records > 0 ? Double(missing) / Double(records) : 0)
  }

  /// The share of values that are not of the type.
  var unfitShare: Double { records > 0 ? Double(unfit) / Double(records) : 0 }

  /// Adds what is known of another file's column of the same name and type.
  mutating func add(_ other: ColumnFacts) {
    records += other.records
    unfit += other.unfit
    missing += other.missing
    sampled += other.sampled
    empty += other.empty
    least = [least, other.least].compactMap(\.self).min()
    greatest = [greatest, other.greatest].compactMap(\.self).max()
  }

  mutating func widen(from low: Double, to high: Double) {
    least = min(least ?? low, low)
    greatest = max(greatest ?? high, high)
  }
}

extension RecordFault {
  /// Whether a value is not of its column's type: not one that is too large, or missing.
  var isOfType: Bool {
    code.rawValue.hasPrefix("cast.")
      && ![.castRange, .castPattern, .castRequired].contains(code)
  }
}

/// Gathers facts about the columns of a source while a pass reads it; belongs to its thread.
///
/// Allocates nothing for sound records.
final class FactGathering {
  /// Facts by file, as the pass counts them; of each the columns in the order of `columns`.
  private(set) var files: [[ColumnFacts]] = []
  let columns: [PlanCast]
  /// Some values of each column that are not of its type.
  private(set) var unfitValues: [[String]]
  private var batches = 0

  /// So many batches are looked at whole, then one in so many: a long file shows its shape too.
  private static let wholeBatches = 16
  private static let stride = 8
  /// So many values are enough to see what they are.
  private static let mostValues = 100

  init(_ columns: [PlanCast]) {
    self.columns = columns
    unfitValues = Array(repeating: [], count: columns.count)
  }

  /// Looks at the records of a batch that casts have filled, before bad ones leave it.
  ///
  /// `absent`: columns that the file does not have at all; its header tells that.
  func look(at batch: RecordBatch, of file: Int, absent: [Int] = []) {
    while files.count <= file { files.append(columns.map { ColumnFacts(type: $0.spec.type) }) }
    batches += 1
    let isSampled = batches <= Self.wholeBatches || batches.isMultiple(of: Self.stride)
    for place in columns.indices where !absent.contains(columns[place].column) {
      files[file][place].records += batch.selectedCount
      if isSampled { sample(batch, columns[place], into: &files[file][place]) }
    }
  }

  /// Counts what is wrong with one record.
  func blame(_ faults: [RecordFault], in file: Int) {
    for fault in faults {
      guard let place = columns.firstIndex(where: { $0.spec.name == fault.column }) else {
        continue
      }
      if fault.code == .castRequired { files[file][place].missing += 1 }
      guard fault.isOfType else { continue }
      files[file][place].unfit += 1
      if unfitValues[place].count < Self.mostValues, let value = fault.value {
        unfitValues[place].append(value)
      }
    }
  }

  private func sample(_ batch: RecordBatch, _ cast: PlanCast, into facts: inout ColumnFacts) {
    switch cast.spec.type {
    case .integer:
      guard let found = extent(batch, cast, &facts, of: { $0 }) else { return }
      facts.widen(from: Double(found.least), to: Double(found.greatest))
    case .decimal(_, let scale):
      guard let found = extent(batch, cast, &facts, of: { $0 }) else { return }
      let one = (0..<scale).reduce(1.0) { one, _ in one * 10 }
      facts.widen(from: Double(found.least) / one, to: Double(found.greatest) / one)
    case .text:
      guard let found = extent(batch, cast, &facts, of: { $0 & 0xFFFF_FFFF }) else { return }
      facts.widen(from: Double(found.least), to: Double(found.greatest))
    case .real:
      guard let found = extent(batch, cast, &facts, of: Self.ordered) else { return }
      facts.widen(from: Self.real(found.least), to: Self.real(found.greatest))
    case .boolean, .date, .timestamp: _ = extent(batch, cast, &facts) { _ in 0 }
    }
  }

  /// The bits of a double as a number that is in order with others.
  @inline(__always)
  private static func ordered(_ bits: Int64) -> Int64 { bits ^ ((bits >> 63) & .max) }

  private static func real(_ ordered: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: self.ordered(ordered)))
  }

  /// Counts the sound records of a batch and those without a value; gives the extent of the others.
  @inline(__always)
  private func extent(
    _ batch: RecordBatch, _ cast: PlanCast, _ facts: inout ColumnFacts, of value: (Int64) -> Int64
  ) -> (least: Int64, greatest: Int64)? {
    let column = batch.columns[cast.column]
    let (slots, nulls, bad, selection) = (column.slots, column.nulls, batch.bad, batch.selection)
    var (sampled, empty) = (0, 0)
    var (least, greatest) = (Int64.max, Int64.min)
    for index in 0..<batch.selectedCount {
      let row = Int(selection[index])
      if bad[row] { continue }
      sampled += 1
      if nulls[row] {
        empty += 1
        continue
      }
      let found = value(slots[row])
      least = min(least, found)
      greatest = max(greatest, found)
    }
    facts.sampled += sampled
    facts.empty += empty
    return least <= greatest ? (least, greatest) : nil
  }
}
