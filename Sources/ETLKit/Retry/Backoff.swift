// How long to wait after a fault that passes by itself.

/// The waits between attempts.
///
/// `initial × factor^n`, at most `maximum`, times a random share so that failures spread out.
public struct Backoff: Hashable, Sendable {
  /// The formula's numbers.
  public var spec: BackoffSpec

  /// Makes a backoff.
  public init(_ spec: BackoffSpec) { self.spec = spec }

  /// The wait before the next attempt.
  ///
  /// `attempt` is 1 after the first failure, `share` a random number, 0…1, and `atLeast` what the other
  /// side asked for (`Retry-After`); that is kept even beyond the maximum.
  public func delay(
    after attempt: Int, share: Double, atLeast: Duration = .zero
  ) -> Duration {
    let initial = spec.initial.inSeconds
    let maximum = spec.maximum.inSeconds
    var seconds = initial
    // Multiplied step by step and stopped at the maximum, so that no power overflows.
    for _ in 1..<max(1, attempt) where seconds < maximum && spec.factor > 1 {
      seconds *= spec.factor
    }
    seconds = min(seconds, maximum)
    if spec.hasJitter { seconds *= min(1, max(0, share)) }
    return max(.seconds(seconds), atLeast)
  }
}

extension Duration {
  /// The length in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
