// One JSON object a line: fields by path.
//
// Knows nothing of column types: a number is its own text, so that casts keep every digit.

/// Finds the records of JSON lines.
///
/// The rules:
/// - Every line holds one object; lines of blanks only are passed over and counted.
/// - A field is what stands at its path: `id`, `user.name`, `tags.0`. Keys match exactly; of the
///   same key twice the last counts.
/// - A string is its text, a number, `true` or `false` as written, an object or array its JSON text.
///   `null` and a missing key are no value, whatever spellings of null are declared.
/// - What is not strict JSON, or not an object, is a bad record: `parse.json`.
public struct JSONLinesScanner: RecordScanner {
  /// Fields a record has: one a path.
  public let width: Int
  /// The longest line, without its end.
  public let maximumRecordBytes: Int
  /// Empty lines passed over so far.
  public private(set) var blankLines = 0

  private let tree: JSONPathTree
  private var isStarted = false
  private var isSkipping = false

  /// Creates a scanner at the start of an input.
  /// - Parameters:
  ///   - paths: where the fields stand, keys joined by points.
  ///   - maximumRecordBytes: the longest line.
  public init(paths: [String], maximumRecordBytes: Int = 16 << 20) {
    width = paths.count
    self.maximumRecordBytes = min(max(maximumRecordBytes, 1), 128 << 20)
    tree = JSONPathTree(paths)
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
    precondition(batch.width == width && batch.count == 0)
    let end = batch.inputCount
    var start = 0
    var line = batch.position.line
    if !isStarted, batch.position.offset == 0 {
      let length = min(3, end)
      let isMark = (0..<length).allSatisfy { batch.bytes[$0] == CSVBytes.byteOrderMark($0) }
      if isMark, length < 3, !isLast {
        batch.finishScan(consumed: 0, line: line)
        return
      }
      if isMark, length == 3 { start = 3 }
    }
    isStarted = true
    while start < end, batch.count < batch.capacity {
      let at = CSVBytes.find(CSVBytes.lineFeed, in: batch.bytes, from: start, to: end)
      if isSkipping {
        start = min(at + 1, end)
        if at == end { break }
        isSkipping = false
        line += 1
        continue
      }
      // A CR at the cut may belong to the line end, so that one byte more is waited for.
      if at == end, !isLast, end - start <= maximumRecordBytes + 1 { break }
      let isReturn = at > start && batch.bytes[at - 1] == CSVBytes.carriageReturn && at < end
      let contentEnd = isReturn ? at - 1 : at
      if contentEnd - start > maximumRecordBytes {
        add(batch, start..<start + maximumRecordBytes, line, .tooLong, faultAt: 0)
        isSkipping = at == end && !isLast
      } else if isBlank(batch, start..<contentEnd) {
        blankLines += 1
      } else {
        read(batch, start..<contentEnd, line)
      }
      start = min(at + 1, end)
      if !isSkipping { line += 1 }
    }
    batch.finishScan(consumed: start, line: line)
  }

  private func isBlank(_ batch: RecordBatch, _ range: Range<Int>) -> Bool {
    range.allSatisfy { TextBytes.isBlank(batch.bytes[$0]) || batch.bytes[$0] == 0x0D }
  }

  private func read(_ batch: RecordBatch, _ range: Range<Int>, _ line: Int) {
    let fields = batch.fields + batch.count * width
    for field in 0..<width { fields[field] = CSVBytes.pack(range.lowerBound, 0) | FieldFlag.null }
    var walker = JSONWalker(batch.bytes, range, tree: tree, fields: fields)
    guard walker.walk() else {
      add(batch, range, line, .brokenJSON, faultAt: walker.index - range.lowerBound)
      return
    }
    for field in 0..<width where fields[field] & FieldFlag.escaped != 0 {
      guard let slot = unescape(fields[field], batch) else {
        let at = Int(fields[field] >> 32) - range.lowerBound
        add(batch, range, line, .brokenJSON, faultAt: at)
        return
      }
      fields[field] = UInt64(bitPattern: slot) | FieldFlag.quoted
    }
    add(batch, range, line, .sound, faultAt: width)
  }

  /// The text of a string with escapes, behind the input; nil if half a surrogate pair stands alone.
  private func unescape(_ field: UInt64, _ batch: RecordBatch) -> Int64? {
    let start = Int(field >> 32)
    let count = Int(field & FieldFlag.countMask)
    var isWhole = true
    let slot = batch.append(most: count) { target in
      let source = UnsafeBufferPointer(start: UnsafePointer(batch.bytes) + start, count: count)
      guard let written = JSONText.unescape(source, into: target) else {
        isWhole = false
        return 0
      }
      return written
    }
    return isWhole ? slot : nil
  }

  private func add(
    _ batch: RecordBatch, _ range: Range<Int>, _ line: Int, _ structure: RecordStructure,
    faultAt: Int
  ) {
    let record = batch.count
    if structure != .sound {
      for field in 0..<width {
        batch.fields[record * width + field] = CSVBytes.pack(range.lowerBound, 0)
      }
      batch.structures[record] = structure
      batch.markBad(record)
    }
    batch.bounds[record] = CSVBytes.pack(range.lowerBound, range.upperBound)
    batch.lines[record] = CSVBytes.pack(line - batch.position.line, 0)
    batch.fieldCounts[record] = UInt32(truncatingIfNeeded: faultAt)
    batch.count += 1
  }
}
