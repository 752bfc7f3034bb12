// A pivot → the columns that make a row, and the new column that each name goes to.

import Records

extension PlanCompiler {
  mutating func compilePivot(
    _ name: String, _ pivot: PivotSpec, into builder: inout PassBuilder
  ) -> (plan: PlanGathering, columns: [PlanColumn])? {
    var taken: [PlanColumn] = []
    for column in pivot.by + [pivot.name, pivot.value] {
      guard var found = builder.column(column.value) else {
        unknownColumn(column, in: builder.shape, of: pivot.from.value)
        continue
      }
      // Several records have the same keys: they name a row, no record.
      found.origin = nil
      found.otherOrigins = []
      taken.append(found)
    }
    guard taken.count == pivot.by.count + 2 else { return nil }
    let named = taken[pivot.by.count]
    let value = taken[pivot.by.count + 1]
    for column in [pivot.name, pivot.value]
    where pivot.by.contains(where: { $0.value == column.value }) {
      report(
        "pivot.by", "column \(column.value) is in \"by\" too", at: column.mark,
        suggestion: "a column makes a row, or gives names or values")
    }
    var plan = PlanPivot(
      keyCount: pivot.by.count, names: [:], several: pivot.several, unknown: pivot.unknown,
      result: Array(taken.prefix(pivot.by.count)))
    switch named.type {
    case .real, .decimal, .timestamp:
      report(
        "pivot.type", "column \(named.name) is \(named.type.name), and names no columns",
        at: pivot.name.mark, suggestion: "names are text, int, date or bool")
      return nil
    case .text, .integer, .date, .boolean: break
    }
    for (place, column) in pivot.columns.enumerated() {
      guard let text = canonical(column.from.value, as: named.type) else {
        report(
          "pivot.name",
          "\(quoted(column.from.value)) is no value of \(named.name), which is "
            + named.type.name, at: column.from.mark,
          suggestion: "write \(column.name.value): \(named.type.exampleName)")
        continue
      }
      if plan.names.updateValue(place, forKey: text) != nil {
        report(
          "column.duplicate", "two columns take the values of \(quoted(text))",
          at: column.from.mark, suggestion: "remove one of them")
      }
      plan.result.append(
        PlanColumn(
          name: column.name.value, type: value.type, isNullable: true, origin: nil, index: 0))
    }
    builder.pass.operations.append(.enter(stage: name, []))
    builder.pass.outputColumns = taken
    return (.pivot(plan), plan.result)
  }

  /// A name as the rows write it; nil if it is no value of the type.
  private func canonical(_ text: String, as type: ValueType) -> String? {
    switch type {
    case .text: text
    case .boolean: text == "true" || text == "false" ? text : nil
    case .integer, .real, .decimal, .date, .timestamp:
      Bound(text, of: type).map { SlotText.string($0.slot, as: type) }
    }
  }
}

extension ValueType {
  /// A value of the type as a pivot names it.
  fileprivate var exampleName: String {
    switch self {
    case .integer: "1"
    case .date: "2020-01-31"
    case .boolean: "true"
    case .text, .real, .decimal, .timestamp: "a value"
    }
  }
}
