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
    switch target {
    case .integer: each(rows, batch, frame) { ValueText.readInteger($0) }
    case .real: each(rows, batch, frame) { ValueText.readReal($0)?.slot }
    case .date: each(rows, batch, frame) { ValueText.readDate($0) }
    case .timestamp: each(rows, batch, frame) { ValueText.readTimestamp($0) }
    case .boolean: each(rows, batch, frame) { ValueText.readBoolean($0).map { $0 ? 1 : 0 } }
    case .decimal(let precision, let scale):
      let limit = powersOfTen[precision].magnitude
      each(rows, batch, frame) { bytes in
        ValueText.readDecimal(bytes, scale: scale).flatMap { $0.magnitude < limit ? $0 : nil }
      }
    case .text: copy(rows, from: children[0])
    }
  }

  @inline(__always) private func each(
    _ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame, _ read: (Bytes) -> Int64?
  ) {
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    rows.each { row in
      guard !nulls[row] else { return }
      if let result = read(batch.bytes(of: values[row])) {
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
      slots[row] =
        source == .integer ? writeInteger(values[row], batch) : write(values[row], batch)
    }
  }

  private func write(_ slot: Int64, _ batch: RecordBatch) -> Int64 {
    var text: String
    switch source {
    case .real: text = ValueText.real(Double(slot: slot))
    case .decimal(_, let scale): text = ValueText.decimal(slot, scale: scale)
    case .boolean: text = slot != 0 ? "true" : "false"
    case .date: text = ValueText.date(slot)
    case .timestamp: text = ValueText.timestamp(slot)
    case .integer, .text: text = String(slot)
    }
    return text.withUTF8 { batch.append($0) }
  }

  private func writeInteger(_ number: Int64, _ batch: RecordBatch) -> Int64 {
    batch.append(most: 20) { target in
      let length = decimalDigits(number) + (number == 0 ? 1 : 0) + (number < 0 ? 1 : 0)
      var rest = number.magnitude
      var position = length
      repeat {
        position -= 1
        target[position] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 { target[0] = UInt8(ascii: "-") }
      return length
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
