// Quoted fields, and records that cannot be read: where they end and where reading goes on.
//
// "Capped" means that more than `maximumRecordBytes` of the record are there: what can be decided
// within them is decided, so that the outcome is the same however the bytes arrive.

/// Where a record that cannot be read ends, and where reading goes on.
struct BrokenRecord {
  /// `.sound` means that more bytes are needed to tell.
  var structure: RecordStructure
  /// The quote to blame.
  var quoteAt = 0
  var contentEnd = 0
  var next = 0
  /// Line ends inside the record.
  var moreLines = 0
  /// Line ends that are behind us at `next`.
  var lines = 0
}

struct QuotedField {
  enum Status { case closed, cut, broken }
  var status: Status
  /// The delimiter or line end after it.
  var terminator = 0
  var packed: UInt64 = 0
  /// Line ends inside it.
  var lines = 0
  /// The quote to blame, or nil if the record is just too long.
  var anchor: Int?
}

extension CSVScanner {
  /// Reads a field from its opening quote to what ends it.
  @inline(never)
  func readQuoted(
    _ bytes: UnsafeMutablePointer<UInt8>, recordStart: Int, fieldStart: Int, quoteAt: Int,
    end: Int, limit: Int
  ) -> QuotedField {
    let quote = bytes[quoteAt]
    if quoteAt - recordStart > dialect.maximumRecordBytes { return QuotedField(status: .broken) }
    for index in fieldStart..<quoteAt where !isBlank(bytes[index]) {
      return QuotedField(status: .broken, anchor: quoteAt)
    }
    let isCapped = end - recordStart > dialect.maximumRecordBytes
    // In a capped window a closing quote at the last byte is one byte too far.
    let window = isCapped ? recordStart + dialect.maximumRecordBytes : end
    let isLast = limit > end
    let unfinished = QuotedField(
      status: isCapped || isLast ? .broken : .cut, anchor: quoteAt)
    var flags = FieldFlag.quoted
    var index = quoteAt + 1
    while true {
      index = CSVBytes.find(quote, in: bytes, from: index, to: window)
      guard index < window else { return unfinished }
      if index + 1 == limit { return unfinished }
      if index + 1 < end, bytes[index + 1] == quote {
        if index + 1 >= window { return unfinished }
        flags |= FieldFlag.doubledQuotes
        index += 2
        continue
      }
      break
    }
    let close = index
    index += 1
    while index < window, isBlank(bytes[index]) { index += 1 }
    if index >= window, isCapped, !isEnd(bytes[index]) {
      return unfinished
    }
    guard index < limit else { return unfinished }
    guard isEnd(bytes[index]) else {
      return QuotedField(status: .broken, anchor: quoteAt)
    }
    return QuotedField(
      status: .closed, terminator: index,
      packed: CSVBytes.pack(quoteAt + 1, close - quoteAt - 1) | flags,
      lines: CSVBytes.lineEnds(in: bytes, from: quoteAt + 1, to: close, end: end))
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == dialect.delimiter || byte == CSVBytes.lineFeed || byte == CSVBytes.carriageReturn
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    TextBytes.isBlank(byte) && byte != dialect.delimiter
  }

  /// Finds the end of a record that cannot be read.
  @inline(never)
  mutating func resolve(
    _ bytes: UnsafeMutablePointer<UInt8>, recordStart: Int, anchor: Int?, end: Int, isLast: Bool
  ) -> BrokenRecord {
    let maximum = dialect.maximumRecordBytes
    let isCapped = end - recordStart > maximum
    if let anchor {
      let window = min(end, recordStart + maximum + 1)
      let at = CSVBytes.findLineEnd(in: bytes, from: anchor, to: window)
      if at < window || !isCapped {
        if at == end, !isLast { return BrokenRecord(structure: .sound) }
        let isReturn = at < end && bytes[at] == CSVBytes.carriageReturn
        if isReturn, at + 1 == end, !isLast { return BrokenRecord(structure: .sound) }
        let isPair = isReturn && at + 1 < end && bytes[at + 1] == CSVBytes.lineFeed
        let more = CSVBytes.lineEnds(in: bytes, from: recordStart, to: at, end: end)
        return BrokenRecord(
          structure: .brokenQuote, quoteAt: anchor, contentEnd: at,
          next: min(end, at + (isPair ? 2 : 1)),
          moreLines: more, lines: more + (at < end ? 1 : 0))
      }
    }
    let contentEnd = recordStart + maximum
    let more = CSVBytes.lineEnds(in: bytes, from: recordStart, to: contentEnd, end: end)
    let skip = skipLine(bytes, from: contentEnd, end: end, isLast: isLast)
    isSkipping = !skip.isFound
    return BrokenRecord(
      structure: .tooLong, contentEnd: contentEnd, next: skip.next, moreLines: more,
      lines: more + (skip.isFound ? 1 : 0))
  }

  /// Passes over the rest of a line.
  func skipLine(
    _ bytes: UnsafeMutablePointer<UInt8>, from start: Int, end: Int, isLast: Bool
  ) -> (next: Int, isFound: Bool) {
    let at = CSVBytes.findLineEnd(in: bytes, from: start, to: end)
    guard at < end else { return (end, false) }
    guard bytes[at] == CSVBytes.carriageReturn else { return (at + 1, true) }
    if at + 1 == end { return isLast ? (end, true) : (at, false) }
    return (bytes[at + 1] == CSVBytes.lineFeed ? at + 2 : at + 1, true)
  }
}
