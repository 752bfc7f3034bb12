// The queue entries that a run works on just now: if it dies, they alone are to suspect.
//
// An entry is in hand from the moment its bytes are read until its row is in the destination's hands. Rows
// that a step gathers stay in hand to the end: nobody can say which of them a later step died of.

import Synchronization

/// Keeps the state file told of what is in hand.
final class RecordsInHand: Sendable {
  private struct Held {
    var ids: Set<RejectID> = []
    var isTold = true
  }

  private let state: StateFile
  private let run: RunID
  private let held = Mutex(Held())

  init(state: StateFile, run: RunID) {
    self.state = state
    self.run = run
  }

  /// Takes entries; told before anything is done with them.
  func take(_ entries: [OpenReject]) throws(EngineError) {
    held.withLock { held in
      held.ids.formUnion(entries.map(\.id))
      held.isTold = false
    }
    try tell()
  }

  /// Lays entries down; told with the next progress, for being suspected too long does little harm.
  func layDown(_ entries: [OpenReject]) {
    held.withLock { held in
      held.ids.subtract(entries.map(\.id))
      held.isTold = false
    }
  }

  /// Tells what changed.
  func tell() throws(EngineError) {
    let ids: Set<RejectID>? = held.withLock { held in
      defer { held.isTold = true }
      return held.isTold ? nil : held.ids
    }
    if let ids { try state.hold(ids, by: run) }
  }
}
