// The nearest ASCII letter for what a plain terminal cannot show.

enum PlainText {
  /// One ASCII letter that stands for a scalar; `?` where none is near.
  static func letter(for scalar: Unicode.Scalar) -> Character {
    scalar.value < 0x80 ? Character(scalar) : nearest[scalar] ?? "?"
  }

  private static let nearest: [Unicode.Scalar: Character] = {
    var table: [Unicode.Scalar: Character] = [:]
    for (plain, signs) in groups {
      for scalar in signs.unicodeScalars { table[scalar] = plain }
    }
    return table
  }()

  private static let groups: [(Character, String)] = [
    ("A", "ÀÁÂÃÄÅĀĂĄÆ"), ("C", "ÇĆĈĊČ"), ("D", "ĎĐÐ"), ("E", "ÈÉÊËĒĔĖĘĚ"), ("G", "ĜĞĠĢ"),
    ("H", "ĤĦ"), ("I", "ÌÍÎÏĨĪĬĮİ"), ("J", "Ĵ"), ("K", "Ķ"), ("L", "ĹĻĽĿŁ"), ("N", "ÑŃŅŇ"),
    ("O", "ÒÓÔÕÖØŌŎŐŒ"), ("R", "ŔŖŘ"), ("S", "ŚŜŞŠȘ"), ("T", "ŢŤŦȚ"), ("U", "ÙÚÛÜŨŪŬŮŰŲ"),
    ("W", "Ŵ"), ("Y", "ÝŶŸ"), ("Z", "ŹŻŽ"),
    ("a", "àáâãäåāăąæª"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"),
    ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉ"),
    ("o", "òóôõöøōŏőœº"), ("r", "ŕŗř"), ("s", "śŝşšșß"), ("t", "ţťŧț"), ("u", "ùúûüũūŭůűųµ"),
    ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
    (" ", "\u{a0}\u{2000}\u{2002}\u{2003}\u{2007}\u{2009}\u{200a}\u{202f}\u{3000}\u{2800}"),
    ("-", "‐‑‒–—―−─┄┈╌"), ("=", "━═"), ("|", "│┃║┆┊"), ("+", "┌┐└┘├┤┬┴┼┏┓┗┛╭╮╯╰✓±"),
    ("'", "‘’‚′"), ("\"", "“”„″"), ("~", "…≈"), (".", "·∙•"), ("x", "×✗✕"), ("/", "÷⊘"),
    (">", "›»→▸▶≥"), ("<", "‹«←◂◀≤"), ("^", "↑▲"), ("v", "↓▼"), ("@", "↻"), ("*", "▪■●★"),
    ("#", "█▉▊▋▌▓▒"), (":", "░▍▎▏"), ("_", "▁▂"), ("1", "¹"), ("2", "²"), ("3", "³"),
  ]
}

extension Character {
  /// One ASCII letter that stands for this glyph on terminals that show no more.
  public var plainLetter: Character {
    guard let first = unicodeScalars.first else { return " " }
    return PlainText.letter(for: first)
  }
}
