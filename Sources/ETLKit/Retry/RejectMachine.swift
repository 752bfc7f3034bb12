// How an entry of the retry queue moves between its states: a table as one pure function.

public import Records

/// What an entry waits for.
public enum Wake: String, Hashable, Sendable, CaseIterable {
  /// A moment.
  case time
  /// Something it depends on: the plan, the other side of a join, the destination.
  case change
  /// A person.
  case manual
}

/// What kind of fault it is; decides what the record waits for.
public enum FaultClass: String, Hashable, Sendable, CaseIterable {
  case transient, data, contract, reference, config

  /// The class of a record's fault.
  public init(of code: RecordFault.Code) {
    switch code {
    case .joinUnmatched, .joinCardinality, .lookupMissing, .dedupeConflict: self = .reference
    default: self = .data
    }
  }
}

/// The part of a queue entry that decides what may happen to it.
public struct RejectEntry: Hashable, Sendable {
  /// Where it stands.
  public var state: RejectState
  /// What it waits for.
  public var wake: Wake
  /// How often it was judged.
  public var attempts: Int
  /// How often a run died with it since it was last judged.
  public var interruptions: Int
  /// When it is due, if it waits for a moment.
  public var nextAttempt: Timestamp?
  /// Whether a person asked for it.
  public var isAsked: Bool

  /// Makes a value from its parts.
  public init(
    state: RejectState, wake: Wake = .change, attempts: Int = 1, interruptions: Int = 0,
    nextAttempt: Timestamp? = nil, isAsked: Bool = false
  ) {
    self.state = state
    self.wake = wake
    self.attempts = attempts
    self.interruptions = interruptions
    self.nextAttempt = nextAttempt
    self.isAsked = isAsked
  }
}

/// What can happen to a queue entry.
public enum RejectEvent: Hashable, Sendable {
  /// A run takes it.
  case claimed
  /// It was judged and is bad again; counted only in a changed world, or when asked for.
  case rejected(wake: Wake, nextAttempt: Timestamp? = nil, isCounted: Bool)
  /// It was loaded.
  case loaded
  /// A newer row stood in its place, or a step left it out.
  case superseded
  /// The run that had it died.
  case interrupted
  /// The run that had it ended without judging it.
  case released
  /// A person asked for it, or edited it.
  case asked
  /// A person gave it up.
  case discarded
  /// It is too old.
  case aged
}

/// The limits of a pipeline's queue.
public struct RetryRules: Hashable, Sendable {
  /// A run may die this often with a record; once more, and the record rests until somebody asks.
  public static let interruptionLimit = 3

  /// How often a record is judged before it is dead; nil for records that wait for a partner.
  public var maximumAttempts: Int?

  /// Makes a value from its parts.
  public init(maximumAttempts: Int?) { self.maximumAttempts = maximumAttempts }
}

extension RejectEntry {
  /// The entry after an event; nil if the event cannot happen to it.
  public func after(_ event: RejectEvent, rules: RetryRules) -> RejectEntry? {
    var entry = self
    switch (event, state) {
    case (.claimed, .waiting), (.claimed, .scheduled):
      entry.state = .claimed

    case (.rejected, .discarded):
      // Given up by a person: that it is still bad is no news.
      return self
    case (.rejected(let wake, let nextAttempt, let isCounted), _):
      entry.attempts += isCounted ? 1 : 0
      entry.interruptions = 0
      entry.isAsked = false
      entry.wake = wake
      entry.nextAttempt = wake == .time ? nextAttempt : nil
      let isUsedUp = rules.maximumAttempts.map { entry.attempts >= $0 } ?? false
      entry.state = state == .dead || isUsedUp ? .dead : entry.resting

    case (.loaded, _):
      entry.attempts += isOpen ? 1 : 0
      entry.close(as: .loaded)
    case (.superseded, _):
      entry.attempts += isOpen ? 1 : 0
      entry.close(as: .superseded)

    case (.interrupted, .claimed):
      entry.interruptions += 1
      if entry.interruptions > RetryRules.interruptionLimit {
        entry.wake = .manual
        entry.isAsked = false
      }
      entry.state = entry.resting
    case (.released, .claimed):
      entry.state = entry.resting

    case (.asked, .claimed):
      entry.isAsked = true
    case (.asked, .waiting), (.asked, .scheduled), (.asked, .dead):
      entry.isAsked = true
      entry.interruptions = 0
      if wake == .manual { entry.wake = .change }
      entry.state = entry.resting

    case (.discarded, .waiting), (.discarded, .scheduled), (.discarded, .dead):
      entry.isAsked = false
      entry.state = .discarded

    case (.aged, .waiting), (.aged, .scheduled):
      entry.isAsked = false
      entry.state = .dead

    case (.claimed, _), (.interrupted, _), (.released, _), (.asked, _), (.discarded, _), (.aged, _):
      return nil
    }
    return entry
  }

  /// Whether it is still in the queue.
  public var isOpen: Bool {
    switch state {
    case .waiting, .scheduled, .claimed, .dead: true
    case .loaded, .superseded, .discarded: false
    }
  }

  /// Where it rests when nothing happens to it.
  private var resting: RejectState { wake == .time && nextAttempt != nil ? .scheduled : .waiting }

  private mutating func close(as state: RejectState) {
    self.state = state
    isAsked = false
    interruptions = 0
    nextAttempt = nil
  }
}
