// The filter language of every list: `word field:value field:>10 age:>1d !not ~pattern "a b"`.
//
// All terms must hold. What cannot be read as more is a plain word, so typing never makes a mistake.

/// What a row says about itself, for filters.
struct Fact: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case text(String)
    case number(Double)
    /// Seconds since it came to be.
    case age(Double)
  }

  let name: String
  let value: Value

  static func text(_ name: String, _ value: String) -> Fact {
    Fact(name: name, value: .text(value))
  }

  static func number(_ name: String, _ value: Int) -> Fact {
    Fact(name: name, value: .number(Double(value)))
  }

  static func age(_ seconds: Double) -> Fact { Fact(name: "age", value: .age(seconds)) }
}

/// A filter as typed, and its terms.
struct Filter: Hashable, Sendable {
  enum Comparison: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case more = ">"
    case less = "<"
    case equal = "="
  }

  struct Term: Hashable, Sendable {
    enum Test: Hashable, Sendable {
      case contains(String)
      case pattern(Pattern)
      case compares(Comparison, Double)
    }

    var field: String?
    var isNegated = false
    var test: Test
  }

  let text: String
  let terms: [Term]

  static let none = Filter("")

  init(_ text: String) {
    self.text = text
    terms = Self.words(of: text).compactMap(Self.term)
  }

  var isEmpty: Bool { terms.isEmpty }

  func matches(_ facts: [Fact]) -> Bool { terms.allSatisfy { $0.holds(for: facts) } }

  // MARK: Reading

  /// Words at blanks; quotes keep blanks and are dropped.
  private static func words(of text: String) -> [(text: String, isQuoted: Bool)] {
    var words: [(String, Bool)] = []
    var word = ""
    var isQuoted = false
    var isInside = false
    for character in text {
      if character == "\"" {
        isInside.toggle()
        isQuoted = isQuoted || word.isEmpty
      } else if character == " ", !isInside {
        if !word.isEmpty { words.append((word, isQuoted)) }
        word = ""
        isQuoted = false
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append((word, isQuoted)) }
    return words
  }

  private static func term(_ word: (text: String, isQuoted: Bool)) -> Term? {
    guard !word.isQuoted else { return Term(test: .contains(word.text.lowercased())) }
    var rest = word.text[...]
    let isNegated = rest.first == "!"
    if isNegated { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var field: String?
    if let colon = rest.firstIndex(of: ":"), colon != rest.startIndex {
      let value = rest[rest.index(after: colon)...]
      guard !value.isEmpty else { return nil }  // Still being typed.
      field = rest[..<colon].lowercased()
      rest = value
    }
    return Term(field: field, isNegated: isNegated, test: test(rest, hasField: field != nil))
  }

  private static func test(_ text: Substring, hasField: Bool) -> Term.Test {
    if text.first == "~", text.count > 1 {
      return .pattern(Pattern(String(text.dropFirst()).lowercased()))
    }
    if hasField, let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let number = number(text.dropFirst(comparison.rawValue.count))
    {
      return .compares(comparison, number)
    }
    return .contains(text.lowercased())
  }

  /// "10", "1,000", "2.5", "90s", "5m", "3h", "1d", "2w"; times in seconds.
  private static func number(_ text: Substring) -> Double? {
    let plain = text.filter { $0 != "," }
    if let number = Double(plain), number.isFinite { return number }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    guard let unit = plain.last, let factor = units[unit], let number = Double(plain.dropLast())
    else { return nil }
    return number * factor
  }
}

extension Filter.Term {
  fileprivate func holds(for facts: [Fact]) -> Bool {
    let isFound = facts.contains { fact in
      if let field, fact.name != field { return false }
      switch (test, fact.value) {
      case (.contains(let word), .text(let text)):
        return text.lowercased().contains(word)
      case (.contains(let word), .number(let number)):
        return Double(word) == number || (field == nil && "\(number)".hasPrefix(word))
      case (.pattern(let pattern), .text(let text)):
        return pattern.isFound(in: text.lowercased())
      case (.compares(let comparison, let bound), .number(let number)),
        (.compares(let comparison, let bound), .age(let number)):
        return comparison.holds(number, bound)
      case (.compares(.equal, let bound), .text(let text)):
        return Double(text) == bound
      default:
        return false
      }
    }
    return isFound != isNegated
  }
}

extension Filter.Comparison {
  fileprivate func holds(_ one: Double, _ other: Double) -> Bool {
    switch self {
    case .atLeast: one >= other
    case .atMost: one <= other
    case .more: one > other
    case .less: one < other
    case .equal: one == other
    }
  }
}
