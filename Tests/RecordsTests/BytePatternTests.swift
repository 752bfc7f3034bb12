import Testing

@testable import Records

@Suite struct `A byte pattern` {
  @Test(arguments: [
    ("[A-Z]{3}", "ABC", true), ("[A-Z]{3}", "ABCD", false), ("[A-Z]{3}", "ab", false),
    ("a|bc", "bc", true), ("a|bc", "abc", false), ("(ab)*", "", true), ("(ab)*", "abab", true),
    ("(ab)+", "", false), ("a?b", "b", true), ("a{2,}", "a", false), ("a{2,}", "aaaa", true),
    ("a{0,2}", "aaa", false), ("\\d+\\.\\d{2}", "12.50", true), ("\\d+\\.\\d{2}", "12x50", false),
    ("^x$", "x", true), (".", "ü", true), (".", "\n", false), ("..", "ü", false), (".", "😀", true),
    ("[^a]", "ü", true), ("[^a]", "a", false), ("[а-я]+", "привет", true),
    ("[а-я]+", "Привет", false),
    ("[]a]+", "]a", true), ("[a-]+", "a-", true), ("\\w+\\s\\w+", "ab cd", true), ("", "", true),
    ("(?:a|b){2}c", "abc", true), ("((a*)*)*", "aaaa", true), ("[\\d-]+", "1-2", true),
    ("\\[x\\]", "[x]", true), ("(a|)b", "b", true),
  ]) func `is met by the whole value or not`(pattern: String, text: String, expected: Bool) throws {
    #expect(try BytePattern(pattern).matches(text) == expected)
  }

  @Test(arguments: [
    ("b+", "abbc", true), ("^b", "abc", false), ("c$", "abc", true), ("^abc$", "abcd", false),
    ("x", "abc", false), ("", "abc", true), ("a.c", "xxabcxx", true), ("b$", "abab", true),
  ]) func `is found inside a value or not`(pattern: String, text: String, expected: Bool) throws {
    #expect(try BytePattern(pattern).isContained(in: text) == expected)
  }

  @Test(
    arguments: [
      ("b+", "abbc", 1..<3), ("a|ab", "xab", 1..<3), ("x", "abc", nil), ("^b", "ab", nil),
      ("b$", "bab", 2..<3), ("a*", "baa", 0..<0), ("a.c|b", "abxabc", 1..<2),
      ("abcd|bc", "abce", 1..<3),
      ("ü", "aü", 1..<3), ("", "", 0..<0), ("a+b|a", "aaab", 0..<4),
      ("(ab|a)(c|bcd)", "abcd", 0..<4),
    ] as [(String, String, Range<Int>?)]) func `is found where it begins first, as long as can be`(
      pattern: String, text: String, range: Range<Int>?
    ) throws
  {
    var search = PatternSearch(try BytePattern(pattern))
    let found = Array(text.utf8).withUnsafeBufferPointer { search.firstRange(in: $0) }
    #expect(found == range)
  }

  @Test func `is found where trying every part finds it`() throws {
    let patterns = [
      "a+b?", "(ab|ba)+", "a.b", "b|aab", "a{2,3}", "(a|b)*a", "b+$", "^a+", "ab*|c?",
    ]
    for pattern in try patterns.map({ try BytePattern($0) }) {
      var search = PatternSearch(pattern)
      for number in 0..<729 {
        let letters = (0..<6).map { place in
          Array("abc".utf8)[number / [1, 3, 9, 27, 81, 243][place] % 3]
        }
        let slow = letters.withUnsafeBufferPointer { bytes -> Range<Int>? in
          for start in 0...6 {
            for end in (start...6).reversed() where isWhole(pattern, bytes, start..<end) {
              return start..<end
            }
          }
          return nil
        }
        let fast = letters.withUnsafeBufferPointer { search.firstRange(in: $0) }
        #expect(fast == slow, "\(pattern.text) in \(String(decoding: letters, as: UTF8.self))")
      }
    }
  }

  /// Whether the part has the form, with `^` and `$` bound to the ends of all.
  private func isWhole(
    _ pattern: BytePattern, _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>
  ) -> Bool {
    if pattern.text.hasPrefix("^"), part.lowerBound > 0 { return false }
    if pattern.text.hasSuffix("$"), part.upperBound < bytes.count { return false }
    return pattern.matches(UnsafeBufferPointer(rebasing: bytes[part]))
  }

  @Test(
    arguments: [
      ("(a", .unclosed, 0..<2), ("a)", .unopened, 1..<2), ("[a", .unclosed, 0..<2),
      ("*a", .nothingToRepeat, 0..<1), ("a{3,1}", .badRange, 1..<6), ("[z-a]", .badRange, 1..<4),
      ("\\q", .unknownEscape, 0..<2), ("(?=a)", .unsupported, 0..<2), ("a*?", .unsupported, 2..<3),
      ("\\1", .unsupported, 0..<2), ("a^b", .unsupported, 1..<2), ("a$b", .unsupported, 2..<3),
      ("(a{1000}){1000}", .tooLarge, 0..<15), ("a{", .badRange, 1..<2),
      ("^a|b$", .unsupported, 0..<5),
    ] as [(String, PatternError.Reason, Range<Int>)]) func `says where it is wrong`(
      pattern: String, reason: PatternError.Reason, range: Range<Int>
    )
  {
    let error = #expect(throws: PatternError.self) { try BytePattern(pattern) }
    #expect(error?.reason == reason)
    #expect(error?.range == range)
  }

  @Test func `takes a time that grows with the value only`() throws {
    let pattern = try BytePattern("(a|aa)+b")
    #expect(!pattern.matches(String(repeating: "a", count: 100_000)))
    // Too many sets for a table, so that all states are followed at once.
    let wide = try BytePattern("[ab]*a[ab]{14}c")
    #expect(
      wide.matches(
        String(repeating: "ab", count: 500) + "a" + String(repeating: "b", count: 14) + "c"))
    #expect(!wide.matches(String(repeating: "b", count: 2_000) + "c"))
  }

  @Test func `agrees on every scalar with its own class`() throws {
    let pattern = try BytePattern("[\u{80}-\u{7FF}\u{1234}-\u{FFFF}\u{10FFF}-\u{2FFFF}]")
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 13) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected =
        (0x80...0x7FF).contains(value) || (0x1234...0xFFFF).contains(value)
        || (0x10FFF...0x2FFFF).contains(value)
      guard pattern.matches(String(Character(scalar))) == expected else {
        Issue.record("U+\(String(value, radix: 16))")
        return
      }
    }
  }
}
