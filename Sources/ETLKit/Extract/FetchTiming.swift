// Time and chance, handed in so that tests need neither.

/// The clock, the waiting and the dice of a fetch.
struct FetchTiming: Sendable {
  /// What time it is.
  var now: @Sendable () -> Timestamp
  /// Waits; throws when the task is cancelled.
  var wait: @Sendable (_ seconds: Double) async throws -> Void
  /// A number from 0 up to 1.
  var random: @Sendable () -> Double

  /// The real ones.
  static let real = FetchTiming(
    now: { .now },
    wait: { try await Task.sleep(for: .seconds($0)) },
    random: { Double.random(in: 0..<1) })
}
