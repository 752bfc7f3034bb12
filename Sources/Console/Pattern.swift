// The small patterns of filters: `.` any letter, `x*` repeated, `^` start, `$` end, `\` takes literally.
//
// Followed state by state over all positions at once, so a pattern costs letters × atoms and no more.

struct Pattern: Hashable, Sendable {
  private struct Atom: Hashable, Sendable {
    var letter: Character?  // nil: any
    var isRepeated: Bool

    func takes(_ other: Character) -> Bool { letter == nil || letter == other }
  }

  private var atoms: [Atom] = []
  private var isAnchoredAtStart = false
  private var isAnchoredAtEnd = false

  init(_ text: String) {
    var letters = Array(text)
    if letters.first == "^" {
      isAnchoredAtStart = true
      letters.removeFirst()
    }
    if letters.last == "$", letters.dropLast().last != "\\" {
      isAnchoredAtEnd = true
      letters.removeLast()
    }
    var index = 0
    while index < letters.count {
      let letter = letters[index]
      index += 1
      if letter == "*", let last = atoms.indices.last {
        atoms[last].isRepeated = true
      } else if letter == "\\" {
        guard index < letters.count else { break }  // Still being typed.
        atoms.append(Atom(letter: letters[index], isRepeated: false))
        index += 1
      } else {
        atoms.append(Atom(letter: letter == "." ? nil : letter, isRepeated: false))
      }
    }
  }

  func isFound(in text: String) -> Bool {
    var states: Set<Int> = []
    enter(0, &states)
    if states.contains(atoms.count), !isAnchoredAtEnd || text.isEmpty { return true }
    for letter in text {
      var next: Set<Int> = []
      for state in states where state < atoms.count && atoms[state].takes(letter) {
        enter(atoms[state].isRepeated ? state : state + 1, &next)
      }
      if !isAnchoredAtStart { enter(0, &next) }
      states = next
      if !isAnchoredAtEnd, states.contains(atoms.count) { return true }
    }
    return states.contains(atoms.count)
  }

  /// A repeated atom may also be left out.
  private func enter(_ state: Int, _ states: inout Set<Int>) {
    guard states.insert(state).inserted, state < atoms.count, atoms[state].isRepeated else {
      return
    }
    enter(state + 1, &states)
  }
}
