// `like` patterns: % stands for any text, _ for one letter. Matching is bounded by length × length.

/// A pattern of `like`.
public struct LikePattern: Hashable, Sendable, CustomStringConvertible {
  /// One part of a pattern.
  enum Part: Hashable, Sendable {
    case byte(UInt8)
    case letter
    case anything
  }

  /// Patterns that need no search.
  enum Shape: Hashable, Sendable {
    case whole([UInt8])
    case prefix([UInt8])
    case suffix([UInt8])
    case general
  }

  /// As it was written.
  public let text: String
  /// The letter that takes the meaning of % and _ away.
  public let escape: Unicode.Scalar?
  let parts: [Part]
  let shape: Shape

  /// Reads a pattern; nil if it ends with the escape letter.
  public init?(_ text: String, escape: Unicode.Scalar? = nil) {
    var parts: [Part] = []
    var isEscaped = false
    for letter in text.unicodeScalars {
      if isEscaped {
        parts += String(letter).utf8.map { .byte($0) }
        isEscaped = false
      } else if letter == escape {
        isEscaped = true
      } else if letter == "%" {
        if parts.last != .anything { parts.append(.anything) }
      } else if letter == "_" {
        parts.append(.letter)
      } else {
        parts += String(letter).utf8.map { .byte($0) }
      }
    }
    guard !isEscaped else { return nil }
    self.text = text
    self.escape = escape
    self.parts = parts
    shape = LikePattern.shape(of: parts)
  }

  private static func shape(of parts: [Part]) -> Shape {
    let bytes: [UInt8] = parts.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
    if bytes.count == parts.count { return .whole(bytes) }
    guard bytes.count == parts.count - 1 else { return .general }
    if parts.last == .anything { return .prefix(bytes) }
    return parts.first == .anything ? .suffix(bytes) : .general
  }

  /// The pattern as an expression has it.
  public var description: String {
    quoted(text) + (escape.map { " escape \(quoted(String($0)))" } ?? "")
  }

  /// Whether the whole text fits.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch shape {
    case .whole(let bytes): text.count == bytes.count && text.elementsEqual(bytes)
    case .prefix(let bytes): text.starts(with: bytes)
    case .suffix(let bytes):
      text.count >= bytes.count && text.suffix(bytes.count).elementsEqual(bytes)
    case .general: matchesParts(text)
    }
  }

  /// Goes back to the last `%` only: what an earlier one could take, the last one can take too.
  private func matchesParts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    var part = 0
    var lastAnything: (part: Int, position: Int)?
    while position < text.count {
      if part < parts.count {
        switch parts[part] {
        case .byte(let byte) where byte == text[position]:
          position += 1
          part += 1
          continue
        case .letter:
          position = text.nextLetter(after: position)
          part += 1
          continue
        case .anything:
          lastAnything = (part, position)
          part += 1
          continue
        case .byte: break
        }
      }
      guard let last = lastAnything else { return false }
      position = text.nextLetter(after: last.position)
      lastAnything = (last.part, position)
      part = last.part + 1
    }
    return parts[part...].allSatisfy { $0 == .anything }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where the letter after the one at `position` starts, in UTF-8.
  func nextLetter(after position: Int) -> Int {
    var next = position + 1
    while next < count, self[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
