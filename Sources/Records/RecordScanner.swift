// What every format has in common: complete records out of a batch's raw bytes, the rest carried on.

/// Finds the records of one format.
///
/// How to drive it:
/// ```swift
/// repeat {
///   scanner.carry(from: previous, into: batch)      // the first time: batch.begin(position: .start)
///   while !isLast, batch.hasRoom { isLast = try batch.fill(read) == 0 }
///   scanner.scan(batch, isLast: isLast)
/// } while !isLast || batch.leftover > 0
/// ```
public protocol RecordScanner: Sendable {
  /// Empty lines passed over so far.
  var blankLines: Int { get }
  /// Lines of remarks passed over so far.
  var commentLines: Int { get }
  /// Records with extra fields that were all empty, and therefore taken.
  var ignoredExtraFields: Int { get }
  /// Why the input as a whole is not what the format promises; what was found must not be used.
  var problem: InputProblem? { get }
  /// Finds the complete records of a batch; never throws: it marks instead.
  mutating func scan(_ batch: RecordBatch, isLast: Bool)
  /// Hands over what a batch could not use: the next batch begins where this one ended.
  func carry(from batch: RecordBatch, into next: RecordBatch)
}

extension RecordScanner {
  /// None: the format knows no remarks.
  public var commentLines: Int { 0 }
  /// None: the format knows no extra fields.
  public var ignoredExtraFields: Int { 0 }
  /// None: any bytes are an input.
  public var problem: InputProblem? { nil }
}

/// Why an input as a whole is not what its format promises.
public enum InputProblem: Hashable, Sendable {
  /// It ends inside its records: more was to come.
  case cut
  /// There is no list of records where one was expected.
  case noArray
  /// Something stands behind the list of records, from this line on.
  case textBehind(line: Int)
}

extension RecordBatch {
  /// Selects what was found and notes where scanning goes on.
  func finishScan(consumed: Int, line: Int) {
    for index in 0..<count { selection[index] = UInt16(truncatingIfNeeded: index) }
    selectedCount = count
    scannedCount = count
    consumedCount = consumed
    nextPosition = InputPosition(
      offset: position.offset + consumed, line: line, record: position.record + count)
  }

  /// Begins the next batch where this one ended, with the bytes that are left.
  func carryTail(into next: RecordBatch, maximumRecordBytes: Int) {
    let start = consumedCount
    let tail = inputCount - start
    let position = nextPosition
    let found = count
    let goal = inputGoalAfterScan()
    if self === next {
      bytes.update(from: bytes + start, count: tail)
      begin(position: position)
    } else {
      next.begin(position: position)
      next.reserveInput(tail)
      next.bytes.update(from: bytes + start, count: tail)
    }
    next.inputCount = tail
    next.bytesCount = tail
    if tail >= next.inputCapacity / 2, found == 0 {
      // One record fills the batch. Doubled, so that a long one is not read over and over.
      next.reserveInput(max(tail + 64, min(tail * 2, maximumRecordBytes + 64)))
    }
    next.inputGoal = goal
  }

  /// Reading more than a batch can hold records of would only be copied on.
  private func inputGoalAfterScan() -> Int {
    guard count >= 64 else { return .max }
    let bytesPerRecord = consumedCount / count + 1
    return bytesPerRecord * capacity + bytesPerRecord * 64
  }
}
