// What a colour means (a role of a theme), not which colour it is.
//
// One byte a cell. The order is private to this process; files name roles by `role`.

/// The meaning of a colour; a theme says how it looks.
public struct Ink: Hashable, Sendable {
  /// The place in the list of all inks.
  public let code: UInt8

  private init(_ code: UInt8) { self.code = code }
}

// Ground.
extension Ink {
  /// The terminal's own ground, or the theme's.
  public static let background = Ink(0)
}

// Text and chrome.
extension Ink {
  /// Plain text.
  public static let text = Ink(1)
  /// Text that steps back.
  public static let muted = Ink(2)
  /// Rules, axes, what is hardly there.
  public static let faint = Ink(3)
  /// What should be noticed without being a state.
  public static let accent = Ink(4)
  /// Headings.
  public static let title = Ink(5)
  /// The rule above a pane.
  public static let rule = Ink(6)
  /// The rule above the pane in focus.
  public static let ruleFocus = Ink(7)
  /// A tab.
  public static let tab = Ink(8)
  /// The tab in front.
  public static let tabActive = Ink(9)
  /// Where in the tree the screen is.
  public static let crumb = Ink(10)
  /// Column names of a list.
  public static let header = Ink(11)
  /// The selected row; a ground, mostly.
  public static let select = Ink(12)
  /// The selected row of a pane without focus.
  public static let selectIdle = Ink(13)
  /// A row marked for an act.
  public static let mark = Ink(14)
  /// What a filter found.
  public static let match = Ink(15)
  /// The cursor in a text being typed.
  public static let cursor = Ink(16)
  /// The name of a key.
  public static let key = Ink(17)
  /// What a key does.
  public static let hint = Ink(18)
  /// A line being typed.
  public static let prompt = Ink(19)
  /// What could be typed.
  public static let placeholder = Ink(20)
  /// Something to follow.
  public static let link = Ink(21)
  /// Text on an overlay.
  public static let popup = Ink(22)
  /// Where in a long list the view is.
  public static let scroll = Ink(23)
}

// States.
extension Ink {
  /// Done, all well.
  public static let ok = Ink(24)
  /// Going on now.
  public static let running = Ink(25)
  /// Waiting for its turn.
  public static let queued = Ink(26)
  /// Done, with rejected records.
  public static let rejects = Ink(27)
  /// Being tried again.
  public static let retrying = Ink(28)
  /// Did not work.
  public static let failed = Ink(29)
  /// Held by a person.
  public static let paused = Ink(30)
  /// Not needed this time.
  public static let skipped = Ink(31)
  /// Stopped by a person.
  public static let cancelled = Ink(32)
  /// Nobody knows.
  public static let stale = Ink(33)
}

// Levels of events.
extension Ink {
  /// For developers.
  public static let debug = Ink(34)
  /// For the record.
  public static let info = Ink(35)
  /// To look at.
  public static let warn = Ink(36)
  /// To act on.
  public static let error = Ink(37)
  /// Who did what.
  public static let audit = Ink(38)
}

// Data.
extension Ink {
  /// A number.
  public static let number = Ink(39)
  /// A date or time.
  public static let date = Ink(40)
  /// A truth value.
  public static let boolean = Ink(41)
  /// No value.
  public static let null = Ink(42)
  /// A column of the key.
  public static let dataKey = Ink(43)
  /// A row or value that is new.
  public static let added = Ink(44)
  /// A row or value that is gone.
  public static let removed = Ink(45)
  /// A value that differs.
  public static let changed = Ink(46)
  /// A value that breaks a rule.
  public static let invalid = Ink(47)
}

// SQL.
extension Ink {
  /// A word of the language.
  public static let sqlKeyword = Ink(48)
  /// A text literal.
  public static let sqlString = Ink(49)
  /// A number literal.
  public static let sqlNumber = Ink(50)
  /// A comment.
  public static let sqlComment = Ink(51)
  /// A table or column.
  public static let sqlName = Ink(52)
}

// Charts.
extension Ink {
  /// Axes and their labels.
  public static let axis = Ink(53)
  /// Lines behind the data.
  public static let grid = Ink(54)
  /// The position being read.
  public static let crosshair = Ink(55)
  /// A bar without a series of its own.
  public static let bar = Ink(56)
  /// The part of a bar not reached.
  public static let rest = Ink(57)
  /// The ground below a line or inside a band.
  public static let area = Ink(58)
  /// A threshold.
  public static let limit = Ink(59)
  /// What is expected, not measured.
  public static let forecast = Ink(60)

  /// The colour of a data series; there are eight, and then they repeat.
  public static func series(_ number: Int) -> Ink {
    Ink(61 + UInt8(((number % 8) + 8) % 8))
  }

  /// A step of the heat ramp, 0 cold to 4 hot; others count as the nearest.
  public static func heat(_ step: Int) -> Ink {
    Ink(69 + UInt8(min(max(step, 0), 4)))
  }
}

// Names.
extension Ink {
  /// Every ink, in the order of `code`.
  public static let all: [Ink] = table.indices.map { Ink(UInt8($0)) }

  /// The role in theme files, such as `state.ok`; series and heat end in their number from 0.
  public var role: String { Self.table[Int(code)].role }

  /// The letter that stands for it in `CellGrid.inkText`.
  public var letter: Character { Self.table[Int(code)].letter }

  /// The ink with a role of theme files.
  public init?(role: String) {
    guard let ink = Self.byRole[role] else { return nil }
    self = ink
  }

  private static let byRole: [String: Ink] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.role, $0) })

  private static let table: [(role: String, letter: Character)] = [
    ("ui.bg", "_"), ("ui.text", "t"),
    ("ui.muted", "m"), ("ui.faint", "f"),
    ("ui.accent", "a"), ("ui.title", "T"),
    ("ui.rule", "-"), ("ui.rule_focus", "="),
    ("ui.tab", "b"), ("ui.tab_active", "B"),
    ("ui.crumb", "c"), ("ui.header", "h"),
    ("ui.select", "S"), ("ui.select_idle", "s"),
    ("ui.mark", "*"), ("ui.match", "/"),
    ("ui.cursor", "|"), ("ui.key", "k"),
    ("ui.hint", "i"), ("ui.prompt", ":"),
    ("ui.placeholder", "p"), ("ui.link", "l"),
    ("ui.popup", "P"), ("ui.scroll", "]"),
    ("state.ok", "o"), ("state.running", "r"),
    ("state.queued", "q"), ("state.rejects", "!"),
    ("state.retrying", "R"), ("state.failed", "F"),
    ("state.paused", "u"), ("state.skipped", "K"),
    ("state.cancelled", "C"), ("state.stale", "?"),
    ("level.debug", "g"), ("level.info", "n"),
    ("level.warn", "w"), ("level.error", "e"),
    ("level.audit", "j"), ("data.number", "#"),
    ("data.date", "d"), ("data.bool", "y"),
    ("data.null", "0"), ("data.key", "Y"),
    ("data.added", "+"), ("data.removed", "x"),
    ("data.changed", "~"), ("data.invalid", "X"),
    ("sql.keyword", "W"), ("sql.string", "Q"),
    ("sql.number", "N"), ("sql.comment", "M"),
    ("sql.name", "V"), ("chart.axis", "A"),
    ("chart.grid", "G"), ("chart.crosshair", "H"),
    ("chart.bar", "D"), ("chart.rest", "."),
    ("chart.band", "E"), ("chart.limit", "L"),
    ("chart.forecast", "O"), ("chart.series.0", "1"),
    ("chart.series.1", "2"), ("chart.series.2", "3"),
    ("chart.series.3", "4"), ("chart.series.4", "5"),
    ("chart.series.5", "6"), ("chart.series.6", "7"),
    ("chart.series.7", "8"), ("chart.heat.0", "v"),
    ("chart.heat.1", "z"), ("chart.heat.2", "Z"),
    ("chart.heat.3", "J"), ("chart.heat.4", "U"),
  ]
}
