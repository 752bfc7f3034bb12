// Groups of rows become one row each.
//
// Null as in SQL: aggregates pass over it, and nothing at all gives null (a count gives 0).

import Records

/// What an `aggregate` does, by places in the store of its rows.
struct PlanAggregate: Sendable {
  /// One computed column.
  struct Column: Sendable {
    var name: String
    var function: AggregateFunction
    /// The place of its argument; nil for `count()`.
    var argument: Int?
    /// The share for `quantile`.
    var share: Double
  }

  /// The columns that make a group, places 0 and on.
  var keyCount: Int
  var columns: [Column]
  /// What it gives: the keys, then the computed columns.
  var result: [PlanColumn]
}

/// The functions over the rows of a group.
enum AggregateFunction: String, CaseIterable, Hashable, Sendable {
  case count
  case countIf = "count_if"
  case sum, avg, min, max, median, quantile, first, last, distinct

  /// What a sum, an average or a quantile is taken of.
  static func isNumber(_ type: ValueType) -> Bool {
    switch type {
    case .integer, .real, .decimal: true
    case .text, .boolean, .date, .timestamp: false
    }
  }
}

/// An `aggregate` at work.
final class Aggregate: GatheringStep {
  private let plan: PlanAggregate
  private let store: RowStore
  private let refuse: (RowStore, Int, RecordFault) throws(EngineError) -> Void
  /// Groups that could not be computed; each is one reject.
  private(set) var refused = 0
  /// Rows that came in.
  private(set) var taken = 0

  /// `refuse`: sends the record behind a row of a store to the queue.
  init(
    _ plan: PlanAggregate, _ store: RowStore,
    refuse: @escaping (RowStore, Int, RecordFault) throws(EngineError) -> Void
  ) {
    self.plan = plan
    self.store = store
    self.refuse = refuse
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    store.append(parcel, columns: store.columns, from: source)
    taken += parcel.batch.selectedCount
  }

  func finish() throws(EngineError) -> RowStore {
    let groups = KeyGroups(store, keys: Array(0..<plan.keyCount), nullsAreEqual: true)
    let rows = GroupRows(groups)
    let columns = plan.columns.map { AggregateColumn($0, store, groups, rows) }
    let result = RowStore(columns: plan.result, book: store.book)
    for group in 0..<groups.count {
      let first = Int(groups.firstRows[group])
      if let broken = columns.first(where: { $0.brokenRow[group] >= 0 }) {
        let key = (0..<plan.keyCount).map { store.text(first, $0) }.joined(separator: ", ")
        try refuse(
          store, Int(broken.brokenRow[group]),
          RecordFault(
            code: .exprOverflow, column: broken.name, value: key,
            rule: broken.function.rawValue))
        refused += 1
        continue
      }
      result.beginRow()
      for place in 0..<plan.keyCount { result.put(place, store, first, place) }
      for (place, column) in columns.enumerated() {
        column.put(group, into: result, at: plan.keyCount + place)
      }
      result.finishRow(
        line: store.lines[first], record: store.recordOf.isEmpty ? -1 : store.recordOf[first])
    }
    return result
  }
}

/// The rows of each group, in their order.
struct GroupRows {
  private var starts: ContiguousArray<Int32>
  private var rows: ContiguousArray<Int32>

  init(_ groups: KeyGroups) {
    starts = ContiguousArray(repeating: 0, count: groups.count + 1)
    for group in groups.groupOf where group >= 0 { starts[Int(group) + 1] += 1 }
    for group in 0..<groups.count { starts[group + 1] += starts[group] }
    var next = starts
    rows = ContiguousArray(repeating: 0, count: Int(starts[groups.count]))
    for (row, group) in groups.groupOf.enumerated() where group >= 0 {
      rows[Int(next[Int(group)])] = Int32(row)
      next[Int(group)] += 1
    }
  }

  subscript(group: Int) -> ArraySlice<Int32> {
    ArraySlice(rows[Int(starts[group])..<Int(starts[group + 1])])
  }
}
