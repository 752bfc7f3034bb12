// Text from anywhere in, glyphs that fit on a grid out.
//
// Text from data is hostile: it may hold escape sequences, line breaks, marks that turn the reading
// order, or clusters that terminals measure differently. What comes out prints as one or two columns
// everywhere, and nothing is hidden: what cannot be printed shows as a sign or an escape.

enum VisibleText {
  // More marks than any script needs, and what one curses cell can hold.
  private static let maximumMarks = 4

  /// Calls with each glyph and its columns until told to stop by `false`.
  static func forEach(
    in text: String, glyphs: Glyphs, _ body: (Character, Int) -> Bool
  ) {
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      let next = bytes.index(after: index)
      // A plain byte is a cluster of its own only if nothing beyond ASCII follows.
      if isPlain(byte), next == bytes.endIndex || bytes[next] < 0x80 {
        guard body(Character(Unicode.Scalar(byte)), 1) else { return }
        index = next
        continue
      }
      guard cluster(text[index], glyphs, body) else { return }
      index = text.index(after: index)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7f }

  private static func cluster(
    _ cluster: Character, _ glyphs: Glyphs, _ body: (Character, Int) -> Bool
  ) -> Bool {
    if cluster == "\r\n" { return spell(newline(glyphs), body) }
    var piece = Piece()
    for scalar in cluster.unicodeScalars {
      switch scalar.gridKind {
      case .spacing(let columns):
        // A skin tone after its emoji would count as a second glyph on half of all terminals.
        if (0x1f3fb...0x1f3ff).contains(scalar.value), piece.base != nil { continue }
        guard piece.flush(glyphs, body) else { return false }
        piece = Piece(base: scalar, columns: columns)
      case .mark where piece.base != nil:
        if piece.marks.count < maximumMarks { piece.marks.append(scalar) }
      case .joiner where (piece.base?.value ?? 0) >= 0x600:
        continue  // Part of the script or of an emoji; shows nothing.
      case .joiner where (0xfe00...0xfe0f).contains(scalar.value) && piece.base != nil:
        continue
      case .mark, .joiner, .control, .hidden:
        guard piece.flush(glyphs, body), spell(escape(scalar, glyphs), body) else { return false }
        piece = Piece()
      }
    }
    return piece.flush(glyphs, body)
  }

  private struct Piece {
    var base: Unicode.Scalar?
    var columns = 0
    var marks: [Unicode.Scalar] = []

    func flush(_ glyphs: Glyphs, _ body: (Character, Int) -> Bool) -> Bool {
      guard let base else { return true }
      if !glyphs.isUnicode {
        let plain = PlainText.letter(for: base)
        for _ in 0..<columns {
          guard body(plain, 1) else { return false }
        }
        return true
      }
      if marks.isEmpty { return body(Character(base), columns) }
      var scalars = String.UnicodeScalarView()
      scalars.append(base)
      scalars.append(contentsOf: marks)
      return body(Character(String(scalars)), columns)
    }
  }

  private static func spell(_ text: String, _ body: (Character, Int) -> Bool) -> Bool {
    text.allSatisfy { body($0, 1) }
  }

  private static func newline(_ glyphs: Glyphs) -> String { glyphs.isUnicode ? "⏎" : "\\n" }

  private static func escape(_ scalar: Unicode.Scalar, _ glyphs: Glyphs) -> String {
    let value = scalar.value
    switch value {
    case 0x0a, 0x2028, 0x2029: return newline(glyphs)
    case 0..<0x20 where glyphs.isUnicode, 0x7f where glyphs.isUnicode:
      // The control pictures: one column, as wide as what they stand for.
      let picture = value == 0x7f ? 0x2421 : 0x2400 + value
      return Unicode.Scalar(picture).map { String(Character($0)) } ?? "?"
    case 0x09: return "\\t"
    case 0x0d: return "\\r"
    case 0..<0x100: return "\\x" + hexadecimal(value, digits: 2)
    case 0..<0x10000: return "\\u" + hexadecimal(value, digits: 4)
    default: return "\\u{" + hexadecimal(value, digits: 5) + "}"
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
