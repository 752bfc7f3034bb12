import Records
import Testing

@Suite struct `Texts as bytes` {
  @Test func `are valid exactly if the standard library repairs nothing`() {
    var random = SplitMix64(seed: 9)
    let pool: [UInt8] = [
      0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xA0, 0xED, 0x9F, 0xEF, 0xF0, 0x90, 0xF4,
      0x8F, 0xF5, 0xFF,
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...12, using: &random)
      let bytes = (0..<count).map { _ in pool.randomElement(using: &random) ?? 0 }
      let isValid = bytes.withUnsafeBufferPointer(TextBytes.isValidUTF8)
      #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
    }
  }

  @Test func `show no byte that could act on a terminal`() {
    let hostile: [UInt8] = Array("a\u{1B}[31m\u{202E}b\n\t\\\u{9B}".utf8) + [0xFF, 0xC3]
    let shown = hostile.withUnsafeBufferPointer { TextBytes.escaped($0) }
    #expect(shown == "a\\u{1b}[31m\\u{202e}b\\n\\t\\\\\\u{9b}\\xff\\xc3")
    #expect(withBytes("äöüß") { TextBytes.escaped($0, cap: 2) } == "äö…")
  }

  @Test func `hash alike only if they are alike`() {
    var seen: [UInt64: [UInt8]] = [:]
    for length in 0..<40 {
      for value in 0..<200 {
        var bytes = [UInt8](repeating: 0, count: length)
        for index in bytes.indices where value >> (index % 8) & 1 == 1 {
          bytes[index] = UInt8(value)
        }
        let hash = bytes.withUnsafeBufferPointer { ByteHash.hash($0) }
        #expect(seen[hash, default: bytes] == bytes)
        seen[hash] = bytes
      }
    }
  }

  // Hashes may be stored: these numbers must never change.
  @Test(
    arguments: [
      ("", 714_980_210_277_857_354), ("etl", 2_860_080_493_092_765_762),
      ("12345678", 12_160_638_261_242_703_132),
      ("a text that is longer than sixteen bytes", 10_705_323_238_031_288_931),
    ] as [(String, UInt64)]) func `hash as they always did`(text: String, expected: UInt64)
  {
    #expect(withBytes(text) { ByteHash.hash($0) } == expected)
  }
}
