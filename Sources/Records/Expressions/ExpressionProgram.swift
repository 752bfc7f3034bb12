// A typed expression made ready to run over batches, a column at a time.
//
// Knows nothing of files or steps. Kernels do the work; the slow evaluator says why a row failed.

/// An expression compiled to kernels.
///
/// Owns its scratch columns, which are reused from batch to batch; used by one thread at a time.
/// Rows whose `bad` flag is set are skipped and stay in the selection.
public final class ExpressionProgram {
  /// What is computed.
  public let expression: TypedExpression
  /// How often `try` took its fallback, over all batches.
  public var swallowedCount: Int { frame.swallowedCount }

  private let root: ExpressionKernel
  private let frame = KernelFrame()
  private let sound = RowScratch()

  /// Compiles an expression.
  public init(_ expression: TypedExpression) {
    self.expression = expression
    root = KernelBuilder.kernel(for: expression)
  }

  /// Computes a column over the selection; rows that fail are marked bad.
  public func evaluate(_ batch: RecordBatch, into column: Int) {
    let target = batch.columns[column]
    let rows = run(batch)
    let (slots, nulls) = (root.slots, root.nulls)
    let (targetSlots, targetNulls) = (target.slots, target.nulls)
    rows.each { row in
      targetSlots[row] = slots[row]
      targetNulls[row] = nulls[row]
    }
  }

  /// Keeps the rows where the expression is true, and the bad ones.
  public func filter(_ batch: RecordBatch) {
    _ = run(batch)
    let (selection, bad) = (batch.selection, batch.bad)
    let (slots, nulls) = (root.slots, root.nulls)
    var kept = 0
    for index in 0..<batch.selectedCount {
      let row = selection[index]
      let position = Int(row)
      selection[kept] = row
      // Without a branch: whether a row is kept is anybody's guess, the processor's too.
      let isTrue = Int(truncatingIfNeeded: slots[position]) & (nulls[position] ? 0 : 1)
      kept &+= isTrue | (bad[position] ? 1 : 0)
    }
    batch.selectedCount = kept
  }

  /// Why a row fails; nil if it does not.
  ///
  /// Walks the tree for this one row: slow.
  public func fault(_ batch: RecordBatch, _ row: Int) -> RecordFault? {
    var reference = ExpressionReference { column in batch.value(column, row) }
    do throws(ExpressionFailure) {
      _ = try reference.evaluate(expression)
      return nil
    } catch {
      return error.fault
    }
  }

  /// The value, if it needs no record; nil if it reads a column or fails.
  public func evaluateConstant() -> ExpressionConstant? {
    guard expression.columns.isEmpty else { return nil }
    return try? ExpressionReference().value(of: expression)
  }

  /// Runs the kernels over the rows that are not bad, and marks those that fail.
  private func run(_ batch: RecordBatch) -> RowList {
    root.prepare(batch.capacity)
    frame.prepare(batch.capacity)
    let rows = soundRows(of: batch)
    root.run(rows, batch, frame)
    if frame.hasFailures {
      let failed = frame.failed
      rows.each { row in
        guard failed[row] else { return }
        failed[row] = false
        batch.markBad(row)
      }
      frame.hasFailures = false
    }
    return rows
  }

  private func soundRows(of batch: RecordBatch) -> RowList {
    let (selection, bad, count) = (batch.selection, batch.bad, batch.selectedCount)
    let all = RowList(rows: selection, count: count, isDense: count == batch.count)
    var hasBad = false
    all.each { row in hasBad = hasBad || bad[row] }
    guard hasBad else { return all }
    sound.prepare(batch.capacity)
    var kept = 0
    for index in 0..<count {
      let row = selection[index]
      sound.rows[kept] = row
      kept &+= bad[Int(row)] ? 0 : 1
    }
    return RowList(rows: sound.rows, count: kept, isDense: false)
  }
}

extension RecordBatch {
  /// One value of a column, for slow paths.
  func value(_ column: Int, _ row: Int) -> ExpressionConstant {
    let column = columns[column]
    guard !column.nulls[row] else { return .null }
    let slot = column.slots[row]
    switch column.type {
    case .text: return .text(String(decoding: bytes(of: slot), as: UTF8.self))
    case .integer: return .integer(slot)
    case .real: return .real(Double(slot: slot))
    case .decimal(_, let scale): return .decimal(units: slot, scale: scale)
    case .boolean: return .boolean(slot != 0)
    case .date: return .date(slot)
    case .timestamp: return .timestamp(slot)
    }
  }
}
