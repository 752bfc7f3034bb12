// Properties: the same claim for many made-up cases, repeatable by a seed.

import Foundation
public import Testing

/// A small random generator whose whole state is one number.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that always gives the same numbers for a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Tries a claim on many cases and stops at the first for which it does not hold.
///
/// `SEED=…` in the environment replays one case: the seed that a failure printed.
/// The claim makes a case from the generator and returns what is wrong with it, or nil.
public func forAll(
  cases: Int = 200, seed: UInt64 = 1, at location: SourceLocation = #_sourceLocation,
  _ claim: (inout SplitMix64) throws -> String?
) rethrows {
  if let text = ProcessInfo.processInfo.environment["SEED"], let replayed = UInt64(text) {
    var random = SplitMix64(seed: replayed)
    if let problem = try claim(&random) {
      Issue.record("SEED=\(replayed): \(problem)", sourceLocation: location)
    }
    return
  }
  for number in 0..<UInt64(max(cases, 0)) {
    let caseSeed = seed &* 1_000_003 &+ number
    var random = SplitMix64(seed: caseSeed)
    if let problem = try claim(&random) {
      Issue.record("SEED=\(caseSeed): \(problem)", sourceLocation: location)
      return
    }
  }
}
