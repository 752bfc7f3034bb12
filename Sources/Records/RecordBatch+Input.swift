// How bytes get into a batch.

extension RecordBatch {
  /// Forgets everything and says where the next input byte stands.
  public func begin(position: InputPosition) {
    bad.update(repeating: false, count: count)
    structures.update(repeating: .sound, count: count)
    inputGoal = .max
    count = 0
    scannedCount = 0
    selectedCount = 0
    badCount = 0
    inputCount = 0
    bytesCount = 0
    consumedCount = 0
    self.position = position
    nextPosition = position
  }

  /// Whether `fill` can take more input.
  public var hasRoom: Bool { inputCount < min(inputCapacity, inputGoal) }

  /// Input bytes that the scan could not use yet; they are carried into the next batch.
  public var leftover: Int { inputCount - consumedCount }

  /// Appends input; must not be called once text was appended or records were found.
  /// - Parameter read: writes into the buffer and returns how many bytes it wrote; 0 means the end.
  /// - Returns: What `read` returned; 0 also if there is no room.
  /// - Throws: What `read` throws.
  public func fill<E: Error>(
    _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) -> Int {
    guard hasRoom else { return 0 }
    let room = UnsafeMutableRawBufferPointer(
      start: bytes + inputCount, count: min(inputCapacity, inputGoal) - inputCount)
    let got = try read(room)
    precondition(got >= 0 && got <= room.count)
    inputCount += got
    bytesCount = inputCount
    return got
  }

  /// Appends input from memory, as far as there is room.
  /// - Returns: How many bytes were taken.
  @discardableResult public func fill(from input: UnsafeBufferPointer<UInt8>) -> Int {
    let taken = min(input.count, min(inputCapacity, inputGoal) - inputCount)
    guard taken > 0, let base = input.baseAddress else { return 0 }
    (bytes + inputCount).update(from: base, count: taken)
    inputCount += taken
    bytesCount = inputCount
    return taken
  }

  /// Makes room for that much input; the next `fill` takes it.
  func reserveInput(_ wanted: Int) {
    guard wanted > inputCapacity else { return }
    inputCapacity = wanted
    reserveBytes(wanted)
  }

  func reserveBytes(_ wanted: Int) {
    guard wanted + RecordBatch.padding > bytesAllocated else { return }
    precondition(wanted < 1 << 30, "a batch holds less than a gibibyte")
    let larger = max(wanted + RecordBatch.padding, bytesAllocated * 2)
    let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    next.update(from: bytes, count: bytesCount)
    (next + bytesCount).initialize(repeating: 0, count: larger - bytesCount)
    bytes.deallocate()
    bytes = next
    bytesAllocated = larger
  }
}
