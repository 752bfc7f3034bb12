// Where a pattern fits a text: the first place, and there as much as fits.
//
// All states run at once and remember where they began, so that the time is bounded by the length
// of the text and the size of the pattern. What it needs for that is kept from text to text.

/// Looks for the parts of texts that have the form of a pattern; for one thread at a time.
struct PatternSearch {
  private let automaton: PatternAutomaton
  private var current: PatternThreads
  private var next: PatternThreads

  init(_ pattern: BytePattern) {
    automaton = pattern.automaton
    current = PatternThreads(count: automaton.states.count)
    next = current
  }

  /// The part that begins first, from a position on, and of those the longest; nil if there is none.
  mutating func firstRange(
    in bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0
  ) -> Range<Int>? {
    // Most texts that have no such part are told by the pattern's table.
    guard position > 0 || automaton.isContained(in: bytes) else { return nil }
    let states = automaton.states
    current.removeAll()
    var best: Range<Int>?
    var index = position
    while true {
      // In the middle of a character nothing begins.
      let isLetter = index == bytes.count || bytes[index] & 0xC0 != 0x80
      if best == nil, isLetter, index == 0 || !automaton.isBoundToStart {
        current.add(automaton.start, from: index, states)
      }
      if let begin = current.accepted, !automaton.isBoundToEnd || index == bytes.count {
        best = begin..<index
      }
      guard index < bytes.count, !current.members.isEmpty || !automaton.isBoundToStart else {
        return best
      }
      next.removeAll()
      let byte = bytes[index]
      for (state, begin) in current.members where states[state].kind == .range {
        // What began later than the best can only be worse.
        guard begin <= best?.lowerBound ?? .max else { break }
        if states[state].low <= byte, byte <= states[state].high {
          next.add(states[state].next, from: begin, states)
        }
      }
      if best != nil, next.members.isEmpty { return best }
      swap(&current, &next)
      index += 1
    }
  }

  /// Appends a text with every part of the form replaced; false, and it is of no use, if it gets
  /// longer than a limit.
  ///
  /// Parts do not overlap, and a part without letters does not follow another part.
  mutating func replace(
    in bytes: UnsafeBufferPointer<UInt8>, with new: some Sequence<UInt8>, limit: Int,
    to text: inout [UInt8]
  ) -> Bool {
    var position = 0
    var last: Int?
    while let range = firstRange(in: bytes, from: position) {
      text += bytes[position..<range.lowerBound]
      if !range.isEmpty || last != range.lowerBound { text += new }
      guard text.count <= limit else { return false }
      last = range.upperBound
      position = range.upperBound
      if range.isEmpty {
        guard position < bytes.count else { break }
        repeat {
          text.append(bytes[position])
          position += 1
        } while position < bytes.count && bytes[position] & 0xC0 == 0x80
      }
    }
    if position < bytes.count { text += bytes[position...] }
    return text.count <= limit
  }
}

/// States with the place where each began, earliest first.
private struct PatternThreads {
  private(set) var members: [(state: Int, begin: Int)] = []
  /// Where the earliest that has come to the end of the pattern began.
  private(set) var accepted: Int?
  private var isMember: [Bool]
  private var waiting: [Int] = []

  init(count: Int) { isMember = Array(repeating: false, count: count) }

  mutating func removeAll() {
    for member in members { isMember[member.state] = false }
    members.removeAll(keepingCapacity: true)
    accepted = nil
  }

  /// Must be called with ascending places: the first to come to a state keeps it.
  mutating func add(_ state: Int, from begin: Int, _ states: [PatternAutomaton.State]) {
    waiting.append(state)
    while let state = waiting.popLast() {
      guard !isMember[state] else { continue }
      isMember[state] = true
      members.append((state, begin))
      switch states[state].kind {
      case .match: accepted = accepted ?? begin
      case .range: break
      case .split: waiting += [states[state].other, states[state].next]
      }
    }
  }
}
