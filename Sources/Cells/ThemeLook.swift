// A cell's meaning and a terminal's abilities in, colours and emphasis out.

/// How many colours a terminal shows.
public enum ColorDepth: Hashable, Sendable {
  /// None: only emphasis.
  case none
  /// The first eight.
  case eight
  /// The sixteen of the terminal's palette.
  case sixteen
  /// 256: palette, cube and greys.
  case indexed
  /// Any.
  case direct
}

/// What a cell really looks like on a terminal.
public struct CellLook: Hashable, Sendable {
  /// The colour of the glyph.
  public var foreground: ThemeColor
  /// The colour behind it.
  public var background: ThemeColor
  /// How it is set.
  public var emphasis: Emphasis

  /// A look from its parts.
  public init(foreground: ThemeColor, background: ThemeColor, emphasis: Emphasis) {
    self.foreground = foreground
    self.background = background
    self.emphasis = emphasis
  }
}

extension Theme {
  /// The look of a cell on a terminal of some depth.
  public func look(of cell: CellStyle, depth: ColorDepth) -> CellLook {
    let ink = style(of: cell.ink)
    let ground = style(of: cell.ground)
    guard depth != .none else {
      var emphasis = (ink.mono ?? ink.emphasis).union(cell.emphasis)
      if cell.ground != .background { emphasis.formUnion(ground.mono ?? ground.emphasis) }
      return CellLook(foreground: .terminal, background: .terminal, emphasis: emphasis)
    }
    let plain = colors(of: style(of: .text), depth) ?? .terminal
    let paper = reduce(style(of: .background).background ?? .terminal, depth, isGround: true)
    var look = CellLook(
      foreground: colors(of: ink, depth) ?? plain,
      background: ink.background.map { reduce($0, depth, isGround: true) } ?? paper,
      emphasis: ink.emphasis.union(cell.emphasis))
    if cell.ground != .background {
      lay(&look, on: ground, cell, plain: plain, paper: paper, depth)
    }
    return look
  }

  private func lay(
    _ look: inout CellLook, on ground: ThemeStyle, _ cell: CellStyle, plain: ThemeColor,
    paper: ThemeColor, _ depth: ColorDepth
  ) {
    look.emphasis.formUnion(ground.emphasis)
    let own = colors(of: ground, depth)
    let isPoor = depth == .eight || depth == .sixteen
    if isPoor, ground.background?.parts != nil {
      // The nearest of so few colours may well be the one of the letters.
      look.background = paper
      look.foreground = plain
      if cell.ground.isSelection { look.emphasis.formUnion(.reverse) }
      return
    }
    if let stated = ground.background {
      look.background = reduce(stated, depth, isGround: true)
    } else if cell.ground.isPainted, let own {
      // A swatch: the ink itself is the ground, and the letters on it are whichever can be read.
      look.background = own
      look.foreground = readable([look.foreground, plain, paper], on: own)
      return
    } else {
      look.background = paper
      // Turned round, letters of many colours would make a patchwork of the row.
      if ground.emphasis.contains(.reverse) { look.foreground = own ?? plain }
      return
    }
    let usual = own ?? plain
    if cell.ink == .text || cell.ink == cell.ground {
      look.foreground = usual
    } else {
      look.foreground = readable([look.foreground, usual], on: look.background)
    }
  }

  /// The first colour that can be read on a ground, else the one that reads best.
  private func readable(_ colors: [ThemeColor], on ground: ThemeColor) -> ThemeColor {
    guard let groundParts = ground.parts, let first = colors.first else {
      return colors.first ?? .terminal
    }
    func contrast(_ color: ThemeColor) -> Double { color.parts?.contrast(with: groundParts) ?? 0 }
    // The terminal's own colours cannot be judged; what the theme says stands.
    if first.parts == nil { return first }
    return colors.first { contrast($0) >= 3 } ?? colors.max { contrast($0) < contrast($1) } ?? first
  }

  /// The foreground of a style on a terminal of some depth.
  private func colors(of style: ThemeStyle, _ depth: ColorDepth) -> ThemeColor? {
    switch depth {
    case .none: return nil
    case .eight, .sixteen:
      if let stated = style.in16 { return reduce(stated, depth, isGround: false) }
    case .indexed:
      if let stated = style.in256 { return stated }
    case .direct: break
    }
    return style.foreground.map { reduce($0, depth, isGround: false) }
  }

  private func reduce(_ color: ThemeColor, _ depth: ColorDepth, isGround: Bool) -> ThemeColor {
    switch depth {
    case .none: return .terminal
    case .direct: return color
    case .indexed: return color.in256
    case .sixteen, .eight:
      // With so few colours, the plain text and ground of the terminal are the safest pair.
      if color == style(of: .background).background || color == style(of: .text).foreground {
        return color.parts == nil ? color : .terminal
      }
      guard case .indexed(let index) = color.in16, depth == .eight else { return color.in16 }
      return .indexed(index % 8)
    }
  }
}

extension Ink {
  /// Whether this ink, as a ground, paints with its own colour: states, data and charts do.
  fileprivate var isPainted: Bool { !role.hasPrefix("ui.") }

  /// Whether this ink, as a ground, shows where the person is.
  fileprivate var isSelection: Bool { self == .select || self == .selectIdle || self == .cursor }
}
