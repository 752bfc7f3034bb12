// The hand-over between the two threads of a run: one fills batches, the other loads them.
//
// Bounded both ways: the filling side waits for a free batch, the loading side for a full one.

import Dispatch
import Records
import Synchronization

/// A batch on its way, and whose records it holds.
///
/// `@unchecked Sendable`: owned by one thread at a time; `BatchFeed` passes it on under its lock.
final class Parcel: @unchecked Sendable {
  let batch: RecordBatch
  /// Where the records of the batch come from.
  var origin = RowOrigin.none
  /// How the fields of the batch became columns; nil for rows of a store.
  var layout: SourceLayout?

  init(batch: RecordBatch) { self.batch = batch }

  /// The entry of the retry queue that a row was read from.
  func queueEntry(of row: Int) -> OpenReject? {
    switch origin {
    case .queue(let entries): entries[row]
    case .store(let store, let rows):
      store.record(of: Int(rows[row])).flatMap { store.book?.entry(of: $0) }
    case .snapshot, .none: nil
    }
  }
}

/// Where the rows of a batch come from.
enum RowOrigin {
  /// Nowhere yet.
  case none
  /// A snapshot, by its place in the run's list.
  case snapshot(Int)
  /// The retry queue; the entry of each row.
  case queue([OpenReject])
  /// A gathered side: the row of the store for each row.
  case store(RowStore, [Int32])
}

/// A bounded queue of batches between two threads.
final class BatchFeed: Sendable {
  private struct State {
    var ready: [Parcel] = []
    var free: [Parcel] = []
    var failure: EngineError?
    var isFinished = false
    var isAbandoned = false
  }

  private let state = Mutex(State())
  private let readyCount = DispatchSemaphore(value: 0)
  private let freeCount: DispatchSemaphore

  /// Makes a feed over these batches.
  init(parcels: [Parcel]) {
    // Semaphores must not be destroyed below their first value; it is raised afterwards.
    freeCount = DispatchSemaphore(value: 0)
    state.withLock { $0.free = parcels }
    for _ in parcels { freeCount.signal() }
  }

  /// An empty batch to fill; nil when the loading side has given up.
  func takeFree() -> Parcel? {
    freeCount.wait()
    return state.withLock { state in
      if state.isAbandoned {
        freeCount.signal()
        return nil
      }
      return state.free.popLast()
    }
  }

  /// Gives a batch back unused or emptied.
  func giveBack(_ parcel: Parcel) {
    state.withLock { $0.free.append(parcel) }
    freeCount.signal()
  }

  /// Hands a full batch to the loading side.
  func put(_ parcel: Parcel) {
    state.withLock { $0.ready.append(parcel) }
    readyCount.signal()
  }

  /// Says that no more batches come, because all came or because of an error.
  func finish(_ failure: EngineError? = nil) {
    state.withLock { state in
      state.isFinished = true
      state.failure = failure
    }
    readyCount.signal()
  }

  /// The next full batch; nil at the end.
  func takeReady() throws(EngineError) -> Parcel? {
    readyCount.wait()
    let (parcel, failure) = state.withLock { state -> (Parcel?, EngineError?) in
      if let failure = state.failure { return (nil, failure) }
      guard state.ready.isEmpty else { return (state.ready.removeFirst(), nil) }
      return (nil, nil)
    }
    if let failure {
      readyCount.signal()
      throw failure
    }
    if parcel == nil { readyCount.signal() }
    return parcel
  }

  /// Says that the loading side takes no more.
  func abandon() {
    state.withLock { $0.isAbandoned = true }
    freeCount.signal()
  }
}
