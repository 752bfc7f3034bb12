// Opening the screen, serving it, and leaving it.

public import Cells
import Synchronization

extension TerminalScreen {
  private static let isOpen = Mutex(false)

  /// Opens the screen, runs a body with it, and leaves the terminal as found.
  ///
  /// The calling thread serves the screen until the body is done, so call this from the main thread
  /// or one of your own, not from a task. The body runs elsewhere. After `hangup` or `terminate` the
  /// terminal is restored already, frames go nowhere, and the body is expected to end.
  public static func run<Result: Sendable>(
    theme: Theme = .default, _ body: @escaping @Sendable (TerminalScreen) async throws -> Result
  ) throws -> Result {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = true }
      return isOpen
    }
    if wasOpen { throw TerminalError.alreadyOpen }
    defer { isOpen.withLock { $0 = false } }

    let screen = try TerminalScreen(theme: theme)
    let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
    let executor = screen.executor
    Task.detached {
      do {
        let value = try await body(screen)
        outcome.withLock { $0 = .success(value) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      executor.stop()
    }
    executor.run(
      watching: { screen.assumeIsolated { $0.beforeRest() } },
      handle: { events in screen.assumeIsolated { $0.afterRest(events) } })
    screen.assumeIsolated { $0.close() }
    guard let result = outcome.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }

  /// As `run`, for tasks: the screen gets a thread of its own.
  public static func show<Result: Sendable>(
    theme: Theme = .default, _ body: @escaping @Sendable (TerminalScreen) async throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = TerminalThread.start {
        continuation.resume(with: Swift.Result { try run(theme: theme, body) })
      }
      if !isStarted { continuation.resume(throwing: TerminalError.refused(what: "a thread")) }
    }
  }
}
