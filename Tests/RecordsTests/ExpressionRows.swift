// Rows for expression tests: a batch with one column of every type, filled from constants.

import Records

/// The columns that the tests' expressions may use.
enum Rows {
  static let types: [(name: String, type: ValueType, isNullable: Bool)] = [
    ("i", .integer, true), ("j", .integer, false), ("r", .real, true), ("q", .real, false),
    ("d", .decimal(precision: 12, scale: 2), true), ("t", .text, true), ("s", .text, false),
    ("b", .boolean, true), ("c", .boolean, false), ("day", .date, true), ("at", .timestamp, true),
  ]

  /// Room for a result of every type, behind the inputs.
  static let results: [ValueType] = [
    .integer, .real, .decimal(precision: 18, scale: 2), .text, .boolean, .date, .timestamp,
  ]

  static let scope = ExpressionScope(
    columns: Dictionary(
      uniqueKeysWithValues: types.enumerated().map {
        ($1.name, (column: $0, type: $1.type, isNullable: $1.isNullable))
      }),
    constants: ["var.first_day": .text("2020-01-22"), "run.id": .integer(7)])

  static func batch(capacity: Int = 64) -> RecordBatch {
    let batch = RecordBatch(
      width: 0, columns: types.map(\.type) + results, capacity: capacity, byteCapacity: 1_024)
    batch.begin(position: .start)
    return batch
  }

  /// Adds a row; columns that are not named are null, or 0 if they cannot be.
  static func add(_ values: [String: ExpressionConstant], to batch: RecordBatch) {
    guard let row = batch.addRow() else { return }
    for (index, column) in types.enumerated() {
      let value = values[column.name] ?? .null
      set(value, batch, index, row)
      if value == .null, !column.isNullable {
        batch.columns[index].nulls[row] = false
        batch.columns[index].slots[row] = 0
      }
    }
  }

  private static func set(
    _ value: ExpressionConstant, _ batch: RecordBatch, _ column: Int, _ row: Int
  ) {
    let column = batch.columns[column]
    column.nulls[row] = value == .null
    switch value {
    case .null: column.slots[row] = .min / 3  // whoever looks at it should suffer
    case .integer(let number), .date(let number), .timestamp(let number),
      .decimal(let number, _):
      column.slots[row] = number
    case .real(let number): column.slots[row] = Int64(bitPattern: number.bitPattern)
    case .boolean(let flag): column.slots[row] = flag ? 1 : 0
    case .text(let text):
      var text = text
      column.slots[row] = text.withUTF8 { batch.append($0) }
    }
  }

  /// Where results of a type go; decimals of any scale fit into the one column.
  static func resultColumn(_ type: ValueType) -> Int {
    let index =
      switch type {
      case .integer: 0
      case .real: 1
      case .decimal: 2
      case .text: 3
      case .boolean: 4
      case .date: 5
      case .timestamp: 6
      }
    return types.count + index
  }

  /// A computed value, read as the expression's type.
  static func result(_ batch: RecordBatch, _ row: Int, _ type: ValueType) -> ExpressionConstant {
    let column = batch.columns[resultColumn(type)]
    guard !column.nulls[row] else { return .null }
    let slot = column.slots[row]
    return switch type {
    case .integer: .integer(slot)
    case .real: .real(Double(bitPattern: UInt64(bitPattern: slot)))
    case .decimal(_, let scale): .decimal(units: slot, scale: scale)
    case .boolean: .boolean(slot != 0)
    case .date: .date(slot)
    case .timestamp: .timestamp(slot)
    case .text: .text(String(decoding: batch.bytes(of: slot), as: UTF8.self))
    }
  }
}

/// What happened to one row.
enum Outcome: Hashable, CustomStringConvertible {
  case value(ExpressionConstant)
  case failure(RecordFault)

  /// The value as a literal, or the fault's facts.
  var description: String {
    switch self {
    case .value(let value): value.literal
    case .failure(let fault):
      "\(fault.code.rawValue) \(fault.rule ?? "") [\(fault.value ?? "")]"
        + (fault.column.map { " in \($0)" } ?? "")
    }
  }
}

/// Runs an expression over rows with the program.
func outcomes(
  _ text: String, _ rows: [[String: ExpressionConstant]]
) throws(ExpressionDiagnostic) -> [Outcome] {
  let expression = try ExpressionTree.parse(text).typed(in: Rows.scope)
  let program = ExpressionProgram(expression)
  let batch = Rows.batch(capacity: max(1, rows.count))
  for row in rows { Rows.add(row, to: batch) }
  program.evaluate(batch, into: Rows.resultColumn(expression.type))
  return rows.indices.map { row in
    if batch.bad[row], let fault = program.fault(batch, row) { return .failure(fault) }
    return .value(Rows.result(batch, row, expression.type))
  }
}
