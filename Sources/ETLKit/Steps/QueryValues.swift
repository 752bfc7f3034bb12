// Values on their way into the tables of a query and out of its rows.
//
// In: texts, dates (2020-01-31) and times (2020-01-31T12:00:00Z) are TEXT, whole numbers and truth
// values (0, 1) INTEGER, reals and decimals REAL, decimals without places INTEGER. Out: what fits
// the declared type without loss; a decimal is rounded to its places.

import GRDBSQLite
import Records

extension ValueType {
  /// The type of a column in a table of a query.
  var stagedName: String {
    switch self {
    case .text, .date, .timestamp: "TEXT"
    case .integer, .boolean, .decimal(_, scale: 0): "INTEGER"
    case .real, .decimal: "REAL"
    }
  }
}

/// Binds the rows of batches to an INSERT.
struct QueryBinder {
  private let statement: OpaquePointer
  private let columns: [PlanColumn]
  /// Room for the text of a date or time in each column.
  private let scratch: UnsafeMutablePointer<UInt8>

  init(_ statement: OpaquePointer, _ columns: [PlanColumn]) {
    self.statement = statement
    self.columns = columns
    scratch = .allocate(capacity: max(1, columns.count) * SlotText.mostBytes)
    scratch.initialize(repeating: 0, count: max(1, columns.count) * SlotText.mostBytes)
  }

  func deallocate() {
    scratch.deallocate()
    sqlite3_finalize(statement)
  }

  /// Inserts a row; false if SQLite could not.
  func insert(_ batch: RecordBatch, _ row: Int, record: Int32) -> Bool {
    for (place, column) in columns.enumerated() { bind(place, column, batch, row) }
    let last = Int32(columns.count + 1)
    if record >= 0 {
      sqlite3_bind_int64(statement, last, Int64(record))
    } else {
      sqlite3_bind_null(statement, last)
    }
    let result = sqlite3_step(statement)
    sqlite3_reset(statement)
    return result == SQLITE_DONE
  }

  /// The bytes stay where they are until the row is in, so SQLite needs no copy of them.
  private func bind(_ place: Int, _ column: PlanColumn, _ batch: RecordBatch, _ row: Int) {
    let values = batch.columns[column.index]
    let number = Int32(place + 1)
    guard !values.nulls[row] else {
      sqlite3_bind_null(statement, number)
      return
    }
    let slot = values.slots[row]
    switch column.type {
    case .text:
      let bytes = batch.bytes(of: slot)
      UnsafeRawPointer(bytes.baseAddress ?? UnsafePointer(scratch)).withMemoryRebound(
        to: CChar.self, capacity: bytes.count
      ) { _ = sqlite3_bind_text(statement, number, $0, Int32(bytes.count), nil) }
    case .integer, .boolean, .decimal(_, scale: 0): sqlite3_bind_int64(statement, number, slot)
    case .real: sqlite3_bind_double(statement, number, Double(bitPattern: UInt64(bitPattern: slot)))
    case .decimal(_, let scale):
      sqlite3_bind_double(statement, number, Double(slot) / QueryValues.power(scale))
    case .date, .timestamp:
      let text = scratch + place * SlotText.mostBytes
      let count = SlotText.write(slot, as: column.type, into: text)
      UnsafeRawPointer(text).withMemoryRebound(to: CChar.self, capacity: count) {
        _ = sqlite3_bind_text(statement, number, $0, Int32(count), nil)
      }
    }
  }
}

/// Reads the values of a query's row.
enum QueryValues {
  /// A value that was read.
  enum Outcome {
    /// It fits; nil for null.
    case slot(Int64?)
    case fault(RecordFault)
  }

  static func power(_ scale: Int) -> Double { (0..<scale).reduce(1.0) { power, _ in power * 10 } }

  /// Reads a value; texts are kept in `store`.
  static func read(
    _ statement: OpaquePointer, _ place: Int32, as column: PlanColumn, keptIn store: RowStore
  ) -> Outcome {
    let kind = sqlite3_column_type(statement, place)
    if kind == SQLITE_NULL {
      guard !column.isNullable else { return .slot(nil) }
      return .fault(RecordFault(code: .castRequired, column: column.name))
    }
    let slot: Int64? =
      switch column.type {
      case .text: kind == SQLITE_TEXT ? store.keep(bytes(statement, place)) : nil
      case .integer: integer(statement, place, kind)
      case .boolean: integer(statement, place, kind).flatMap { $0 == 0 || $0 == 1 ? $0 : nil }
      case .real: real(statement, place, kind).map { Int64(bitPattern: $0.bitPattern) }
      case .decimal(let precision, let scale):
        decimal(statement, place, kind, precision: precision, scale: scale)
      case .date: kind == SQLITE_TEXT ? DateBytes.days(iso: bytes(statement, place)) : nil
      case .timestamp:
        kind == SQLITE_TEXT ? DateBytes.microseconds(iso: bytes(statement, place)) : nil
      }
    if let slot { return .slot(slot) }
    return .fault(fault(statement, place, column))
  }

  private static func integer(
    _ statement: OpaquePointer, _ place: Int32, _ kind: Int32
  ) -> Int64? {
    switch kind {
    case SQLITE_INTEGER: sqlite3_column_int64(statement, place)
    case SQLITE_FLOAT: Int64(exactly: sqlite3_column_double(statement, place))
    default: nil
    }
  }

  private static func real(
    _ statement: OpaquePointer, _ place: Int32, _ kind: Int32
  ) -> Double? {
    switch kind {
    case SQLITE_INTEGER: return Double(exactly: sqlite3_column_int64(statement, place))
    case SQLITE_FLOAT:
      let value = sqlite3_column_double(statement, place)
      return value.isFinite ? value : nil
    default: return nil
    }
  }

  private static func decimal(
    _ statement: OpaquePointer, _ place: Int32, _ kind: Int32, precision: Int, scale: Int
  ) -> Int64? {
    switch kind {
    case SQLITE_TEXT, SQLITE_INTEGER:
      // Whole numbers as text too: every digit counts.
      guard
        case .value(let units) = NumberBytes.decimal(
          bytes(statement, place), precision: precision, scale: scale)
      else { return nil }
      return units
    case SQLITE_FLOAT:
      let units = (sqlite3_column_double(statement, place) * power(scale)).rounded()
      guard abs(units) < power(precision) else { return nil }
      return Int64(exactly: units)
    default: return nil
    }
  }

  private static func bytes(
    _ statement: OpaquePointer, _ place: Int32
  ) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(statement, place)
    return UnsafeBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, place)))
  }

  private static func fault(
    _ statement: OpaquePointer, _ place: Int32, _ column: PlanColumn
  ) -> RecordFault {
    let (code, rule): (RecordFault.Code, String?) =
      switch column.type {
      case .text: (.exprType, "text")
      case .integer: (.castInt, nil)
      case .real: (.castReal, nil)
      case .decimal: (.castDecimal, column.type.name)
      case .boolean: (.castBool, "0, 1")
      case .date: (.castDate, "2020-01-31")
      case .timestamp: (.castTimestamp, "2020-01-31T12:00:00")
      }
    let value = String(decoding: bytes(statement, place).prefix(200), as: UTF8.self)
    return RecordFault(code: code, column: column.name, value: value, rule: rule)
  }
}
