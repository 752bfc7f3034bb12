// The filter as it is typed in the last line; the list follows each key.

import Cells
import ETLKit

struct FilterPrompt: Hashable, Sendable {
  var field: TextField
  /// What it was before, for nothing but comparison.
  let before: String

  init(text: String) {
    field = TextField(text)
    before = text
  }

  /// What tab would make of the last word: a field's name, or its most frequent value.
  func completions(of facts: [Fact]) -> [String] {
    let word = field.text.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let bare = word.hasPrefix("!") ? word.dropFirst() : word
    guard let colon = bare.firstIndex(of: ":") else {
      guard !bare.isEmpty else { return [] }
      let names = Set(facts.map(\.name)).filter { $0.hasPrefix(bare.lowercased()) }
      return names.sorted().map { "\($0):" }
    }
    let name = bare[..<colon]
    let start = bare[bare.index(after: colon)...].lowercased()
    var counts: [String: Int] = [:]
    for fact in facts where fact.name == name {
      if case .text(let value) = fact.value, value.lowercased().hasPrefix(start) {
        counts[value, default: 0] += 1
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8).map {
      $0.key.contains(" ") ? "\(name):\"\($0.key)\"" : "\(name):\($0.key)"
    }
  }

  /// Puts a completion in the place of the last word.
  mutating func complete(with text: String) {
    var words = field.text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let isNegated = words.last?.hasPrefix("!") ?? false
    if !words.isEmpty { words.removeLast() }
    words.append((isNegated ? "!" : "") + text)
    field = TextField(words.joined(separator: " "))
  }
}

extension ConsoleState {
  mutating func take(_ key: Key, _ prompt: FilterPrompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .enter: overlay = nil
    case .escape:
      setFilter("")
      overlay = nil
    case .tab:
      if let first = prompt.completions(of: inFront().facts(at: now)).first {
        prompt.complete(with: first)
        setFilter(prompt.field.text)
      }
      overlay = .filter(prompt)
    case .up, .down:
      _ = withFront { $0.move(.by(key == .up ? -1 : 1)) }
      overlay = .filter(prompt)
    default:
      // Deleting in an empty line closes it, as everywhere.
      if key == .backspace, prompt.field.isEmpty {
        overlay = nil
        return []
      }
      _ = prompt.field.take(key)
      setFilter(prompt.field.text)
      overlay = .filter(prompt)
    }
    return []
  }
}
