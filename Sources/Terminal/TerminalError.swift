// Why there is no screen, and what to do instead.

/// Why the screen cannot be used on this terminal.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or output is no terminal.
  case notATerminal
  /// `TERM` is not set, or names a terminal that cannot move its cursor.
  case cannotPlaceCursor(term: String)
  /// Neither the type named by `TERM` nor a common one is described on this host.
  case noDescription(term: String)
  /// The system refused something the screen needs.
  case refused(what: String)
  /// A screen is already open in this process.
  case alreadyOpen

  /// Whether plain lines on the same terminal will do.
  public var suggestsLines: Bool {
    switch self {
    case .notATerminal, .cannotPlaceCursor, .noDescription: true
    case .refused, .alreadyOpen: false
    }
  }

  /// What happened and what to do, in one line.
  public var description: String {
    switch self {
    case .notATerminal:
      "standard input or output is no terminal; use a subcommand, or --plain"
    case .cannotPlaceCursor(let term) where term.isEmpty:
      "TERM is not set; set it to the type of your terminal (xterm-256color fits most), "
        + "or use --plain"
    case .cannotPlaceCursor(let term):
      "a terminal of type \(term) cannot move its cursor; set TERM to another type, or use --plain"
    case .noDescription(let term):
      "no description of terminal type \(term), nor of any common one; "
        + "install ncurses-base, or use --plain"
    case .refused(let what):
      "the system refused \(what)"
    case .alreadyOpen:
      "a screen is already open in this process"
    }
  }
}
