// What is hard to see in a theme, as values.

/// Something in a theme that is hard to see.
public enum ThemeFinding: Hashable, Sendable {
  /// A role has too little contrast with its ground.
  case contrast(role: String, ground: String, ratio: Double, needed: Double)
  /// Two roles look too much alike.
  case alike(role: String, other: String, distance: Double, needed: Double)
}

extension Theme {
  /// Everything in the theme that is hard to see; empty for a good one.
  ///
  /// Judges only colours whose parts are known: not the terminal's own sixteen, nor its default.
  public var findings: [ThemeFinding] {
    var findings: [ThemeFinding] = []
    let paper = style(of: .background).background
    let text: [Ink] = [
      .text, .accent, .title, .tabActive, .key, .mark, .match, .link, .prompt, .ok, .running,
      .rejects, .retrying, .failed, .info, .warn, .error, .number, .date, .boolean, .dataKey,
      .added, .removed, .changed, .invalid,
    ]
    let quiet: [Ink] = [
      .muted, .tab, .crumb, .header, .hint, .queued, .paused, .skipped, .cancelled, .stale,
      .forecast, .null, .debug, .placeholder, .axis,
    ]
    for (inks, needed) in [(text, 4.5), (quiet, 3.5), ([Ink.rule, .rest], 1.3)] {
      for ink in inks {
        check(ink, style(of: ink).foreground, on: .background, paper, needed, &findings)
      }
    }
    for ink in [Ink.select, .popup] {
      let style = style(of: ink)
      let foreground = style.foreground ?? self.style(of: .text).foreground
      check(ink, foreground, on: ink, style.background ?? paper, 4.5, &findings)
    }
    let states: [Ink] = [.ok, .running, .rejects, .failed]
    for (index, ink) in states.enumerated() {
      for other in states.dropFirst(index + 1) {
        guard let first = style(of: ink).foreground?.parts?.lab,
          let second = style(of: other).foreground?.parts?.lab
        else { continue }
        let distance = first.distance(to: second)
        if distance < 0.06 {
          findings.append(
            .alike(role: ink.role, other: other.role, distance: distance, needed: 0.06))
        }
      }
    }
    return findings
  }

  private func check(
    _ ink: Ink, _ color: ThemeColor?, on ground: Ink, _ groundColor: ThemeColor?, _ needed: Double,
    _ findings: inout [ThemeFinding]
  ) {
    guard let parts = color?.parts, let groundParts = groundColor?.parts else { return }
    let ratio = parts.contrast(with: groundParts)
    if ratio < needed {
      findings.append(
        .contrast(role: ink.role, ground: ground.role, ratio: ratio, needed: needed))
    }
  }
}
