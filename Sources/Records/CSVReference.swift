// The slow, obvious scanner: whole input, one byte after the other, no tricks.
//
// It is the definition of the rules; CSVScanner must agree with it. Also reads headers.

/// Reads delimited text the plain way.
public struct CSVReference: Sendable {
  /// A field as found.
  public struct Field: Hashable, Sendable {
    /// Its bytes inside the input, without quotes.
    public var range: Range<Int>
    /// Whether it stood between quotes.
    public var isQuoted: Bool
    /// Whether it holds doubled quotes.
    public var hasDoubledQuotes: Bool
  }

  /// A record as found.
  public struct Record: Hashable, Sendable {
    /// Its fields; none if it could not be read.
    public var fields: [Field]
    /// Its bytes inside the input, without the line end.
    public var range: Range<Int>
    /// The first and last physical line.
    public var lines: ClosedRange<Int>
    /// What is wrong with it as a whole: `parse.quote` or `parse.too_long`.
    public var fault: RecordFault.Code?
  }

  /// All records, the header among them.
  public private(set) var records: [Record] = []
  /// Empty lines passed over.
  public private(set) var blankLines = 0
  /// Lines of remarks passed over.
  public private(set) var commentLines = 0
  /// Where reading goes on after each record.
  private(set) var ends: [(offset: Int, line: Int)] = []

  private let input: [UInt8]
  private let dialect: Dialect
  private var line = 1

  /// Reads all records of an input.
  /// - Parameters:
  ///   - input: the whole input.
  ///   - dialect: how it is read; the header is not treated apart.
  ///   - most: how many records are read at most.
  public init(_ input: [UInt8], dialect: Dialect, most: Int = .max) {
    self.input = input
    self.dialect = dialect
    var start = input.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for _ in 0..<dialect.skippedLines {
      while start < input.count, lineEnd(at: start) == nil { start += 1 }
      guard let next = lineEnd(at: start) else { break }
      start = next
      line += 1
    }
    while start < input.count, records.count < most {
      if let comment = dialect.comment, input[start] == comment {
        while start < input.count, lineEnd(at: start) == nil { start += 1 }
        start = lineEnd(at: start) ?? input.count
        commentLines += 1
        line += 1
      } else if dialect.skipBlankLines, let next = lineEnd(at: start) {
        blankLines += 1
        line += 1
        start = next
      } else {
        start = readRecord(from: start)
        ends.append((start, line))
      }
    }
  }

  /// What follows the line end at a place, if there is one.
  private func lineEnd(at index: Int) -> Int? {
    guard index < input.count else { return nil }
    if input[index] == 0x0A { return index + 1 }
    guard input[index] == 0x0D else { return nil }
    let isPair = index + 1 < input.count && input[index + 1] == 0x0A
    return index + (isPair ? 2 : 1)
  }

  private func lineEnds(_ range: Range<Int>) -> Int {
    range.count { index in
      guard let next = lineEnd(at: index) else { return false }
      return next == index + 1
    }
  }

  /// Reads one record and returns where the next begins.
  private mutating func readRecord(from start: Int) -> Int {
    let window = min(input.count, start + dialect.maximumRecordBytes + 1)
    let isCapped = input.count - start > dialect.maximumRecordBytes
    var fields: [Field] = []
    var fieldStart = start
    var index = start
    while true {
      var quoted: Field?
      index = fieldStart
      while index < window, isBlank(input[index]) { index += 1 }
      if index < window, input[index] == dialect.quote {
        let open = index
        guard let field = quotedField(from: open, window: window, isCapped: isCapped, &index) else {
          return broken(from: start, anchor: open, window: window, isCapped: isCapped)
        }
        quoted = field
      } else {
        index = fieldStart
        while index < window, input[index] != dialect.delimiter, lineEnd(at: index) == nil {
          if input[index] == dialect.quote {
            return broken(from: start, anchor: index, window: window, isCapped: isCapped)
          }
          index += 1
        }
        if index == window, isCapped { return tooLong(from: start) }
      }
      fields.append(
        quoted ?? Field(range: fieldStart..<index, isQuoted: false, hasDoubledQuotes: false))
      if index < window, input[index] == dialect.delimiter {
        fieldStart = index + 1
        if fieldStart == window, isCapped { return tooLong(from: start) }
        continue
      }
      let more = lineEnds(start..<index)
      records.append(
        Record(fields: fields, range: start..<index, lines: line...line + more, fault: nil))
      line += more + 1
      return lineEnd(at: index) ?? input.count
    }
  }

  /// Reads from an opening quote to the delimiter or line end behind the closing one.
  private func quotedField(
    from open: Int, window: Int, isCapped: Bool, _ index: inout Int
  ) -> Field? {
    var hasDoubledQuotes = false
    index = open + 1
    while true {
      guard index < window else { return nil }
      if input[index] == dialect.quote {
        guard index + 1 < input.count, input[index + 1] == dialect.quote else { break }
        hasDoubledQuotes = true
        index += 1
      }
      index += 1
    }
    let close = index
    index += 1
    while index < window, isBlank(input[index]) { index += 1 }
    if index < window {
      guard input[index] == dialect.delimiter || lineEnd(at: index) != nil else { return nil }
    } else if isCapped {
      return nil
    }
    return Field(range: open + 1..<close, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes)
  }

  /// The record ends at the first line end from the quote on, if that is near enough.
  private mutating func broken(
    from start: Int, anchor: Int, window: Int, isCapped: Bool
  ) -> Int {
    var index = anchor
    while index < window, lineEnd(at: index) == nil { index += 1 }
    if index == window, isCapped { return tooLong(from: start) }
    let more = lineEnds(start..<index)
    records.append(
      Record(fields: [], range: start..<index, lines: line...line + more, fault: .parseQuote))
    line += more + 1
    return lineEnd(at: index) ?? input.count
  }

  /// The record is cut at the limit, the rest of the line dropped.
  private mutating func tooLong(from start: Int) -> Int {
    let end = start + dialect.maximumRecordBytes
    let more = lineEnds(start..<end)
    records.append(
      Record(fields: [], range: start..<end, lines: line...line + more, fault: .parseTooLong))
    line += more + 1
    var index = end
    while index < input.count, lineEnd(at: index) == nil { index += 1 }
    return lineEnd(at: index) ?? input.count
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    TextBytes.isBlank(byte) && byte != dialect.delimiter
  }

  /// A field's text: without quotes, doubled ones made single.
  public func text(of field: Field) -> [UInt8] {
    var text: [UInt8] = []
    var index = field.range.lowerBound
    while index < field.range.upperBound {
      text.append(input[index])
      index += field.hasDoubledQuotes && input[index] == dialect.quote ? 2 : 1
    }
    return text
  }
}
