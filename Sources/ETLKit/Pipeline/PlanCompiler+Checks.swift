// Checks → expressions and limits, and the place in the passes at which they look.

import Records

extension PlanCompiler {
  /// Resolves all checks; after a mistake, those of stages that are known to be whole.
  mutating func compileChecks() {
    let hasMistakes = self.hasMistakes
    for spec in pipeline.checks {
      if case .sql(let query) = spec.kind {
        if let mistake = SQLCheck.mistake(in: query.value) { report(mistake, in: query) }
        add(spec, .sql(query.value), pass: -1, operation: 0)
        continue
      }
      let stage = spec.step.value
      if hasMistakes, !isWhole(stage) { continue }
      guard let place = findPlace(of: stage) ?? (hasMistakes ? nowhere(stage) : nil) else {
        report(
          "check.step", "check \(spec.name.value) looks at \(stage), which is not loaded",
          at: spec.step.mark, suggestion: "name a stage between the sources and the load")
        continue
      }
      guard let kind = compileKind(of: spec, shape: place.shape, pass: place.pass) else {
        continue
      }
      if spec.rejectsRows, plan.passes.indices.contains(place.pass),
        case .look = plan.passes[place.pass].sink
      {
        report(
          "check.rows", "\(stage) makes rows of several records, none of which could be rejected",
          at: spec.step.mark, suggestion: "check a stage before it, or a step after it")
        continue
      }
      let blamed = spec.blamed.flatMap { name in place.shape.first { $0.name == name } }
      add(spec, kind, pass: place.pass, operation: place.operation, blamed: blamed)
    }
  }

  private mutating func add(
    _ spec: CheckSpec, _ kind: PlanCheck.Kind, pass: Int, operation: Int,
    blamed: PlanColumn? = nil
  ) {
    let warnIf = limit(spec.warnIf)
    let errorIf = limit(spec.errorIf)
    plan.checks.append(
      PlanCheck(
        spec: spec, kind: kind, warnIf: warnIf ?? CheckLimit.anyFailure,
        errorIf: errorIf ?? (spec.severity == .error ? CheckLimit.anyFailure : nil),
        pass: pass, afterOperation: operation,
        place: "\(pipeline.file):\(spec.name.mark.line)", blamed: blamed,
        hidesValues: hidesValues(kind, of: spec.step.value)))
  }

  private func hidesValues(_ kind: PlanCheck.Kind, of stage: String) -> Bool {
    switch kind {
    case .freshness(let column, _, _): redactedColumns.hides([column.name], at: stage)
    // It may read any column of any table.
    case .sql: redactedColumns.isAnythingLoaded
    default: false
    }
  }

  private func findPlace(
    of stage: String
  ) -> (pass: Int, operation: Int, shape: [PlanColumn])? {
    guard let columns = plan.stages.first(where: { $0.name == stage })?.columns else { return nil }
    let shape = columns.filter { !$0.isMany }
    for (pass, compiled) in plan.passes.enumerated() {
      let place = compiled.operations.firstIndex { operation in
        if case .enter = operation { return false }
        if case .probe(_, let probe) = operation, probe.isExpanding { return false }
        return operation.stage == stage
      }
      if let place { return (pass, place, shape) }
    }
    return nil
  }

  /// The columns of a stage, in a plan that will not be carried out.
  private func nowhere(_ stage: String) -> (pass: Int, operation: Int, shape: [PlanColumn])? {
    let columns = plan.stages.first { $0.name == stage }?.columns ?? []
    return (-1, 0, columns.filter { !$0.isMany })
  }

  private mutating func compileKind(
    of spec: CheckSpec, shape: [PlanColumn], pass: Int
  ) -> PlanCheck.Kind? {
    func find(_ name: Located<String>) -> PlanColumn? {
      if let column = shape.first(where: { $0.name == name.value }) { return column }
      unknownColumn(name, in: shape, of: spec.step.value)
      return nil
    }
    var columns: [String: (column: Int, type: ValueType, isNullable: Bool)] = [:]
    for column in shape { columns[column.name] = (column.index, column.type, column.isNullable) }
    let scope = ExpressionScope(columns: columns, constants: expressionConstants)

    switch spec.kind {
    case .rowCount(let minimum, let maximum, let maximumDrop):
      return .rowCount(minimum: minimum, maximum: maximum, maximumDrop: maximumDrop)
    case .unique(let names):
      let found = names.compactMap { find($0) }
      return found.count == names.count ? .unique(found) : nil
    case .monotonic(let name, let orderBy):
      guard let column = find(name), let order = find(orderBy) else { return nil }
      for (column, name) in [(column, name), (order, orderBy)] where column.type == .text {
        report(
          "check.type", "column \(column.name) is text; monotonic needs numbers or dates",
          at: name.mark, suggestion: "declare it as int, real, date or timestamp")
      }
      return .monotonic(column, orderBy: order)
    case .notNull(let name):
      guard find(name) != nil else { return nil }
      return rows("\(quotedName(name.value)) is not null", at: name, in: scope, pass: pass)
    case .between(let name, let minimum, let maximum):
      guard let column = find(name) else { return nil }
      var parts: [String] = []
      for (sign, bound) in [(">=", minimum), ("<=", maximum)] {
        guard let bound else { continue }
        let empty = ExpressionScope(columns: [:], constants: expressionConstants)
        guard typed(bound, in: empty, as: column.type) != nil else { return nil }
        parts.append("\(quotedName(name.value)) \(sign) \(convert(bound.value, to: column.type))")
      }
      let inside = parts.isEmpty ? "true" : parts.joined(separator: " and ")
      return rows(
        "\(quotedName(name.value)) is null or (\(inside))", at: name, in: scope, pass: pass)
    case .expression(let condition):
      return rows(condition.value, at: condition, in: scope, pass: pass)
    case .accepted(let name, let values):
      guard let column = find(name) else { return nil }
      let literals = values.compactMap { literal($0, of: column) }
      guard literals.count == values.count else { return nil }
      return rows(
        "\(quotedName(name.value)) is null or \(quotedName(name.value)) in "
          + "(\(literals.joined(separator: ", ")))", at: name, in: scope, pass: pass)
    case .pattern(let name, let pattern):
      guard let column = find(name), hasPattern(column, at: name) else { return nil }
      return rows(
        "\(quotedName(name.value)) is null or "
          + "regexp_full_match(\(quotedName(name.value)), \(quotedText(pattern.value)))",
        at: name, in: scope, pass: pass)
    case .foreignKey(let keys, let reference):
      let here = keys.compactMap { find($0.left) }
      guard here.count == keys.count else { return nil }
      return foreignKey(here, keys, among: reference, of: spec, pass: pass)
    case .freshness(let name, let warnAfter, let errorAfter):
      guard let column = find(name) else { return nil }
      guard column.type == .date || column.type == .timestamp else {
        report(
          "check.type", "column \(name.value) is \(column.type.name); an age needs a date or time",
          at: name.mark, suggestion: "declare it as date or timestamp")
        return nil
      }
      return .freshness(column, warnAfter: warnAfter, errorAfter: errorAfter)
    case .compare(let measure, let name, let limits):
      guard let name else { return .compare(measure, nil, limits) }
      guard let column = find(name) else { return nil }
      if measure == .sum, [.text, .boolean, .date, .timestamp].contains(column.type) {
        report(
          "check.type", "column \(name.value) is \(column.type.name); a sum needs numbers",
          at: name.mark, suggestion: "declare it as int, real or decimal")
        return nil
      }
      return .compare(measure, column, limits)
    case .sql(let query): return .sql(query.value)
    }
  }

  /// A bound as an expression of the column's type: dates may be written without `date`.
  private func convert(_ text: String, to type: ValueType) -> String {
    switch type {
    case .date, .timestamp, .text:
      text.contains("'") || text.contains("(") ? text : "'\(text)'"
    case .integer, .real, .decimal, .boolean: "(\(text))"
    }
  }

  private mutating func rows(
    _ text: String, at name: Located<String>, in scope: ExpressionScope, pass: Int
  ) -> PlanCheck.Kind? {
    guard let expression = typed(Located(text, at: name.mark), in: scope, as: .boolean) else {
      return nil
    }
    guard plan.passes.indices.contains(pass) else { return nil }
    plan.passes[pass].types.append(.boolean)
    return .rows(expression, truth: plan.passes[pass].types.count - 1)
  }

  private mutating func limit(_ text: Located<String>?) -> CheckLimit? {
    guard let text else { return nil }
    do throws(ExpressionDiagnostic) {
      return try CheckLimit.parse(text.value)
    } catch {
      report(error, in: text)
      return nil
    }
  }
}

extension CheckLimit {
  /// `failures > 0`.
  static let anyFailure = CheckLimit(comparison: .greater, number: 0, isPercent: false)
}
