import Cells
import Testing

@Suite struct `A theme` {
  private let small = Theme(
    name: "small", variant: .dark,
    styles: [
      .background: ThemeStyle(background: ThemeColor("#2e3440")),
      .text: ThemeStyle(foreground: ThemeColor("#d8dee9")),
      .muted: ThemeStyle(foreground: ThemeColor("#838a98")),
      .running: ThemeStyle(foreground: ThemeColor("#88c0d0")),
      .failed: ThemeStyle(foreground: ThemeColor("#cf888f"), emphasis: .bold),
      .select: ThemeStyle(
        foreground: ThemeColor("#eceff4"), background: ThemeColor("#434c5e"), emphasis: .bold),
    ])

  @Test(arguments: [
    ("#88c0d0", ThemeColor.rgb(red: 0x88, green: 0xc0, blue: 0xd0)), ("0", .indexed(0)),
    ("255", .indexed(255)), ("bright-red", .indexed(9)), ("default", .terminal),
  ])
  func `reads a colour`(text: String, color: ThemeColor) {
    #expect(ThemeColor(text) == color)
  }

  @Test(arguments: ["", "#12345", "#12345g", "256", "-1", "+1", "Red", "#+12345", "१"])
  func `has no other colours`(text: String) {
    #expect(ThemeColor(text) == nil)
  }

  @Test(arguments: Ink.all)
  func `lets every role be found by its name`(ink: Ink) {
    #expect(Ink(role: ink.role) == ink)
  }

  @Test func `fills in missing roles from its own`() {
    #expect(small.style(of: .ruleFocus).foreground == ThemeColor("#88c0d0"))
    #expect(small.style(of: .header).foreground == ThemeColor("#838a98"))
    #expect(small.style(of: .header).emphasis == .underline)
    #expect(small.style(of: .invalid).foreground == ThemeColor("#cf888f"))
    #expect(small.style(of: .invalid).emphasis == [.bold, .underline])
  }

  @Test(arguments: [
    (ColorDepth.direct, ThemeColor.rgb(red: 0x88, green: 0xc0, blue: 0xd0)),
    (.indexed, .indexed(110)), (.sixteen, .indexed(6)), (.eight, .indexed(6)), (.none, .terminal),
  ])
  func `comes down to fewer colours`(depth: ColorDepth, color: ThemeColor) {
    #expect(small.look(of: CellStyle(.running), depth: depth).foreground == color)
  }

  @Test func `finds the nearest of 256 colours by eye`() {
    let theme = Theme(
      name: "x", variant: .dark, styles: [.text: ThemeStyle(foreground: ThemeColor("#ff0000"))])
    #expect(theme.look(of: CellStyle(), depth: .indexed).foreground == .indexed(196))
  }

  @Test func `shows the selected row without colours`() {
    let look = small.look(of: CellStyle(.ok, on: .select), depth: .none)
    #expect(look == CellLook(foreground: .terminal, background: .terminal, emphasis: .reverse))
  }

  @Test func `turns the selected row round where colours are few`() {
    let look = small.look(of: CellStyle(.running, on: .select), depth: .eight)
    #expect(look.background == .terminal)
    #expect(look.emphasis.contains(.reverse))
  }

  @Test func `keeps states readable on the selected row`() {
    let look = small.look(of: CellStyle(.muted, on: .select), depth: .direct)
    #expect(look.foreground == ThemeColor("#eceff4"))
    let running = small.look(of: CellStyle(.running, on: .select), depth: .direct)
    #expect(running.foreground == ThemeColor("#88c0d0"))
    #expect(running.background == ThemeColor("#434c5e"))
  }

  @Test func `paints swatches in the colour of their ink`() {
    let look = small.look(of: CellStyle(.text, on: .heat(4)), depth: .indexed)
    #expect(look.background == .indexed(220))
    #expect(look.foreground == .indexed(236))
  }

  @Test func `says what is hard to see`() {
    let theme = Theme(
      name: "bad", variant: .dark,
      styles: [
        .background: ThemeStyle(background: ThemeColor("#000000")),
        .text: ThemeStyle(foreground: ThemeColor("#ffffff")),
        .muted: ThemeStyle(foreground: ThemeColor("#333333")),
        .faint: ThemeStyle(foreground: ThemeColor("#555555")),
        .ok: ThemeStyle(foreground: ThemeColor("#40c040")),
        .running: ThemeStyle(foreground: ThemeColor("#41c141")),
        .select: ThemeStyle(foreground: ThemeColor("#ffffff"), background: ThemeColor("#eeeeee")),
      ])
    let roles = theme.findings.map { finding in
      switch finding {
      case .contrast(let role, _, _, _): role
      case .alike(let role, let other, _, _): "\(role)=\(other)"
      }
    }
    #expect(roles.contains("ui.muted"))
    #expect(roles.contains("ui.select"))
    #expect(roles.contains("state.ok=state.running"))
    #expect(!roles.contains("ui.text"))
  }

  @Test func `of the terminal's own colours has nothing to find`() {
    #expect(Theme.default.findings.isEmpty)
  }
}
