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

  /// Compiles all loads; their passes follow all others, so that they can run in one transaction.
  mutating func compileLoads() {
    for (index, load) in pipeline.loads.enumerated() {
      guard let columns = compilePass(to: load.from.value, for: .load(index)) else { continue }
      compileLoad(load, columns)
    }
    plan.passes = plan.passes.filter { !$0.sink.isLoad } + plan.passes.filter(\.sink.isLoad)
    let first = plan.passes.count - plan.loads.count
    for index in plan.loads.indices {
      plan.loads[index].pass = first + index
      reportRepeatedAppend(plan.loads[index])
    }
  }

  /// Among several loads a record of the queue is tried again with all others, so that rows could
  /// be appended again.
  private mutating func reportRepeatedAppend(_ load: PlanLoad) {
    guard plan.loads.count > 1, load.spec.mode == .append,
      case .gathered(let stage) = plan.passes[load.pass].input
    else { return }
    report(
      "load.append",
      "\(load.spec.from.value) cannot be appended beside other loads: the rows of \(stage) are "
        + "gathered, and would be added again with every record that is tried again",
      at: load.spec.from.mark, suggestion: "use mode insert_only with a key, or replace")
  }

  private mutating func compileLoad(_ load: LoadSpec, _ columns: [PlanColumn]) {
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
    var table = TargetTable(
      name: load.table.value,
      columns: columns.map { column in
        let isKey = key.contains(column.name)
        return TargetTable.Column(
          name: column.name, type: column.type, isNullable: column.isNullable && !isKey,
          isKey: isKey)
      }, mode: load.mode, key: key, hasLineage: load.hasLineage)
    table.indexes = TargetIndex.all(
      of: load.table.value, plain: load.indexes.map { $0.map(\.value) },
      unique: load.uniques.map { $0.map(\.value) })
    table.widened = pipeline.sources.flatMap { source in
      source.widened.sorted().map { WidenedColumn(source: source.name.value, column: $0) }
    }
    table.hidden = redactedColumns.byStage[pipeline.stage(of: load)] ?? []
    plan.loads.append(
      PlanLoad(
        stage: pipeline.stage(of: load), spec: load, table: table,
        columns: columns.map(\.index), pass: 0))
  }

  /// Remembers which columns of a source are its records' key, if all are copies of its columns.
  ///
  /// Of several loads the keys together: records alike in them are alike in every table.
  mutating func identify(by key: [String], in columns: [PlanColumn]) {
    let origins = key.compactMap { name in columns.first { $0.name == name }?.origins }
    guard origins.count == key.count, let first = origins.first else { return }
    for source in first.map(\.source) {
      let names = origins.compactMap { $0.first { $0.source == source }?.column }
      guard names.count == key.count else { continue }
      let known = identities[source] ?? []
      identities[source] = known + names.filter { !known.contains($0) }
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
