// Inputs and answers in, frames and effects out: one stream of actions, in order of arrival.
//
// All that waits is applied before one frame is drawn, so a held key never lags behind. It touches
// nothing but the display and the runner it was given.

public import Cells
import ETLKit
import Synchronization

/// Runs a console until it leaves.
public struct ConsoleLoop<Time: Clock>: Sendable where Time.Duration == Duration {
  /// At most 30 frames a second; a first key after a rest is drawn at once.
  private static var frameGap: Duration { .milliseconds(33) }
  /// Answers mostly come within this time; then question and answer share one frame.
  private static var answerGap: Duration { .milliseconds(6) }
  /// Changes of the state file within this time are one.
  private static var changeGap: Duration { .milliseconds(250) }

  private let display: any Display
  private let runner: any EffectRunner
  private let clock: Time

  /// Makes a loop.
  public init(display: any Display, runner: any EffectRunner, clock: Time) {
    self.display = display
    self.runner = runner
    self.clock = clock
  }

  /// Shows the console until it leaves; the last state and its goodbye line come back.
  public func run(_ initial: ConsoleState) async -> (state: ConsoleState, goodbye: String) {
    var state = initial
    var goodbye = ""
    let mailbox = Mailbox()
    await withDiscardingTaskGroup { group in
      let (display, runner, clock) = (display, runner, clock)
      group.addTask {
        for await input in display.inputs() { mailbox.post(.input(input)) }
        mailbox.post(.input(.hangup))  // No more inputs can come: nobody is there.
      }
      group.addTask {
        for await _ in runner.changes() {
          mailbox.post(.changed)
          // What moves meanwhile is told by one element that waits in the stream.
          try? await clock.sleep(until: clock.now.advanced(by: Self.changeGap), tolerance: nil)
        }
      }
      var ticking = startTick(after: state.secondsToTick, mailbox)
      var tickGap = state.secondsToTick
      mailbox.post(.tick(runner.now()))
      var lastFrame = clock.now.advanced(by: .seconds(-1))
      var shown: CellGrid?
      var wakeAt: Time.Instant?
      var holdUntil = clock.now
      loop: for await _ in mailbox.wakeUps {
        for action in mailbox.takeAll() {
          if case .tick = action { tickGap = 0 }
          for effect in state.apply(action) {
            if case .quit(let line) = effect {
              goodbye = line
              break loop
            }
            if case .ask = effect, holdUntil <= clock.now {
              holdUntil = clock.now.advanced(by: Self.answerGap)
            }
            group.addTask {
              let outcome = await runner.perform(effect)
              mailbox.post(.finished(effect, outcome))
            }
          }
        }
        // A tick that came, or a rhythm that changed: the clock is set anew.
        if tickGap == 0 || (state.secondsToTick <= 1) != (tickGap <= 1) {
          ticking.cancel()
          tickGap = state.secondsToTick
          ticking = startTick(after: tickGap, mailbox)
        }
        let hold = state.pending.isEmpty ? lastFrame : holdUntil
        let next = max(lastFrame.advanced(by: Self.frameGap), hold)
        if clock.now >= next {
          wakeAt = nil
          let frame = state.frame(state.size)
          if frame != shown {
            lastFrame = clock.now
            await display.present(frame)
            shown = frame
          }
        } else if wakeAt.map({ $0 <= clock.now }) ?? true {
          wakeAt = next
          group.addTask {
            try? await clock.sleep(until: next, tolerance: nil)
            mailbox.wake()
          }
        }
      }
      ticking.cancel()
      mailbox.close()
      group.cancelAll()
    }
    return (state, goodbye)
  }

  private func startTick(after seconds: Double, _ mailbox: Mailbox) -> Task<Void, Never> {
    let (runner, clock) = (runner, clock)
    return Task {
      try? await clock.sleep(until: clock.now.advanced(by: .seconds(seconds)), tolerance: nil)
      if !Task.isCancelled { mailbox.post(.tick(runner.now())) }
    }
  }
}

/// Actions that wait, in order of arrival.
private final class Mailbox: Sendable {
  let wakeUps: AsyncStream<Void>
  private let poke: AsyncStream<Void>.Continuation
  private let actions = Mutex<[Action]>([])

  init() {
    // One wake-up stands for all that has come since.
    (wakeUps, poke) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func post(_ action: Action) {
    actions.withLock { $0.append(action) }
    poke.yield()
  }

  func wake() { poke.yield() }
  func close() { poke.finish() }

  func takeAll() -> [Action] {
    actions.withLock { actions in
      let all = actions
      actions.removeAll(keepingCapacity: true)
      return all
    }
  }
}
