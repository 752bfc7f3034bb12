// One cell of the screen: a glyph and how it is meant to look.

/// How letters are set; may be combined.
public struct Emphasis: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// A set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Heavier strokes.
  public static let bold = Emphasis(rawValue: 1)
  /// Fainter strokes.
  public static let dim = Emphasis(rawValue: 2)
  /// Slanted.
  public static let italic = Emphasis(rawValue: 4)
  /// A line below.
  public static let underline = Emphasis(rawValue: 8)
  /// Letter and ground exchanged.
  public static let reverse = Emphasis(rawValue: 16)
}

/// What a cell means: the ink of its glyph, the ground behind it, and its emphasis.
public struct CellStyle: Hashable, Sendable {
  /// The meaning of the glyph.
  public var ink: Ink
  /// The meaning of what is behind it.
  public var ground: Ink
  /// Emphasis on top of what the theme gives the ink.
  public var emphasis: Emphasis

  /// A style; plain text on the terminal's own ground unless told otherwise.
  public init(_ ink: Ink = .text, on ground: Ink = .background, _ emphasis: Emphasis = []) {
    self.ink = ink
    self.ground = ground
    self.emphasis = emphasis
  }
}

/// One cell of the screen.
public struct Cell: Hashable, Sendable {
  /// What is printed: one grapheme of one or two columns.
  public var glyph: Character
  /// How it is meant.
  public var style: CellStyle

  /// A cell with a glyph.
  public init(_ glyph: Character, style: CellStyle = CellStyle()) {
    self.glyph = glyph
    self.style = style
  }

  /// An empty cell.
  public static let blank = Cell(" ")

  /// The right half of a wide glyph, which prints nothing itself.
  ///
  /// Marked by NUL, which no text can bring in: `CellGrid.write` shows it as a sign.
  public static func continuation(style: CellStyle) -> Cell { Cell("\0", style: style) }

  /// Whether this is the right half of a wide glyph.
  public var isContinuation: Bool { glyph == "\0" }
}
