// One JSON object a line: fields by path.
//
// Knows nothing of column types: a number is its own text, so that casts keep every digit.

/// Finds the records of JSON lines.
///
/// The rules:
/// - Every line holds one object; lines of blanks only are passed over and counted.
/// - A field is what stands at its path: `id`, `user.name`, `tags[0]`. Keys match exactly; of the
///   same key twice the last counts.
/// - A string is its text, a number, `true` or `false` as written, an object or array its JSON text.
///   `null` and a missing key are no value, whatever spellings of null are declared.
/// - What is not strict JSON, or not an object, is a bad record: `parse.json`.
public struct JSONLinesScanner: RecordScanner {
  /// Fields a record has: one a path.
  public var width: Int { reader.width }
  /// The longest line, without its end.
  public var maximumRecordBytes: Int { cutter.maximumRecordBytes }
  /// Empty lines passed over so far.
  public var blankLines: Int { cutter.blankLines }

  private let reader: JSONRecordReader
  private var cutter: LineCutter

  /// Creates a scanner at the start of an input.
  /// - Parameters:
  ///   - paths: where the fields stand.
  ///   - skippedLines: how many lines at the start are not records.
  ///   - maximumRecordBytes: the longest line.
  public init(paths: [JSONPath], skippedLines: Int = 0, maximumRecordBytes: Int = 16 << 20) {
    reader = JSONRecordReader(paths)
    cutter = LineCutter(maximumRecordBytes: maximumRecordBytes)
    cutter.skippedLines = skippedLines
  }

  /// Hands over what a batch could not use: the next batch begins where this one ended.
  public func carry(from batch: RecordBatch, into next: RecordBatch) {
    batch.carryTail(into: next, maximumRecordBytes: maximumRecordBytes)
  }

  /// Finds the complete records of the batch's raw bytes.
  /// - Parameters:
  ///   - batch: filled, and of this scanner's width.
  ///   - isLast: whether the input ends here.
  public mutating func scan(_ batch: RecordBatch, isLast: Bool) {
    precondition(batch.width == width)
    let reader = reader
    cutter.scan(batch, isLast: isLast) { range, line, isTooLong in
      if isTooLong {
        batch.commit(range, line: line, .tooLong, fieldCount: 0)
      } else {
        reader.read(batch, range, line: line)
      }
    }
  }
}
