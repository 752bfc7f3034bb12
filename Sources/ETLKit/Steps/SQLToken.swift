// The words of a query with their places, for messages; SQLite itself reads the query.

/// A piece of a query's text.
struct SQLToken: Equatable {
  enum Kind { case word, string, sign }

  var kind: Kind
  /// A string without its quotes.
  var text: String
  /// The bytes.
  var range: Range<Int>

  /// The tokens of a text; comments and blanks are left out.
  static func scan(_ text: String) -> [SQLToken] {
    let bytes = Array(text.utf8)
    var tokens: [SQLToken] = []
    var place = 0
    func isWord(_ byte: UInt8) -> Bool {
      byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    func follows(_ text: StaticString, at place: Int) -> Bool {
      bytes[place...].starts(
        with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    /// The place behind the next occurrence of some bytes, or the end.
    func end(of text: StaticString, from start: Int) -> Int {
      var place = start
      while place < bytes.count, !follows(text, at: place) { place += 1 }
      return min(bytes.count, place + text.utf8CodeUnitCount)
    }
    while place < bytes.count {
      let start = place
      let byte = bytes[place]
      if byte <= 0x20 {
        place += 1
      } else if follows("--", at: place) {
        place = end(of: "\n", from: place)
      } else if follows("/*", at: place) {
        place = end(of: "*/", from: place + 2)
      } else if let close = closing[byte] {
        place += 1
        while place < bytes.count {
          place += 1
          guard bytes[place - 1] == close else { continue }
          // A doubled quote stands for itself.
          guard place < bytes.count, bytes[place] == close, close == byte else { break }
          place += 1
        }
        let inside = bytes[(start + 1)..<max(start + 1, place - 1)]
        tokens.append(
          SQLToken(
            kind: byte == UInt8(ascii: "'") ? .string : .word,
            text: String(decoding: inside, as: UTF8.self), range: start..<place))
      } else {
        while place < bytes.count, isWord(bytes[place]) { place += 1 }
        let isSign = place == start
        if isSign { place += 1 }
        tokens.append(
          SQLToken(
            kind: isSign ? .sign : .word,
            text: String(decoding: bytes[start..<place], as: UTF8.self), range: start..<place))
      }
    }
    return tokens
  }

  private static let closing: [UInt8: UInt8] = [
    UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "\""): UInt8(ascii: "\""),
    UInt8(ascii: "`"): UInt8(ascii: "`"), UInt8(ascii: "["): UInt8(ascii: "]"),
  ]
}
