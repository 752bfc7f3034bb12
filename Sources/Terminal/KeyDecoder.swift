// Bytes from the terminal in, keys and pastes out.
//
// Knows the sequences that all terminals of today share, and those of the terminal's own description.
// A whole sequence is one key or nothing: an unknown one never turns into loose letters. What is not
// complete waits; whoever feeds the decoder calls `giveUp` when nothing came for `patience`.

import Cells

/// Turns the bytes a terminal sends into inputs.
struct KeyDecoder: Sendable {
  private static let maximumPaste = 4 << 20
  private static let maximumSequence = 4_096

  private var pending: [UInt8] = []
  private var pasted: [UInt8]?
  private let described: [(bytes: [UInt8], key: Key)]

  /// A decoder that also knows the sequences of the terminal's description.
  init(described: [(bytes: [UInt8], key: Key)] = []) {
    self.described = described.filter { $0.bytes.count > 1 && $0.bytes[0] == 0x1b }
  }

  /// How many milliseconds to wait for the rest of what has begun; nil if nothing has.
  var patience: Int? {
    // What follows a paste cut short would run as commands, so that one gets a long time.
    if pasted != nil { return 10_000 }
    if pending.isEmpty { return nil }
    // Escape itself is a key, and a person waits for it. The rest of a sequence is on its way.
    return pending.count == 1 ? 25 : 250
  }

  /// Takes bytes and returns what is complete.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [Input] {
    pending.append(contentsOf: bytes)
    return drain(isFinal: false)
  }

  /// Nothing more came: what has begun is taken for what it is.
  mutating func giveUp() -> [Input] { drain(isFinal: true) }

  private enum Step {
    case input(Input, Int)
    case nothing(Int)
    case paste(Int)
    case wait
  }

  private mutating func drain(isFinal: Bool) -> [Input] {
    var inputs: [Input] = []
    var index = 0
    while index < pending.count {
      if pasted != nil {
        index = continuePaste(from: index, &inputs)
        if pasted != nil { break }
        continue
      }
      switch step(pending[index...]) {
      case .input(let input, let count):
        inputs.append(input)
        index += count
      case .nothing(let count): index += count
      case .paste(let count):
        pasted = []
        index += count
      case .wait:
        guard isFinal else {
          pending.removeFirst(index)
          return inputs
        }
        if pending[index] == 0x1b, pending.count - index <= 2 {
          inputs.append(.key(.escape))
          index += 1
        } else {
          index = pending.count  // Half a sequence or half a letter is nothing.
        }
      }
    }
    pending.removeFirst(min(index, pending.count))
    if isFinal, let text = pasted {
      inputs.append(.paste(Self.text(text)))
      pasted = nil
      pending.removeAll()
    }
    return inputs
  }

  private mutating func continuePaste(from start: Int, _ inputs: inout [Input]) -> Int {
    let end: [UInt8] = Array("\u{1b}[201~".utf8)
    var index = start
    while index < pending.count {
      if pending[index] == 0x1b {
        let rest = pending[index...].prefix(end.count)
        if rest.elementsEqual(end) {
          inputs.append(.paste(Self.text(pasted ?? [])))
          pasted = nil
          return index + end.count
        }
        if end.starts(with: rest) { return index }  // Perhaps the end; the rest will tell.
      }
      if let count = pasted?.count, count < Self.maximumPaste { pasted?.append(pending[index]) }
      index += 1
    }
    return index
  }

  private static func text(_ bytes: [UInt8]) -> String {
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      // Terminals send a line's end as Return.
      if byte == 0x0a, index > 0, bytes[index - 1] == 0x0d { continue }
      lines.append(byte == 0x0d ? 0x0a : byte)
    }
    return String(decoding: lines, as: UTF8.self)
  }

  // MARK: One step

  private func step(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let first = bytes.first else { return .nothing(0) }
    switch first {
    case 0x1b: return escape(bytes)
    case 0x00: return .input(.key(.control("@")), 1)
    case 0x08, 0x7f: return .input(.key(.backspace), 1)
    case 0x09: return .input(.key(.tab), 1)
    case 0x0a, 0x0d: return .input(.key(.enter), 1)
    case 0x01...0x1a:
      return .input(.key(.control(Character(Unicode.Scalar(first + 0x60)))), 1)
    case 0x1c...0x1f:
      return .input(.key(.control(Character(Unicode.Scalar(first + 0x40)))), 1)
    case 0x20...0x7e: return .input(.key(.character(Character(Unicode.Scalar(first)))), 1)
    default: return letter(bytes, first)
    }
  }

  /// A letter of more than one byte.
  private func letter(_ bytes: ArraySlice<UInt8>, _ first: UInt8) -> Step {
    let count: Int
    switch first {
    case 0xc2...0xdf: count = 2
    case 0xe0...0xef: count = 3
    case 0xf0...0xf4: count = 4
    default: return .nothing(1)
    }
    let encoded = bytes.prefix(count)
    for (offset, byte) in encoded.enumerated() where offset > 0 && !(0x80...0xbf).contains(byte) {
      return .nothing(offset)
    }
    if encoded.count < count { return .wait }
    guard let text = String(validating: encoded, as: UTF8.self), let character = text.first,
      let scalar = text.unicodeScalars.first, scalar.value >= 0xa0
    else { return .nothing(count) }
    return .input(.key(.character(character)), count)
  }

  private func escape(_ bytes: ArraySlice<UInt8>) -> Step {
    for (sequence, key) in described where bytes.starts(with: sequence) {
      return .input(.key(key), sequence.count)
    }
    guard let second = bytes.dropFirst().first else { return .wait }
    switch second {
    case UInt8(ascii: "["): return control(bytes)
    case UInt8(ascii: "O"):
      guard let third = bytes.dropFirst(2).first else { return .wait }
      guard let key = Self.keypad(third) else { return .nothing(3) }
      return .input(.key(key), 3)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      return answer(bytes)
    default:
      if described.contains(where: { $0.bytes.starts(with: bytes) }) { return .wait }
      return .input(.key(.escape), 1)  // Escape, and then another key at once.
    }
  }

  /// What a terminal answers to a question: nothing a person typed.
  private func answer(_ bytes: ArraySlice<UInt8>) -> Step {
    var previous: UInt8 = 0
    for (offset, byte) in bytes.enumerated() where offset > 1 {
      if byte == 0x07 || (previous == 0x1b && byte == UInt8(ascii: "\\")) {
        return .nothing(offset + 1)
      }
      previous = byte
    }
    return bytes.count > Self.maximumSequence ? .nothing(bytes.count) : .wait
  }

  private func control(_ bytes: ArraySlice<UInt8>) -> Step {
    var parameters: [Int] = [0]
    var isPrivate = false
    for (offset, byte) in bytes.enumerated() where offset > 1 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int(byte - UInt8(ascii: "0"))
        parameters[parameters.count - 1] = min(parameters[parameters.count - 1] * 10 + digit, 9_999)
      case UInt8(ascii: ";"), UInt8(ascii: ":"):
        if parameters.count < 16 { parameters.append(0) }
      case UInt8(ascii: "<")...UInt8(ascii: "?"): isPrivate = true
      case 0x20...0x2f: isPrivate = true
      case UInt8(ascii: "[") where offset == 2:  // The Linux console's F1 to F5.
        guard let letter = bytes.dropFirst(3).first else { return .wait }
        let number = Int(letter) - 64
        return (1...5).contains(number) ? .input(.key(.function(number)), 4) : .nothing(4)
      case UInt8(ascii: "M") where offset == 2:  // A mouse in the oldest way: three bytes follow.
        return bytes.count < 6 ? .wait : .nothing(6)
      case 0x40...0x7e:
        if isPrivate { return .nothing(offset + 1) }
        if byte == UInt8(ascii: "~"), parameters[0] == 200 { return .paste(offset + 1) }
        guard let key = Self.key(final: byte, parameters) else { return .nothing(offset + 1) }
        return .input(.key(key), offset + 1)
      case 0x1b: return .nothing(offset)  // The next sequence begins in the middle of this one.
      default: return .nothing(offset + 1)
      }
      if offset > Self.maximumSequence { return .nothing(offset + 1) }
    }
    return .wait
  }

  private static func key(final: UInt8, _ parameters: [Int]) -> Key? {
    switch final {
    case UInt8(ascii: "~") where parameters[0] == 27 && parameters.count == 3:
      return coded(parameters[2], modifiers: parameters[1])
    case UInt8(ascii: "u"):
      return coded(parameters[0], modifiers: parameters.count > 1 ? parameters[1] : 1)
    case UInt8(ascii: "~"):
      switch parameters[0] {
      case 1, 7: return .home
      case 2: return .insert
      case 3: return .delete
      case 4, 8: return .end
      case 5: return .pageUp
      case 6: return .pageDown
      case 11...15: return .function(parameters[0] - 10)
      case 17...21: return .function(parameters[0] - 11)
      case 23...26: return .function(parameters[0] - 12)
      case 28, 29: return .function(parameters[0] - 13)
      case 31...34: return .function(parameters[0] - 14)
      default: return nil
      }
    case UInt8(ascii: "Z"): return .backTab
    case UInt8(ascii: "A")...UInt8(ascii: "H"): return keypad(final)
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      // With a line and a column, R is the answer to where the cursor is.
      return parameters[0] <= 1 ? keypad(final) : nil
    default: return nil
    }
  }

  private static func keypad(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final) - 79)
    default: nil
    }
  }

  /// A key by its code point, from terminals that tell modifiers apart.
  private static func coded(_ code: Int, modifiers: Int) -> Key? {
    let bits = max(modifiers - 1, 0)
    switch code {
    case 9: return bits & 1 != 0 ? .backTab : .tab
    case 10, 13: return .enter
    case 27: return .escape
    case 8, 127: return .backspace
    default: break
    }
    guard code >= 0x20, code < 0xe000, let scalar = Unicode.Scalar(UInt32(code)),
      !(0x7f...0x9f).contains(code)
    else { return nil }
    if bits & 4 != 0 {
      let lower = Character(scalar).lowercased()
      guard let letter = lower.first, letter.isASCII else { return nil }
      return .control(letter)
    }
    return .character(Character(scalar))
  }
}
