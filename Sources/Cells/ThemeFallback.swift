// How a role looks that a theme does not state.

enum ThemeFallback {
  private struct Rule {
    let from: Ink?
    var adding: Emphasis = []
    var mono: Emphasis?
    var in16: ThemeColor?
    var color: ThemeColor?
  }

  /// The look of an ink: as stated, or as what it falls back to, with the emphasis that adds.
  static func resolve(_ ink: Ink, in stated: [Ink: ThemeStyle]) -> ThemeStyle {
    let rule = rules[ink] ?? Rule(from: .text)
    if var style = stated[ink] {
      style.mono = style.mono ?? rule.mono
      style.in16 = style.in16 ?? sixteen(of: style, rule)
      return style
    }
    guard let parent = rule.from else {
      return ThemeStyle(
        foreground: rule.color, emphasis: rule.adding, in16: rule.in16, mono: rule.mono)
    }
    var style = resolve(parent, in: stated)
    style.emphasis.formUnion(rule.adding)
    style.mono = rule.mono ?? style.mono?.union(rule.adding)
    return style
  }

  /// A state keeps its colour of the sixteen; a colour already named for the terminal stays as it is.
  private static func sixteen(of style: ThemeStyle, _ rule: Rule) -> ThemeColor? {
    switch style.foreground {
    case .rgb: rule.in16
    case .indexed(let index) where index >= 16: rule.in16
    case .indexed, .terminal, nil: nil
    }
  }

  private static let rules: [Ink: Rule] = {
    var rules: [Ink: Rule] = [
      .background: Rule(from: nil, color: .terminal),
      .text: Rule(from: nil, color: .terminal),
      .muted: Rule(from: .text, adding: .dim),
      .faint: Rule(from: .muted),
      .accent: Rule(from: .running, mono: .bold),
      .title: Rule(from: .text, adding: .bold, mono: .bold),
      .rule: Rule(from: .faint),
      .ruleFocus: Rule(from: .accent),
      .tab: Rule(from: .muted),
      .tabActive: Rule(from: .title),
      .crumb: Rule(from: .muted),
      .header: Rule(from: .muted, adding: .underline),
      .select: Rule(from: nil, adding: .reverse, mono: .reverse),
      .selectIdle: Rule(from: nil, adding: .underline, mono: .underline),
      .mark: Rule(from: .accent, adding: .bold),
      .match: Rule(from: .rejects, adding: .bold),
      .cursor: Rule(from: nil, adding: .reverse, mono: .reverse),
      .key: Rule(from: .accent),
      .hint: Rule(from: .muted),
      .placeholder: Rule(from: .faint),
      .link: Rule(from: .accent, adding: .underline),
      .scroll: Rule(from: .faint),

      .ok: Rule(from: .text, mono: [], in16: .indexed(2)),
      .running: Rule(from: .text, mono: .bold, in16: .indexed(6)),
      .queued: Rule(from: .muted, mono: .dim),
      .rejects: Rule(from: .text, mono: .bold, in16: .indexed(3)),
      .retrying: Rule(from: .running, mono: .underline, in16: .indexed(4)),
      .failed: Rule(from: .text, adding: .bold, mono: .reverse, in16: .indexed(1)),
      .paused: Rule(from: .muted, mono: [], in16: .indexed(5)),
      .skipped: Rule(from: .faint, mono: .dim),
      .cancelled: Rule(from: .faint, mono: .dim),
      .stale: Rule(from: .muted, mono: .underline),

      .debug: Rule(from: .faint),
      .warn: Rule(from: .rejects),
      .error: Rule(from: .failed),
      .audit: Rule(from: .accent),

      .null: Rule(from: .faint, adding: .italic),
      .dataKey: Rule(from: .accent),
      .changed: Rule(from: .rejects),
      .added: Rule(from: .ok),
      .removed: Rule(from: .failed),
      .invalid: Rule(from: .failed, adding: .underline),

      .sqlKeyword: Rule(from: .accent),
      .sqlString: Rule(from: .ok),
      .sqlNumber: Rule(from: .rejects),
      .sqlComment: Rule(from: .muted),

      .axis: Rule(from: .faint),
      .grid: Rule(from: .faint),
      .crosshair: Rule(from: .accent),
      .bar: Rule(from: .accent),
      .rest: Rule(from: .faint),
      .area: Rule(from: .faint),
      .limit: Rule(from: .rejects),
      .forecast: Rule(from: .muted),
    ]
    // Series that eyes of all kinds tell apart (Okabe and Ito); cold to hot with rising lightness.
    let series: [(UInt8, UInt8)] = [
      (214, 3), (74, 6), (36, 2), (227, 11), (32, 4), (166, 1), (175, 5), (247, 8),
    ]
    for (number, (many, few)) in series.enumerated() {
      rules[.series(number)] = Rule(
        from: nil, mono: [], in16: .indexed(few), color: .indexed(many))
    }
    let heat: [(UInt8, UInt8)] = [(17, 4), (24, 6), (30, 2), (71, 3), (220, 11)]
    for (step, (many, few)) in heat.enumerated() {
      rules[.heat(step)] = Rule(from: nil, mono: [], in16: .indexed(few), color: .indexed(many))
    }
    return rules
  }()
}
