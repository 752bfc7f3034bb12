// One JSON object in a batch's input → the fields of one record.

/// Reads records of JSON by paths.
struct JSONRecordReader: Sendable {
  let width: Int
  /// Whether an array can be a record too: its values are reached by their places.
  var takesArrays = false
  private let tree: JSONPathTree

  init(_ paths: [JSONPath]) {
    width = paths.count
    tree = JSONPathTree(paths)
  }

  /// Reads one record and counts it; what is no strict JSON is a bad one.
  func read(_ batch: RecordBatch, _ range: Range<Int>, line: Int, moreLines: Int = 0) {
    let fields = batch.fields + batch.count * width
    for field in 0..<width { fields[field] = CSVBytes.pack(range.lowerBound, 0) | FieldFlag.null }
    var walker = JSONWalker(batch.bytes, range, tree: tree, fields: fields)
    guard walker.walk(takesArrays: takesArrays) else {
      let soundBytes = walker.index - range.lowerBound
      batch.commit(
        range, line: line, moreLines: moreLines, .brokenJSON, fieldCount: soundBytes)
      return
    }
    let both = FieldFlag.escaped | FieldFlag.quoted
    for field in 0..<width where fields[field] & both == both {
      guard let slot = unescape(fields[field], batch) else {
        let at = Int(fields[field] >> 32) - range.lowerBound
        batch.commit(range, line: line, moreLines: moreLines, .brokenJSON, fieldCount: at)
        return
      }
      fields[field] = UInt64(bitPattern: slot) | FieldFlag.quoted
    }
    batch.commit(range, line: line, moreLines: moreLines, .sound, fieldCount: width)
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
}
