// What a check makes of the rows it saw.

import Records

/// What a check is judged against.
struct CheckContext {
  /// The rows of the stage at the last load; nil if there was none.
  var lastRowCount: Int?
  /// What the check measured at the last load.
  var lastMeasure: CheckMeasure?
  /// The moment the run stands for.
  var moment: Timestamp
  /// Whether only queue records were read; they say nothing of the whole.
  var isPartial: Bool
  /// What a SELECT gave.
  var answer: SQLCheck.Answer?
}

extension CheckRunner {
  /// Judges what was seen.
  func verdict(_ context: CheckContext) -> CheckResult {
    var result = CheckResult(
      name: plan.spec.name.value, severity: plan.spec.severity, outcome: .pass, found: "")
    if let trouble {
      result.outcome = .error
      result.found = "the check could not run: \(trouble)"
      return result
    }
    switch plan.kind {
    case .rowCount, .freshness, .compare:
      if context.isPartial {
        result.outcome = .skip
        result.found = "not judged by queue records alone"
        return result
      }
    default: break
    }
    switch plan.kind {
    case .rowCount(let minimum, let maximum, let maximumDrop):
      judgeRowCount(minimum, maximum, maximumDrop, context, &result)
    case .monotonic(let column, let orderBy):
      countFalls()
      result.failures = failures
      result.found = describe(
        "fall" + (failures == 1 ? "s" : "") + " in \(column.name) by \(orderBy.name)")
    case .unique(let columns):
      let names = columns.map(\.name).joined(separator: ", ")
      result.failures = failures
      result.found = describe("repeat\(failures == 1 ? "s" : "") a key (\(names))")
    case .rows:
      result.failures = failures
      result.found = describe("do\(failures == 1 ? "es" : "") not hold")
    case .foreignKey(let columns, let place, _), .tableKey(let columns, let place, _):
      let names = columns.map(\.name).joined(separator: ", ")
      result.failures = failures
      result.found = describe("ha\(failures == 1 ? "s" : "ve") no \(names) in \(place)")
    case .freshness(let column, let warnAfter, let errorAfter):
      judgeAge(column, warnAfter, errorAfter, context, &result)
      return result
    case .compare(let measure, let column, let limits):
      compare(measure, column, limits, context, &result)
    case .sql:
      judge(context.answer, &result)
      if result.outcome == .error { return result }
    }
    if result.outcome == .skip { return result }
    if plan.errorIf?.isMet(failures: result.failures, of: rowCount) == true {
      result.outcome = .fail
    } else if plan.warnIf.isMet(failures: result.failures, of: rowCount) {
      result.outcome = .warn
    }
    return result
  }

  private func judgeRowCount(
    _ minimum: Int?, _ maximum: Int?, _ maximumDrop: Double?, _ context: CheckContext,
    _ result: inout CheckResult
  ) {
    result.found = "\(rowCount) rows"
    if let minimum, rowCount < minimum {
      result.failures = 1
      result.found += ", at least \(minimum) expected"
    }
    if let maximum, rowCount > maximum {
      result.failures = 1
      result.found += ", at most \(maximum) expected"
    }
    if let maximumDrop, let last = context.lastRowCount, last > 0 {
      let drop = Double(last - rowCount) / Double(last)
      if drop > maximumDrop {
        result.failures = 1
        result.found +=
          ", \(CheckRunner.percent(drop)) fewer than the \(last) of the last load"
          + ", at most \(CheckRunner.percent(maximumDrop)) allowed"
      }
    }
  }

  private func judgeAge(
    _ column: PlanColumn, _ warnAfter: Int?, _ errorAfter: Int?, _ context: CheckContext,
    _ result: inout CheckResult
  ) {
    guard let newest else {
      result.failures = 1
      result.outcome = errorAfter == nil ? .warn : .fail
      result.found = "none of \(rowCount) rows has a \(column.name)"
      return
    }
    // A date counts in whole days, a time in seconds.
    let day: Int64 = 86_400
    let now = context.moment.microseconds
    let age =
      column.type == .date
      ? (Timestamp.days(now) - newest) * day : (now - newest) / 1_000_000
    let value = plan.hidesValues ? Redaction.mask : SlotText.string(newest, as: column.type)
    result.found =
      "the newest \(column.name) is \(value), "
      + (age < 0 ? "in the future" : "\(CheckRunner.duration(age)) old")
    let limit: Int?
    switch (errorAfter, warnAfter) {
    case (let most?, _) where age > most: (result.outcome, limit) = (.fail, most)
    case (_, let most?) where age > most: (result.outcome, limit) = (.warn, most)
    default: return
    }
    result.failures = 1
    if let limit { result.found += ", at most \(CheckRunner.duration(Int64(limit))) accepted" }
  }

  private func compare(
    _ measure: CheckSpec.Measure, _ column: PlanColumn?, _ limits: CheckSpec.ChangeLimits,
    _ context: CheckContext, _ result: inout CheckResult
  ) {
    let value =
      switch measure {
      case .rows: Double(rowCount)
      case .sum: sum.value(column?.type ?? .integer)
      case .nullShare: rowCount == 0 ? 0 : Double(nullCount) / Double(rowCount)
      }
    let name = [measure.rawValue, column?.name].compactMap(\.self).joined(separator: " of ")
    result.measure = CheckMeasure(name: "\(name) in \(plan.spec.step.value)", value: value)
    func shown(_ value: Double) -> String {
      measure == .nullShare ? CheckRunner.percent(value) : CheckRunner.number(value)
    }
    result.found = "\(name) is \(shown(value))"
    guard let last = context.lastMeasure, last.name == result.measure?.name else {
      result.outcome = .skip
      result.found += ", nothing to compare with yet"
      return
    }
    result.found += ", \(shown(last.value)) at the last load"
    guard value != last.value else { return }
    // Shares are compared in points: of a share near zero every change is a large one.
    let change =
      measure == .nullShare
      ? value - last.value
      : last.value == 0
        ? (value > 0 ? .infinity : -.infinity)
        : (value - last.value) / abs(last.value)
    let bounds = [(limits.change, abs(change)), (limits.drop, -change), (limits.rise, change)]
    guard
      let (limit, _) = bounds.first(where: { limit, moved in limit.map { moved > $0 } ?? false })
    else { return }
    result.failures = 1
    let by = abs(change).isFinite ? " by \(CheckRunner.percent(abs(change)))" : ""
    let points = measure == .nullShare ? " points" : ""
    result.found +=
      ": it \(change < 0 ? "fell" : "rose")\(by)\(points), "
      + "at most \(CheckRunner.percent(limit ?? 0))\(points) accepted"
  }

  private func judge(_ answer: SQLCheck.Answer?, _ result: inout CheckResult) {
    switch answer {
    case .rows(let count, let first):
      result.failures = count
      result.found = "\(count) row\(count == 1 ? "" : "s") found"
      if !first.isEmpty, !plan.hidesValues { result.found += ": " + first.joined(separator: "; ") }
    case .trouble(let text):
      result.outcome = .error
      result.found = "the check could not run: \(text)"
    case nil:
      result.outcome = .skip
    }
  }

  /// Seconds as people read them: the two largest units.
  static func duration(_ seconds: Int64) -> String {
    var left = seconds
    var parts: [String] = []
    for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("min", 60), ("s", 1)] {
      if left >= size { parts.append("\(left / size) \(unit)") }
      left %= size
    }
    return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
  }

  /// A number without a point where it is whole.
  static func number(_ value: Double) -> String {
    abs(value) < 1e15 && value == value.rounded() ? String(Int64(value)) : String(value)
  }
}

extension Timestamp {
  /// Whole days since 1970 of microseconds.
  fileprivate static func days(_ microseconds: Int64) -> Int64 {
    let day: Int64 = 86_400_000_000
    return microseconds >= 0 ? microseconds / day : (microseconds - day + 1) / day
  }
}
