// Text in, tokens out, each with the exact bytes it stands on.

/// One word, sign or literal of an expression.
struct ExpressionToken: Hashable {
  enum Kind: Hashable {
    case number(String)
    case text(String)
    case name(String, isQuoted: Bool)
    case keyword(Keyword)
    case sign(Sign)
    case end
  }

  enum Keyword: String, CaseIterable {
    case or, and, not, between, `in`, like, escape, `is`, null, `case`, when, then, `else`, end
    case `true`, `false`
  }

  enum Sign: String {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case concat = "||"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case percent = "%"
    case open = "("
    case close = ")"
    case comma = ","
  }

  var kind: Kind
  var span: Range<Int>
}

/// Cuts a text into tokens.
struct ExpressionLexer {
  static let byteLimit = 64 << 10

  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// All tokens, the last of kind `end`.
  static func tokens(of text: String) throws(ExpressionDiagnostic) -> [ExpressionToken] {
    var lexer = ExpressionLexer(text)
    guard lexer.bytes.count <= byteLimit else {
      throw ExpressionDiagnostic(
        .limit, byteLimit..<lexer.bytes.count, .tooLong(limit: byteLimit))
    }
    var tokens: [ExpressionToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func byte(at offset: Int) -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private mutating func next() throws(ExpressionDiagnostic) -> ExpressionToken {
    while let byte = byte(at: position), byte == 0x20 || (0x09...0x0D).contains(byte) {
      position += 1
    }
    let start = position
    guard let first = byte(at: start) else {
      return ExpressionToken(kind: .end, span: start..<start)
    }
    switch first {
    case UInt8(ascii: "'"):
      let text = try quotedText(first)
      return ExpressionToken(kind: .text(text), span: start..<position)
    case UInt8(ascii: "\""):
      let name = try quotedText(first)
      return ExpressionToken(kind: .name(name, isQuoted: true), span: start..<position)
    case _ where isDigit(first),
      UInt8(ascii: ".") where byte(at: start + 1).map(isDigit) == true:
      return try number()
    case _ where isNameStart(first):
      return word()
    default:
      return try sign()
    }
  }

  /// A text or name up to its closing quote; a doubled quote stands for one.
  private mutating func quotedText(_ quote: UInt8) throws(ExpressionDiagnostic) -> String {
    let start = position
    var content: [UInt8] = []
    position += 1
    while let byte = byte(at: position) {
      position += 1
      if byte == quote {
        guard self.byte(at: position) == quote else {
          return String(decoding: content, as: UTF8.self)
        }
        position += 1
      }
      content.append(byte)
    }
    let sign = String(decoding: [quote], as: UTF8.self)
    throw ExpressionDiagnostic(.syntax, start..<bytes.count, .openQuote(sign))
  }

  private mutating func number() throws(ExpressionDiagnostic) -> ExpressionToken {
    let start = position
    skipDigits()
    if byte(at: position) == UInt8(ascii: "."), byte(at: position + 1).map(isDigit) == true {
      position += 1
      skipDigits()
    }
    if byte(at: position).map({ $0 | 0x20 }) == UInt8(ascii: "e") {
      let sign = byte(at: position + 1)
      let hasSign = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      let digits = position + (hasSign ? 2 : 1)
      if byte(at: digits).map(isDigit) == true {
        position = digits
        skipDigits()
      }
    }
    let end = position
    while let byte = byte(at: position), isNamePart(byte) || byte == UInt8(ascii: ".") {
      position += 1
    }
    guard position == end else {
      let found = string(start..<position)
      throw ExpressionDiagnostic(
        .syntax, start..<position, .unexpected(found: found, expected: "a number"))
    }
    return ExpressionToken(kind: .number(string(start..<end)), span: start..<end)
  }

  private mutating func skipDigits() {
    while let byte = byte(at: position), isDigit(byte) { position += 1 }
  }

  /// A keyword, or a name with dots in it.
  private mutating func word() -> ExpressionToken {
    let start = position
    while let byte = byte(at: position) {
      if isNamePart(byte) {
        position += 1
      } else if byte == UInt8(ascii: "."), self.byte(at: position + 1).map(isNameStart) == true {
        position += 2
      } else {
        break
      }
    }
    let text = string(start..<position)
    if let keyword = ExpressionToken.Keyword(rawValue: text.lowercased()) {
      return ExpressionToken(kind: .keyword(keyword), span: start..<position)
    }
    return ExpressionToken(kind: .name(text, isQuoted: false), span: start..<position)
  }

  private static let foreignSigns: [(sign: String, instead: String)] = [
    ("===", "="), ("!==", "<>"), ("==", "="), ("=<", "<="), ("=>", ">="), ("&&", "and"),
    ("<=>", "="), ("&", "and"), ("|", "||"), ("~", "like"), ("“", "'"), ("”", "'"), ("’", "'"),
    ("‘", "'"),
  ]

  private mutating func sign() throws(ExpressionDiagnostic) -> ExpressionToken {
    let start = position
    let two = string(start..<min(start + 2, bytes.count))
    let three = string(start..<min(start + 3, bytes.count))
    for foreign in Self.foreignSigns
    where foreign.sign == three || foreign.sign == two
      || (foreign.sign.utf8.count == 1 && two.hasPrefix(foreign.sign) && two != "||")
    {
      let span = start..<start + foreign.sign.utf8.count
      throw ExpressionDiagnostic(
        .syntax, span, .unknownSign(foreign.sign), suggestion: foreign.instead)
    }
    if two == "!=" {
      position += 2
      return ExpressionToken(kind: .sign(.notEqual), span: start..<position)
    }
    for length in [2, 1] {
      let end = min(start + length, bytes.count)
      if let sign = ExpressionToken.Sign(rawValue: string(start..<end)) {
        position = end
        return ExpressionToken(kind: .sign(sign), span: start..<end)
      }
    }
    let text = String(string(start..<bytes.count).unicodeScalars.prefix(1))
    let instead = ["!": "not", "[": "(", "]": ")"][text]
    throw ExpressionDiagnostic(
      .syntax, start..<start + text.utf8.count, .unknownSign(text), suggestion: instead)
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isNameStart(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    || byte >= 0x80 && byte != 0xE2  // curly quotes start with E2: they are named as a mistake
}

private func isNamePart(_ byte: UInt8) -> Bool {
  isNameStart(byte) || isDigit(byte) || byte == 0xE2
}
