// Texts as bytes: trimming, ASCII case, validity, and how a value is shown in a message.

/// What can be done to texts without making strings of them.
public enum TextBytes {
  /// Whether a byte is a blank or a tab.
  @inlinable public static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Without the blanks and tabs around it.
  @inlinable public static func trimmed(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    guard let base = bytes.baseAddress else { return bytes }
    var start = 0
    var end = bytes.count
    while start < end, isBlank(base[start]) { start &+= 1 }
    while end > start, isBlank(base[end &- 1]) { end &-= 1 }
    return UnsafeBufferPointer(start: base + start, count: end &- start)
  }

  /// Whether two texts are the same, byte for byte.
  @inlinable public static func equal(
    _ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }

  /// Whether two texts are the same but for ASCII case; `right` is in lower case.
  public static func equalIgnoringCase(
    _ left: UnsafeBufferPointer<UInt8>, lowercase right: [UInt8]
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where lower(left[index]) != right[index] { return false }
    return true
  }

  /// An ASCII letter in lower case; any other byte as it is.
  @inlinable public static func lower(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }

  /// An ASCII letter in upper case; any other byte as it is.
  @inlinable public static func upper(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "a") < 26 ? byte & 0xDF : byte
  }

  /// Whether the bytes are well-formed UTF-8: shortest forms, no surrogates, at most U+10FFFF.
  public static func isValidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    firstInvalidUTF8(bytes) == nil
  }

  /// Where the first malformed sequence begins.
  public static func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let count = bytes.count
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index < count {
      if index &+ 8 <= count {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          index &+= 8
          continue
        }
      }
      let lead = base[index]
      if lead < 0x80 {
        index &+= 1
        continue
      }
      let length: Int
      var least: UInt8 = 0x80
      var most: UInt8 = 0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, least) = (3, 0xA0)
      case 0xED: (length, most) = (3, 0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, least) = (4, 0x90)
      case 0xF4: (length, most) = (4, 0x8F)
      case 0xF1...0xF3: length = 4
      default: return index
      }
      guard index &+ length <= count else { return index }
      guard base[index &+ 1] >= least, base[index &+ 1] <= most else { return index }
      for next in 2..<max(2, length) where base[index &+ next] & 0xC0 != 0x80 { return index }
      index &+= length
    }
    return nil
  }

  /// A value as a message shows it: one line, no byte that could act on a terminal, at most `cap`
  /// characters; what was cut is marked by `…`.
  ///
  /// Line breaks and tabs become `\n \r \t`, a backslash `\\`, other controls and marks that change
  /// the direction of writing `\u{…}`, bytes that are not UTF-8 `\x…`.
  public static func escaped(_ bytes: UnsafeBufferPointer<UInt8>, cap: Int = 120) -> String {
    var result = ""
    var shown = 0
    var index = 0
    while index < bytes.count {
      guard shown < cap else { return result + "…" }
      let rest = UnsafeBufferPointer(rebasing: bytes[index..<min(index + 4, bytes.count)])
      var length = 1
      let lead = rest[0]
      if lead >= 0xC2 { length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }
      let piece = UnsafeBufferPointer(rebasing: rest[..<min(length, rest.count)])
      if piece.count == length, firstInvalidUTF8(piece) == nil {
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
          append(scalar, to: &result)
        }
        index += length
      } else {
        result += "\\x" + hex(UInt32(lead), digits: 2)
        index += 1
      }
      shown += 1
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar.value {
    case 0x0A: result += "\\n"
    case 0x0D: result += "\\r"
    case 0x09: result += "\\t"
    case 0x5C: result += "\\\\"
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0x061C,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      result += "\\u{" + hex(scalar.value, digits: 1) + "}"
    default: result.unicodeScalars.append(scalar)
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
