// The signs and pieces the screen is made of, in Unicode and in ASCII.
//
// State signs are of neutral width in Unicode's tables, so that they take one column everywhere.

/// A set of signs; everything drawn that is not text from data comes from here.
public struct Glyphs: Hashable, Sendable {
  /// Whether signs beyond ASCII may be used.
  public let isUnicode: Bool

  /// Signs for terminals that show Unicode.
  public static let unicode = Glyphs(isUnicode: true)
  /// Signs for every terminal.
  public static let ascii = Glyphs(isUnicode: false)

  private func choose(_ sign: Character, _ plain: Character) -> Character {
    isUnicode ? sign : plain
  }
}

// States (the same signs everywhere).
extension Glyphs {
  /// Done, all well.
  public var ok: Character { choose("✓", "+") }
  /// Going on now.
  public var running: Character { choose("▸", ">") }
  /// Waiting for its turn.
  public var queued: Character { choose("∙", ".") }
  /// Done, with rejected records.
  public var rejects: Character { "!" }
  /// Being tried again.
  public var retrying: Character { choose("↻", "@") }
  /// Did not work.
  public var failed: Character { choose("✗", "x") }
  /// Held by a person.
  public var paused: Character { "=" }
  /// Not needed this time.
  public var skipped: Character { "-" }
  /// Stopped by a person.
  public var cancelled: Character { choose("⊘", "/") }
  /// Nobody knows.
  public var stale: Character { "?" }
}

// Pieces.
extension Glyphs {
  /// A piece of a horizontal rule.
  public var rule: Character { choose("─", "-") }
  /// A piece of the rule above the pane in focus.
  public var ruleFocus: Character { choose("━", "=") }
  /// A piece of a vertical divider.
  public var divider: Character { choose("│", "|") }
  /// The upper left corner of an overlay.
  public var cornerTopLeft: Character { choose("┌", "+") }
  /// The upper right corner of an overlay.
  public var cornerTopRight: Character { choose("┐", "+") }
  /// The lower left corner of an overlay.
  public var cornerBottomLeft: Character { choose("└", "+") }
  /// The lower right corner of an overlay.
  public var cornerBottomRight: Character { choose("┘", "+") }
  /// Stands for text that was cut off.
  public var ellipsis: Character { choose("…", "~") }
  /// Points at the row of the cursor where colour cannot.
  public var cursorMark: Character { "<" }
  /// Between parts of a path, as in "pipeline › run".
  public var crumb: Character { choose("›", ">") }
  /// Before a marked row.
  public var mark: Character { choose("▪", "*") }
  /// An unknown number.
  public var unknown: Character { choose("–", "-") }

  /// A cell filled from the left, from empty to full: nine steps in Unicode, two in ASCII.
  public var eighths: [Character] { isUnicode ? Self.blocks : Self.plainBlocks }

  /// A cell filled from below, eight steps from lowest to highest.
  public var sparks: [Character] { isUnicode ? Self.levels : Self.plainLevels }

  private static let blocks: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
  private static let plainBlocks: [Character] = [".", "#"]
  private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let plainLevels: [Character] = [".", ":", "-", "=", "+", "*", "%", "#"]
}
