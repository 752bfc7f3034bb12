// Patterns of dates and times: `yyyy-MM-dd`, `d.M.yy HH:mm`.
//
// Only letters with one meaning are allowed. Letters that look right and mean something else
// (week-year, minute for month) are refused with what to write instead.

/// A pattern that dates or timestamps are written in.
///
/// `yyyy` takes exactly four digits, `yy` exactly two (69–99 are 1969–1999, 00–68 are 2000–2068),
/// `MM dd HH mm ss` exactly two, `M d H` one or two, `MMM` an English month of three letters,
/// `S…` as many digits of a second's fraction as there are letters (at most nine, kept to
/// microseconds), `XXX` an offset (`Z`, `+02:00`). All else stands for itself; letters go
/// between apostrophes: `yyyy-MM-dd'T'HH:mm`.
public struct DateFormat: Hashable, Sendable {
  enum Token: Hashable, Sendable {
    case year4, year2, month2, month1, monthName, day2, day1
    case hour2, hour1, minute2, second2
    case fraction(UInt8)
    case offset
    case literal(UInt8)
  }

  /// As it was written.
  public let pattern: String
  /// Whether it asks for an hour.
  public let hasTime: Bool
  /// Whether it holds `yy`, so that the pivot applies.
  public let hasTwoDigitYear: Bool
  let tokens: [Token]

  /// Reads a pattern.
  /// - Parameters:
  ///   - pattern: such as `yyyy-MM-dd`.
  ///   - isPartial: whether year, month and day may be missing, as in a pattern to write by.
  /// - Throws: `DateFormatError` with the first letter that cannot be used.
  public init(pattern: String, isPartial: Bool = false) throws(DateFormatError) {
    let tokens = try DateFormatReader(pattern, isPartial: isPartial).read()
    self.pattern = pattern
    self.tokens = tokens
    hasTime = tokens.contains { $0 == .hour2 || $0 == .hour1 }
    hasTwoDigitYear = tokens.contains(.year2)
  }
}

/// Why a date pattern was refused.
public struct DateFormatError: Error, Hashable, Sendable {
  /// The kinds of mistakes.
  public enum Reason: Hashable, Sendable {
    /// A letter that means something else than it seems: `found` is a week-year, a day of the year …
    case lookAlike(meaning: String)
    /// A letter without a meaning here.
    case unknownLetter
    /// A known letter, this many times.
    case wrongCount
    /// A part that stands twice.
    case repeated
    /// A part that is needed: `year`, `month`, `day`, `hour`.
    case missing(part: String)
    /// An apostrophe that is never closed.
    case openQuote
    /// Text outside ASCII, or nothing at all.
    case notAPattern
  }

  /// The whole pattern.
  public var pattern: String
  /// The letters to blame, as UTF-8 offsets.
  public var range: Range<Int>
  /// Those letters.
  public var found: String
  /// What is wrong with them.
  public var reason: Reason
  /// What to write instead.
  public var suggestion: String?

  /// Creates an error.
  public init(
    pattern: String, range: Range<Int>, found: String, reason: Reason, suggestion: String? = nil
  ) {
    self.pattern = pattern
    self.range = range
    self.found = found
    self.reason = reason
    self.suggestion = suggestion
  }
}
