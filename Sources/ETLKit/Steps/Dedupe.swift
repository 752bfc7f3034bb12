// One row for each key: the first or the last, in the order of the files or of columns.

/// What a `dedupe` does, by places in its store.
struct PlanDedupe: Sendable {
  var keys: [Int]
  var keepsLast: Bool
  /// Columns that order the rows; rows that are equal in them stay in the order of the files.
  var order: [Int]
}

/// A `dedupe` at work.
final class Dedupe: GatheringStep {
  private let plan: PlanDedupe
  private let store: RowStore
  /// Rows that were left out.
  private(set) var leftOut = 0

  init(_ plan: PlanDedupe, _ store: RowStore) {
    self.plan = plan
    self.store = store
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    store.append(parcel, columns: store.columns, from: source)
  }

  func finish() -> RowStore {
    let groups = KeyGroups(store, keys: plan.keys, nullsAreEqual: false)
    var best = groups.firstRows
    for row in 0..<store.count {
      let group = Int(groups.groupOf[row])
      guard group >= 0 else { continue }
      let order = order(row, Int(best[group]))
      if plan.keepsLast ? order >= 0 : order < 0 { best[group] = Int32(row) }
    }
    // A key with a null equals no other: its row always stays.
    let kept = (0..<store.count).filter { row in
      let group = Int(groups.groupOf[row])
      return group < 0 || Int(best[group]) == row
    }
    leftOut = store.count - kept.count
    if leftOut > 0 { store.keepRows(kept) }
    return store
  }

  private func order(_ row: Int, _ other: Int) -> Int {
    for column in plan.order {
      let order = store.order(column, row, other)
      if order != 0 { return order }
    }
    return 0
  }
}
