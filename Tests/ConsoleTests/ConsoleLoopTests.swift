// The loop: bursts become one frame, changes become one question, and it always ends.

import Cells
import Console
import ETLKit
import Synchronization
import Testing

@Suite struct `The console loop` {
  @Test(.timeLimit(.minutes(1)))
  func `draws one frame for a burst of keys`() async {
    let display = FakeDisplay(
      [.resize(CellSize(columns: 80, rows: 24))]
        + Array(repeating: .key(.character("j")), count: 300) + [.key(.character("q"))])
    let result = await loop(display, FakeRunner()).run(ConsoleState(now: Sample.now))
    #expect(
      result.goodbye == "1 run goes on; etl-tui runs shows it"
        || result.goodbye == "nothing is running")
    #expect(display.frames.withLock { $0.count } <= 3)
  }

  @Test(.timeLimit(.minutes(1)))
  func `ends when no input can come any more`() async {
    let result = await loop(FakeDisplay([]), FakeRunner()).run(ConsoleState(now: Sample.now))
    #expect(result.state.isLeaving)
  }

  @Test(.timeLimit(.minutes(1)))
  func `asks, and shows the answers`() async {
    let display = FakeDisplay([], staysOpen: true)
    let runner = FakeRunner()
    let task = Task { [clock] in
      await ConsoleLoop(display: display, runner: runner, clock: clock)
        .run(ConsoleState(now: Sample.now))
    }
    await display.frame(advancing: clock) { $0.contains("hospital") }
    display.send(.key(.character("2")))
    await display.frame(advancing: clock) { $0.contains("[2 Runs]") && $0.contains("cancelled") }
    display.send(.key(.character("q")))
    let result = await task.value
    #expect(result.goodbye == "1 run goes on; etl-tui runs shows it")
  }

  @Test(.timeLimit(.minutes(1)))
  func `takes many changes within a quarter of a second as one`() async {
    let display = FakeDisplay([], staysOpen: true)
    let runner = FakeRunner()
    let task = Task { [clock] in
      await ConsoleLoop(display: display, runner: runner, clock: clock)
        .run(ConsoleState(now: Sample.now))
    }
    await display.frame(advancing: clock) { $0.contains("hospital") }
    for _ in 0..<50 { runner.change() }
    await runner.asked(.overview, times: 2)
    display.send(.key(.character("q")))
    _ = await task.value
    // One for the start, one for the first change; the rest waits for a clock that stands still.
    #expect(runner.questions.withLock { $0.filter { $0 == .overview }.count } <= 2)
  }

  private let clock = StandingClock()

  private func loop(_ display: FakeDisplay, _ runner: FakeRunner) -> ConsoleLoop<StandingClock> {
    ConsoleLoop(display: display, runner: runner, clock: clock)
  }
}

/// Shows nothing, remembers everything.
private final class FakeDisplay: Display {
  let frames = Mutex<[String]>([])
  private let stream: AsyncStream<Input>
  private let continuation: AsyncStream<Input>.Continuation
  private let shown: AsyncStream<String>
  private let show: AsyncStream<String>.Continuation

  init(_ inputs: [Input], staysOpen: Bool = false) {
    (stream, continuation) = AsyncStream.makeStream()
    (shown, show) = AsyncStream.makeStream()
    for input in inputs { continuation.yield(input) }
    if !staysOpen { continuation.finish() }
  }

  func send(_ input: Input) { continuation.yield(input) }
  func inputs() -> AsyncStream<Input> { stream }

  func present(_ frame: CellGrid) async {
    frames.withLock { $0.append(frame.text) }
    show.yield(frame.text)
  }

  /// Waits for a frame, moving the clock on so that the next one may be drawn.
  func frame(advancing clock: StandingClock, _ isWanted: (String) -> Bool) async {
    clock.advance(by: .milliseconds(40))
    for await frame in shown {
      if isWanted(frame) { return }
      clock.advance(by: .milliseconds(40))
    }
  }
}

private final class FakeRunner: EffectRunner {
  let questions = Mutex<[Question]>([])
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let askedStream: AsyncStream<Question>
  private let ask: AsyncStream<Question>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (askedStream, ask) = AsyncStream.makeStream()
  }

  func change() { continuation.yield() }
  func now() -> Timestamp { Sample.now }
  func changes() -> AsyncStream<Void> { stream }

  func perform(_ effect: Effect) async -> EffectOutcome {
    guard case .ask(let question) = effect else { return .done(count: 1) }
    questions.withLock { $0.append(question) }
    ask.yield(question)
    return .answer(FakeWorkspace().answer(question))
  }

  func asked(_ wanted: Question, times: Int) async {
    var count = 0
    for await question in askedStream where question == wanted {
      count += 1
      if count == times { return }
    }
  }
}

/// A clock that moves only when a test moves it.
private final class StandingClock: Clock {
  typealias Instant = ContinuousClock.Instant

  private struct Sleeper {
    let id: Int
    let deadline: Instant
    let wake: CheckedContinuation<Void, any Error>
  }

  private struct Inside {
    var now: Instant
    var sleepers: [Sleeper] = []
    var nextID = 0
    var cancelled: Set<Int> = []
  }

  private let inside: Mutex<Inside>

  init() { inside = Mutex(Inside(now: ContinuousClock.now)) }

  var now: Instant { inside.withLock { $0.now } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func advance(by duration: Duration) {
    let due = inside.withLock { inside in
      inside.now += duration
      let due = inside.sleepers.filter { $0.deadline <= inside.now }
      inside.sleepers.removeAll { $0.deadline <= inside.now }
      return due
    }
    for sleeper in due { sleeper.wake.resume() }
  }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = inside.withLock { inside in
      inside.nextID += 1
      return inside.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
        let isOver = inside.withLock { inside in
          if inside.cancelled.contains(id) || deadline <= inside.now { return true }
          inside.sleepers.append(Sleeper(id: id, deadline: deadline, wake: wake))
          return false
        }
        if isOver { wake.resume() }
      }
    } onCancel: {
      let sleeper = inside.withLock { inside in
        inside.cancelled.insert(id)
        let sleeper = inside.sleepers.first { $0.id == id }
        inside.sleepers.removeAll { $0.id == id }
        return sleeper
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }
}
