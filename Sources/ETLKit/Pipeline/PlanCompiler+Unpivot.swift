// An unpivot → the columns that stay, and those that become rows.

import Records

extension PlanCompiler {
  mutating func compileUnpivot(
    _ name: String, _ unpivot: UnpivotSpec, into builder: inout PassBuilder
  ) -> (plan: PlanGathering, columns: [PlanColumn])? {
    var chosen: [PlanColumn] = []
    for column in unpivot.columns {
      guard let found = builder.column(column.value) else {
        unknownColumn(column, in: builder.shape, of: unpivot.from.value)
        continue
      }
      if let first = chosen.first, first.type != found.type {
        report(
          "unpivot.type",
          "column \(found.name) is \(found.type.name), \(first.name) is \(first.type.name)",
          at: column.mark, suggestion: "columns that become rows have one type")
      }
      if found.isMany, unpivot.columns.count > 1 {
        report(
          "unpivot.many", "\(found.name) are many columns and stand alone", at: column.mark,
          suggestion: "write columns: \(found.name)")
      }
      chosen.append(found)
    }
    guard let first = chosen.first, chosen.count == unpivot.columns.count else { return nil }
    let stay = builder.shape.filter { column in !chosen.contains { $0.name == column.name } }
    if let many = stay.first(where: \.isMany), let rest = builder.pass.rest {
      report(
        "rest.unused", "the columns \(many.name) go on as many columns after \(name)",
        at: rest.name.mark, suggestion: "leave them out in a select before")
    }
    for new in [unpivot.name, unpivot.value] where stay.contains(where: { $0.name == new.value }) {
      report(
        "column.clash", "unpivot \(name) adds a column \(new.value) that is there already",
        at: new.mark, suggestion: "give it another name")
    }
    var plan = PlanUnpivot(
      stay: stay, members: [], isRest: first.isMany, formats: unpivot.formats,
      keepsNulls: unpivot.keepsNulls, result: stay)
    if !first.isMany {
      plan.members = chosen.map { .init(name: $0.name, column: $0.index) }
      for (member, column) in zip(plan.members, unpivot.columns)
      where !unpivot.formats.isEmpty && plan.nameSlot(member.name) == nil {
        report(
          "unpivot.name",
          "\(quoted(member.name)) is no date in the form"
            + " \(unpivot.formats.map(\.pattern).joined(separator: ", "))", at: column.mark)
      }
    }
    plan.result.append(
      PlanColumn(
        name: unpivot.name.value, type: unpivot.formats.isEmpty ? .text : .date,
        isNullable: false, origin: nil, index: 0))
    plan.result.append(
      PlanColumn(
        name: unpivot.value.value, type: first.type,
        isNullable: unpivot.keepsNulls && chosen.contains(where: \.isNullable), origin: nil,
        index: 0))
    builder.pass.operations.append(.enter(stage: name, []))
    builder.pass.outputColumns = stay
    return (.unpivot(plan), plan.result)
  }
}
