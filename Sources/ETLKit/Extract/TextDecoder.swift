// Text in other encodings → UTF-8, block by block. The encoding is declared or told by a mark at the
// start, never guessed.
//
// What cannot be decoded becomes bytes that are no UTF-8, so that the record they stand in is known
// and rejected; nothing is replaced or dropped in silence.

/// Turns a stream of bytes into UTF-8, for one thread at a time; knows nothing of files.
final class TextDecoder {
  /// The declaration and the mark contradict each other.
  struct MarkProblem: Error, Hashable {
    var declared: TextEncoding
    var found: TextEncoding?
  }

  /// Where the next encoded bytes are put, before `decode`.
  let input: UnsafeMutableRawBufferPointer
  /// Whether the bytes are UTF-8 already: then they can be read past this decoder.
  private(set) var isPlain = false
  /// Whether all input was decoded.
  private(set) var isFinished = false

  private let declared: TextEncoding?
  private var encoding: TextEncoding?
  private let output: UnsafeMutablePointer<UInt8>
  private var outputStart = 0
  private var outputEnd = 0
  /// The first byte of a unit of UTF-16 whose second one has not come.
  private var half: UInt8?
  /// The first half of a surrogate pair.
  private var high: UInt16?

  init(declared: TextEncoding?, blockSize: Int = 64 << 10) {
    self.declared = declared
    input = .allocate(byteCount: max(4, blockSize), alignment: 16)
    // A byte becomes three at most, and up to four bytes may be left over from before.
    output = .allocate(capacity: 3 * max(4, blockSize) + 16)
  }

  deinit {
    input.deallocate()
    output.deallocate()
  }

  /// Decoded bytes; 0 if more input is needed.
  func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, outputEnd - outputStart)
    guard count > 0 else { return 0 }
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(start: output + outputStart, count: count))
    outputStart += count
    return count
  }

  /// Decodes the first bytes of `input`; 0 says that there are no more.
  ///
  /// To be called when all that was decoded before has been taken.
  func decode(count: Int) throws(MarkProblem) {
    outputStart = 0
    outputEnd = 0
    var bytes = UnsafeRawBufferPointer(rebasing: input[..<count])
    if encoding == nil {
      let (found, length) = try decide(bytes)
      encoding = found
      isPlain = found == .utf8
      bytes = UnsafeRawBufferPointer(rebasing: bytes[length...])
    }
    switch encoding {
    case .utf16, .utf16LittleEndian: decodeUTF16(bytes, isLittleEndian: true)
    case .utf16BigEndian: decodeUTF16(bytes, isLittleEndian: false)
    case .latin1: for byte in bytes { put(UInt32(byte)) }
    case .windows1252: for byte in bytes { putWindows(byte) }
    case .utf8, nil:
      if let start = bytes.baseAddress {
        output.update(from: start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
      }
      outputEnd = bytes.count
    }
    if count == 0 { finish() }
  }

  /// The encoding by declaration and mark, and the length of a mark that is no text.
  private func decide(
    _ bytes: UnsafeRawBufferPointer
  ) throws(MarkProblem) -> (TextEncoding, Int) {
    let mark: TextEncoding? =
      if bytes.starts(with: [0xFF, 0xFE]) {
        .utf16LittleEndian
      } else if bytes.starts(with: [0xFE, 0xFF]) {
        .utf16BigEndian
      } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
        .utf8
      } else {
        nil
      }
    let isWide = mark == .utf16LittleEndian || mark == .utf16BigEndian
    switch (declared, mark) {
    case (nil, let mark?) where isWide: return (mark, 2)
    case (.utf16?, let mark?) where isWide: return (mark, 2)
    case (nil, _): return (.utf8, 0)
    // An empty file has no mark and needs none.
    case (.utf16?, nil) where bytes.isEmpty: return (.utf16, 0)
    case (.utf16?, let mark): throw MarkProblem(declared: .utf16, found: mark)
    case (let declared?, let mark?):
      guard declared == mark else { throw MarkProblem(declared: declared, found: mark) }
      return (declared, isWide ? 2 : 0)
    case (let declared?, nil): return (declared, 0)
    }
  }

  private func put(_ scalar: UInt32) {
    func put(_ byte: UInt32) {
      output[outputEnd] = UInt8(truncatingIfNeeded: byte)
      outputEnd += 1
    }
    switch scalar {
    case 0..<0x80: put(scalar)
    case 0x80..<0x800:
      put(0xC0 | scalar >> 6)
      put(0x80 | scalar & 0x3F)
    case 0x800..<0x10000:
      put(0xE0 | scalar >> 12)
      put(0x80 | scalar >> 6 & 0x3F)
      put(0x80 | scalar & 0x3F)
    default:
      put(0xF0 | scalar >> 18)
      put(0x80 | scalar >> 12 & 0x3F)
      put(0x80 | scalar >> 6 & 0x3F)
      put(0x80 | scalar & 0x3F)
    }
  }

  /// A byte that stands for nothing stays as it is, which is no UTF-8.
  private func putWindows(_ byte: UInt8) {
    guard (0x80...0x9F).contains(byte) else { return put(UInt32(byte)) }
    let scalar = Self.windows[Int(byte - 0x80)]
    if scalar != 0 {
      put(UInt32(scalar))
    } else {
      output[outputEnd] = byte
      outputEnd += 1
    }
  }

  private func decodeUTF16(_ bytes: UnsafeRawBufferPointer, isLittleEndian: Bool) {
    var index = 0
    while index < bytes.count {
      let first: UInt8
      if let half {
        first = half
        self.half = nil
      } else {
        first = bytes[index]
        index += 1
        guard index < bytes.count else {
          half = first
          return
        }
      }
      let second = bytes[index]
      index += 1
      putUnit(
        isLittleEndian
          ? UInt16(second) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(second))
    }
  }

  private func putUnit(_ unit: UInt16) {
    if let high {
      self.high = nil
      if (0xDC00...0xDFFF).contains(unit) {
        put(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00)
        return
      }
      // Half a pair, written as if it were a letter: no UTF-8.
      put(UInt32(high))
    }
    if (0xD800...0xDBFF).contains(unit) {
      high = unit
    } else {
      put(UInt32(unit))
    }
  }

  private func finish() {
    if let high { put(UInt32(high)) }
    if half != nil {
      output[outputEnd] = 0xFF
      outputEnd += 1
    }
    high = nil
    half = nil
    isFinished = true
  }

  /// What 0x80 to 0x9F mean in Windows-1252; 0 for the five that mean nothing.
  private static let windows: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
    0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
}
