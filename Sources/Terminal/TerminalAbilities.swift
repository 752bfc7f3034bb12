// What a terminal can do, from the environment and from its description.

import CNcurses
import Cells
import Glibc

/// What to use of a terminal.
struct TerminalAbilities {
  /// The type to tell curses.
  let type: String
  /// The signs it can show.
  let glyphs: Glyphs
  /// Whether colours are wanted.
  let wantsColors: Bool
  /// Whether it takes the private modes of xterm's family without showing them.
  let isModern: Bool

  /// Looks at the environment; also takes the locale from there.
  init(environment: (String) -> String?) throws(TerminalError) {
    let term = environment("TERM") ?? ""
    guard !term.isEmpty, term != "dumb" else { throw .cannotPlaceCursor(term: term) }
    let type = try Self.knownType(term)
    self.type = type
    let isUTF8 = nc_take_locale()
    // The Linux console's font lacks most signs.
    glyphs = isUTF8 && !type.hasPrefix("linux") ? .unicode : .ascii
    wantsColors = (environment("NO_COLOR") ?? "").isEmpty
    isModern = !["vt", "linux", "ansi", "cons", "sun"].contains { type.hasPrefix($0) }
  }

  private static func knownType(_ term: String) throws(TerminalError) -> String {
    if nc_knows(term) == 1 {
      guard nc_can_place_cursor(term) else { throw .cannotPlaceCursor(term: term) }
      return term
    }
    for other in ["xterm-256color", "ansi", "vt100"] where nc_knows(other) == 1 {
      return other
    }
    throw .noDescription(term: term)
  }

  /// How many colours the open screen shows.
  static func depth(wantsColors: Bool) -> ColorDepth {
    guard wantsColors else { return .none }
    switch nc_colors() {
    case ..<8: return .none
    case 8..<16: return .eight
    case 16..<256: return .sixteen
    case 256: return .indexed
    default: return .direct
    }
  }

  /// The keys of the open terminal's description.
  static func describedKeys() -> [(bytes: [UInt8], key: Key)] {
    var names: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
      ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert), ("kdch1", .delete),
      ("kcbt", .backTab), ("kent", .enter),
    ]
    for number in 1...12 { names.append(("kf\(number)", .function(number))) }
    return names.compactMap { name, key in
      guard let text = nc_capability(name) else { return nil }
      return (TerminalRestore.withoutPadding(String(cString: text)), key)
    }
  }
}
