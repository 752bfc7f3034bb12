// Texts: functions that point into what is there, and functions that write new bytes.
//
// Writing may move the batch's bytes: look texts up only after the room is reserved.

/// A slot that shows a part of the text in another slot.
@inline(__always) func subslot(_ slot: Int64, _ part: Range<Int>) -> Int64 {
  slot & ~0xFFFF_FFFF &+ Int64(part.lowerBound) << 32 | Int64(part.count)
}

@inline(__always) private func byteCount(_ slot: Int64) -> Int { Int(slot & 0xFFFF_FFFF) }

/// A function whose first operand is a text.
final class TextKernel: ExpressionKernel {
  private let function: ScalarFunction

  init(_ function: ScalarFunction, _ operands: [ExpressionKernel]) {
    self.function = function
    let canFail = [.lpad, .rpad, .replace].contains(function)
    super.init(operands, isNullable: operands.contains { $0.isNullable }, canFail: canFail)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    for child in children { child.run(rows, batch, frame) }
    mergeNulls(rows)
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    let second = children[children.count > 1 ? 1 : 0].slots
    let third = children.count > 2 ? children[2].slots : nil
    rows.each { row in
      guard !nulls[row] else { return }
      let result = apply(batch, values[row], second[row], third?[row])
      if let result { slots[row] = result } else { fail(row, frame) }
    }
  }

  /// One row; nil fails it.
  private func apply(
    _ batch: RecordBatch, _ slot: Int64, _ second: Int64, _ third: Int64?
  ) -> Int64? {
    let text = batch.bytes(of: slot)
    switch function {
    case .lower: return cased(batch, slot, isUpper: false)
    case .upper: return cased(batch, slot, isUpper: true)
    case .trim: return subslot(slot, text.withoutBlanks(atStart: true, atEnd: true))
    case .ltrim: return subslot(slot, text.withoutBlanks(atStart: true, atEnd: false))
    case .rtrim: return subslot(slot, text.withoutBlanks(atStart: false, atEnd: true))
    case .length: return Int64(text.letterCount)
    case .left:
      return subslot(slot, 0..<text.offset(ofLetter: max(0, Int(clamping: second))))
    case .right:
      let skipped = max(0, text.letterCount - max(0, Int(clamping: second)))
      return subslot(slot, text.offset(ofLetter: skipped)..<text.count)
    case .substr:
      let letters = letterRange(
        start: Int(clamping: second), count: third.map { Int(clamping: $0) } ?? .max,
        of: text.letterCount)
      return subslot(
        slot,
        text.offset(ofLetter: letters.lowerBound)..<text.offset(ofLetter: letters.upperBound))
    case .startsWith:
      let part = batch.bytes(of: second)
      return text.count >= part.count && sameBytes(.init(rebasing: text.prefix(part.count)), part)
        ? 1 : 0
    case .endsWith:
      let part = batch.bytes(of: second)
      return text.count >= part.count && sameBytes(.init(rebasing: text.suffix(part.count)), part)
        ? 1 : 0
    case .contains: return text.find(batch.bytes(of: second), from: 0) != nil ? 1 : 0
    case .splitPart: return splitPart(text, batch.bytes(of: second), third ?? 0, slot)
    case .replace: return replaced(batch, slot, second, third ?? 0)
    default: return padded(batch, slot, second, third)
    }
  }

  /// ASCII letters here; other alphabets by the standard library.
  private func cased(_ batch: RecordBatch, _ slot: Int64, isUpper: Bool) -> Int64 {
    let text = batch.bytes(of: slot)
    let first: UInt8 = isUpper ? 0x61 : 0x41
    var needsChange = false
    for byte in text {
      if byte >= 0x80 {
        let string = String(decoding: text, as: UTF8.self)
        var changed = isUpper ? string.uppercased() : string.lowercased()
        return changed.withUTF8 { batch.append($0) }
      }
      needsChange = needsChange || byte &- first < 26
    }
    guard needsChange else { return slot }
    return batch.append(most: text.count) { target in
      let text = batch.bytes(of: slot)
      for index in 0..<text.count {
        target[index] = text[index] &- first < 26 ? text[index] ^ 0x20 : text[index]
      }
      return text.count
    }
  }

  private func splitPart(_ text: Bytes, _ separator: Bytes, _ number: Int64, _ slot: Int64) -> Int64
  {
    guard !separator.isEmpty else {
      return number == 1 || number == -1 ? slot : subslot(slot, 0..<0)
    }
    var wanted = number
    if number < 0 {
      var count: Int64 = 1
      var start = 0
      while let found = text.find(separator, from: start) {
        count += 1
        start = found + separator.count
      }
      wanted = number < -count ? 0 : count + number + 1
    }
    guard wanted > 0 else { return subslot(slot, 0..<0) }
    var start = 0
    while true {
      let found = text.find(separator, from: start)
      wanted -= 1
      if wanted == 0 { return subslot(slot, start..<(found ?? text.count)) }
      guard let found else { return subslot(slot, 0..<0) }
      start = found + separator.count
    }
  }

  private func replaced(_ batch: RecordBatch, _ slot: Int64, _ old: Int64, _ new: Int64) -> Int64? {
    let oldCount = byteCount(old)
    guard oldCount > 0 else { return slot }
    let text = batch.bytes(of: slot)
    let part = batch.bytes(of: old)
    var occurrences = 0
    var start = 0
    while let found = text.find(part, from: start) {
      occurrences += 1
      start = found + oldCount
    }
    guard occurrences > 0 else { return slot }
    let length = text.count + occurrences * (byteCount(new) - oldCount)
    guard length <= ExpressionReference.textLimit else { return nil }
    return batch.append(most: length) { target in
      let (text, part, filling) = (
        batch.bytes(of: slot), batch.bytes(of: old), batch.bytes(of: new)
      )
      var written = 0
      var start = 0
      while let found = text.find(part, from: start) {
        written = target.write(text[start..<found], at: written)
        written = target.write(filling[...], at: written)
        start = found + oldCount
      }
      return target.write(text[start...], at: written)
    }
  }

  private func padded(
    _ batch: RecordBatch, _ slot: Int64, _ length: Int64, _ fill: Int64?
  ) -> Int64? {
    let text = batch.bytes(of: slot)
    let letters = text.letterCount
    let wanted = max(0, Int(clamping: length))
    guard wanted > letters, fill.map(byteCount) != 0 else {
      return subslot(slot, 0..<text.offset(ofLetter: wanted))
    }
    guard wanted <= ExpressionReference.textLimit / 4 else { return nil }
    let missing = wanted - letters
    let filling = fill.map { batch.bytes(of: $0) }
    let rounds = missing / max(1, filling?.letterCount ?? 1) + 1
    let most = text.count + rounds * (filling?.count ?? 1)
    guard most <= ExpressionReference.textLimit * 4 else { return nil }
    return batch.append(most: most) { target in
      let text = batch.bytes(of: slot)
      var written = function == .lpad ? 0 : target.write(text[...], at: 0)
      if let fill {
        let filling = batch.bytes(of: fill)
        let count = filling.letterCount
        for number in 0..<missing {
          let start = filling.offset(ofLetter: number % count)
          let end = filling.offset(ofLetter: number % count + 1)
          written = target.write(filling[start..<end], at: written)
        }
      } else {
        for _ in 0..<missing {
          target[written] = UInt8(ascii: " ")
          written += 1
        }
      }
      return function == .lpad ? target.write(text[...], at: written) : written
    }
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Copies bytes to a place and returns the place after them.
  @inline(__always) func write(_ bytes: Slice<Bytes>, at start: Int) -> Int {
    var position = start
    for byte in bytes {
      self[position] = byte
      position &+= 1
    }
    return position
  }
}

extension Bytes {
  /// The bytes between blanks, tabs and line breaks.
  func withoutBlanks(atStart: Bool, atEnd: Bool) -> Range<Int> {
    var (start, end) = (0, count)
    while atStart, start < end, isBlank(self[start]) { start += 1 }
    while atEnd, end > start, isBlank(self[end - 1]) { end -= 1 }
    return start..<end
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Where another text occurs first, from a place on; nothing occurs where it is looked for.
  func find(_ part: Bytes, from start: Int) -> Int? {
    guard let first = part.first else { return start }
    var position = start
    while position + part.count <= count {
      if self[position] == first,
        sameBytes(.init(rebasing: self[position..<position + part.count]), part)
      {
        return position
      }
      position += 1
    }
    return nil
  }
}
