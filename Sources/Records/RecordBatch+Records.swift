// The records of a batch: raw bytes, places, fields, derived text, and who is still in play.

extension RecordBatch {
  /// The bytes of a record as they were read, without the line end.
  ///
  /// Valid until the next `append` or `begin`.
  public func raw(_ record: Int) -> UnsafeBufferPointer<UInt8> {
    let bound = bounds[record]
    let start = Int(bound >> 32)
    return UnsafeBufferPointer(start: bytes + start, count: Int(bound & 0xFFFF_FFFF) - start)
  }

  /// Where a record lies in its input.
  public func place(of record: Int) -> RecordPlace {
    if record >= scannedCount, let ownPlaces { return ownPlaces[record] }
    let bound = bounds[record]
    let start = Int(bound >> 32)
    let line = position.line + Int(lines[record] >> 32)
    return RecordPlace(
      number: position.record + record + 1, line: line,
      lastLine: line + Int(lines[record] & 0xFFFF_FFFF), offset: position.offset + start,
      length: Int(bound & 0xFFFF_FFFF) - start)
  }

  /// How many fields the file has for a record, before padding to `width`.
  public func fieldCount(of record: Int) -> Int {
    isReadable(record) ? Int(fieldCounts[record]) : 0
  }

  /// Whether the record's fields could be told apart.
  public func isReadable(_ record: Int) -> Bool {
    !structures[record].isUnreadable
  }

  /// A field's bytes without its quotes; doubled quotes are still doubled.
  ///
  /// Empty for a field the record does not have. Valid until the next `append` or `begin`.
  @inlinable public func field(_ index: Int, of record: Int) -> UnsafeBufferPointer<UInt8> {
    let field = fields[record &* width &+ index]
    return UnsafeBufferPointer(
      start: bytes + Int(truncatingIfNeeded: field >> 32),
      count: Int(truncatingIfNeeded: field & 0x0FFF_FFFF))
  }

  /// Whether a field holds doubled quotes that stand for single ones.
  public func fieldHasDoubledQuotes(_ index: Int, of record: Int) -> Bool {
    fields[record * width + index] & FieldFlag.doubledQuotes != 0
  }

  /// Whether the format itself says that there is no value: JSON's `null`, or a missing key.
  public func fieldIsNull(_ index: Int, of record: Int) -> Bool {
    fields[record * width + index] & FieldFlag.null != 0
  }

  /// Whether a field is the JSON text of an object or array.
  public func fieldIsNested(_ index: Int, of record: Int) -> Bool {
    fields[record * width + index] & FieldFlag.nested != 0
  }

  /// Whether a field stood between quotes.
  public func fieldIsQuoted(_ index: Int, of record: Int) -> Bool {
    fields[record * width + index] & FieldFlag.quoted != 0
  }

  /// The bytes a text slot points to; valid until the next `append` or `begin`.
  @inlinable public func bytes(of slot: Int64) -> UnsafeBufferPointer<UInt8> {
    let slot = UInt64(bitPattern: slot)
    return UnsafeBufferPointer(
      start: bytes + Int(truncatingIfNeeded: slot >> 32),
      count: Int(truncatingIfNeeded: slot & 0xFFFF_FFFF))
  }

  /// Where the bytes of text slots start; moves when text is appended.
  public var textBase: UnsafePointer<UInt8> { UnsafePointer(bytes) }

  /// Copies text behind the input and returns its slot.
  ///
  /// Slots stay good when the storage grows; pointers do not.
  public func append(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
    guard let base = text.baseAddress, !text.isEmpty else { return Int64(bytesCount) << 32 }
    if bytesCount + text.count + RecordBatch.padding > bytesAllocated {
      // The text may lie in the very storage that is about to move.
      let inside = base - UnsafePointer(bytes)
      reserveBytes(bytesCount + text.count)
      let isOwn = inside >= 0 && inside < bytesCount
      let source = isOwn ? UnsafePointer(bytes) + inside : base
      return appendUnchecked(source, count: text.count)
    }
    return appendUnchecked(base, count: text.count)
  }

  /// Makes room for derived text and lets `body` write it; returns its slot.
  /// - Parameters:
  ///   - most: the most bytes that may be written.
  ///   - body: writes and returns how many bytes it wrote.
  /// - Returns: The text slot.
  public func append(
    most: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) -> Int64 {
    reserveBytes(bytesCount + most)
    let written = body(UnsafeMutableBufferPointer(start: bytes + bytesCount, count: most))
    precondition(written >= 0 && written <= most)
    let slot = Int64(bytesCount) << 32 | Int64(written)
    bytesCount += written
    return slot
  }

  private func appendUnchecked(_ source: UnsafePointer<UInt8>, count: Int) -> Int64 {
    (bytes + bytesCount).update(from: source, count: count)
    let slot = Int64(bytesCount) << 32 | Int64(count)
    bytesCount += count
    return slot
  }

  /// Shortens the selection to the records that are kept.
  @inlinable public func keep(_ isKept: (Int) -> Bool) {
    var kept = 0
    for index in 0..<selectedCount {
      let record = selection[index]
      selection[kept] = record
      if isKept(Int(record)) { kept &+= 1 }
    }
    selectedCount = kept
  }

  /// Says that something is wrong with a record.
  public func markBad(_ record: Int) {
    if !bad[record] {
      bad[record] = true
      badCount += 1
    }
  }

  /// Makes one bad record of all that were found: bytes that were given as one record are several.
  ///
  /// `asJSON`: whether its fault is that it is not one JSON object, and not that it has too many fields.
  public func combine(asJSON: Bool) {
    guard count > 1 else { return }
    structures[0] = asJSON ? .brokenJSON : .fieldsExtra
    let start = bounds[0] >> 32
    let fields = (0..<count).reduce(0) { $0 + Int(fieldCounts[$1]) }
    fieldCounts[0] = UInt32(truncatingIfNeeded: asJSON ? Int((bounds[1] >> 32) - start) : fields)
    bounds[0] = (start << 32) | (bounds[count - 1] & 0xFFFF_FFFF)
    (count, selectedCount, badCount) = (1, 1, 1)
    bad[0] = true
  }

  /// Adds a row that does not come from the batch's own input: all its columns are null.
  /// - Returns: The row, or nil if the batch is full.
  public func addRow() -> Int? {
    guard count < capacity else { return nil }
    let row = count
    count += 1
    bad[row] = false
    bounds[row] = 0
    lines[row] = 0
    fieldCounts[row] = 0
    structures[row] = .sound
    for index in 0..<width { fields[row * width + index] = 0 }
    for column in columns { column.nulls[row] = true }
    selection[selectedCount] = UInt16(row)
    selectedCount += 1
    ownPlacesStorage[row] = RecordPlace(
      number: position.record + row + 1, line: 0, lastLine: 0, offset: 0, length: 0)
    return row
  }

  /// Says where an added row comes from.
  public func setPlace(_ place: RecordPlace, of row: Int) {
    precondition(row >= scannedCount && row < count)
    ownPlacesStorage[row] = place
  }

  private var ownPlacesStorage: UnsafeMutablePointer<RecordPlace> {
    if let ownPlaces { return ownPlaces }
    let places = UnsafeMutablePointer<RecordPlace>.allocate(capacity: capacity)
    places.initialize(
      repeating: RecordPlace(number: 0, line: 0, lastLine: 0, offset: 0, length: 0),
      count: capacity)
    ownPlaces = places
    return places
  }
}
