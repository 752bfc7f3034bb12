// Expressions: any text is read or refused; what is typed runs, and has a reason for each row that it
// marks as bad. Touches nothing.

import Records

enum ExpressionFuzz {
  private static let columns: [(name: String, type: ValueType)] = [
    ("i", .integer), ("r", .real), ("d", .decimal(precision: 12, scale: 2)), ("t", .text),
    ("b", .boolean), ("day", .date), ("at", .timestamp),
  ]

  private static let scope = ExpressionScope(
    columns: Dictionary(
      uniqueKeysWithValues: columns.enumerated().map {
        ($1.name, (column: $0, type: $1.type, isNullable: true))
      }),
    constants: ["var.x": .text("2020-01-22"), "run.id": .integer(7)])

  static func problem(with input: [UInt8]) -> String? {
    let text = String(decoding: input, as: UTF8.self)
    do throws(ExpressionDiagnostic) {
      let typed = try ExpressionTree.parse(text).typed(in: scope)
      return run(typed)
    } catch {
      let end = text.utf8.count
      guard error.span.lowerBound >= 0, error.span.upperBound <= end else {
        return "a mistake at \(error.span) of \(end) bytes"
      }
      return error.description.isEmpty ? "a mistake without words" : nil
    }
  }

  private static func run(_ expression: TypedExpression) -> String? {
    let batch = RecordBatch(
      width: 0, columns: columns.map(\.type) + [expression.type], capacity: rows.count,
      byteCapacity: 1 << 12)
    batch.begin(position: .start)
    for row in rows {
      guard let index = batch.addRow() else { return "no room for a row" }
      for (column, slot) in row.enumerated() {
        batch.columns[column].nulls[index] = slot == nil
        batch.columns[column].slots[index] = slot?(batch) ?? 0
      }
    }
    let program = ExpressionProgram(expression)
    program.evaluate(batch, into: columns.count)
    for row in rows.indices where batch.bad[row] != (program.fault(batch, row) != nil) {
      return batch.bad[row] ? "row \(row) is bad without a reason" : "row \(row) fails unseen"
    }
    return nil
  }

  /// Rows of values that arithmetic likes least, and one without any.
  private static let rows: [[(@Sendable (RecordBatch) -> Int64)?]] = [
    row(3, 1.5, 1_050, "Zürich é", true, 18_000, 1_600_000_000_000_000),
    row(
      .max, .greatestFiniteMagnitude, 999_999_999_999, "", false, 2_932_896, 253_402_300_799_999_999
    ),
    row(.min, -0.0, -999_999_999_999, "12", true, -719_162, -62_135_596_800_000_000),
    row(0, 0, 0, " 2020-02-29 ", false, 0, 0),
    [(@Sendable (RecordBatch) -> Int64)?](repeating: nil, count: columns.count),
  ]

  private static func row(
    _ i: Int64, _ r: Double, _ d: Int64, _ t: String, _ b: Bool, _ day: Int64, _ at: Int64
  ) -> [(@Sendable (RecordBatch) -> Int64)?] {
    [
      { _ in i }, { _ in Int64(bitPattern: r.bitPattern) }, { _ in d },
      { batch in
        var text = t
        return text.withUTF8 { batch.append($0) }
      }, { _ in b ? 1 : 0 }, { _ in day }, { _ in at },
    ]
  }
}
