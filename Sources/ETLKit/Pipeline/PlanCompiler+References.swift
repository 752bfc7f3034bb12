// What checks look into besides their own stage: keys of other stages, lists of values, patterns.

import Records

extension PlanCompiler {
  /// Notes the stages whose keys checks look into: they are gathered like sides of joins.
  mutating func surveyReferences() {
    for stage in referencedStages {
      sides.insert(stage)
      survey(stage, seen: [])
    }
  }

  /// Gathers them before anything that may be checked.
  mutating func gatherReferences() {
    for stage in referencedStages { _ = gather(stage) }
  }

  private var referencedStages: [String] {
    pipeline.checks.compactMap { check in
      if case .foreignKey(_, .stage(let stage)) = check.kind { stage.value } else { nil }
    }
  }

  mutating func foreignKey(
    _ here: [PlanColumn], _ keys: [KeyPair], among reference: CheckSpec.Reference,
    of spec: CheckSpec, pass: Int
  ) -> PlanCheck.Kind? {
    let stage: Located<String>
    switch reference {
    case .table(let table):
      reportLoadedTable(table, of: spec)
      return .tableKey(here, table: table.value, columns: keys.map(\.right.value))
    case .stage(let name): stage = name
    }
    guard let there = gathered[stage.value] else { return nil }
    let made = plan.passes.lastIndex { $0.sink.stage == stage.value }
    guard let made, pass < 0 || made < pass else {
      report(
        "check.order",
        "check \(spec.name.value) looks into \(stage.value), which is made of "
          + "\(spec.step.value)", at: stage.mark,
        suggestion: "check a later step, or look into an earlier one")
      return nil
    }
    var places: [Int] = []
    for (column, key) in zip(here, keys) {
      guard let place = there.firstIndex(where: { $0.name == key.right.value }) else {
        unknownColumn(key.right, in: there, of: stage.value)
        continue
      }
      guard there[place].type == column.type else {
        report(
          "join.key_type",
          "key \(key.left.value) is \(column.type.name) here, "
            + "\(there[place].type.name) in \(stage.value)", at: key.left.mark,
          suggestion: "declare both with the same type")
        continue
      }
      places.append(place)
    }
    return places.count == keys.count ? .foreignKey(here, stage: stage.value, places: places) : nil
  }

  /// Among several loads a table may get its new rows in the same run, which a check does not see.
  private mutating func reportLoadedTable(_ table: Located<String>, of spec: CheckSpec) {
    guard pipeline.loads.count > 1,
      let load = pipeline.loads.first(where: {
        $0.table.value.lowercased() == table.value.lowercased()
      })
    else { return }
    report(
      "check.before",
      "check \(spec.name.value) looks into \(table.value) as it was before this run, which loads it",
      at: table.mark, suggestion: "in: \(load.from.value) looks into the rows that it is given",
      severity: .warning)
  }

  /// An accepted value as an expression of the column's type; nil after a mistake.
  mutating func literal(_ value: Located<String>, of column: PlanColumn) -> String? {
    guard column.type != .text else { return quotedText(value.value) }
    let isValue = ColumnSpec(name: column.name, type: column.type).bound(value.value) != nil
    guard isValue else {
      report(
        "value.type",
        "\"\(value.value)\" is no \(column.type.name), as column \(column.name) is", at: value.mark)
      return nil
    }
    return switch column.type {
    case .date: "date \(quotedText(value.value))"
    case .timestamp: "timestamp \(quotedText(value.value))"
    case .text, .integer, .real, .decimal, .boolean: "(\(value.value))"
    }
  }

  /// Whether a column can have a pattern; told otherwise.
  mutating func hasPattern(_ column: PlanColumn, at name: Located<String>) -> Bool {
    guard column.type != .text else { return true }
    report(
      "check.type", "column \(name.value) is \(column.type.name); a pattern needs text",
      at: name.mark, suggestion: "check it with between or accepted")
    return false
  }

  /// A text as expressions write it.
  func quotedText(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}

extension CheckSpec {
  /// The column to blame, if there is one.
  var blamed: String? {
    switch kind {
    case .notNull(let column), .between(let column, _, _), .accepted(let column, _),
      .pattern(let column, _):
      column.value
    case .unique(let columns): columns.count == 1 ? columns[0].value : nil
    case .foreignKey(let keys, _): keys.count == 1 ? keys[0].left.value : nil
    case .rowCount, .monotonic, .expression, .freshness, .compare, .sql: nil
    }
  }

  /// Whether it asks the destination.
  var asksDestination: Bool {
    switch kind {
    case .sql, .foreignKey(_, .table): true
    default: false
    }
  }
}
