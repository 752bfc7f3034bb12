// The two ends of a plan: what is left out before records are typed, and the table with its key.

import Records

extension PlanCompiler {
  /// Marks the casts of each source that identify its records, and puts them first: a record
  /// that fails later still has its key.
  mutating func setIdentities() {
    for index in plan.passes.indices {
      guard case .source(let source) = plan.passes[index].input,
        let names = identities[pipeline.sources[source].name.value]
      else { continue }
      let casts = plan.passes[index].casts
      let first = names.compactMap { name in casts.first { $0.spec.name == name } }
      guard first.count == names.count else { continue }
      plan.passes[index].casts = first + casts.filter { !names.contains($0.spec.name) }
      plan.passes[index].identityCount = first.count
    }
  }

  mutating func compileLoad(_ columns: [PlanColumn]) {
    let load = pipeline.load
    let key = load.key.compactMap { name -> String? in
      guard columns.contains(where: { $0.name == name.value }) else {
        unknownColumn(name, in: columns, of: load.from.value)
        return nil
      }
      return name.value
    }
    reportCaseClashes(columns, at: load.table.mark)
    for column in columns where column.name.lowercased().hasPrefix(Lineage.prefix) {
      report(
        "name.reserved", "column \(column.name) begins with _etl_ like those that loads keep",
        at: load.from.mark, suggestion: "rename it in a select before the load")
    }
    if load.mode == .scd2 { reportValidityColumns(in: columns, at: load.table.mark) }
    for name in (load.indexes + load.uniques).joined()
    where !columns.contains(where: { $0.name == name.value }) {
      unknownColumn(name, in: columns, of: load.from.value)
    }
    identify(by: key, in: columns)
    plan.table = TargetTable(
      name: load.table.value,
      columns: columns.map { column in
        let isKey = key.contains(column.name)
        return TargetTable.Column(
          name: column.name, type: column.type, isNullable: column.isNullable && !isKey,
          isKey: isKey)
      }, mode: load.mode, key: key, hasLineage: load.hasLineage)
    plan.table.indexes = TargetIndex.all(
      of: load.table.value, plain: load.indexes.map { $0.map(\.value) },
      unique: load.uniques.map { $0.map(\.value) })
    plan.table.widened = pipeline.sources.flatMap { source in
      source.widened.sorted().map { WidenedColumn(source: source.name.value, column: $0) }
    }
    plan.tableColumns = columns.map(\.index)
  }

  /// Remembers which columns of a source are its records' key, if all are copies of its columns.
  mutating func identify(by key: [String], in columns: [PlanColumn]) {
    let origins = key.compactMap { name in columns.first { $0.name == name }?.origins }
    guard origins.count == key.count, let first = origins.first else { return }
    for source in first.map(\.source) where identities[source] == nil {
      let names = origins.compactMap { $0.first { $0.source == source }?.column }
      if names.count == key.count { identities[source] = names }
    }
  }

  mutating func compilePrefilter(of source: SourceSpec, into builder: inout PassBuilder) {
    guard let text = source.prefilter else { return }
    var columns: [String: (column: Int, type: ValueType, isNullable: Bool)] = [:]
    let used = (try? ExpressionTree.parse(text.value))?.columnNames ?? []
    for (declared, column) in source.columns.enumerated() where used.contains(column.value.name) {
      var spec = column.value
      spec = ColumnSpec(
        name: spec.name, from: spec.from, position: spec.position, type: .text,
        nulls: spec.nulls, trims: spec.trims)
      let index = builder.allocate(.text)
      builder.pass.prefilterCasts.append(
        PlanCast(spec: spec, declared: declared, column: index))
      columns[spec.name] = (index, .text, true)
    }
    let scope = ExpressionScope(columns: columns, constants: expressionConstants)
    builder.pass.prefilter = typed(
      text, in: scope, as: .boolean)
  }

  var expressionConstants: [String: ExpressionConstant] {
    var result: [String: ExpressionConstant] = [
      "run.id": .integer(constants.run), "run.logical_date": .date(constants.logicalDate),
    ]
    for (name, value) in pipeline.variables { result["var.\(name)"] = .text(value) }
    return result
  }
}
