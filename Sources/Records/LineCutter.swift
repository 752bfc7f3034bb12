// Lines out of a batch's input, for formats in which a line is a record.
//
// LF and CRLF end a line; the last one needs no end. A byte order mark is passed over.

/// Cuts input into lines, whatever pieces it comes in.
struct LineCutter: Sendable {
  /// The longest line, without its end.
  let maximumRecordBytes: Int
  /// Whether lines of blanks only are lines like others; otherwise they are counted.
  var keepsBlankLines = false
  /// Lines at the start that belong to nobody.
  var skippedLines = 0
  /// Lines that begin so are passed over and counted.
  var comment: UInt8?

  private(set) var blankLines = 0
  private(set) var commentLines = 0
  private var isStarted = false
  private var isSkipping = false

  init(maximumRecordBytes: Int) {
    self.maximumRecordBytes = min(max(maximumRecordBytes, 1), 128 << 20)
  }

  /// Gives each complete line: its bytes, its number, and whether it is longer than allowed; of one
  /// that is, only the start is given.
  mutating func scan(
    _ batch: RecordBatch, isLast: Bool, line body: (Range<Int>, Int, _ isTooLong: Bool) -> Void
  ) {
    precondition(batch.count == 0)
    let end = batch.inputCount
    var start = 0
    var line = batch.position.line
    if !isStarted {
      guard let mark = markLength(batch, isLast: isLast) else {
        batch.finishScan(consumed: 0, line: line)
        return
      }
      start = mark
      // An input that is entered later has these lines behind it.
      if batch.position.offset > 0 { skippedLines = 0 }
      isStarted = true
    }
    while start < end, batch.count < batch.capacity {
      let at = CSVBytes.find(CSVBytes.lineFeed, in: batch.bytes, from: start, to: end)
      if isSkipping || skippedLines > 0 {
        start = min(at + 1, end)
        if at == end { break }
        if !isSkipping { skippedLines -= 1 }
        isSkipping = false
        line += 1
        continue
      }
      // A CR at the cut may belong to the line end, so that one byte more is waited for.
      if at == end, !isLast, end - start <= maximumRecordBytes + 1 { break }
      let isReturn = at > start && batch.bytes[at - 1] == CSVBytes.carriageReturn && at < end
      let contentEnd = isReturn ? at - 1 : at
      if batch.bytes[start] == comment, contentEnd > start {
        commentLines += 1
        isSkipping = at == end && !isLast
      } else if contentEnd - start > maximumRecordBytes {
        body(start..<start + maximumRecordBytes, line, true)
        isSkipping = at == end && !isLast
      } else if !keepsBlankLines, isBlank(batch, start..<contentEnd) {
        blankLines += 1
      } else {
        body(start..<contentEnd, line, false)
      }
      start = min(at + 1, end)
      if !isSkipping { line += 1 }
    }
    batch.finishScan(consumed: start, line: line)
  }

  /// The length of the byte order mark, or nil if more bytes are needed to tell.
  private func markLength(_ batch: RecordBatch, isLast: Bool) -> Int? {
    guard batch.position.offset == 0 else { return 0 }
    let length = min(3, batch.inputCount)
    let isMark = (0..<length).allSatisfy { batch.bytes[$0] == CSVBytes.byteOrderMark($0) }
    if isMark, length < 3, !isLast { return nil }
    return isMark && length == 3 ? 3 : 0
  }

  private func isBlank(_ batch: RecordBatch, _ range: Range<Int>) -> Bool {
    range.allSatisfy { TextBytes.isBlank(batch.bytes[$0]) || batch.bytes[$0] == 0x0D }
  }
}

extension RecordBatch {
  /// Counts a record whose fields are set.
  ///
  /// `fieldCount`: how many fields were found; of a broken record how many bytes are sound.
  func commit(
    _ range: Range<Int>, line: Int, moreLines: Int = 0, _ structure: RecordStructure,
    fieldCount: Int
  ) {
    let record = count
    if structure.isUnreadable {
      for field in 0..<width { fields[record * width + field] = CSVBytes.pack(range.lowerBound, 0) }
    }
    if structure != .sound {
      structures[record] = structure
      markBad(record)
    }
    bounds[record] = CSVBytes.pack(range.lowerBound, range.upperBound)
    lines[record] = CSVBytes.pack(line - position.line, moreLines)
    fieldCounts[record] = UInt32(truncatingIfNeeded: fieldCount)
    count += 1
  }
}

extension RecordStructure {
  /// Whether the record's fields could not be told apart.
  var isUnreadable: Bool { rawValue >= RecordStructure.brokenQuote.rawValue }
}
