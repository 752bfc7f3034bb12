// Checks at work: they look at rows as they pass, and judge at the end.

import Records

/// One check of a run.
final class CheckRunner {
  let plan: PlanCheck
  private let program: ExpressionProgram?
  private var rowCount = 0
  private var failures = 0
  /// 128-bit hashes of keys; two keys with the same one are taken for equal.
  private var seen: Set<KeyPrint> = []
  private var points: [Point] = []
  /// The first failing rows' places, for the message.
  private var lines: [Int] = []

  private struct KeyPrint: Hashable {
    var one: UInt64
    var other: UInt64
  }

  private struct Point {
    var order: Int64
    var value: Int64
    var line: Int32
  }

  init(_ plan: PlanCheck) {
    self.plan = plan
    if case .rows(let expression, _) = plan.kind {
      program = ExpressionProgram(expression)
    } else {
      program = nil
    }
  }

  /// Looks at the selected rows of a batch.
  func look(at batch: RecordBatch) {
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    rowCount += selected.count
    switch plan.kind {
    case .rowCount: break
    case .rows(_, let truth):
      guard let program else { return }
      program.evaluate(batch, into: truth)
      let column = batch.columns[truth]
      for row in selected {
        let row = Int(row)
        if batch.bad[row] {
          // The condition could not be evaluated. The row itself is sound and goes on.
          batch.bad[row] = false
          batch.badCount -= 1
        } else if !column.nulls[row], column.slots[row] != 0 {
          continue
        }
        fail(batch, row)
      }
    case .unique(let columns):
      let indexes = columns.map(\.index)
      for row in selected {
        // A key with a null part equals none other.
        guard let hash = KeyHash.hash(batch, Int(row), indexes),
          let other = KeyHash.hash(batch, Int(row), indexes, seed: 0x9E37_79B9_7F4A_7C15)
        else { continue }
        if !seen.insert(KeyPrint(one: hash, other: other)).inserted { fail(batch, Int(row)) }
      }
    case .monotonic(let column, let orderBy):
      let values = batch.columns[column.index]
      let orders = batch.columns[orderBy.index]
      for row in selected {
        let row = Int(row)
        guard !values.nulls[row], !orders.nulls[row] else { continue }
        points.append(
          Point(
            order: CheckRunner.sortable(orders.slots[row], orders.type),
            value: CheckRunner.sortable(values.slots[row], values.type),
            line: Int32(clamping: batch.place(of: row).line)))
      }
    }
  }

  /// Judges what was seen.
  ///
  /// `lastRowCount`: the rows of the stage at the last load; nil if there was none.
  func verdict(lastRowCount: Int?) -> CheckResult {
    var found = ""
    switch plan.kind {
    case .rowCount(let minimum, let maximum, let maximumDrop):
      found = "\(rowCount) rows"
      if let minimum, rowCount < minimum {
        failures = 1
        found += ", at least \(minimum) expected"
      }
      if let maximum, rowCount > maximum {
        failures = 1
        found += ", at most \(maximum) expected"
      }
      if let maximumDrop, let lastRowCount, lastRowCount > 0 {
        let drop = Double(lastRowCount - rowCount) / Double(lastRowCount)
        if drop > maximumDrop {
          failures = 1
          found +=
            ", \(CheckRunner.percent(drop)) fewer than the \(lastRowCount) of the last load"
            + ", at most \(CheckRunner.percent(maximumDrop)) allowed"
        }
      }
    case .monotonic(let column, let orderBy):
      countFalls()
      found = describe(
        "fall" + (failures == 1 ? "s" : "") + " in \(column.name) by \(orderBy.name)")
    case .unique(let columns):
      let names = columns.map(\.name).joined(separator: ", ")
      found = describe("repeat\(failures == 1 ? "s" : "") a key (\(names))")
    case .rows:
      found = describe("do\(failures == 1 ? "es" : "") not hold")
    }
    let outcome: CheckOutcome =
      if plan.errorIf?.isMet(failures: failures, of: rowCount) == true {
        .fail
      } else if plan.warnIf.isMet(failures: failures, of: rowCount) {
        .warn
      } else {
        .pass
      }
    return CheckResult(
      name: plan.spec.name.value, severity: plan.spec.severity, outcome: outcome, found: found,
      failures: failures)
  }

  private func describe(_ verb: String) -> String {
    guard failures > 0 else { return "0 of \(rowCount) rows \(verb)" }
    let shown =
      lines.map(String.init).joined(separator: ", ") + (failures > lines.count ? ", …" : "")
    return "\(failures) of \(rowCount) rows \(verb) [line\(lines.count == 1 ? "" : "s") \(shown)]"
  }

  private func fail(_ batch: RecordBatch, _ row: Int) {
    failures += 1
    if lines.count < 3 { lines.append(batch.place(of: row).line) }
  }

  private func countFalls() {
    points.sort { ($0.order, $0.line) < ($1.order, $1.line) }
    for index in points.indices.dropFirst() where points[index].value < points[index - 1].value {
      failures += 1
      if lines.count < 3 { lines.append(Int(points[index].line)) }
    }
  }

  /// A slot as an integer that sorts like its value.
  private static func sortable(_ slot: Int64, _ type: ValueType) -> Int64 {
    guard type == .real else { return slot }
    return slot >= 0 ? slot : slot ^ Int64.max
  }

  /// A share of 1 as people read it.
  static func percent(_ share: Double) -> String {
    let tenths = (share * 1_000).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))%" : "\(tenths)%"
  }
}
