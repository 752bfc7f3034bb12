// The table of the queue's states: every state with every event.

import ETLKit
import Testing

@Suite struct `A queue entry` {
  static let rules = RetryRules(maximumAttempts: 5)
  static let due = Timestamp(microseconds: 5)

  /// What each event makes of each state, in the order of states; "-" is not allowed.
  static let table: [(event: RejectEvent, states: String)] = [
    //              waiting  scheduled claimed   loaded     superseded dead       discarded
    (.claimed, "claimed    claimed    -          -          -          -          -"),
    (
      .rejected(wake: .change, isCounted: true),
      "waiting    waiting    waiting    waiting    waiting    dead       discarded"
    ),
    (
      .rejected(wake: .time, nextAttempt: due, isCounted: true),
      "scheduled  scheduled  scheduled  scheduled  scheduled  dead       discarded"
    ),
    (.loaded, "loaded     loaded     loaded     loaded     loaded     loaded     loaded"),
    (
      .superseded,
      "superseded superseded superseded superseded superseded superseded superseded"
    ),
    (.interrupted, "-          -          waiting    -          -          -          -"),
    (.released, "-          -          waiting    -          -          -          -"),
    (.asked, "waiting    waiting    claimed    -          -          waiting    -"),
    (.discarded, "discarded  discarded  -          -          -          discarded  -"),
    (.aged, "dead       dead       -          -          -          -          -"),
  ]

  @Test(arguments: table)
  func `moves by the table`(event: RejectEvent, states: String) {
    let found = RejectState.allCases.map { state in
      RejectEntry(state: state, attempts: 1).after(event, rules: Self.rules)?.state.rawValue ?? "-"
    }
    #expect(found == states.split(separator: " ").map(String.init))
  }

  @Test func `is dead when its attempts are used up`() {
    let entry = RejectEntry(state: .claimed, attempts: 4)
    let rejected = RejectEvent.rejected(wake: .change, isCounted: true)
    #expect(entry.after(rejected, rules: Self.rules)?.state == .dead)
    #expect(entry.after(rejected, rules: RetryRules(maximumAttempts: nil))?.state == .waiting)
  }

  @Test func `uses no attempt when nothing changed`() {
    let entry = RejectEntry(state: .claimed, attempts: 4)
    let moved = entry.after(.rejected(wake: .change, isCounted: false), rules: Self.rules)
    #expect(moved == RejectEntry(state: .waiting, attempts: 4))
  }

  @Test func `rests after a fourth interruption, and not before`() {
    var entry = RejectEntry(state: .claimed)
    var wakes: [Wake] = []
    for _ in 1...4 {
      entry.state = .claimed
      entry = entry.after(.interrupted, rules: Self.rules) ?? entry
      wakes.append(entry.wake)
    }
    #expect(wakes == [.change, .change, .change, .manual])
    #expect(entry.attempts == 1)
  }

  @Test func `starts afresh when asked for after a rest`() {
    let entry = RejectEntry(state: .waiting, wake: .manual, interruptions: 4)
    #expect(
      entry.after(.asked, rules: Self.rules)
        == RejectEntry(state: .waiting, wake: .change, isAsked: true))
  }

  @Test func `forgets interruptions once it was judged`() {
    let entry = RejectEntry(state: .claimed, interruptions: 2, isAsked: true)
    let moved = entry.after(.rejected(wake: .change, isCounted: true), rules: Self.rules)
    #expect(moved == RejectEntry(state: .waiting, attempts: 2))
  }

  @Test func `goes back to its appointment when the run did not judge it`() {
    let entry = RejectEntry(state: .claimed, wake: .time, nextAttempt: Self.due)
    #expect(entry.after(.released, rules: Self.rules)?.state == .scheduled)
  }
}

@Suite struct `A backoff` {
  static let spec = BackoffSpec(initial: .seconds(5), factor: 2, maximum: .seconds(60))

  @Test(arguments: [(1, 5.0), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (1_000_000, 60)])
  func `grows by its factor up to its maximum`(attempt: Int, seconds: Double) {
    #expect(Backoff(Self.spec).delay(after: attempt, share: 1) == .seconds(seconds))
  }

  @Test func `takes a random share`() {
    #expect(Backoff(Self.spec).delay(after: 2, share: 0.25) == .seconds(2.5))
    #expect(Backoff(Self.spec).delay(after: 2, share: 0) == .zero)
  }

  @Test func `can do without chance`() {
    var spec = Self.spec
    spec.hasJitter = false
    #expect(Backoff(spec).delay(after: 2, share: 0.25) == .seconds(10))
  }

  @Test func `waits at least as long as the other side asks`() {
    let backoff = Backoff(Self.spec)
    #expect(backoff.delay(after: 1, share: 0, atLeast: .seconds(120)) == .seconds(120))
  }
}
