// "Did you mean": the known name that is nearest to an unknown one. Touches nothing.

/// Finds the name most like a given one.
package enum NearestName {
  /// The nearest of the names, or nil if none is near enough to be what was meant.
  package static func of(_ name: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    // One letter is near to every other one.
    guard (2...80).contains(wanted.count) else { return nil }
    let limit = max(1, min(3, wanted.count / 3))
    var best: (name: String, distance: Int)?
    for candidate in names.sorted() {
      let letters = Array(candidate.lowercased())
      guard abs(letters.count - wanted.count) <= limit else { continue }
      let distance = edits(from: wanted, to: letters)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The words for a suggestion, or nil.
  package static func suggestion(for name: String, among names: some Sequence<String>) -> String? {
    of(name, among: names).map(words)
  }

  /// The words that suggest a name.
  package static func words(_ nearest: String) -> String { "did you mean \"\(nearest)\"?" }

  /// The least number of letters to add, drop, change, or swap with the next one.
  private static func edits(from first: [Character], to second: [Character]) -> Int {
    var rows = [Array(0...second.count)]
    for (line, letter) in first.enumerated() {
      var row = [line + 1]
      for (index, other) in second.enumerated() {
        var least = min(row[index] + 1, rows[line][index + 1] + 1)
        least = min(least, rows[line][index] + (letter == other ? 0 : 1))
        if line > 0, index > 0, letter == second[index - 1], first[line - 1] == other {
          least = min(least, rows[line - 1][index - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
