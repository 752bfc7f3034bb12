// The elements of one JSON array as records, found as a stream: the array may be of any size.

/// Finds the records of a JSON document: the elements of its array, or of the array at a path.
///
/// The rules:
/// - Every element is a record with the bytes it has in the file, also over several lines.
/// - What is not strict JSON, or not an object, is a bad record; brackets and quotes decide where the
///   next begins, see `JSONNesting`. What stands between elements, commas and blanks, is not looked at.
/// - Before the array at a path everything is passed over, and so is what follows it. Behind an array
///   that is the whole document nothing may follow.
/// - A document that ends before its array does was cut off: `problem`.
public struct JSONArrayScanner: RecordScanner {
  private enum Place { case before, inside, after }

  /// Fields a record has: one a path.
  public var width: Int { reader.width }
  /// The longest record, and how far into the document the array may begin.
  public let maximumRecordBytes: Int
  /// None: lines mean nothing in JSON.
  public var blankLines: Int { 0 }
  /// Why the document is none; set once it is known.
  public private(set) var problem: InputProblem?

  private let reader: JSONRecordReader
  private let array: JSONPath?
  private let isBare: Bool
  private var place: Place
  /// The rest of an element that was too long.
  private var skipped: JSONNesting?
  private var isStarted = false

  /// Creates a scanner at the start of an input.
  /// - Parameters:
  ///   - paths: where the fields stand inside a record.
  ///   - array: where the array of records stands; nil if it is the document.
  ///   - isBare: whether the input is the elements alone, one after the other.
  ///   - maximumRecordBytes: the longest record.
  public init(
    paths: [JSONPath], array: JSONPath? = nil, isBare: Bool = false,
    maximumRecordBytes: Int = 16 << 20
  ) {
    var reader = JSONRecordReader(paths)
    reader.takesArrays = true
    self.reader = reader
    self.array = array
    self.isBare = isBare
    place = isBare ? .inside : .before
    self.maximumRecordBytes = min(max(maximumRecordBytes, 1), 128 << 20)
  }

  /// Hands over what a batch could not use: the next batch begins where this one ended.
  public func carry(from batch: RecordBatch, into next: RecordBatch) {
    batch.carryTail(into: next, maximumRecordBytes: maximumRecordBytes)
  }

  /// Finds the complete records of the batch's raw bytes.
  public mutating func scan(_ batch: RecordBatch, isLast: Bool) {
    precondition(batch.width == width && batch.count == 0)
    var start = 0
    var line = batch.position.line
    if place == .before {
      guard let inside = enter(batch, isLast: isLast) else {
        batch.finishScan(consumed: place == .after ? batch.inputCount : 0, line: line)
        return
      }
      line += CSVBytes.lineFeeds(in: batch.bytes, 0..<inside)
      start = inside
    }
    while start < batch.inputCount, place == .inside, batch.count < batch.capacity {
      guard next(batch, &start, &line, isLast: isLast) else { break }
    }
    if place == .after { leave(batch, &start, &line) }
    if isLast, place == .inside, !isBare, start == batch.inputCount { problem = .cut }
    batch.finishScan(consumed: start, line: line)
  }

  /// Finds the array; gives where its first element may begin.
  private mutating func enter(_ batch: RecordBatch, isLast: Bool) -> Int? {
    var finder = JSONArrayFinder(batch.bytes, count: batch.inputCount)
    switch finder.find(array?.steps ?? []) {
    case .at(let inside) where inside <= maximumRecordBytes + 1:
      place = .inside
      return inside
    case .more where batch.inputCount <= maximumRecordBytes:
      guard isLast else { return nil }
      problem = .cut
    case .at, .more, .missing: problem = .noArray
    }
    place = .after
    return nil
  }

  /// Passes over one record or what stands between; false if more input is needed.
  private mutating func next(
    _ batch: RecordBatch, _ start: inout Int, _ line: inout Int, isLast: Bool
  ) -> Bool {
    let bytes = UnsafePointer(batch.bytes)
    let end = batch.inputCount
    if var rest = skipped {
      let stop = rest.end(in: bytes, start..<end)
      line += CSVBytes.lineFeeds(in: batch.bytes, start..<(stop ?? end))
      start = stop ?? end
      skipped = stop == nil ? rest : nil
      return stop != nil
    }
    switch bytes[start] {
    case 0x09, 0x0D, 0x20, UInt8(ascii: ","): start += 1
    case 0x0A:
      start += 1
      line += 1
    case UInt8(ascii: "]") where !isBare:
      start += 1
      place = .after
    default:
      var nesting = JSONNesting()
      let stop = nesting.end(in: bytes, start..<end) ?? (isLast ? end : nil)
      if stop == end, isLast, !isBare { problem = .cut }
      let limit = start + maximumRecordBytes
      guard let stop, stop <= limit else {
        guard stop != nil || end > limit else { return false }
        batch.commit(
          start..<limit, line: line,
          moreLines: CSVBytes.lineFeeds(in: batch.bytes, start..<limit), .tooLong, fieldCount: 0)
        if stop == nil { skipped = nesting }
        line += CSVBytes.lineFeeds(in: batch.bytes, start..<(stop ?? end))
        start = stop ?? end
        return true
      }
      var last = stop
      while last > start, bytes[last - 1] <= 0x20 || bytes[last - 1] == UInt8(ascii: ",") {
        last -= 1
      }
      let more = CSVBytes.lineFeeds(in: batch.bytes, start..<last)
      reader.read(batch, start..<last, line: line, moreLines: more)
      line += CSVBytes.lineFeeds(in: batch.bytes, start..<stop)
      start = stop
    }
    return true
  }

  /// Passes over what follows the array.
  private mutating func leave(_ batch: RecordBatch, _ start: inout Int, _ line: inout Int) {
    while start < batch.inputCount {
      let byte = batch.bytes[start]
      if array == nil, byte > 0x20, problem == nil { problem = .textBehind(line: line) }
      if byte == CSVBytes.lineFeed { line += 1 }
      start += 1
    }
  }
}

/// Where a value of JSON ends, told by its brackets and quotes alone; can be asked piece by piece.
///
/// In a broken value a bracket closes the nearest one that it fits, and what cannot stand in an object,
/// a comma before a bracket, begins the next value: so that it takes no good neighbours along.
struct JSONNesting: Hashable, Sendable {
  private var depth = 0
  /// The innermost 64 open brackets, the last one lowest; 1 is an array.
  private var kinds: UInt64 = 0
  private var isInString = false
  private var isEscaped = false
  private var isPlain = false
  private var isAfterComma = false

  /// The place behind the value that begins, or goes on, here; nil if it goes on behind the input.
  ///
  /// A number or word ends in front of a comma, a bracket or a line end.
  mutating func end(in bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
    for index in range {
      let byte = bytes[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          if depth == 0 { return index + 1 }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == 0 ? isPlain : isAfterComma && kinds & 1 == 0 { return index }
        depth += 1
        kinds = kinds << 1 | (byte == UInt8(ascii: "[") ? 1 : 0)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // A closing bracket too many belongs to who asks, unless nothing stands before it.
        if depth == 0 { return isPlain ? index : index + 1 }
        close(byte == UInt8(ascii: "]") ? kinds : ~kinds)
        if depth == 0 { return index + 1 }
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: ","), 0x0A:
        if depth == 0 { return index }
        if byte != 0x0A { isAfterComma = true }
        continue
      case 0x09, 0x0D,
        0x20 where depth > 0:
        continue
      default: if depth == 0 { isPlain = true }
      }
      isAfterComma = false
    }
    return nil
  }

  /// Closes the nearest open bracket that fits, or the last one if none does.
  private mutating func close(_ fitting: UInt64) {
    let isOpen: UInt64 = depth < 64 ? (1 << UInt64(depth)) - 1 : .max
    let levels = fitting & isOpen == 0 ? 1 : (fitting & isOpen).trailingZeroBitCount + 1
    depth -= levels
    kinds = levels == 64 ? 0 : kinds >> UInt64(levels)
  }
}

/// Finds the array at a path, from the start of a document.
struct JSONArrayFinder {
  enum Found: Hashable {
    /// The array's first element may begin here.
    case at(Int)
    /// There is no such array.
    case missing
    /// The bytes end before it is known.
    case more
  }

  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  private var index: Int

  init(_ bytes: UnsafeMutablePointer<UInt8>, count: Int) {
    self.bytes = UnsafePointer(bytes)
    end = count
    // A mark that is cut off looks like nothing yet.
    let isMarked = (0..<min(3, count)).allSatisfy { bytes[$0] == CSVBytes.byteOrderMark($0) }
    index = isMarked ? min(3, count) : 0
  }

  mutating func find(_ steps: [[UInt8]]) -> Found {
    var rest = steps[...]
    while true {
      guard let byte = byte() else { return .more }
      guard let step = rest.popFirst() else {
        return byte == UInt8(ascii: "[") ? .at(index + 1) : .missing
      }
      let found =
        switch byte {
        case UInt8(ascii: "{"): enterObject(step)
        case UInt8(ascii: "["): enterArray(step)
        default: Found.missing
        }
      guard case .at = found else { return found }
    }
  }

  /// The next byte that is not blank, or nil.
  private mutating func byte() -> UInt8? {
    while index < end, bytes[index] <= 0x20 { index += 1 }
    return index < end ? bytes[index] : nil
  }

  /// Passes over a value.
  private mutating func skip() -> Bool {
    var nesting = JSONNesting()
    guard byte() != nil, let stop = nesting.end(in: bytes, index..<end) else { return false }
    index = stop
    return true
  }

  private mutating func enterObject(_ key: [UInt8]) -> Found {
    index += 1
    while true {
      guard let next = byte() else { return .more }
      if next == UInt8(ascii: ",") {
        index += 1
        continue
      }
      guard next == UInt8(ascii: "\"") else { return .missing }
      let start = index + 1
      guard skip() else { return .more }
      let isFound = isKey(key, start..<index - 1)
      guard let colon = byte() else { return .more }
      guard colon == UInt8(ascii: ":") else { return .missing }
      index += 1
      if isFound { return .at(index) }
      guard skip() else { return .more }
    }
  }

  private mutating func enterArray(_ step: [UInt8]) -> Found {
    index += 1
    guard var left = Int(String(decoding: step, as: UTF8.self)) else { return .missing }
    while true {
      guard let next = byte() else { return .more }
      if next == UInt8(ascii: "]") { return .missing }
      if next == UInt8(ascii: ",") {
        index += 1
        continue
      }
      if left == 0 { return .at(index) }
      left -= 1
      guard skip() else { return .more }
    }
  }

  private func isKey(_ key: [UInt8], _ range: Range<Int>) -> Bool {
    let found = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    guard found.contains(UInt8(ascii: "\\")) else { return TextBytes.equal(found, key) }
    // Its escapes have not been checked; a key that is written so is not worth a wrong step.
    return false
  }
}

extension CSVBytes {
  /// How many line feeds there are.
  static func lineFeeds(in bytes: UnsafeMutablePointer<UInt8>, _ range: Range<Int>) -> Int {
    var count = 0
    var index = range.lowerBound
    while true {
      index = find(lineFeed, in: bytes, from: index, to: range.upperBound)
      guard index < range.upperBound else { return count }
      count += 1
      index += 1
    }
  }
}
