// Reads a date pattern into tokens, or says which letter is wrong and what to write.

struct DateFormatReader {
  private let pattern: String
  private let bytes: [UInt8]
  /// Whether year, month and day may be missing.
  private let isPartial: Bool

  init(_ pattern: String, isPartial: Bool) {
    self.pattern = pattern
    self.isPartial = isPartial
    bytes = Array(pattern.utf8)
  }

  func read() throws(DateFormatError) -> [DateFormat.Token] {
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 < 0x80 }) else {
      throw error(0..<bytes.count, .notAPattern)
    }
    var tokens: [DateFormat.Token] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "'") {
        index = try readQuoted(from: index, into: &tokens)
      } else if isLetter(byte) {
        var end = index + 1
        while end < bytes.count, bytes[end] == byte { end += 1 }
        let token = try token(for: byte, index..<end)
        guard !tokens.contains(where: { part(of: $0) == part(of: token) }) else {
          throw error(index..<end, .repeated)
        }
        tokens.append(token)
        index = end
      } else {
        tokens.append(.literal(byte))
        index += 1
      }
    }
    try checkParts(tokens)
    return tokens
  }

  private func readQuoted(
    from start: Int, into tokens: inout [DateFormat.Token]
  ) throws(DateFormatError) -> Int {
    let quote = UInt8(ascii: "'")
    var index = start + 1
    if index < bytes.count, bytes[index] == quote {
      tokens.append(.literal(quote))
      return index + 1
    }
    while index < bytes.count, bytes[index] != quote {
      tokens.append(.literal(bytes[index]))
      index += 1
    }
    guard index < bytes.count else { throw error(start..<bytes.count, .openQuote) }
    return index + 1
  }

  private func token(
    for letter: UInt8, _ range: Range<Int>
  ) throws(DateFormatError) -> DateFormat.Token {
    let count = range.count
    switch (Character(UnicodeScalar(letter)), count) {
    case ("y", 4): return .year4
    case ("y", 2): return .year2
    case ("y", _): throw error(range, .wrongCount, "yyyy")
    case ("M", 1): return .month1
    case ("M", 2): return .month2
    case ("M", 3): return .monthName
    case ("M", _): throw error(range, .wrongCount, "MM")
    case ("d", 1): return .day1
    case ("d", 2): return .day2
    case ("d", _): throw error(range, .wrongCount, "dd")
    case ("H", 1): return .hour1
    case ("H", 2): return .hour2
    case ("H", _): throw error(range, .wrongCount, "HH")
    case ("m", 2): return .minute2
    case ("m", _): throw error(range, .wrongCount, "mm")
    case ("s", 2): return .second2
    case ("s", _): throw error(range, .wrongCount, "ss")
    case ("S", 1...9): return .fraction(UInt8(count))
    case ("S", _): throw error(range, .wrongCount, "SSSSSS")
    case ("X", 3): return .offset
    case ("X", _), ("Z", _), ("z", _), ("x", _):
      throw error(range, .lookAlike(meaning: "another form of the offset"), "XXX")
    case ("Y", _): throw error(range, .lookAlike(meaning: "the week-year"), "yyyy")
    case ("u", _): throw error(range, .lookAlike(meaning: "the proleptic year"), "yyyy")
    case ("D", _): throw error(range, .lookAlike(meaning: "the day of the year"), "dd")
    case ("L", _): throw error(range, .lookAlike(meaning: "the stand-alone month"), "MM")
    case ("h", _), ("K", _): throw error(range, .lookAlike(meaning: "the hour of half a day"), "HH")
    case ("k", _): throw error(range, .lookAlike(meaning: "the hour from 1 to 24"), "HH")
    case ("A", _): throw error(range, .lookAlike(meaning: "milliseconds of the day"), "SSS")
    case ("w", _), ("W", _): throw error(range, .lookAlike(meaning: "the week"))
    case ("T", _): throw error(range, .unknownLetter, "'T'")
    default: throw error(range, .unknownLetter)
    }
  }

  private func checkParts(_ tokens: [DateFormat.Token]) throws(DateFormatError) {
    let parts = Set(tokens.map(part(of:)))
    let whole = 0..<bytes.count
    // `yyyy-mm-dd` is the commonest slip: it says minute where it means month.
    if !parts.contains("month"), parts.contains("minute"), !parts.contains("hour"),
      let at = bytes.firstIndex(of: UInt8(ascii: "m"))
    {
      throw error(at..<at + 2, .lookAlike(meaning: "the minute"), "MM")
    }
    guard !isPartial else { return }
    if !parts.contains("year") { throw error(whole, .missing(part: "year"), "yyyy") }
    if !parts.contains("month") { throw error(whole, .missing(part: "month"), "MM") }
    if !parts.contains("day") { throw error(whole, .missing(part: "day"), "dd") }
    let needsHour = parts.contains("minute") || parts.contains("second")
    if needsHour || parts.contains("fraction") || parts.contains("offset"), !parts.contains("hour")
    {
      throw error(whole, .missing(part: "hour"), "HH")
    }
    if parts.contains("fraction"), !parts.contains("second") {
      throw error(whole, .missing(part: "second"), "ss")
    }
    if parts.contains("second"), !parts.contains("minute") {
      throw error(whole, .missing(part: "minute"), "mm")
    }
  }

  /// Literals may stand as often as they like: each is a part of its own.
  private func part(of token: DateFormat.Token) -> String {
    switch token {
    case .year4, .year2: "year"
    case .month2, .month1, .monthName: "month"
    case .day2, .day1: "day"
    case .hour2, .hour1: "hour"
    case .minute2: "minute"
    case .second2: "second"
    case .fraction: "fraction"
    case .offset: "offset"
    case .literal: ""
    }
  }

  private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

  private func error(
    _ range: Range<Int>, _ reason: DateFormatError.Reason, _ suggestion: String? = nil
  ) -> DateFormatError {
    DateFormatError(
      pattern: pattern, range: range, found: String(decoding: bytes[range], as: UTF8.self),
      reason: reason, suggestion: suggestion)
  }
}
