// What a run decides about records: rejects with all they need, and ends of queue entries.
//
// Items go to the state file in batches while the run goes on, so memory stays bounded and a
// console sees rejects within a second.

import Crypto
import Foundation
import Records
import Synchronization

/// The books of one run.
///
/// `@unchecked Sendable`: `board` and the sets belong to the evaluating thread; the loading thread
/// only calls `rejectLoaded` and `supersede`, which touch nothing but what has a lock.
final class RunLedger: @unchecked Sendable {
  /// The numbers of the stages.
  var board: StageBoard
  /// Whether a record that failed by itself would fail again.
  let dataWorld: [UInt8]
  /// The same for records that miss a partner, by stage.
  let referenceWorlds: [String: [UInt8]]
  /// Entries of the queue that are tried again in this run.
  private(set) var retriedCount = 0
  /// Counts rejects against the pipeline's limit; nil where none holds.
  let watch: RejectWatch?
  /// Hides what the queue must not keep.
  let redactions: Redactions?
  /// Open queue entries by source, which a file may bring again.
  let openEntries: [String: OpenEntries]
  let openUIDs: Set<[UInt8]>

  /// The queue entries that are worked on just now.
  let hand: RecordsInHand

  private let state: StateFile
  private let load: PendingLoad
  let items = Mutex(Items())
  private let writing = Mutex(())
  let occurrences = Mutex<[RecordIdentity: UInt32]>([:])
  private var rejectedInFiles: Set<[UInt8]> = []
  /// Records of files that were rejected before they came to the destination.
  private(set) var rejectedOfFiles = 0
  /// Rows of the batch at hand that were rejected, if it holds queue entries.
  private var rejectedRows: Set<Int> = []
  /// Queue entries that failed again in this run, and the stage they failed in.
  private var rejectedAgain: [[UInt8]: String] = [:]
  /// Whether several loads may refuse one record, which is one entry of the queue then.
  let hasSeveralLoads: Bool
  /// The identities of rejected records by their places, if so.
  let rejectedPlaces = Mutex<[RejectedPlace: [UInt8]]>([:])
  /// Whether the first record of a key wins, so that a later one takes no entry's place.
  private let firstWins: Bool
  /// Queue entries that came before the records of the files, where the first one wins.
  private var firstEntries: Set<[UInt8]> = []
  /// Queue entries that somebody mended, by source.
  private let mended: [String: [OpenReject]]
  /// Those of them whose bad bytes the files of a source that is being read may have.
  private var mendedInFiles: [String: MendedRecords] = [:]
  /// Those that are tried only if a file that is read has their old bytes, as long as none had; by
  /// source.
  private(set) var heldBack: [String: Set<RejectID>]
  /// Those whose old bytes a newer file brought again, by source.
  private var mendedAgain: [String: [OpenReject]] = [:]

  init(
    board: StageBoard, state: StateFile, load: PendingLoad, open: [OpenReject],
    mended: [OpenReject] = [], heldBack: [String: Set<RejectID>] = [:],
    dataWorld: [UInt8], referenceWorlds: [String: [UInt8]], firstWins: Bool = false,
    hasSeveralLoads: Bool = false, watch: RejectWatch? = nil, redactions: Redactions? = nil
  ) {
    self.firstWins = firstWins
    self.hasSeveralLoads = hasSeveralLoads
    self.board = board
    self.state = state
    self.load = load
    hand = RecordsInHand(state: state, run: load.run)
    self.dataWorld = dataWorld
    self.referenceWorlds = referenceWorlds
    self.watch = watch
    self.heldBack = heldBack
    self.redactions = redactions
    self.mended = Dictionary(grouping: mended, by: \.source)
    openUIDs = Set(open.map(\.uid))
    openEntries = Dictionary(grouping: open, by: \.source).mapValues { OpenEntries($0) }
  }

  /// Sends a record to the retry queue.
  func reject(
    _ row: Int, of parcel: Parcel, source: RootSource, layout: SourceLayout?, stage: String,
    faults: [RecordFault]
  ) throws(EngineError) {
    guard
      let item = item(
        row, of: parcel, source: source, layout: layout, stage: stage, faults: faults)
    else { throw RunLedger.noRecord(faults, stage: stage) }
    if case .queue = parcel.origin {
      rejectedRows.insert(row)
      rejectedAgain[item.uid] = stage
    } else {
      rejectedInFiles.insert(item.uid)
      if openUIDs.contains(item.uid) { items.withLock { _ = $0.broughtAgain.insert(item.uid) } }
      if parcel.queueEntry(of: row) == nil { rejectedOfFiles += 1 }
      // The same record as an older version of the file had it: judged twice, told once.
      leaveOut(item.uid)
      watch?.count(item)
    }
    try add(item)
  }

  /// Sends the record behind a row of a store to the queue.
  func reject(
    _ row: Int, of store: RowStore, stage: String, faults: [RecordFault]
  ) throws(EngineError) {
    guard let record = store.record(of: row), let source = store.book?.source(of: record) else {
      throw RunLedger.noRecord(faults, stage: stage)
    }
    let parcel = Parcel(batch: RecordBatch(width: 0, columns: [], capacity: 1, byteCapacity: 1))
    parcel.batch.begin(position: .start)
    _ = parcel.batch.addRow()
    parcel.origin = .store(store, [Int32(row)])
    try reject(0, of: parcel, source: source, layout: nil, stage: stage, faults: faults)
  }

  /// A row that nobody knows the record of cannot wait anywhere; the run stops rather than lose it.
  static func noRecord(_ faults: [RecordFault], stage: String) -> EngineError {
    let what = faults.first.map(FaultText.sentence) ?? "a row is rejected"
    return EngineError(.step(.noRecord(what)), stage: stage)
  }

  /// Takes records out of a batch that somebody mended: those versions are tried in their place.
  ///
  /// `told`: given the bytes of each. Gives how many there were.
  func leaveOutMended(
    _ parcel: Parcel, source: RootSource, told: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Int {
    guard case .snapshot(let index) = parcel.origin, let mended = mended[source.name],
      let snapshot = source.snapshots[index].id
    else { return 0 }
    let batch = parcel.batch
    let before = batch.selectedCount
    let records =
      mendedInFiles[source.name] ?? MendedRecords(mended, snapshots: source.snapshots)
    mendedInFiles[source.name] = records
    batch.keep { row in
      let offset = batch.place(of: row).offset
      guard let version = records.version(of: batch.raw(row), at: offset, in: snapshot) else {
        return true
      }
      told(batch.raw(row))
      var entry = version.entry
      rejectedInFiles.insert(entry.uid)
      if let identity = RecordIdentity(entry.uid) { _ = occurrence(of: identity) }
      let isHeldBack = heldBack[source.name]?.remove(entry.id) != nil
      // In its own file it is read in its place, and an open one was read before the files.
      if !version.isInPlace, isHeldBack || !entry.entry.isOpen {
        entry.isBroughtAgain = !entry.entry.isOpen
        mendedAgain[source.name, default: []].append(entry)
      }
      return false
    }
    return before - batch.selectedCount
  }

  /// The open entries of a file, by the offset of their records.
  func waiting(in source: RootSource, snapshot: Int) -> [Int: OpenReject]? {
    openEntries[source.name]?.places(in: source.snapshots[snapshot].id)
  }

  /// Entries of a source whose mended bytes have to be loaded in place of what newer files have.
  func takeMended(of source: String) -> [OpenReject] {
    mendedAgain.removeValue(forKey: source) ?? []
  }

  /// Closes the queue entries whose records are among the rows that passed: entries tried again,
  /// and entries that a file brought again under the same key.
  func recognise(
    _ parcel: Parcel, source: RootSource, identity layout: SourceLayout
  ) throws(EngineError) {
    let batch = parcel.batch
    switch parcel.origin {
    case .queue(let entries):
      var passed: Set<Int> = []
      for index in 0..<batch.selectedCount { passed.insert(Int(batch.selection[index])) }
      for (row, entry) in entries.enumerated() {
        if passed.contains(row) {
          if firstWins { firstEntries.insert(entry.uid) }
          try add(LoadItem(uid: entry.uid, outcome: .loaded))
        } else if !rejectedRows.contains(row) {
          try add(LoadItem(uid: entry.uid, outcome: .filtered))
        }
      }
      retriedCount += entries.count
      rejectedRows = []
    case .snapshot(let index):
      guard let open = openEntries[source.name] else { return }
      try recogniseAgain(batch, source.snapshots[index], open, source, layout)
    case .none, .store: break
    }
  }

  /// Entries whose very record was read again and passed, and older ones that have its key.
  private func recogniseAgain(
    _ batch: RecordBatch, _ snapshot: Snapshot, _ open: OpenEntries, _ source: RootSource,
    _ layout: SourceLayout
  ) throws(EngineError) {
    let places = open.places(in: snapshot.id)
    let columns =
      open.hasKeys ? layout.casts[..<layout.identityCount].map(\.column) : []
    guard places != nil || !columns.isEmpty else { return }
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      if let entry = places?[batch.place(of: row).offset] {
        try add(LoadItem(uid: entry.uid, outcome: .loaded))
        leaveOut(entry.uid)
      }
      guard
        let identity = RecordIdentity(
          source: source.seed, batch: batch, row: row, columns: columns)
      else { continue }
      for entry in open.entries(like: identity)
      where entry.snapshotID != snapshot.id && !rejectedInFiles.contains(entry.uid)
        && !firstEntries.contains(entry.uid)
      {
        try add(LoadItem(uid: entry.uid, outcome: .superseded))
        leaveOut(entry.uid)
      }
    }
  }

  /// Closes entries that are known by their bytes only, and whose bytes a newer version of their
  /// file does not have any more.
  ///
  /// Only where the file is one that brings old rows again: most of its rows were in the
  /// destination. A file of new rows says nothing about the records of an older one.
  func closeVanished(
    among open: [OpenReject], source: RootSource, counts: LoadCounts
  ) throws(EngineError) {
    guard source.snapshots.count == 1, let snapshot = source.snapshots.first,
      counts.unchanged + counts.updated > counts.inserted
    else { return }
    for entry in open
    where entry.source == source.name && entry.snapshotID != snapshot.id && !entry.isEdited
      && RecordIdentity(entry.uid)?.basis == .bytes && !rejectedInFiles.contains(entry.uid)
    {
      try add(LoadItem(uid: entry.uid, outcome: .superseded))
      leaveOut(entry.uid)
    }
  }

  /// A record of the queue that failed again before a file brought its mended version is an old
  /// version that was left out, and no reject that anybody has to look at.
  private func leaveOut(_ uid: [UInt8]) {
    guard let stage = rejectedAgain.removeValue(forKey: uid) else { return }
    board.count(stage) { tally in
      tally.rejected -= 1
      tally.deduplicated += 1
    }
  }

  /// Writes the items that wait.
  func flush() throws(EngineError) {
    // One thread at a time: what was said of a record later must not be written earlier.
    try writing.withLock { _ throws(EngineError) in
      let waiting = items.withLock { items in
        defer { items.waiting = [] }
        return items.waiting
      }
      try state.add(waiting, to: load)
    }
  }

  func add(_ item: LoadItem) throws(EngineError) {
    let isFull = items.withLock { items in
      if item.outcome == .rejected || !items.refused.contains(item.uid) {
        items.waiting.append(item)
      }
      return items.waiting.count >= 512
    }
    if isFull { try flush() }
  }

  /// Whether a fault is the fault of another side's rows.
  static func isReference(_ code: RecordFault.Code?) -> Bool {
    code == .joinUnmatched || code == .lookupMissing
  }
}
