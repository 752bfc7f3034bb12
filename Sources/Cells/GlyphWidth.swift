// How many columns a character takes.
//
// Our own table, because the C library's answer depends on the locale. Ambiguous signs count as one
// column. `Terminal` checks against the C library before printing and falls back where they differ.

/// How a scalar behaves on a grid.
enum ScalarKind: Equatable {
  /// Takes one or two columns.
  case spacing(Int)
  /// Sits on the scalar before it.
  case mark
  /// Glues or varies the scalars around it; shows nothing itself.
  case joiner
  /// Would move the cursor, end the line or steer the terminal.
  case control
  /// Cannot be seen, or changes the order of what follows.
  case hidden
}

extension Unicode.Scalar {
  /// How this scalar behaves on a grid.
  var gridKind: ScalarKind {
    let value = self.value
    if value < 0x20 || (0x7f...0x9f).contains(value) { return .control }
    if value < 0x300 { return value == 0xad ? .hidden : .spacing(1) }
    switch value {
    case 0x200c, 0x200d, 0xfe00...0xfe0f, 0xe0100...0xe01ef, 0xe0020...0xe007f: return .joiner
    case 0x1160...0x11ff, 0xd7b0...0xd7ff: return .mark  // vowels and finals of a Hangul syllable
    case 0x115f, 0x3164, 0xffa0: return .hidden  // Hangul fillers
    default: break
    }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return .mark
    case .format, .lineSeparator, .paragraphSeparator, .surrogate: return .hidden
    case .unassigned where properties.isNoncharacterCodePoint: return .hidden
    default: return .spacing(isWide ? 2 : 1)
    }
  }

  /// Whether it takes two columns: East Asian width W or F.
  private var isWide: Bool {
    let value = self.value
    if value < 0x1100 { return false }
    if properties.isEmojiPresentation {
      return !(0x1f1e6...0x1f1ff).contains(value)  // Flag letters are narrow, one by one.
    }
    var low = 0
    var high = Self.wide.count
    while low < high {
      let middle = (low + high) / 2
      if Self.wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < Self.wide.count && Self.wide[low].contains(value)
  }

  // From EastAsianWidth.txt, without emoji (a property of their own) and with the gaps of the CJK
  // blocks counted as wide, as the standard says.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf,
    0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6b,
    0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x16fe4, 0x17000...0x18cff, 0x18d00...0x18d08,
    0x1aff0...0x1b2fb, 0x1f200...0x1f202, 0x1f210...0x1f23b, 0x1f240...0x1f248, 0x1f250...0x1f251,
    0x1f260...0x1f265, 0x1f3fb...0x1f3ff, 0x20000...0x2fffd, 0x30000...0x3fffd,
  ]
}

extension Character {
  /// The columns this glyph takes on a grid: 0 for what prints nothing by itself, 1 or 2.
  public var cellWidth: Int {
    for scalar in unicodeScalars {
      if case .spacing(let columns) = scalar.gridKind { return columns }
    }
    return 0
  }
}

/// The columns a text takes, after the same escaping as `CellGrid.write`.
public func cellWidth(of text: String, glyphs: Glyphs = .unicode) -> Int {
  var columns = 0
  VisibleText.forEach(in: text, glyphs: glyphs) { _, width in
    columns += width
    return true
  }
  return columns
}
