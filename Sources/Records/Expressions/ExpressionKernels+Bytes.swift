// Between texts and other types, joined texts, and patterns.

/// `||`.
final class ConcatKernel: ExpressionKernel {
  init(_ operands: [ExpressionKernel]) {
    super.init(operands, isNullable: operands.contains { $0.isNullable }, canFail: true)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    mergeNulls(rows)
    let (slots, nulls) = (slots, nulls)
    rows.each { row in
      guard !nulls[row] else { return }
      var length = 0
      for child in children { length += Int(child.slots[row] & 0xFFFF_FFFF) }
      guard length <= ExpressionReference.textLimit else { return fail(row, frame) }
      slots[row] = batch.append(most: length) { target in
        var written = 0
        for child in children {
          written = target.write(batch.bytes(of: child.slots[row])[...], at: written)
        }
        return written
      }
    }
  }
}

/// `like` and `regexp_matches`.
final class PatternKernel: ExpressionKernel {
  private let matches: (Bytes) -> Bool

  init(_ operand: ExpressionKernel, matches: @escaping (Bytes) -> Bool) {
    self.matches = matches
    super.init([operand], isNullable: operand.isNullable, canFail: false)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    rows.each { row in
      guard !nulls[row] else { return }
      slots[row] = matches(batch.bytes(of: values[row])) ? 1 : 0
    }
  }
}

/// Text to another type; a text that does not fit fails its row.
final class ReadKernel: ExpressionKernel {
  private let target: ValueType

  init(_ operand: ExpressionKernel, as target: ValueType) {
    self.target = target
    super.init([operand], isNullable: operand.isNullable, canFail: true)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    if target == .text { return copy(rows, from: children[0]) }
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    rows.each { row in
      guard !nulls[row] else { return }
      if let result = ValueText.slot(of: batch.bytes(of: values[row]), as: target) {
        slots[row] = result
      } else {
        fail(row, frame)
      }
    }
  }
}

/// Another type to text.
final class WriteKernel: ExpressionKernel {
  private let source: ValueType

  init(_ operand: ExpressionKernel, from source: ValueType) {
    self.source = source
    super.init([operand], isNullable: operand.isNullable, canFail: false)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    rows.each { row in
      guard !nulls[row] else { return }
      slots[row] = write(values[row], batch)
    }
  }

  private func write(_ slot: Int64, _ batch: RecordBatch) -> Int64 {
    var text: String
    switch source {
    case .real: text = ValueText.real(Double(slot: slot))
    case .boolean: text = slot != 0 ? "true" : "false"
    case .date, .timestamp, .integer, .decimal, .text:
      return batch.append(most: DateBytes.timestampByteCount) { target in
        target.baseAddress.map { write(slot, into: $0) } ?? 0
      }
    }
    return text.withUTF8 { batch.append($0) }
  }

  private func write(_ slot: Int64, into target: UnsafeMutablePointer<UInt8>) -> Int {
    switch source {
    case .date: DateBytes.writeDate(slot, into: target)
    case .timestamp: ValueText.writeTimestamp(slot, into: target)
    default: NumberBytes.writeDecimal(slot, scale: source.scale, into: target)
    }
  }
}

/// `least` and `greatest` of texts.
final class ExtremeTextKernel: ExpressionKernel {
  private let isLeast: Bool

  init(_ operands: [ExpressionKernel], isLeast: Bool) {
    self.isLeast = isLeast
    super.init(operands, isNullable: operands.contains { $0.isNullable }, canFail: false)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    mergeNulls(rows)
    let (slots, nulls) = (slots, nulls)
    rows.each { row in
      guard !nulls[row] else { return }
      var best = children[0].slots[row]
      for child in children.dropFirst() {
        let order = byteOrder(batch.bytes(of: child.slots[row]), batch.bytes(of: best))
        if isLeast ? order < 0 : order > 0 { best = child.slots[row] }
      }
      slots[row] = best
    }
  }
}
