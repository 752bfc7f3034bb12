// Reads the text of a regular expression into a tree, or says which letters are wrong.

/// What a pattern asks for.
indirect enum PatternNode {
  case empty
  /// One Unicode scalar out of these ranges, sorted.
  case scalar([ClosedRange<UInt32>])
  case sequence([PatternNode])
  case either([PatternNode])
  case repeated(PatternNode, least: Int, most: Int?)
}

struct PatternTree {
  var root: PatternNode
  var isBoundToStart: Bool
  var isBoundToEnd: Bool
}

struct PatternParser {
  private static let mostRepeats = 1_000
  private static let deepest = 100

  private let text: String
  private let scalars: [(value: UInt32, offset: Int)]
  private let byteCount: Int
  private var index = 0
  private var depth = 0

  init(_ text: String) {
    self.text = text
    var offset = 0
    var scalars: [(UInt32, Int)] = []
    for scalar in text.unicodeScalars {
      scalars.append((scalar.value, offset))
      offset += UTF8.width(scalar)
    }
    self.scalars = scalars
    byteCount = offset
  }

  consuming func parse() throws(PatternError) -> PatternTree {
    var parser = self
    let isBoundToStart = parser.take("^")
    let root = try parser.either()
    let isBoundToEnd = parser.take("$")
    if parser.index < parser.scalars.count {
      throw parser.error(from: parser.index, parser.peek(")") ? .unopened : .unsupported)
    }
    if isBoundToStart || isBoundToEnd, case .either = root {
      // `^a|b$` binds each side apart; a group says what is meant.
      throw PatternError(pattern: parser.text, range: 0..<parser.byteCount, reason: .unsupported)
    }
    return PatternTree(root: root, isBoundToStart: isBoundToStart, isBoundToEnd: isBoundToEnd)
  }

  private mutating func either() throws(PatternError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error(from: index, .tooLarge) }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .either(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var parts: [PatternNode] = []
    while index < scalars.count, !peek("|"), !peek(")"), !peek("$") {
      parts.append(try repeated(try atom()))
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    let start = index
    var least = 0
    var most: Int?
    if take("*") {
    } else if take("+") {
      least = 1
    } else if take("?") {
      most = 1
    } else if take("{") {
      (least, most) = try counts(from: start)
    } else {
      return atom
    }
    if peek("?") || peek("+") || peek("*") || peek("{") {
      throw error(from: index, .unsupported)
    }
    return .repeated(atom, least: least, most: most)
  }

  private mutating func counts(from start: Int) throws(PatternError) -> (Int, Int?) {
    guard let least = number() else { throw error(from: start, .badRange) }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}") else { throw error(from: start, .unclosed) }
    guard least <= most ?? .max else { throw error(from: start, .badRange) }
    guard max(least, most ?? 0) <= Self.mostRepeats else { throw error(from: start, .tooLarge) }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while index < scalars.count, (0x30...0x39).contains(scalars[index].value) {
      value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), 1_000_000)
      index += 1
    }
    return value
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let start = index
    if take("(") {
      if take("?"), !take(":") { throw error(from: start, .unsupported) }
      let inner = try either()
      guard take(")") else {
        throw error(from: start, peek("$") ? .unsupported : .unclosed)
      }
      return inner
    }
    if take("[") { return .scalar(try set(from: start)) }
    if take(".") { return .scalar(PatternSets.inverted([0x0A...0x0A])) }
    if take("\\") { return .scalar(try escape(from: start)) }
    if peek("*") || peek("+") || peek("?") || peek("{") {
      throw error(from: start, .nothingToRepeat)
    }
    if peek("^") { throw error(from: start, .unsupported) }
    if peek("]") || peek("}") { throw error(from: start, .unopened) }
    let value = scalars[index].value
    index += 1
    return .scalar([value...value])
  }

  private mutating func escape(from start: Int) throws(PatternError) -> [ClosedRange<UInt32>] {
    guard index < scalars.count, let scalar = Unicode.Scalar(scalars[index].value) else {
      throw error(from: start, .unclosed)
    }
    index += 1
    switch scalar {
    case "d": return PatternSets.digits
    case "D": return PatternSets.inverted(PatternSets.digits)
    case "w": return PatternSets.words
    case "W": return PatternSets.inverted(PatternSets.words)
    case "s": return PatternSets.spaces
    case "S": return PatternSets.inverted(PatternSets.spaces)
    case "t": return [0x09...0x09]
    case "n": return [0x0A...0x0A]
    case "r": return [0x0D...0x0D]
    case "0"..."9": throw error(from: start, .unsupported)
    case "a"..."z", "A"..."Z": throw error(from: start, .unknownEscape)
    default: return [scalar.value...scalar.value]
    }
  }

  /// The inside of brackets, up to the closing one.
  private mutating func set(from start: Int) throws(PatternError) -> [ClosedRange<UInt32>] {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard index < scalars.count else { throw error(from: start, .unclosed) }
      // A bracket at the first place stands for itself.
      if !isFirst, take("]") { break }
      isFirst = false
      let itemStart = index
      let low = try setItem()
      guard peek("-"), index + 1 < scalars.count, scalars[index + 1].value != 0x5D else {
        ranges += low
        continue
      }
      index += 1
      let high = try setItem()
      guard low.count == 1, high.count == 1, low[0].count == 1, high[0].count == 1,
        low[0].lowerBound <= high[0].lowerBound
      else { throw error(from: itemStart, .badRange) }
      ranges.append(low[0].lowerBound...high[0].lowerBound)
    }
    let merged = PatternSets.merged(ranges)
    return isInverted ? PatternSets.inverted(merged) : merged
  }

  private mutating func setItem() throws(PatternError) -> [ClosedRange<UInt32>] {
    let start = index
    if take("\\") { return try escape(from: start) }
    let value = scalars[index].value
    index += 1
    return [value...value]
  }

  private func peek(_ sign: Unicode.Scalar) -> Bool {
    index < scalars.count && scalars[index].value == sign.value
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard peek(sign) else { return false }
    index += 1
    return true
  }

  /// Blames the letters from there to here, at least one.
  private func error(from start: Int, _ reason: PatternError.Reason) -> PatternError {
    let low = start < scalars.count ? scalars[start].offset : byteCount
    let end = max(index, start + 1)
    let high = end < scalars.count ? scalars[end].offset : byteCount
    return PatternError(pattern: text, range: low..<max(low, high), reason: reason)
  }
}

/// Sets of Unicode scalars as sorted ranges.
enum PatternSets {
  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let spaces: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]

  static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  static func inverted(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }

  /// The UTF-8 forms of a range, as sequences of byte ranges; surrogates have none.
  static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    for (low, high) in [
      (0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF),
    ]
      as [(UInt32, UInt32)]
    {
      let from = max(low, range.lowerBound)
      let to = min(high, range.upperBound)
      if from <= to { split(from, to, into: &result) }
    }
    return result
  }

  /// Cuts until both ends differ only in bytes that run over all their values.
  private static func split(
    _ low: UInt32, _ high: UInt32, into result: inout [[ClosedRange<UInt8>]]
  ) {
    let length = utf8(low).count
    for rest in stride(from: 1, to: length, by: 1) {
      let mask = (UInt32(1) << (6 * UInt32(rest))) - 1
      guard low & ~mask != high & ~mask else { continue }
      if low & mask != 0 {
        split(low, low | mask, into: &result)
        split((low | mask) + 1, high, into: &result)
        return
      }
      if high & mask != mask {
        split(low, (high & ~mask) - 1, into: &result)
        split(high & ~mask, high, into: &result)
        return
      }
    }
    result.append(zip(utf8(low), utf8(high)).map { $0...$1 })
  }

  private static func utf8(_ value: UInt32) -> [UInt8] {
    switch value {
    case ..<0x80: [UInt8(value)]
    case ..<0x800: [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)]
    case ..<0x10000:
      [
        UInt8(0xE0 | value >> 12), UInt8(0x80 | value >> 6 & 0x3F), UInt8(0x80 | value & 0x3F),
      ]
    default:
      [
        UInt8(0xF0 | value >> 18), UInt8(0x80 | value >> 12 & 0x3F),
        UInt8(0x80 | value >> 6 & 0x3F), UInt8(0x80 | value & 0x3F),
      ]
    }
  }
}
