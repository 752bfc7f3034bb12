// Letters as people count them: what stands in one place, however many code points it takes.
//
// ASCII has one byte a letter (but a CR and its LF are one), so most texts need only a look at
// their bytes; the others go through the standard library.

extension UnsafeBufferPointer<UInt8> {
  /// Whether every byte is a letter of its own.
  private var isPlain: Bool {
    var all: UInt8 = 0
    var hasReturn = false
    for byte in self {
      all |= byte
      hasReturn = hasReturn || byte == 0x0D
    }
    return all < 0x80 && !hasReturn
  }

  private var string: String { String(decoding: self, as: UTF8.self) }

  /// How many letters.
  var letterCount: Int { isPlain ? count : string.count }

  /// Where a letter starts, counted from 0; the end if there are fewer.
  func offset(ofLetter number: Int) -> Int {
    guard number > 0 else { return 0 }
    if isPlain { return Swift.min(number, count) }
    let string = string
    guard let index = string.index(string.startIndex, offsetBy: number, limitedBy: string.endIndex)
    else { return count }
    return Swift.min(count, string.utf8.distance(from: string.startIndex, to: index))
  }
}
