// Strict JSON, read once from left to right; values at wanted paths are noted as slices.

struct JSONWalker {
  private static let deepest = 128

  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  private let tree: JSONPathTree
  private let fields: UnsafeMutablePointer<UInt64>
  /// Where the walk is, or where it could not go on.
  private(set) var index: Int

  init(
    _ bytes: UnsafeMutablePointer<UInt8>, _ range: Range<Int>, tree: JSONPathTree,
    fields: UnsafeMutablePointer<UInt64>
  ) {
    self.bytes = UnsafePointer(bytes)
    self.tree = tree
    self.fields = fields
    index = range.lowerBound
    end = range.upperBound
  }

  /// Reads one object, or array if that will do, and nothing else.
  mutating func walk(takesArrays: Bool = false) -> Bool {
    skipBlanks()
    let isArray = byte == UInt8(ascii: "[") && takesArrays
    guard byte == UInt8(ascii: "{") || isArray, value(at: 0, depth: 0) else { return false }
    skipBlanks()
    return index == end
  }

  /// Zero behind the end, which no rule accepts.
  private var byte: UInt8 { index < end ? bytes[index] : 0 }

  private mutating func skipBlanks() {
    while index < end, bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: sign), index < end else { return false }
    index += 1
    return true
  }

  /// Reads a value; `node` is its place in the tree of paths, or nil if nobody asks for it.
  private mutating func value(at node: Int?, depth: Int) -> Bool {
    guard depth <= Self.deepest else { return false }
    let start = index
    switch byte {
    case UInt8(ascii: "{"):
      guard object(node, depth: depth) else { return false }
      note(node, start, index, FieldFlag.nested)
      return true
    case UInt8(ascii: "["):
      guard array(node, depth: depth) else { return false }
      note(node, start, index, FieldFlag.nested)
      return true
    case UInt8(ascii: "\""):
      guard let hasEscapes = string() else { return false }
      note(node, start + 1, index - 1, FieldFlag.quoted | (hasEscapes ? FieldFlag.escaped : 0))
      return true
    case UInt8(ascii: "t"):
      guard word("true") else { return false }
    case UInt8(ascii: "f"):
      guard word("false") else { return false }
    case UInt8(ascii: "n"):
      guard word("null") else { return false }
      note(node, start, start, FieldFlag.null)
      return true
    default:
      guard number() else { return false }
    }
    note(node, start, index, 0)
    return true
  }

  private func note(_ node: Int?, _ start: Int, _ stop: Int, _ flags: UInt64) {
    guard let node else { return }
    for field in tree.nodes[node].fields {
      fields[field] = CSVBytes.pack(start, stop - start) | flags
    }
  }

  private mutating func object(_ node: Int?, depth: Int) -> Bool {
    index += 1
    skipBlanks()
    if take("}") { return true }
    while true {
      skipBlanks()
      let start = index
      guard byte == UInt8(ascii: "\""), let hasEscapes = string() else { return false }
      let child = node.flatMap { self.child(of: $0, start + 1..<index - 1, hasEscapes) }
      skipBlanks()
      guard take(":") else { return false }
      skipBlanks()
      guard value(at: child, depth: depth + 1) else { return false }
      skipBlanks()
      if take("}") { return true }
      guard take(",") else { return false }
    }
  }

  private func child(of node: Int, _ range: Range<Int>, _ hasEscapes: Bool) -> Int? {
    let key = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    guard hasEscapes else { return tree.child(of: node, named: key) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: key.count) { plain in
      guard let count = JSONText.unescape(key, into: plain) else { return nil }
      return tree.child(of: node, named: UnsafeBufferPointer(rebasing: plain[..<count]))
    }
  }

  private mutating func array(_ node: Int?, depth: Int) -> Bool {
    index += 1
    skipBlanks()
    if take("]") { return true }
    var place = 0
    while true {
      skipBlanks()
      let child = node.flatMap { tree.child(of: $0, at: place) }
      guard value(at: child, depth: depth + 1) else { return false }
      skipBlanks()
      if take("]") { return true }
      guard take(",") else { return false }
      place += 1
    }
  }

  /// Reads a string from quote to quote; returns whether it has escapes, nil if it is not one.
  private mutating func string() -> Bool? {
    var hasEscapes = false
    index += 1
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return hasEscapes
      }
      if byte < 0x20 { return nil }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        guard escape() else { return nil }
      } else {
        index += 1
      }
    }
    return nil
  }

  private mutating func escape() -> Bool {
    guard index + 1 < end else { return false }
    switch bytes[index + 1] {
    case UInt8(ascii: "u"):
      guard index + 6 <= end, (2..<6).allSatisfy({ JSONText.hex(bytes[index + $0]) != nil })
      else { return false }
      index += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 2
    default: return false
    }
    return true
  }

  private mutating func word(_ word: StaticString) -> Bool {
    guard index + word.utf8CodeUnitCount <= end else { return false }
    for offset in 0..<word.utf8CodeUnitCount where bytes[index + offset] != word.utf8Start[offset] {
      return false
    }
    index += word.utf8CodeUnitCount
    return true
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") {
      guard digits() else { return false }
    }
    if take(".") {
      guard digits() else { return false }
    }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard digits() else { return false }
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = index
    while byte &- UInt8(ascii: "0") < 10 { index += 1 }
    return index > start
  }
}

enum JSONText {
  static func hex(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x37
    case 0x61...0x66: UInt32(byte) - 0x57
    default: nil
    }
  }

  /// Writes a string's text; its escapes are known to be well formed and never grow.
  /// - Returns: How many bytes, or nil if half a surrogate pair stands alone.
  static func unescape(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    var count = 0
    var index = 0
    while index < source.count {
      guard source[index] == UInt8(ascii: "\\") else {
        target[count] = source[index]
        count += 1
        index += 1
        continue
      }
      let letter = source[index + 1]
      guard letter == UInt8(ascii: "u") else {
        target[count] = plain(letter)
        count += 1
        index += 2
        continue
      }
      var value = unit(source, at: index)
      index += 6
      if (0xD800...0xDBFF).contains(value) {
        guard index + 6 <= source.count, source[index] == UInt8(ascii: "\\"),
          source[index + 1] == UInt8(ascii: "u")
        else { return nil }
        let low = unit(source, at: index)
        guard (0xDC00...0xDFFF).contains(low) else { return nil }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        index += 6
      }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      for byte in UTF8.encode(scalar).map({ Array($0) }) ?? [] {
        target[count] = byte
        count += 1
      }
    }
    return count
  }

  private static func unit(_ source: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
    (2..<6).reduce(0) { $0 << 4 | (hex(source[index + $1]) ?? 0) }
  }

  private static func plain(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }
}
