import Records
import Testing

@Suite struct `Numbers as bytes` {
  private func show<Value>(_ outcome: NumberBytes.Outcome<Value>) -> String {
    switch outcome {
    case .value(let value): "\(value)"
    case .malformed: "malformed"
    case .outOfRange: "out of range"
    }
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("+12", "12"), ("007", "7"), ("", "malformed"), ("-", "malformed"),
    ("1.0", "malformed"), ("1 2", "malformed"), ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775808", "out of range"),
    ("18446744073709551616", "out of range"), ("99999999999999999999999", "out of range"),
    ("000000000000000000000000001", "1"), ("1e3", "malformed"), ("0x1F", "malformed"),
  ]) func `reads integers`(text: String, expected: String) {
    #expect(withBytes(text) { show(NumberBytes.integer($0)) } == expected)
  }

  @Test(arguments: [
    ("1,234", "1234"), ("1,234,567", "1234567"), ("12", "12"), ("1234", "1234"),
    ("1,23", "malformed"), ("1234,567", "malformed"), ("1,2345", "malformed"),
    (",123", "malformed"),
    ("1,,234", "malformed"), ("1,", "malformed"), ("-1,000", "-1000"),
  ]) func `reads integers in groups`(text: String, expected: String) {
    let marks = NumberBytes.Marks(thousands: UInt8(ascii: ","))
    #expect(withBytes(text) { show(NumberBytes.integer($0, marks: marks)) } == expected)
  }

  @Test(arguments: [
    ("1.5", "150"), ("1", "100"), ("-0.05", "-5"), (".5", "50"), ("5.", "500"), ("1.250", "125"),
    ("1.255", "malformed"), ("1.2550", "malformed"), ("9999.99", "999999"),
    ("10000", "out of range"), (".", "malformed"), ("1e2", "malformed"), ("--1", "malformed"),
    ("99999999999999999999", "out of range"),
  ]) func `reads decimals without rounding`(text: String, expected: String) {
    let found = withBytes(text) { show(NumberBytes.decimal($0, precision: 6, scale: 2)) }
    #expect(found == expected)
  }

  @Test(arguments: [
    "0", "-0", "1.5", "0.1", "1e22", "1e23", "123456789012345678", "9007199254740993",
    "2.2250738585072014e-308", "4.9e-324", "1e-400", "1.7976931348623157e308",
    "0.30000000000000004",
    "33.93911", "100000000000000000000000", "8.41e21", "9.5e-5", "5.e1", ".5",
  ]) func `reads reals as the standard library does`(text: String) {
    // The library wants a digit on both sides of the point.
    let strict = text == "5.e1" ? "5e1" : text == ".5" ? "0.5" : text
    guard case .value(let found) = withBytes(text, { NumberBytes.real($0) }) else {
      Issue.record("\(text) was refused")
      return
    }
    #expect(found.bitPattern == Double(strict)?.bitPattern)
  }

  @Test(arguments: [
    ("nan", "malformed"), ("inf", "malformed"), ("0x1p3", "malformed"), ("1e", "malformed"),
    ("e5", "malformed"), ("1e999", "out of range"), ("-1e999", "out of range"),
    ("1.2.3", "malformed"),
    ("1,5", "malformed"), ("", "malformed"), ("+", "malformed"), ("0e99999999999999999999", "0.0"),
  ]) func `refuses what is not a real`(text: String, expected: String) {
    #expect(withBytes(text) { show(NumberBytes.real($0)) } == expected)
  }

  @Test func `rounds random reals correctly`() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      guard case .value(let found) = withBytes("\(value)", { NumberBytes.real($0) }) else {
        Issue.record("\(value) was refused")
        return
      }
      #expect(found == value)
    }
  }

  @Test func `rounds random decimals correctly`() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<50_000 {
      let digits = "\(random.next() >> Int.random(in: 0...60, using: &random))"
      let cut = digits.index(
        digits.startIndex, offsetBy: Int.random(in: 0..<digits.count, using: &random))
      let text = "0\(digits[..<cut]).\(digits[cut...])"
      guard case .value(let found) = withBytes(text, { NumberBytes.real($0) }) else {
        Issue.record("\(text) was refused")
        return
      }
      #expect(found == Double(text), "\(text)")
    }
    // Halfway between two doubles, and just above.
    for (text, expected) in [
      ("900719925474099.3", 900_719_925_474_099.25), ("9007199254740993.0", 9_007_199_254_740_992),
      ("9007199254740993.001", 9_007_199_254_740_994),
    ] {
      #expect(withBytes(text) { show(NumberBytes.real($0)) } == "\(expected)")
    }
  }

  @Test func `reads reals with declared marks`() {
    let marks = NumberBytes.Marks(decimal: UInt8(ascii: ","), thousands: UInt8(ascii: "."))
    #expect(withBytes("1.299,5") { show(NumberBytes.real($0, marks: marks)) } == "1299.5")
    #expect(withBytes("12.34") { show(NumberBytes.real($0, marks: marks)) } == "malformed")
    #expect(withBytes("1,5.000") { show(NumberBytes.real($0, marks: marks)) } == "malformed")
  }

  @Test(arguments: [
    (Int64(0), 0, "0"), (-5, 2, "-0.05"), (12_345, 2, "123.45"), (100, 2, "1.00"),
    (.min, 0, "-9223372036854775808"), (.max, 18, "9.223372036854775807"), (7, 1, "0.7"),
  ]) func `writes decimals with all their digits`(value: Int64, scale: Int, expected: String) {
    #expect(NumberBytes.decimalText(value, scale: scale) == expected)
  }
}
