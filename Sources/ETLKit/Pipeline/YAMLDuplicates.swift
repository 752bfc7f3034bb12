// Yams stops at the first map that has a key twice. To find all mistakes at once, each second key
// is masked by a sign of the private use area, place for place, and the text composed again.
// Touches nothing.

import Yams

/// Composes a text although keys stand twice in it, and knows which they are.
struct YAMLDuplicates {
  /// A key that stood before.
  struct Masked: Hashable {
    var name: String
    var firstLine: Int
  }

  /// How many keys are masked before giving up.
  static let limit = 100

  private var source: SourceText
  private(set) var masked: [SourceText.Place: Masked] = [:]

  init(_ source: SourceText) {
    self.source = source
  }

  /// The tree; nil for an empty text.
  mutating func compose() throws(YAMLSyntaxProblem) -> Node? {
    while true {
      do {
        return try Yams.compose(yaml: source.text, .basic, .default, .utf8)
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        guard masked.count < Self.limit, let name = names.first, mask(name, first: context.mark)
        else {
          throw YAMLSyntaxProblem(
            code: "key.duplicate", what: "the key \(quoted(names.first ?? "")) stands twice",
            mark: source.mark(
              at: SourceText.Place(line: context.mark.line - 1, offset: context.mark.column - 1)),
            suggestion: "remove one of them")
        }
      } catch {
        throw YAMLSyntaxProblem(error, in: source)
      }
    }
  }

  /// Masks the next key of this name in the same map.
  private mutating func mask(_ name: String, first mark: Mark) -> Bool {
    let first = SourceText.Place(line: mark.line - 1, offset: mark.column - 1)
    guard source.lines.indices.contains(first.line) else { return false }
    if let place = nextInBlock(name, after: first) {
      cover(place, name: name, firstLine: mark.line)
      return true
    }
    // Not in a block: try the places one after the other, and see whether the complaint goes away.
    for place in placesInFlow(name, after: first).prefix(50) {
      var trial = self
      trial.cover(place, name: name, firstLine: mark.line)
      if !trial.complains(of: name, first: mark) {
        self = trial
        return true
      }
    }
    return false
  }

  private func complains(of name: String, first mark: Mark) -> Bool {
    do {
      _ = try Yams.compose(yaml: source.text, .basic, .default, .utf8)
      return false
    } catch YamlError.duplicatedKeysInMapping(let names, let context) {
      return names.first == name && context.mark.line == mark.line
        && context.mark.column == mark.column
    } catch {
      return true
    }
  }

  private mutating func cover(_ key: SourceText.Place, name: String, firstLine: Int) {
    var letter = key
    if let sign = source[key], sign == "'" || sign == "\"" { letter.offset += 1 }
    guard let sign = Unicode.Scalar(0xE000 + UInt32(masked.count)) else { return }
    source.replace(at: letter, with: sign)
    masked[key] = Masked(name: name, firstLine: firstLine)
  }

  private func nextInBlock(_ name: String, after first: SourceText.Place) -> SourceText.Place? {
    let before = source.lines[first.line].prefix(first.offset)
    guard before.allSatisfy({ $0 == " " || $0 == "-" }) else { return nil }
    for line in (first.line + 1)..<max(first.line + 1, source.lines.count) {
      let text = source.lines[line]
      let indent = text.prefix { $0 == " " }.count
      if indent == text.count || text[indent] == "#" { continue }
      if indent < first.offset { return nil }
      let place = SourceText.Place(line: line, offset: indent)
      if indent == first.offset, isKey(name, at: place) { return place }
    }
    return nil
  }

  private func placesInFlow(_ name: String, after first: SourceText.Place) -> [SourceText.Place] {
    var places: [SourceText.Place] = []
    for line in first.line..<min(source.lines.count, first.line + 200) {
      let start = line == first.line ? first.offset + 1 : 0
      for offset in start..<max(start, source.lines[line].count) {
        let place = SourceText.Place(line: line, offset: offset)
        if isKey(name, at: place) { places.append(place) }
      }
    }
    return places
  }

  /// Whether a key of this name, perhaps in quotes, stands at a place.
  private func isKey(_ name: String, at place: SourceText.Place) -> Bool {
    var rest = source.lines[place.line].dropFirst(place.offset)
    let quote = rest.first.flatMap { $0 == "'" || $0 == "\"" ? $0 : nil }
    if quote != nil { rest = rest.dropFirst() }
    let wanted = Array(name.unicodeScalars)
    guard !wanted.isEmpty, rest.starts(with: wanted) else { return false }
    rest = rest.dropFirst(wanted.count)
    if let quote {
      guard rest.first == quote else { return false }
      rest = rest.dropFirst()
    }
    return rest.drop { $0 == " " || $0 == "\t" }.first == ":"
  }
}
