// The themes that come with the program: the texts of `themes/`, word for word.
//
// Inside the program, because an installed one has no repository beside it. A test compares them with
// the files; copy a file here when you change it.

import Cells

enum ShippedThemes {
  /// The names, in the order to offer them.
  static let names = texts.map(\.name)

  /// A theme that comes with the program.
  static func theme(_ name: String) -> Theme? {
    guard let text = text(name) else { return nil }
    return ThemeFile(text, file: "themes/\(name).yaml", inherited: theme).theme
  }

  /// The text of a theme's file.
  static func text(_ name: String) -> String? { texts.first { $0.name == name }?.text }

  private static let texts: [(name: String, text: String)] = [
    ("default", defaultText), ("nord", nordText), ("gruvbox-light", gruvboxLightText),
  ]

  private static let defaultText = #"""
    # The terminal's own sixteen colours: fits any ground, dark or light.
    #
    # A theme says how a few meanings look; every other one follows from these.
    # A colour is '#rrggbb', 0 to 255, one of the sixteen names (red, bright-red …),
    # default (whatever the terminal uses), or a name from the palette. A style is a
    # colour, or fg, bg and attr (bold dim italic underline reverse), and where needed
    # c256 and c16 (the letters' colour on terminals with so few) and mono (attr where
    # there are no colours at all).
    name: default
    variant: any

    ui:
      bg: default
      text: default
      # Letters that step back; the terminal makes them dim, whatever its colours are.
      muted: {fg: default, attr: dim}
      faint: {fg: default, attr: dim}
      accent: cyan
      # Turned round: the one way to mark a row that no palette can hide.
      select: {attr: reverse}

    state:
      ok: green
      running: cyan
      rejects: yellow
      retrying: blue
      failed: {fg: red, attr: bold}
      paused: magenta

    """#

  private static let nordText = #"""
    # Nord, for dark grounds: cold greys, with muted letters and failures moved a
    # little so that they can be read (contrast 3.5 and 4.5 at least).
    name: nord
    variant: dark

    palette:
      night: '#2e3440'
      night-high: '#434c5e'
      night-edge: '#4c566a'
      mist: '#838a98'
      snow: '#d8dee9'
      snow-bright: '#eceff4'
      frost: '#88c0d0'
      ice: '#81a1c1'
      moss: '#a3be8c'
      sand: '#ebcb8b'
      rose: '#cf888f'
      plum: '#b48ead'

    ui:
      bg: night
      text: snow
      muted: mist
      # Rules and the empty part of bars; nothing to read is drawn in this.
      faint: night-edge
      accent: frost
      title: {fg: snow-bright, attr: bold}
      placeholder: mist
      select: {fg: snow-bright, bg: night-high, attr: bold, mono: reverse}
      popup: {fg: snow-bright, bg: night}

    state:
      ok: moss
      running: {fg: frost, c16: cyan}
      rejects: sand
      retrying: {fg: ice, c16: blue, mono: underline}
      failed: {fg: rose, attr: bold, c16: red, mono: reverse}
      paused: plum
      skipped: mist
      cancelled: mist

    level:
      debug: mist

    data:
      null: {fg: mist, attr: italic}

    chart:
      axis: mist
      series: [frost, moss, sand, plum, '#d08770', ice, '#8fbcbb', rose]
      heat: [night-high, '#5e81ac', frost, sand, '#bf616a']

    """#

  private static let gruvboxLightText = #"""
    # Gruvbox, for light grounds: warm paper, with green and yellow darkened so that
    # they can be read on it (contrast 4.5 at least).
    name: gruvbox-light
    variant: light

    palette:
      paper: '#fbf1c7'
      paper-low: '#ebdbb2'
      paper-edge: '#d5c4a1'
      stone: '#7c6f64'
      ink: '#3c3836'
      ink-strong: '#282828'
      olive: '#746f0d'
      sea: '#076678'
      ochre: '#966211'
      wine: '#9d0006'
      plum: '#8f3f71'
      rust: '#af3a03'

    ui:
      bg: paper
      text: ink
      muted: stone
      # Rules and the empty part of bars; nothing to read is drawn in this.
      faint: paper-edge
      accent: rust
      title: {fg: ink-strong, attr: bold}
      placeholder: stone
      select: {fg: ink-strong, bg: paper-low, attr: bold, mono: reverse}
      popup: {fg: ink-strong, bg: paper}

    state:
      ok: olive
      running: {fg: sea, c16: cyan}
      rejects: ochre
      retrying: {fg: plum, c16: blue, mono: underline}
      failed: {fg: wine, attr: bold, c16: red, mono: reverse}
      paused: stone
      skipped: stone
      cancelled: stone

    level:
      debug: stone

    data:
      null: {fg: stone, attr: italic}

    chart:
      axis: stone
      series: [rust, sea, '#427b58', ochre, plum, wine, olive, stone]
      # From light to dark: on paper, dark is what stands out.
      heat: [paper-edge, '#d79921', '#d65d0e', wine, ink-strong]

    """#
}
