// Inputs on their way from the terminal to whoever reads them.
//
// A queue of its own rather than a plain stream's, so that the screen can see whether the reader has
// taken everything: while it has not, painting what it knows so far would be in vain.

import Cells
import Synchronization

/// A queue with one reader.
final class InputQueue: Sendable {
  private struct State {
    var waiting: [Input] = []
    var reader: CheckedContinuation<Input?, Never>?
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Whether the reader has not taken everything yet.
  var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

  /// Adds an input; a second resize takes the place of the first.
  func add(_ input: Input) {
    let reader = state.withLock { state -> CheckedContinuation<Input?, Never>? in
      guard !state.isFinished else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      if case .resize = input, case .resize = state.waiting.last { state.waiting.removeLast() }
      state.waiting.append(input)
      return nil
    }
    // Resumed outside the lock: the reader may come back for more at once.
    reader?.resume(returning: input)
  }

  /// No more inputs after those that wait.
  func finish() {
    let reader = state.withLock { state in
      state.isFinished = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// The inputs, for one reader.
  func stream() -> AsyncStream<Input> {
    AsyncStream(unfolding: { await self.next() }, onCancel: { self.dismissReader() })
  }

  private func next() async -> Input? {
    await withCheckedContinuation { reader in
      let answer = state.withLock { state -> Input?? in
        if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
        if state.isFinished || state.reader != nil { return .some(nil) }
        state.reader = reader
        return nil
      }
      if let answer { reader.resume(returning: answer) }
    }
  }

  private func dismissReader() {
    let reader = state.withLock { state in
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }
}
