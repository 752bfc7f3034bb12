// A JSON record in which single values are replaced; all other bytes stay as they are.
//
// Works on bytes that were checked to be strict JSON, so that brackets and quotes tell all.

/// Why a value cannot be set.
public struct JSONEditError: Error, Hashable, Sendable {
  /// The step of the path that leads nowhere, from 0.
  public var step: Int

  /// Creates an error.
  public init(step: Int) { self.step = step }
}

/// One JSON record to be changed.
public struct JSONEdit: Hashable, Sendable {
  /// The record as it is now.
  public private(set) var bytes: [UInt8]

  /// Takes a record; nil if it is no strict JSON object or array.
  public init?(_ bytes: [UInt8]) {
    guard JSONEdit.isSound(bytes, asRecord: true) else { return nil }
    self.bytes = bytes
  }

  /// Replaces what stands at a path by a text, or adds it.
  ///
  /// A string stays a string. In place of anything else a text that is a number or a truth value is
  /// written as one, an empty one as `null`, and in place of an object or array also other JSON.
  /// No text at all is `null` everywhere.
  /// Of the same key twice the last is meant, as everywhere.
  /// - Throws: `JSONEditError` if a step leads into a text or number, or behind an array's end.
  public mutating func set(_ text: String?, at path: JSONPath) throws(JSONEditError) {
    var range = value(from: 0)
    for (index, step) in path.steps.enumerated() {
      let rest = path.steps[(index + 1)...]
      switch bytes[range.lowerBound] {
      case UInt8(ascii: "{"):
        let members = members(of: range)
        guard let member = members.last(where: { $0.key == step }) else {
          let written =
            try JSONEdit.quoted(step) + [UInt8(ascii: ":")]
            + JSONEdit.nest(text, in: rest, after: index + 1)
          return insert(written, behind: members.last?.value.upperBound, in: range)
        }
        range = member.value
      case UInt8(ascii: "["):
        let elements = elements(of: range)
        guard let place = Int(String(decoding: step, as: UTF8.self)), place >= 0,
          place <= elements.count
        else { throw JSONEditError(step: index) }
        guard place < elements.count else {
          let written = try JSONEdit.nest(text, in: rest, after: index + 1)
          return insert(written, behind: elements.last?.upperBound, in: range)
        }
        range = elements[place]
      case UInt8(ascii: "n"):
        bytes.replaceSubrange(
          range, with: try JSONEdit.nest(text, in: path.steps[index...], after: index))
        return
      default: throw JSONEditError(step: index)
      }
    }
    bytes.replaceSubrange(range, with: written(text, over: range))
  }

  // MARK: Places

  /// The value that begins at or behind a place.
  private func value(from start: Int) -> Range<Int> {
    let start = pass(start)
    return bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return start..<start }
      var nesting = JSONNesting()
      var end = nesting.end(in: base, start..<bytes.count) ?? bytes.count
      // A number or word goes on until something else begins; blanks behind it are not its own.
      while end > start + 1, base[end - 1] <= 0x20 { end -= 1 }
      return start..<end
    }
  }

  /// The next place that is not blank.
  private func pass(_ start: Int) -> Int {
    bytes[start...].firstIndex { $0 > 0x20 } ?? bytes.count
  }

  private func members(of object: Range<Int>) -> [(key: [UInt8], value: Range<Int>)] {
    var members: [(key: [UInt8], value: Range<Int>)] = []
    var place = pass(object.lowerBound + 1)
    while bytes[place] == UInt8(ascii: "\"") {
      let key = value(from: place)
      // Behind the colon.
      let found = value(from: pass(key.upperBound) + 1)
      members.append((plain(bytes[(key.lowerBound + 1)..<(key.upperBound - 1)]), found))
      place = pass(found.upperBound)
      if bytes[place] == UInt8(ascii: ",") { place = pass(place + 1) }
    }
    return members
  }

  private func elements(of array: Range<Int>) -> [Range<Int>] {
    var elements: [Range<Int>] = []
    var place = pass(array.lowerBound + 1)
    while bytes[place] != UInt8(ascii: "]") {
      let found = value(from: place)
      elements.append(found)
      place = pass(found.upperBound)
      if bytes[place] == UInt8(ascii: ",") { place = pass(place + 1) }
    }
    return elements
  }

  /// A key without its escapes.
  private func plain(_ key: ArraySlice<UInt8>) -> [UInt8] {
    guard key.contains(UInt8(ascii: "\\")) else { return Array(key) }
    return key.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
        count = JSONText.unescape(source, into: target) ?? 0
      }
    }
  }

  private mutating func insert(_ written: [UInt8], behind last: Int?, in container: Range<Int>) {
    if let last {
      bytes.insert(contentsOf: [UInt8(ascii: ",")] + written, at: last)
    } else {
      bytes.insert(contentsOf: written, at: container.lowerBound + 1)
    }
  }

  // MARK: Values

  private func written(_ text: String?, over range: Range<Int>) -> [UInt8] {
    guard let text else { return JSONEdit.plainest("") }
    return switch bytes[range.lowerBound] {
    case UInt8(ascii: "\""): JSONEdit.quoted(Array(text.utf8))
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      JSONEdit.isSound(Array(text.utf8)) ? Array(text.utf8) : JSONEdit.plainest(text)
    default: JSONEdit.plainest(text)
    }
  }

  /// A text as the JSON that says no more than it does.
  private static func plainest(_ text: String) -> [UInt8] {
    if text.isEmpty { return Array("null".utf8) }
    let bytes = Array(text.utf8)
    let isBare =
      bytes[0] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[0])
      || text == "true" || text == "false"
    return isBare && isSound(bytes) ? bytes : quoted(bytes)
  }

  /// A value inside the objects, or arrays of one, that lead to it.
  private static func nest(
    _ text: String?, in steps: ArraySlice<[UInt8]>, after index: Int
  ) throws(JSONEditError) -> [UInt8] {
    guard let step = steps.first else { return plainest(text ?? "") }
    let inner = try nest(text, in: steps.dropFirst(), after: index + 1)
    guard Int(String(decoding: step, as: UTF8.self)) != nil else {
      return [UInt8(ascii: "{")] + quoted(step) + [UInt8(ascii: ":")] + inner
        + [UInt8(ascii: "}")]
    }
    guard step == [UInt8(ascii: "0")] else { throw JSONEditError(step: index) }
    return [UInt8(ascii: "[")] + inner + [UInt8(ascii: "]")]
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    var written = [UInt8(ascii: "\"")]
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): written += [UInt8(ascii: "\\"), byte]
      case 0x0A: written += Array("\\n".utf8)
      case 0x0D: written += Array("\\r".utf8)
      case 0x09: written += Array("\\t".utf8)
      case 0..<0x20:
        written +=
          Array("\\u00".utf8) + [0x30 + byte >> 4]
          + [Array("0123456789abcdef".utf8)[Int(byte & 15)]]
      default: written.append(byte)
      }
    }
    return written + [UInt8(ascii: "\"")]
  }

  /// Whether bytes are one JSON value, or one record, and nothing else.
  private static func isSound(_ bytes: [UInt8], asRecord: Bool = false) -> Bool {
    // Inside an array any value can be walked; a comma would make two of it.
    guard asRecord || isOne(bytes) else { return false }
    var text = asRecord ? bytes : [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")]
    let tree = JSONPathTree([])
    return text.withUnsafeMutableBufferPointer { text in
      guard let base = text.baseAddress else { return false }
      var none: UInt64 = 0
      var walker = JSONWalker(base, 0..<text.count, tree: tree, fields: &none)
      return walker.walk(takesArrays: true)
    }
  }

  private static func isOne(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      var nesting = JSONNesting()
      return nesting.end(in: base, 0..<bytes.count) ?? bytes.count == bytes.count
    }
  }
}
