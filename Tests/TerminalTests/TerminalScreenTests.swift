import Glibc
import Testing

@Suite struct `A terminal screen` {
  private let leavesScreen = "\u{1b}[?1049l"
  private let showsCursor = "\u{1b}[?25h"

  @Test func `shows the first frame without asking the terminal anything`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("✓ size 60x20")
    #expect(terminal.output.contains("\u{1b}[?1049h"))
    for question in ["\u{1b}[c", "\u{1b}[6n", "\u{1b}]11;?", "\u{1b}[?2026$p"] {
      #expect(!terminal.output.contains(question))
    }
  }

  @Test func `hands over keys`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("size 60x20")
    for (typed, shown) in [
      ("j", "key j"), ("\u{1b}[B", "<Down>"), ("\u{1b}OA", "<Up>"), ("\u{4}", "<C-d>"),
      ("\u{3}", "<C-c>"), ("\u{1b}", "<Esc>"), ("é", "key é"), ("\r", "<Enter>"),
    ] {
      terminal.type(typed)
      terminal.expect(shown)
    }
  }

  @Test func `hands over a paste as one inert input`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    terminal.type("\u{1b}[200~q\rqq\u{3}\u{1b}[201~")
    terminal.expect("paste 5")
  }

  @Test func `follows the size of the terminal`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("size 60x20")
    terminal.resize(columns: 41, rows: 12)
    terminal.expect("size 41x12")
    terminal.resize(columns: 1, rows: 1)
    terminal.type("j")
    terminal.resize(columns: 100, rows: 30)
    terminal.expect("size 100x30")
  }

  @Test func `works on a single cell`() throws {
    let terminal = try PseudoTerminal(columns: 1, rows: 1)
    terminal.expect("✓")
    terminal.type("q")
    #expect(try terminal.ending() == .exit(0))
  }

  @Test func `clears once, and only changes cells after that`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("size 60x20")
    for letter in ["a", "b", "c"] {
      terminal.type(letter)
      terminal.expect("key \(letter)")
    }
    #expect(terminal.output.components(separatedBy: "\u{1b}[2J") == 2)
    terminal.type("\u{c}")
    terminal.expect("\u{1b}[2J")
    #expect(terminal.output.components(separatedBy: "\u{1b}[2J") == 3)
  }

  @Test func `lets the terminal scroll a list that moves by a row`() throws {
    let terminal = try PseudoTerminal()
    for letter in "abcdeghijklmnoprstuvwxy" {
      terminal.type(String(letter))
      terminal.expect("key \(letter)")
    }
    let before = terminal.output.utf8.count
    terminal.type("z")
    terminal.expect("key z")
    #expect(terminal.output.utf8.count - before < 150)
  }

  @Test(arguments: [
    ("asked", nil as Int32?), ("terminate", SIGTERM), ("terminate", SIGINT),
    ("terminate", SIGQUIT), ("hangup", SIGHUP),
  ])
  func `leaves the terminal as found when it ends`(reason: String, signal: Int32?) throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    if let signal { terminal.send(signal) } else { terminal.type("q") }
    #expect(try terminal.ending() == .exit(0))
    expectClean(terminal)
    #expect(terminal.output.contains("bye: \(reason)"))
  }

  @Test(arguments: [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE])
  func `leaves the terminal as found when a signal kills it`(signal: Int32) throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    terminal.send(signal)
    #expect(try terminal.ending() == .signal(signal))
    expectClean(terminal)
  }

  @Test func `ends when the terminal is gone`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    terminal.hangUp()
    #expect(try terminal.ending() == .exit(0))
  }

  private func expectClean(
    _ terminal: PseudoTerminal, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(terminal.isAsFound, sourceLocation: location)
    for text in [leavesScreen, showsCursor, "\u{1b}[?2004l"] {
      #expect(terminal.output.contains(text), sourceLocation: location)
    }
  }

  @Test func `leaves the terminal as found after a mistake of the program`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    terminal.type("!")
    let ending = try terminal.ending()
    #expect(ending == .signal(SIGILL) || ending == .signal(SIGTRAP))
    #expect(terminal.isAsFound)
    #expect(terminal.output.contains(leavesScreen))
  }

  @Test func `ends when somebody else stops reading and asks it to`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("size 60x20")
    terminal.type("f")
    terminal.expect("flood")
    terminal.send(SIGTERM)
    #expect(try terminal.ending() == .exit(0))
    #expect(terminal.isAsFound)
  }

  @Test func `stops on control Z and paints everything when it goes on`() throws {
    let terminal = try PseudoTerminal()
    terminal.expect("\u{1b}[?2004h")
    terminal.type("\u{1a}")
    try terminal.waitUntilStopped()
    #expect(terminal.isAsFound)
    #expect(terminal.output.contains(leavesScreen))
    terminal.send(SIGCONT)
    terminal.expect("size 60x20")
    terminal.expect("resumed")
    terminal.type("q")
    #expect(try terminal.ending() == .exit(0))
    #expect(terminal.isAsFound)
  }

  @Test func `falls back to a common type for an unknown one`() throws {
    let terminal = try PseudoTerminal(term: "no-such-terminal")
    terminal.expect("✓ size 60x20")
  }

  @Test(arguments: [
    (
      nil as String?,
      "TERM is not set; set it to the type of your terminal (xterm-256color fits most), "
        + "or use --plain"
    ),
    (
      "dumb",
      "a terminal of type dumb cannot move its cursor; set TERM to another type, "
        + "or use --plain"
    ),
  ])
  func `says what to do where it cannot place the cursor`(term: String?, words: String) throws {
    let terminal = try PseudoTerminal(columns: 200, term: term)
    #expect(try terminal.ending() == .exit(3))
    #expect(terminal.output == "refused: \(words)\r\n")
  }

  @Test(arguments: [
    ("xterm-256color", ["LANG": "C.UTF-8", "NO_COLOR": "1"]), ("vt100", ["LANG": "C.UTF-8"]),
  ])
  func `sends no colours where none are wanted or known`(
    term: String, environment: [String: String]
  ) throws {
    let terminal = try PseudoTerminal(term: term, environment: environment)
    terminal.expect("size 60x20")
    terminal.type("j")
    terminal.expect("key j")
    #expect(terminal.output.firstMatch(of: /\u{1b}\[[0-9;]*(3|4|9|10)[0-9]m/) == nil)
  }

  @Test(arguments: [
    ("xterm-256color", ["LC_ALL": "C"]), ("xterm-256color", [:] as [String: String]),
    ("linux", ["LANG": "C.UTF-8"]),
  ])
  func `shows ASCII where nothing else is sure to show`(
    term: String, environment: [String: String]
  ) throws {
    let terminal = try PseudoTerminal(term: term, environment: environment)
    terminal.expect("+ size 60x20")
    #expect(terminal.output.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func `uses its characters although the locale asked for is not installed`() throws {
    let terminal = try PseudoTerminal(environment: ["LANG": "xx_XX.UTF-8"])
    terminal.expect("✓ size 60x20")
  }
}

extension String {
  /// How many pieces a separator cuts this into.
  fileprivate func components(separatedBy separator: String) -> Int {
    var count = 1
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
