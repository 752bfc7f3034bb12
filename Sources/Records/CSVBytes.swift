// The bytes that delimited text is made of, and how to find them eight at a time.

enum CSVBytes {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  static func byteOrderMark(_ index: Int) -> UInt8 { index == 0 ? 0xEF : index == 1 ? 0xBB : 0xBF }

  @inline(__always)
  static func pack(_ start: Int, _ count: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: start) << 32 | UInt64(truncatingIfNeeded: count)
  }

  @inline(__always)
  static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// Marks, by their highest bits, the bytes that may be a delimiter, a quote or below 14.
  ///
  /// None of them is missed. A byte above a true one may be marked wrongly because of the borrow,
  /// so that who asks must look at the byte itself.
  @inline(__always)
  static func candidates(_ word: UInt64, _ delimiters: UInt64, _ quotes: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let delimiter = word ^ delimiters
    let quote = word ^ quotes
    return
      (((delimiter &- ones) & ~delimiter) | ((quote &- ones) & ~quote)
      | ((word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word)) & 0x8080_8080_8080_8080
  }

  /// The first such byte in `start ..< end`, or `end`; reads up to seven bytes beyond.
  static func find(
    _ byte: UInt8, in bytes: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    let wanted = spread(byte)
    let raw = UnsafeRawPointer(bytes)
    var index = start
    while index < end {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian ^ wanted
      let hits = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      // The lowest mark is always a true one.
      if hits != 0 { return min(end, index &+ hits.trailingZeroBitCount >> 3) }
      index &+= 8
    }
    return end
  }

  /// The first LF or CR in `start ..< end`, or `end`.
  static func findLineEnd(
    in bytes: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    let raw = UnsafeRawPointer(bytes)
    var index = start
    while index < end {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      var hits = (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080
      while hits != 0 {
        let at = index &+ hits.trailingZeroBitCount >> 3
        guard at < end else { return end }
        if bytes[at] == lineFeed || bytes[at] == carriageReturn { return at }
        hits &= hits &- 1
      }
      index &+= 8
    }
    return end
  }

  /// How many lines end in `start ..< stop`; a CR before an LF counts with the LF.
  static func lineEnds(
    in bytes: UnsafeMutablePointer<UInt8>, from start: Int, to stop: Int, end: Int
  ) -> Int {
    var count = 0
    var index = start
    while true {
      index = findLineEnd(in: bytes, from: index, to: stop)
      guard index < stop else { return count }
      let isPair =
        bytes[index] == carriageReturn && index + 1 < end && bytes[index + 1] == lineFeed
      if !isPair { count += 1 }
      index += 1
    }
  }
}
