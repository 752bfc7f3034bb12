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
  private let refuse: (Int, Parcel, RecordFault) throws(EngineError) -> Void
  private let ledger: RunLedger

  /// `refuse`: sends a row whose key is not whole to the queue.
  init(
    feed: BatchFeed, stage: String, types: [ValueType], capacity: Int, keyColumns: [PlanColumn],
    ledger: RunLedger, refuse: @escaping (Int, Parcel, RecordFault) throws(EngineError) -> Void
  ) {
    self.feed = feed
    self.stage = stage
    self.types = types
    self.capacity = capacity
    self.keyColumns = keyColumns
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
    if !keyColumns.isEmpty, batch.badCount > 0 { batch.keep { !batch.bad[$0] } }
    ledger.board.count(stage) { tally in
      tally.rowsIn += before
      tally.rejected += before - batch.selectedCount
    }
    feed.put(parcel)
  }

  func giveBack(_ parcel: Parcel) { feed.giveBack(parcel) }
}
