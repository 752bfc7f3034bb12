// Bytes in, records out, for delimited text: RFC 4180 and what people make of it.
//
// Knows nothing of files or column types. Takes complete records only and commits them at their
// line end; what is left is carried into the next batch. If you change a rule, change it in
// CSVReference too: tests compare the two on every fixture and on random input in every chunking.

/// Finds the records of delimited text.
///
/// The rules:
/// - LF, CRLF and CR end a record outside quotes, in any mixture; the last line needs no end.
/// - A byte order mark at the start of the input is passed over; so is the header, if there is one.
/// - As many lines as the dialect says are passed over at the start, and lines of remarks anywhere
///   between records; quotes in them mean nothing.
/// - Empty lines are passed over and counted. A quoted empty field is a record.
/// - Blanks and tabs around a quoted field are dropped, around others they belong to the value.
/// - Too few fields: bad. Too many: bad, unless all extra ones are empty (`ignoredExtraFields`).
/// - A quote inside an unquoted field, text after a closing quote, or a quote that is still open at
///   the end of the input or at `maximumRecordBytes`: bad. The record then ends at the first line
///   end after that quote, so that one stray quote costs one line and never the rest of a file.
/// - Longer than `maximumRecordBytes`: bad. That many bytes are kept, the rest of the line is
///   dropped as it arrives.
///
/// How to drive it is told by `RecordScanner`.
public struct CSVScanner: RecordScanner {
  /// How the bytes are read.
  public let dialect: Dialect
  /// Fields a record should have.
  public let width: Int
  /// Empty lines passed over so far.
  public internal(set) var blankLines = 0
  /// Records with extra fields that were all empty, and therefore taken.
  public internal(set) var ignoredExtraFields = 0
  /// Lines of remarks passed over so far.
  public internal(set) var commentLines = 0

  /// Whether the last line of the input had no line end: the file may still be being written.
  public private(set) var lastLineIsOpen = false

  private var isStarted = false
  var isHeaderDue: Bool
  /// Inside the rest of a line that was too long.
  var isSkipping = false
  private var linesToSkip: Int

  /// Creates a scanner at the start of an input.
  public init(dialect: Dialect, width: Int) {
    var dialect = dialect
    // A batch holds less than a gibibyte, whatever a pipeline asks for.
    dialect.maximumRecordBytes = min(max(dialect.maximumRecordBytes, 1), 128 << 20)
    self.dialect = dialect
    self.width = width
    isHeaderDue = dialect.hasHeader
    linesToSkip = dialect.skippedLines
  }

  /// Finds the complete records of the batch's raw bytes.
  ///
  /// Allocates nothing. All records found are selected; those with a fault are marked bad.
  /// - Parameters:
  ///   - batch: filled, and of this scanner's width.
  ///   - isLast: whether the input ends here; a batch may still be too small for all its records,
  ///     see `leftover`.
  public mutating func scan(_ batch: RecordBatch, isLast: Bool) {
    precondition(batch.width == width && batch.count == 0)
    if isLast, batch.inputCount > 0 {
      let last = batch.bytes[batch.inputCount - 1]
      lastLineIsOpen = last != CSVBytes.lineFeed && last != CSVBytes.carriageReturn
    }
    var start = 0
    var line = batch.position.line
    if !isStarted {
      // An input that is entered later has its header and mark behind it.
      if batch.position.offset > 0 {
        isHeaderDue = false
        linesToSkip = 0
      }
      if batch.position.offset == 0 {
        switch byteOrderMark(batch, isLast: isLast) {
        case .some(let length): start = length
        case .none:
          batch.finishScan(consumed: 0, line: line)
          return
        }
      }
      isStarted = true
    }
    while isSkipping || linesToSkip > 0 {
      let skip = skipLine(batch.bytes, from: start, end: batch.inputCount, isLast: isLast)
      start = skip.next
      guard skip.isFound else {
        batch.finishScan(consumed: start, line: line)
        return
      }
      if !isSkipping { linesToSkip -= 1 }
      isSkipping = false
      line += 1
    }
    let end = scanRecords(batch, from: start, line: line, isLast: isLast)
    batch.finishScan(consumed: end.consumed, line: end.line)
  }

  /// Hands over what a batch could not use: the next batch begins where this one ended.
  public func carry(from batch: RecordBatch, into next: RecordBatch) {
    batch.carryTail(into: next, maximumRecordBytes: dialect.maximumRecordBytes)
  }

  /// The length of the byte order mark, or nil if more bytes are needed to tell.
  private func byteOrderMark(_ batch: RecordBatch, isLast: Bool) -> Int? {
    let count = min(3, batch.inputCount)
    for index in 0..<count where batch.bytes[index] != CSVBytes.byteOrderMark(index) { return 0 }
    return count == 3 ? 3 : isLast ? 0 : nil
  }
}
