// Where a value stands inside a JSON record, as a pipeline file writes it.

/// A way from the top of a JSON value down to one inside: `id`, `user.name`, `tags[0]`, `/a.b/0`.
///
/// A path that begins with `/` is a JSON pointer (`~1` is a slash, `~0` a tilde); it reaches every
/// key. Keys match exactly, byte for byte; a number is the place in an array, from 0, or a key.
public struct JSONPath: Hashable, Sendable {
  /// As it was written.
  public let text: String
  /// The keys and places, from the top.
  let steps: [[UInt8]]

  /// Reads a path.
  /// - Throws: `JSONPathError` with the first place that cannot be read.
  public init(_ text: String) throws(JSONPathError) {
    self.text = text
    steps =
      text.hasPrefix("/")
      ? try JSONPath.pointer(Array(text.utf8)) : try JSONPath.dotted(Array(text.utf8))
  }

  /// A path of one key, whatever signs are in it.
  public init(key: String) {
    text = key
    steps = [Array(key.utf8)]
  }

  private static func pointer(_ bytes: [UInt8]) throws(JSONPathError) -> [[UInt8]] {
    var steps: [[UInt8]] = []
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "/") {
        steps.append([])
        continue
      }
      let last = steps.count - 1
      guard index > 0, bytes[index - 1] == UInt8(ascii: "~") else {
        if byte == UInt8(ascii: "~"), index + 1 == bytes.count {
          throw JSONPathError(offset: index, reason: .tilde)
        }
        if byte != UInt8(ascii: "~") { steps[last].append(byte) }
        continue
      }
      switch byte {
      case UInt8(ascii: "0"): steps[last].append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): steps[last].append(UInt8(ascii: "/"))
      default: throw JSONPathError(offset: index, reason: .tilde)
      }
    }
    return steps
  }

  private static func dotted(_ bytes: [UInt8]) throws(JSONPathError) -> [[UInt8]] {
    var steps: [[UInt8]] = []
    var index = 0
    while true {
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: "."),
        bytes[index] != UInt8(ascii: "[")
      {
        index += 1
      }
      // `[0]` may stand at the very start, and a record may be an array.
      let isPlaceFirst = steps.isEmpty && index < bytes.count && bytes[index] == UInt8(ascii: "[")
      guard index > start || isPlaceFirst else {
        throw JSONPathError(offset: start, reason: .empty)
      }
      if index > start { steps.append(Array(bytes[start..<index])) }
      while index < bytes.count, bytes[index] == UInt8(ascii: "[") {
        let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
        let close = index + 1 + digits.count
        guard !digits.isEmpty, digits.count <= 9, close < bytes.count,
          bytes[close] == UInt8(ascii: "]"), digits.count == 1 || digits.first != 0x30
        else { throw JSONPathError(offset: index, reason: .place) }
        steps.append(Array(digits))
        index = close + 1
      }
      guard index < bytes.count else { return steps }
      guard bytes[index] == UInt8(ascii: ".") else {
        throw JSONPathError(offset: index, reason: .place)
      }
      index += 1
    }
  }
}

/// Why a path was refused.
public struct JSONPathError: Error, Hashable, Sendable {
  /// The kinds of mistakes.
  public enum Reason: Hashable, Sendable {
    /// A key of no letters, as in `a..b`.
    case empty
    /// A bracket that does not hold a number, or that something stands behind.
    case place
    /// A tilde in a pointer without 0 or 1 behind it.
    case tilde
  }

  /// Where, in bytes of UTF-8.
  public var offset: Int
  /// What is wrong there.
  public var reason: Reason

  /// Creates an error.
  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}
