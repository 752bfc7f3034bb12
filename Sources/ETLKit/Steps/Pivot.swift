// Rows become columns: the long form of a table becomes the wide one.

import Records

/// What a `pivot` does, by places in the store of its rows: the keys, the name, the value.
struct PlanPivot: Sendable {
  /// The columns that make a row, places 0 and on.
  var keyCount: Int
  /// The new column that each name goes to, names as `RowStore.text` writes them.
  var names: [String: Int]
  var several: PivotSpec.Several
  var unknown: PivotSpec.Unknown
  /// What it gives: the keys, then the new columns.
  var result: [PlanColumn]

  var namePlace: Int { keyCount }
  var valuePlace: Int { keyCount + 1 }
  var columnCount: Int { result.count - keyCount }
}

/// A `pivot` at work.
final class Pivot: GatheringStep {
  private let plan: PlanPivot
  private let store: RowStore
  private let stage: String
  /// The file, for messages.
  private let place: String
  private let shown: (String, [String]) -> String
  private let refuse: (RowStore, Int, RecordFault) throws(EngineError) -> Void

  /// Rows whose name is no column, left out.
  private(set) var leftOut = 0
  /// Rows whose value another row has, or whose value another one stands for.
  private(set) var repeated = 0
  /// Rows that went to the queue.
  private(set) var refused = 0
  /// Rows whose value is in the result.
  private(set) var used = 0

  /// `refuse`: sends the record behind a row of a store to the queue.
  init(
    _ plan: PlanPivot, _ store: RowStore, stage: String, place: String,
    shown: @escaping (String, [String]) -> String,
    refuse: @escaping (RowStore, Int, RecordFault) throws(EngineError) -> Void
  ) {
    self.plan = plan
    self.store = store
    self.stage = stage
    self.place = place
    self.shown = shown
    self.refuse = refuse
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    store.append(parcel, columns: store.columns, from: source)
  }

  func finish() throws(EngineError) -> RowStore {
    let groups = KeyGroups(store, keys: Array(0..<plan.keyCount), nullsAreEqual: true)
    let cells = try PivotCells(plan, store, groups) { first, second throws(EngineError) in
      throw EngineError(
        .step(
          .severalValues(
            key: shown(key(of: second), store.columns[...plan.namePlace].map(\.name)),
            lines: [first, second].map { Int(store.lines[$0]) },
            place: place)), stage: stage)
    }
    var firstOf = ContiguousArray<Int32>(repeating: -1, count: groups.count)
    for row in 0..<store.count {
      let cell = Int(cells.cellOf[row])
      if cell < 0 {
        try leaveOut(row)
      } else if cells.isBroken[cell] {
        try refuse(
          store, row,
          RecordFault(
            code: .dedupeConflict,
            column: store.columns[...plan.namePlace].map(\.name).joined(separator: ", "),
            value: key(of: row)))
        refused += 1
      } else if Int(cells.chosen[cell]) == row {
        used += 1
        let group = Int(groups.groupOf[row])
        if firstOf[group] < 0 { firstOf[group] = Int32(row) }
      } else {
        repeated += 1
      }
    }
    let result = RowStore(columns: plan.result, book: store.book)
    for group in 0..<groups.count where firstOf[group] >= 0 {
      let first = Int(firstOf[group])
      result.beginRow()
      for place in 0..<plan.keyCount { result.put(place, store, first, place) }
      for column in 0..<plan.columnCount {
        let cell = group * plan.columnCount + column
        let row = Int(cells.chosen[cell])
        if row >= 0, !cells.isBroken[cell] {
          result.put(plan.keyCount + column, store, row, plan.valuePlace)
        } else {
          result.put(plan.keyCount + column, slot: nil)
        }
      }
      result.finishRow(
        line: store.lines[first], record: store.recordOf.isEmpty ? -1 : store.recordOf[first])
    }
    return result
  }

  /// A row whose name is none of the columns.
  private func leaveOut(_ row: Int) throws(EngineError) {
    switch plan.unknown {
    case .drop: leftOut += 1
    case .reject:
      try refuse(
        store, row,
        RecordFault(
          code: .pivotUnknown, column: store.columns[plan.namePlace].name,
          value: store.text(row, plan.namePlace), rule: stage))
      refused += 1
    case .fail:
      throw EngineError(
        .step(
          .unknownName(
            shown(store.text(row, plan.namePlace), [store.columns[plan.namePlace].name]),
            column: store.columns[plan.namePlace].name, line: Int(store.lines[row]), place: place)),
        stage: stage)
    }
  }

  /// The keys and the name of a row.
  private func key(of row: Int) -> String {
    (0...plan.namePlace).map { store.text(row, $0) }.joined(separator: ", ")
  }
}

/// Which row each cell of a pivot's result has its value from.
private struct PivotCells {
  /// The cell of each row: its group times the columns, plus its column; -1 without a column.
  var cellOf: ContiguousArray<Int>
  /// The row of each cell; -1 for none.
  var chosen: ContiguousArray<Int32>
  /// Cells with different values, none of which may be taken.
  var isBroken: ContiguousArray<Bool>

  /// `stop`: throws for two rows with different values for a cell.
  init(
    _ plan: PlanPivot, _ store: RowStore, _ groups: KeyGroups,
    stop: (Int, Int) throws(EngineError) -> Void
  ) throws(EngineError) {
    // Each name is looked up once, however many rows have it.
    let names = KeyGroups(store, keys: [plan.namePlace], nullsAreEqual: false)
    let columns = names.firstRows.map { plan.names[store.text(Int($0), plan.namePlace)] ?? -1 }
    cellOf = ContiguousArray(repeating: -1, count: store.count)
    chosen = ContiguousArray(repeating: -1, count: groups.count * plan.columnCount)
    isBroken = ContiguousArray(repeating: false, count: chosen.count)
    for row in 0..<store.count {
      let name = Int(names.groupOf[row])
      guard name >= 0, columns[name] >= 0 else { continue }
      let cell = Int(groups.groupOf[row]) * plan.columnCount + columns[name]
      cellOf[row] = cell
      let other = Int(chosen[cell])
      guard other >= 0 else {
        chosen[cell] = Int32(row)
        continue
      }
      guard !store.isSame(plan.valuePlace, row, other) else { continue }
      switch plan.several {
      case .reject: isBroken[cell] = true
      case .first: break
      case .last: chosen[cell] = Int32(row)
      case .fail: try stop(other, row)
      }
    }
  }
}
