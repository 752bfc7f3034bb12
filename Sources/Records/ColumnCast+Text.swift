// Text columns: left where they are if nothing changes, copied behind the input otherwise.

extension ColumnCast {
  func castText(_ batch: RecordBatch) {
    let target = batch.columns[column]
    let fields = batch.fields + field
    let width = batch.width
    let isPlain = !spec.trims && spec.letterCase == .keep && spec.pattern == nil
    let unusual = FieldFlag.doubledQuotes | FieldFlag.nested
    for index in 0..<batch.selectedCount {
      let record = Int(batch.selection[index])
      if batch.bad[record] { continue }
      let packed = fields[record &* width]
      let start = Int(truncatingIfNeeded: packed >> 32)
      let count = Int(truncatingIfNeeded: packed & FieldFlag.countMask)
      if isPlain, packed & unusual == 0 {
        let value = UnsafeBufferPointer(start: UnsafePointer(batch.bytes) + start, count: count)
        if packed & FieldFlag.null != 0 || isNull(value) {
          target.nulls[record] = true
          if spec.isRequired { batch.markBad(record) }
        } else if TextBytes.isASCII(padded: value) || TextBytes.isValidUTF8(value) {
          target.slots[record] = Int64(start) << 32 | Int64(count)
          target.nulls[record] = false
        } else {
          batch.markBad(record)
        }
      } else {
        change(record, Int64(start) << 32 | Int64(count), packed, target, batch)
      }
    }
  }

  /// Quotes made single, blanks dropped, letters changed: in this order, and each only if needed.
  private func change(
    _ record: Int, _ found: Int64, _ packed: UInt64, _ target: Column, _ batch: RecordBatch
  ) {
    if packed & FieldFlag.nested != 0, !spec.takesNested {
      batch.markBad(record)
      return
    }
    var slot = found
    if packed & FieldFlag.doubledQuotes != 0 { slot = batch.unquoted(slot) }
    if spec.trims {
      let value = batch.bytes(of: slot)
      let trimmed = TextBytes.trimmed(value)
      let skipped = trimmed.baseAddress.flatMap { end in value.baseAddress.map { end - $0 } } ?? 0
      slot = (slot >> 32 + Int64(skipped)) << 32 | Int64(trimmed.count)
    }
    if packed & FieldFlag.null != 0 || isNull(batch.bytes(of: slot)) {
      target.nulls[record] = true
      if spec.isRequired { batch.markBad(record) }
      return
    }
    switch spec.letterCase {
    case .keep: break
    case .upper: slot = mapped(slot, batch, TextBytes.upper)
    case .lower: slot = mapped(slot, batch, TextBytes.lower)
    }
    let value = batch.bytes(of: slot)
    guard TextBytes.isValidUTF8(value), matchesPattern(value) else {
      batch.markBad(record)
      return
    }
    target.slots[record] = slot
    target.nulls[record] = false
  }

  private func mapped(
    _ slot: Int64, _ batch: RecordBatch, _ change: (UInt8) -> UInt8
  ) -> Int64 {
    guard batch.bytes(of: slot).contains(where: { change($0) != $0 }) else { return slot }
    let count = Int(slot & 0xFFFF_FFFF)
    return batch.append(most: count) { target in
      let source = batch.bytes(of: slot)
      for index in 0..<count { target[index] = change(source[index]) }
      return count
    }
  }
}

extension TextBytes {
  /// Whether all bytes are ASCII; up to seven bytes beyond are read, as batches allow.
  @inline(__always)
  static func isASCII(padded bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let raw = UnsafeRawPointer(base)
    var seen: UInt64 = 0
    var index = 0
    while index &+ 8 <= bytes.count {
      seen |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index &+= 8
    }
    let rest = bytes.count &- index
    if rest > 0 {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      seen |= word << UInt64(truncatingIfNeeded: (8 &- rest) &* 8)
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}

extension RecordBatch {
  /// A field's text as a slot: in place, or copied behind the input if it has doubled quotes.
  public func textSlot(_ index: Int, of record: Int) -> Int64 {
    let packed = fields[record * width + index]
    let slot = Int64(packed >> 32) << 32 | Int64(packed & FieldFlag.countMask)
    return packed & FieldFlag.doubledQuotes != 0 ? unquoted(slot) : slot
  }

  /// Copies a quoted field of the input, doubled quotes made single.
  func unquoted(_ slot: Int64) -> Int64 {
    // The byte in front of a quoted field is its opening quote.
    let quote = bytes[Int(slot >> 32) - 1]
    return append(most: Int(slot & 0xFFFF_FFFF)) { target in
      let source = bytes(of: slot)
      var count = 0
      var index = 0
      while index < source.count {
        target[count] = source[index]
        count += 1
        index += source[index] == quote ? 2 : 1
      }
      return count
    }
  }
}
