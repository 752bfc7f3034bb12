// Regular expressions over bytes, by automaton: the time is bounded by the length of the value.

/// A regular expression.
public struct BytePattern: Hashable, Sendable {
  /// As it was written.
  public let text: String

  /// Reads a pattern.
  /// - Throws: `PatternError` with the place of the mistake.
  public init(_ text: String) throws(PatternError) {
    self.text = text
  }
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
    /// Something that an automaton cannot do: look-ahead, back-references, lazy marks.
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
