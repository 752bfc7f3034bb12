// What the loading thread says of rows: refused by the destination, or left out because their key
// was taken.

import Records
import Synchronization

extension RunLedger {
  /// Items that wait to be written, and what decides between two of one entry: not which of the two
  /// threads was ahead.
  struct Items {
    var waiting: [LoadItem] = []
    /// Entries that the destination refused; whatever else a file says of their keys, they stay so.
    var refused: Set<[UInt8]> = []
    /// Entries whose record a file brought again, bad again; that one stands in the queue.
    var broughtAgain: Set<[UInt8]> = []
  }

  /// Whether there is an open entry of the queue.
  var hasEntries: Bool { !openEntries.isEmpty }

  /// Sends a record to the queue that the destination refused; for the loading thread.
  func rejectLoaded(
    _ violation: Loader.Violation, stage: String, source: RootSource, layout: SourceLayout?
  ) throws(EngineError) {
    let faults = violation.faults
    guard
      var item = item(
        violation.row, of: violation.parcel, source: source, layout: layout, stage: stage,
        faults: faults, obstacles: violation.obstacles, isLoading: true)
    else { throw RunLedger.noRecord(faults, stage: stage) }
    let world = Worlds.world(
      plan: dataWorld, rules: violation.rules, obstacles: item.reject?.obstacles ?? [])
    item.reject?.worldHash = world
    if let known = entry(of: violation.row, of: violation.parcel, source: source) {
      item.uid = known.uid
    }
    let isEntry = violation.parcel.queueEntry(of: violation.row) != nil
    let uid = item.uid
    let stays =
      !openUIDs.contains(uid)
      || items.withLock { items in
        items.refused.insert(uid)
        return !isEntry || !items.broughtAgain.contains(uid)
      }
    if stays { try add(item) }
    if isEntry { return }
    watch?.count(item)
    try watch?.judge()
  }

  /// Closes the queue entry behind a row whose key was taken; for the loading thread.
  func supersede(
    _ row: Int, of parcel: Parcel, source: RootSource
  ) throws(EngineError) {
    guard let entry = entry(of: row, of: parcel, source: source) else { return }
    try supersede(entry)
  }

  /// Closes an entry whose record is older than the row in the destination; for the loading thread.
  func supersede(_ entry: OpenReject) throws(EngineError) {
    guard !items.withLock({ $0.broughtAgain.contains(entry.uid) }) else { return }
    try add(LoadItem(uid: entry.uid, outcome: .superseded))
  }

  /// The queue entry that a row came from, or whose very record a file brought again.
  private func entry(of row: Int, of parcel: Parcel, source: RootSource) -> OpenReject? {
    func known(_ name: String, _ snapshot: Int64?, _ place: RecordPlace) -> OpenReject? {
      openEntries[name]?.places(in: snapshot)?[place.offset]
    }
    switch parcel.origin {
    case .none: return nil
    case .queue(let entries): return entries[row]
    case .snapshot(let index):
      return known(source.name, source.snapshots[index].id, parcel.batch.place(of: row))
    case .store(let store, let rows):
      if let entry = parcel.queueEntry(of: row) { return entry }
      guard let book = store.book, let record = store.record(of: Int(rows[row])) else { return nil }
      let source = book.source(of: record)
      guard record.snapshot >= 0 else { return nil }
      return known(source.name, source.snapshots[Int(record.snapshot)].id, record.place)
    }
  }
}

extension Loader.Violation {
  /// What is wrong with the row: one fault for each missing row that it points to.
  fileprivate var faults: [RecordFault] {
    guard code == .loadForeignKey, !obstacles.isEmpty else {
      return [
        RecordFault(code: code, column: column, value: obstacles.first?.key, rule: message)
      ]
    }
    return obstacles.map { obstacle in
      RecordFault(
        code: code, column: obstacle.fields.joined(separator: ", "), value: obstacle.key,
        rule: message)
    }
  }
}
