// Which colour pair of curses, and which emphasis, a cell gets.
//
// Pairs are few on some terminals (64 on the Linux console), so they are made when first needed, and
// when all are taken the one that has not been used for longest is made anew.

import Cells

/// Looks of cells as curses wants them.
struct InkPairs {
  /// A cell's look as curses wants it.
  struct Paint: Hashable {
    let emphasis: Emphasis
    let pair: Int
    let background: Int
  }

  private struct Colors: Hashable {
    let foreground: Int
    let background: Int
  }

  private struct Slot {
    var colors: Colors
    var lastFrame: Int
  }

  private let theme: Theme
  private let depth: ColorDepth
  private let hasDefaultColors: Bool
  private let capacity: Int
  private let define: (_ pair: Int, _ foreground: Int, _ background: Int) -> Void

  private var slots: [Slot] = []
  private var numbers: [Colors: Int] = [:]
  private var known: [CellStyle: (emphasis: Emphasis, colors: Colors)] = [:]
  private var frame = 0

  /// Whether a pair on the screen was made anew since the frame began, so that all must be painted.
  private(set) var hasRecycled = false

  /// The pairs of a theme on a terminal.
  init(
    theme: Theme, depth: ColorDepth, pairs: Int, hasDefaultColors: Bool,
    define: @escaping (_ pair: Int, _ foreground: Int, _ background: Int) -> Void
  ) {
    self.theme = theme
    self.depth = depth
    self.hasDefaultColors = hasDefaultColors
    capacity = min(max(pairs - 1, 0), 1_024)
    self.define = define
  }

  /// A frame begins: pairs not used from here on may be made anew.
  mutating func beginFrame() {
    frame += 1
    hasRecycled = false
  }

  /// How to paint a cell.
  mutating func paint(_ style: CellStyle) -> Paint {
    let look = known[style] ?? resolve(style)
    return Paint(
      emphasis: look.emphasis, pair: number(of: look.colors), background: look.colors.background)
  }

  private mutating func resolve(_ style: CellStyle) -> (emphasis: Emphasis, colors: Colors) {
    let look = theme.look(of: style, depth: depth)
    let result = (
      emphasis: look.emphasis,
      colors: Colors(
        foreground: code(of: look.foreground, otherwise: 7),
        background: code(of: look.background, otherwise: 0))
    )
    known[style] = result
    return result
  }

  private func code(of color: ThemeColor, otherwise plain: Int) -> Int {
    switch color {
    case .terminal: return hasDefaultColors ? -1 : plain
    case .indexed(let index): return Int(index)
    case .rgb(let red, let green, let blue):
      // With direct colours, the first eight numbers are still the palette's.
      return max(Int(red) << 16 | Int(green) << 8 | Int(blue), 8)
    }
  }

  private mutating func number(of colors: Colors) -> Int {
    guard depth != .none, capacity > 0 else { return 0 }
    if hasDefaultColors, colors == Colors(foreground: -1, background: -1) { return 0 }
    if let number = numbers[colors] {
      slots[number - 1].lastFrame = frame
      return number
    }
    if slots.count < capacity {
      slots.append(Slot(colors: colors, lastFrame: frame))
      numbers[colors] = slots.count
      define(slots.count, colors.foreground, colors.background)
      return slots.count
    }
    guard let oldest = slots.indices.min(by: { slots[$0].lastFrame < slots[$1].lastFrame }),
      slots[oldest].lastFrame < frame
    else { return 0 }  // More colours than the terminal has pairs, in one frame: plain.
    numbers[slots[oldest].colors] = nil
    slots[oldest] = Slot(colors: colors, lastFrame: frame)
    numbers[colors] = oldest + 1
    hasRecycled = true
    define(oldest + 1, colors.foreground, colors.background)
    return oldest + 1
  }
}
