// Regular expressions over bytes, by automaton: the time is bounded by the length of the value.
//
// A pattern becomes a Thompson automaton, and that a table of states if it is small enough. There
// is no backtracking, so that no pattern and no value can make a run hang.

/// A regular expression.
///
/// Letters, `.` (any character but a line feed), classes `[a-z]` and `[^…]`, `\d \D \w \W \s \S`
/// (ASCII), `\t \n \r`, escapes of signs, groups `(…)` and `(?:…)`, `|`, `* + ? {m} {m,} {m,n}`.
/// `^` may stand at the very start and `$` at the very end. Works on UTF-8; characters are Unicode
/// scalars. Two patterns are equal if they are written alike.
public struct BytePattern: Hashable, Sendable {
  /// As it was written.
  public let text: String
  let automaton: PatternAutomaton

  /// Reads a pattern.
  /// - Throws: `PatternError` with the place of the mistake.
  public init(_ text: String) throws(PatternError) {
    self.text = text
    automaton = try PatternAutomaton(PatternParser(text).parse(), pattern: text)
  }

  /// Whether the whole value has this form.
  public func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { automaton.matches(bytes) }

  /// Whether a part of the value has this form; `^` and `$` bind it to the ends.
  public func isContained(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    automaton.isContained(in: bytes)
  }

  /// Whether the whole text has this form.
  public func matches(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { matches($0) }
  }

  /// Whether a part of the text has this form.
  public func isContained(in text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { isContained(in: $0) }
  }

  /// Whether both are written alike.
  public static func == (left: BytePattern, right: BytePattern) -> Bool { left.text == right.text }

  /// Hashes the text of the pattern.
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a pattern was refused.
public struct PatternError: Error, Hashable, Sendable {
  /// The kinds of mistakes.
  public enum Reason: Hashable, Sendable {
    /// A bracket, brace or group that is never closed.
    case unclosed
    /// A closing sign without an opening one.
    case unopened
    /// `*`, `+`, `?` or `{…}` with nothing before it.
    case nothingToRepeat
    /// A backslash before something without a meaning.
    case unknownEscape
    /// A range that runs backwards, or a count that does.
    case badRange
    /// Something that an automaton cannot do, or that is not known: look-ahead, back-references,
    /// lazy marks, flags, anchors in the middle.
    case unsupported
    /// More states than the limit allows.
    case tooLarge
  }

  /// The whole pattern.
  public var pattern: String
  /// The letters to blame, as UTF-8 offsets.
  public var range: Range<Int>
  /// What is wrong with them.
  public var reason: Reason

  /// Creates an error.
  public init(pattern: String, range: Range<Int>, reason: Reason) {
    self.pattern = pattern
    self.range = range
    self.reason = reason
  }
}

extension PatternError {
  /// The error in words.
  package var words: String {
    switch reason {
    case .unclosed: "this bracket is never closed"
    case .unopened: "there is no opening bracket to this one"
    case .nothingToRepeat: "there is nothing before this sign to repeat"
    case .unknownEscape: "this backslash stands before a sign without a meaning"
    case .badRange: "this range runs backwards"
    case .unsupported: "patterns have no look-around, back-references or lazy marks"
    case .tooLarge: "the pattern is too large"
    }
  }

  /// What to write instead, if that can be said.
  package var advice: String? {
    let sign =
      Array(pattern.utf8).indices.contains(range.lowerBound)
      ? String(decoding: Array(pattern.utf8)[range].prefix(1), as: UTF8.self) : ""
    return switch reason {
    case .unclosed: "close it, or write \\\(sign) for the sign itself"
    case .unopened, .nothingToRepeat: "write \\\(sign) for the sign itself"
    case .unknownEscape: "write \\\\ for a backslash itself"
    case .badRange: "exchange its ends"
    case .unsupported, .tooLarge: nil
    }
  }
}
