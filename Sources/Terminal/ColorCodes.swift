// Bytes of a frame in, fewer bytes that look the same out.
//
// Curses names both colours of a pair whenever one of them changes. With a theme that paints its own
// ground, that is half of a frame. This keeps track of what the terminal was told and leaves out what
// it knows; everything that is no colour or emphasis passes through.

/// Leaves out codes for colour and emphasis that change nothing.
struct ColorCodes {
  /// What a terminal was told about letters.
  private struct State: Equatable {
    var emphasis: [UInt8] = []
    var foreground: [UInt8] = [39]
    var background: [UInt8] = [49]
  }

  private var told: State?
  private var wanted: State?
  private var hasPlainLetters = false
  private var output: [UInt8] = []

  /// Forgets what the terminal was told: somebody else may have printed meanwhile.
  mutating func forget() {
    told = nil
    wanted = nil
    hasPlainLetters = false
  }

  /// The bytes to send instead; good until the next call.
  mutating func shorten(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    output.removeAll(keepingCapacity: true)
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x1b, let end = take(bytes, index) {
        index = end
        continue
      }
      settle()
      output.append(bytes[index])
      index += 1
    }
    settle()
    return output
  }

  /// Takes a code for colour or emphasis; the index after it, or nil if there is none.
  private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    guard start + 2 < bytes.count else { return nil }
    if bytes[start + 1] == UInt8(ascii: "(") {
      // Which set of letters: part of "no emphasis" in xterm's description, and always the same.
      let isPlain = bytes[start + 2] == UInt8(ascii: "B")
      if !isPlain || !hasPlainLetters { output += bytes[start...(start + 2)] }
      hasPlainLetters = isPlain
      return start + 3
    }
    guard bytes[start + 1] == UInt8(ascii: "[") else { return nil }
    var end = start + 2
    var parameters: [Int] = [0]
    while end < bytes.count {
      let byte = bytes[end]
      end += 1
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let last = parameters.count - 1
        parameters[last] = min(parameters[last] * 10 + Int(byte - UInt8(ascii: "0")), 999)
      case UInt8(ascii: ";"): parameters.append(0)
      case UInt8(ascii: "m"):
        guard let next = applying(parameters) else { return nil }
        wanted = next
        return end
      default: return nil
      }
    }
    return nil
  }

  /// The state after a code; nil if it is not understood, and then nothing is known any more.
  private mutating func applying(_ parameters: [Int]) -> State? {
    var state = wanted ?? told
    if parameters.first == 0 { state = State() }
    guard var next = state else { return nil }
    var rest = parameters[...]
    while let code = rest.popFirst() {
      switch code {
      case 0: next = State()
      case 1...8 where !next.emphasis.contains(UInt8(code)): next.emphasis.append(UInt8(code))
      case 1...8, 10: break
      case 22: next.emphasis.removeAll { $0 == 1 || $0 == 2 }
      case 23...25, 27, 28: next.emphasis.removeAll { $0 == UInt8(code - 20) }
      case 30...37, 39, 90...97: next.foreground = [UInt8(code)]
      case 40...47, 49, 100...107: next.background = [UInt8(code)]
      case 38, 48:
        guard let kind = rest.popFirst() else { return unknown() }
        let count = kind == 5 ? 1 : kind == 2 ? 3 : 0
        guard count > 0, rest.count >= count, rest.prefix(count).allSatisfy({ $0 < 256 }) else {
          return unknown()
        }
        let color = [UInt8(code), UInt8(kind)] + rest.prefix(count).map(UInt8.init)
        rest = rest.dropFirst(count)
        if code == 38 { next.foreground = color } else { next.background = color }
      default: return unknown()
      }
    }
    return next
  }

  private mutating func unknown() -> State? {
    settle()
    forget()
    return nil
  }

  /// Tells the terminal what is wanted, before something is printed.
  private mutating func settle() {
    guard let next = wanted else { return }
    wanted = nil
    guard next != told else { return }
    // Emphasis is taken back all at once; its single ends are not the same everywhere.
    var codes = [0] + Self.codes(from: State(), to: next)
    if let told, told.emphasis.allSatisfy(next.emphasis.contains) {
      let change = Self.codes(from: told, to: next)
      if change.count < codes.count { codes = change }
    }
    told = next
    output.append(0x1b)
    output.append(UInt8(ascii: "["))
    if codes != [0] {
      for (position, code) in codes.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ";")) }
        output.append(contentsOf: String(code).utf8)
      }
    }
    output.append(UInt8(ascii: "m"))
  }

  private static func codes(from known: State, to next: State) -> [UInt8] {
    var codes = next.emphasis.filter { !known.emphasis.contains($0) }
    if next.foreground != known.foreground { codes += next.foreground }
    if next.background != known.background { codes += next.background }
    return codes
  }
}
