// The names that theme files use.

import Cells

enum ThemeRoles {
  /// The groups of roles.
  static let groups = ["ui", "state", "level", "data", "sql", "chart"]

  /// Roles that are lists, and how long they are.
  static let lists = ["series": 8, "heat": 5]

  /// The words of `attr` and `mono`.
  static let emphasis: [String: Emphasis] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  /// The roles of a group.
  static func names(in group: String) -> [String] {
    let prefix = group + "."
    let single = Ink.all.map(\.role).filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains(".") }
    return group == "chart" ? single + lists.keys.sorted() : single
  }

  /// The ink of a role; `data.text` is the plain text's.
  static func ink(_ group: String, _ name: String) -> Ink? {
    guard !name.contains(".") else { return nil }
    return Ink(role: "\(group).\(name)")
  }

  /// The known word that differs least, if it differs little.
  static func nearest(_ word: String, _ known: [String]) -> String? {
    let limit = max(1, word.count / 3)
    return known.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }
      .min { $0.1 < $1.1 }?.0
  }

  /// How many letters to change, add or drop.
  private static func distance(_ first: String, _ second: String) -> Int {
    let letters = Array(second)
    var row = Array(0...letters.count)
    for (index, letter) in first.enumerated() {
      var corner = row[0]
      row[0] = index + 1
      for column in letters.indices {
        let change = corner + (letter == letters[column] ? 0 : 1)
        corner = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, corner + 1)
      }
    }
    return row[letters.count]
  }
}
