// What every ink looks like.
//
// A theme states a few roles; the others follow from those by fixed fallbacks, inside the same theme.

/// How one role looks.
public struct ThemeStyle: Hashable, Sendable {
  /// The colour of the glyph; nil leaves what is there.
  public var foreground: ThemeColor?
  /// The colour behind it; nil leaves what is there.
  public var background: ThemeColor?
  /// How the letters are set.
  public var emphasis: Emphasis
  /// The foreground on terminals with 256 colours, where the nearest is not wanted.
  public var in256: ThemeColor?
  /// The foreground on terminals with 16 colours, where the nearest is not wanted.
  public var in16: ThemeColor?
  /// How the letters are set where there are no colours; nil: as `emphasis`.
  public var mono: Emphasis?

  /// A style of a role.
  public init(
    foreground: ThemeColor? = nil, background: ThemeColor? = nil, emphasis: Emphasis = [],
    in256: ThemeColor? = nil, in16: ThemeColor? = nil, mono: Emphasis? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.emphasis = emphasis
    self.in256 = in256
    self.in16 = in16
    self.mono = mono
  }
}

/// A theme: the look of every ink.
public struct Theme: Hashable, Sendable {
  /// What kind of ground the theme is made for.
  public enum Variant: String, Hashable, Sendable, CaseIterable {
    /// Light letters on a dark ground.
    case dark
    /// Dark letters on a light ground.
    case light
    /// Either, as with the terminal's own colours.
    case any
  }

  /// Its name.
  public let name: String
  /// The kind of ground it is made for.
  public let variant: Variant
  /// The roles as stated, without those that follow.
  public let stated: [Ink: ThemeStyle]

  // All inks, in the order of `Ink.code`.
  private let styles: [ThemeStyle]

  /// A theme from the roles it states.
  public init(name: String, variant: Variant, styles stated: [Ink: ThemeStyle]) {
    self.name = name
    self.variant = variant
    self.stated = stated
    styles = Ink.all.map { ThemeFallback.resolve($0, in: stated) }
  }

  /// How an ink looks, stated or by fallback.
  public func style(of ink: Ink) -> ThemeStyle { styles[Int(ink.code)] }

  /// The theme of the terminal's own sixteen colours, for any ground.
  public static let `default` = Theme(
    name: "default", variant: .any,
    styles: [
      .background: ThemeStyle(background: .terminal),
      .text: ThemeStyle(foreground: .terminal),
      .muted: ThemeStyle(foreground: .terminal, emphasis: .dim),
      .faint: ThemeStyle(foreground: .terminal, emphasis: .dim),
      .accent: ThemeStyle(foreground: .indexed(6)),
      .select: ThemeStyle(emphasis: .reverse),
      .ok: ThemeStyle(foreground: .indexed(2)),
      .running: ThemeStyle(foreground: .indexed(6)),
      .rejects: ThemeStyle(foreground: .indexed(3)),
      .retrying: ThemeStyle(foreground: .indexed(4)),
      .failed: ThemeStyle(foreground: .indexed(1), emphasis: .bold),
      .paused: ThemeStyle(foreground: .indexed(5)),
    ])
}
