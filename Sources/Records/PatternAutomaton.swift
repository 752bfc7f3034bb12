// The automaton of a pattern: states and arrows over bytes, and tables for the two ways of asking.

/// What runs a pattern; never changed after it was built, so that it may be shared.
final class PatternAutomaton: Sendable {
  struct State {
    enum Kind { case range, split, match }
    var kind: Kind
    var low: UInt8 = 0
    var high: UInt8 = 0
    var next = 0
    var other = 0
  }

  private static let mostStates = 8_192

  let states: [State]
  let start: Int
  let isBoundToStart: Bool
  let isBoundToEnd: Bool
  private let whole: PatternTable?
  private let part: PatternTable?

  init(_ tree: PatternTree, pattern: String) throws(PatternError) {
    var states = [State(kind: .match)]
    guard let start = Self.build(tree.root, to: 0, &states) else {
      throw PatternError(pattern: pattern, range: 0..<pattern.utf8.count, reason: .tooLarge)
    }
    self.states = states
    self.start = start
    isBoundToStart = tree.isBoundToStart
    isBoundToEnd = tree.isBoundToEnd
    whole = PatternTable(states, start: start, restarts: false)
    part = PatternTable(states, start: start, restarts: !tree.isBoundToStart)
  }

  /// Adds the states of a node in front of `next`; nil if there are too many.
  private static func build(_ node: PatternNode, to next: Int, _ states: inout [State]) -> Int? {
    guard states.count <= mostStates else { return nil }
    switch node {
    case .empty: return next
    case .scalar(let ranges):
      let sequences = ranges.flatMap(PatternSets.sequences)
      // A set without members can never be left.
      guard !sequences.isEmpty else {
        return add(State(kind: .range, low: 1, high: 0, next: next), &states)
      }
      var entry: Int?
      for sequence in sequences.reversed() {
        var target = next
        for bytes in sequence.reversed() {
          target = add(
            State(kind: .range, low: bytes.lowerBound, high: bytes.upperBound, next: target),
            &states)
        }
        entry = entry.map { add(State(kind: .split, next: target, other: $0), &states) } ?? target
      }
      return entry
    case .sequence(let parts):
      var target = next
      for part in parts.reversed() {
        guard let entry = build(part, to: target, &states) else { return nil }
        target = entry
      }
      return target
    case .either(let branches):
      var entry: Int?
      for branch in branches.reversed() {
        guard let target = build(branch, to: next, &states) else { return nil }
        entry = entry.map { add(State(kind: .split, next: target, other: $0), &states) } ?? target
      }
      return entry
    case .repeated(let inner, let least, let most):
      var target = next
      if let most {
        for _ in least..<most {
          guard let entry = build(inner, to: target, &states) else { return nil }
          // Out of one optional means out of all that follow.
          target = add(State(kind: .split, next: entry, other: next), &states)
        }
      } else {
        let loop = add(State(kind: .split, next: 0, other: next), &states)
        guard let entry = build(inner, to: loop, &states) else { return nil }
        states[loop].next = entry
        target = loop
      }
      for _ in 0..<least {
        guard let entry = build(inner, to: target, &states) else { return nil }
        target = entry
      }
      return target
    }
  }

  private static func add(_ state: State, _ states: inout [State]) -> Int {
    states.append(state)
    return states.count - 1
  }

  func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if let whole { return whole.run(bytes, stopsAtFirst: false) }
    return simulate(bytes, restarts: false, stopsAtFirst: false)
  }

  func isContained(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if let part { return part.run(bytes, stopsAtFirst: !isBoundToEnd) }
    return simulate(bytes, restarts: !isBoundToStart, stopsAtFirst: !isBoundToEnd)
  }

  /// All states at once, for patterns whose table would be too large.
  private func simulate(
    _ bytes: UnsafeBufferPointer<UInt8>, restarts: Bool, stopsAtFirst: Bool
  ) -> Bool {
    var current = PatternStateSet(count: states.count)
    var next = PatternStateSet(count: states.count)
    current.add(start, states)
    for byte in bytes {
      if stopsAtFirst, current.isAccepting { return true }
      next.removeAll()
      for state in current.members where states[state].kind == .range {
        if states[state].low <= byte, byte <= states[state].high {
          next.add(states[state].next, states)
        }
      }
      if restarts { next.add(start, states) }
      swap(&current, &next)
    }
    return current.isAccepting
  }
}

/// A set of states that grows by following splits.
struct PatternStateSet {
  private(set) var members: [Int] = []
  private(set) var isAccepting = false
  private var isMember: [Bool]

  init(count: Int) { isMember = Array(repeating: false, count: count) }

  mutating func removeAll() {
    for member in members { isMember[member] = false }
    members.removeAll(keepingCapacity: true)
    isAccepting = false
  }

  mutating func add(_ state: Int, _ states: [PatternAutomaton.State]) {
    var waiting = [state]
    while let state = waiting.popLast() {
      guard !isMember[state] else { continue }
      isMember[state] = true
      members.append(state)
      switch states[state].kind {
      case .match: isAccepting = true
      case .range: break
      case .split: waiting += [states[state].other, states[state].next]
      }
    }
  }
}

/// A table of sets of states: one look-up a byte.
struct PatternTable: Sendable {
  private static let mostSets = 512

  /// Which column a byte belongs to: bytes that no arrow tells apart share one.
  private let columns: [UInt8]
  private let columnCount: Int
  /// `sets × columnCount`; 0 is the dead end.
  private let next: [UInt16]
  private let accepts: [Bool]

  /// Builds the table, or gives up if it would be too large.
  init?(_ states: [PatternAutomaton.State], start: Int, restarts: Bool) {
    var isEdge = [Bool](repeating: false, count: 257)
    for state in states where state.kind == .range && state.low <= state.high {
      isEdge[Int(state.low)] = true
      isEdge[Int(state.high) + 1] = true
    }
    var columns = [UInt8](repeating: 0, count: 256)
    var samples: [UInt8] = [0]
    for byte in 1..<256 {
      if isEdge[byte] { samples.append(UInt8(byte)) }
      columns[byte] = UInt8(samples.count - 1)
    }
    var set = PatternStateSet(count: states.count)
    set.add(start, states)
    var numbers: [[Int]: Int] = [[]: 0, set.members.sorted(): 1]
    var sets = [[], set.members]
    var accepts = [false, set.isAccepting]
    var next = [UInt16](repeating: 0, count: samples.count)
    var index = 1
    while index < sets.count {
      for byte in samples {
        set.removeAll()
        for state in sets[index] where states[state].kind == .range {
          if states[state].low <= byte, byte <= states[state].high {
            set.add(states[state].next, states)
          }
        }
        if restarts { set.add(start, states) }
        let key = set.members.sorted()
        if numbers[key] == nil {
          guard sets.count < Self.mostSets else { return nil }
          numbers[key] = sets.count
          sets.append(set.members)
          accepts.append(set.isAccepting)
        }
        next.append(UInt16(numbers[key] ?? 0))
      }
      index += 1
    }
    self.columns = columns
    columnCount = samples.count
    self.next = next
    self.accepts = accepts
  }

  func run(_ bytes: UnsafeBufferPointer<UInt8>, stopsAtFirst: Bool) -> Bool {
    var state = 1
    if stopsAtFirst, accepts[1] { return true }
    for byte in bytes {
      state = Int(next[state * columnCount + Int(columns[Int(byte)])])
      if state == 0 { return false }
      if stopsAtFirst, accepts[state] { return true }
    }
    return accepts[state]
  }
}
