// The two ends of a pass: rows kept in memory, or handed to the loading thread.

import Records

/// Hands the rows of a pass to a gathering step; one batch is enough, used over and over.
final class GatheringSink: BatchSink {
  private let step: any GatheringStep
  private let source: RootSource
  private let types: [ValueType]
  private let capacity: Int
  private var free: [Parcel] = []

  /// `source`: the source at the root of the pass.
  init(_ step: any GatheringStep, source: RootSource, types: [ValueType], capacity: Int) {
    self.step = step
    self.source = source
    self.types = types
    self.capacity = capacity
  }

  func take(width: Int) -> Parcel? {
    if let place = free.firstIndex(where: { $0.batch.width == width }) {
      return free.remove(at: place)
    }
    return Parcel(batch: RecordBatch(width: width, columns: types, capacity: capacity))
  }

  func give(_ parcel: Parcel) throws(EngineError) {
    try step.take(parcel, from: source)
    free.append(parcel)
  }

  func giveBack(_ parcel: Parcel) { free.append(parcel) }
}

/// Hands the rows of a load to the loading thread.
final class LoadingSink: BatchSink {
  let feed: BatchFeed
  private let stage: String
  private let types: [ValueType]
  private let capacity: Int
  private let keyColumns: [PlanColumn]
  /// Decimals that the destination may not keep exactly.
  private let longDecimals: [PlanColumn]
  private let refuse: (Int, Parcel, RecordFault) throws(EngineError) -> Void
  private let ledger: RunLedger

  /// `columns`: those that are loaded; `refuse`: sends a row whose key is not whole, or that would
  /// lose digits, to the queue.
  init(
    feed: BatchFeed, stage: String, types: [ValueType], capacity: Int, columns: [PlanColumn],
    key: [String],
    ledger: RunLedger, refuse: @escaping (Int, Parcel, RecordFault) throws(EngineError) -> Void
  ) {
    self.feed = feed
    self.stage = stage
    self.types = types
    self.capacity = capacity
    keyColumns = columns.filter { key.contains($0.name) }
    longDecimals = columns.filter(\.type.mayLoseDigits)
    self.refuse = refuse
    self.ledger = ledger
  }

  func take(width: Int) -> Parcel? {
    guard let parcel = feed.takeFree() else { return nil }
    guard parcel.batch.width != width else { return parcel }
    return Parcel(batch: RecordBatch(width: width, columns: types, capacity: capacity))
  }

  func give(_ parcel: Parcel) throws(EngineError) {
    let batch = parcel.batch
    let before = batch.selectedCount
    for column in keyColumns {
      let nulls = batch.columns[column.index].nulls
      for index in 0..<batch.selectedCount where nulls[Int(batch.selection[index])] {
        let row = Int(batch.selection[index])
        guard !batch.bad[row] else { continue }
        batch.markBad(row)
        try refuse(row, parcel, RecordFault(code: .loadNotNull, column: column.name, rule: "key"))
      }
    }
    for column in longDecimals { try refuseLong(column, of: parcel) }
    if !keyColumns.isEmpty || !longDecimals.isEmpty, batch.badCount > 0 {
      batch.keep { !batch.bad[$0] }
    }
    ledger.board.count(stage) { tally in
      tally.rowsIn += before
      tally.rejected += before - batch.selectedCount
    }
    feed.put(parcel)
  }

  private func refuseLong(_ column: PlanColumn, of parcel: Parcel) throws(EngineError) {
    let batch = parcel.batch
    let values = batch.columns[column.index]
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      guard !values.nulls[row], values.slots[row].magnitude >= ValueType.tooManyDigits.magnitude,
        !batch.bad[row]
      else { continue }
      batch.markBad(row)
      try refuse(
        row, parcel,
        RecordFault(
          code: .castRange, column: column.name,
          value: SlotText.string(batch, row, column.index),
          rule: "SQLite keeps 15 digits of a decimal; text keeps all"))
    }
  }

  func giveBack(_ parcel: Parcel) { feed.giveBack(parcel) }
}
