// Colours of a theme, and the nearest ones on terminals that know fewer.

/// A colour as a theme names it.
public enum ThemeColor: Hashable, Sendable {
  /// Whatever the terminal uses for plain text, or behind it.
  case terminal
  /// One of the terminal's 256 colours; the first 16 are the person's own.
  case indexed(UInt8)
  /// A colour by its parts.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  /// The sixteen names of files, in the order of the terminal's palette.
  public static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue",
    "bright-magenta", "bright-cyan", "bright-white",
  ]

  /// The colour written as `#rrggbb`, `0` to `255`, one of the sixteen names, or `default`.
  public init?(_ text: String) {
    if text == "default" {
      self = .terminal
    } else if let index = Self.names.firstIndex(of: text) {
      self = .indexed(UInt8(index))
    } else if text.first == "#", text.utf8.count == 7, text.utf8.dropFirst().allSatisfy(Self.isHex),
      let value = UInt32(text.dropFirst(), radix: 16)
    {
      self = .rgb(
        red: UInt8(value >> 16), green: UInt8(value >> 8 & 0xff), blue: UInt8(value & 0xff))
    } else if text.utf8.allSatisfy({ (48...57).contains($0) }), let index = UInt8(text) {
      self = .indexed(index)
    } else {
      return nil
    }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }

  /// The parts, where they are known: not for the terminal's own sixteen, nor for its default.
  var parts: ColorParts? {
    switch self {
    case .rgb(let red, let green, let blue): ColorParts(red: red, green: green, blue: blue)
    case .indexed(let index) where index >= 16: ColorParts(index: Int(index))
    case .terminal, .indexed: nil
    }
  }

  /// The same or the nearest colour among the 256 of xterm.
  var in256: ThemeColor {
    guard case .rgb = self, let parts else { return self }
    // The first sixteen are left out: people change them.
    return .indexed(UInt8(Self.nearest(parts.lab, in: 16...255)))
  }

  /// The same or the nearest colour among the sixteen.
  var in16: ThemeColor {
    guard let parts else { return self }
    return .indexed(UInt8(Self.nearest(parts.lab, in: 0...15)))
  }

  private static func nearest(_ lab: OKLab, in range: ClosedRange<Int>) -> Int {
    range.min { palette[$0].distance(to: lab) < palette[$1].distance(to: lab) } ?? 7
  }

  private static let palette: [OKLab] = (0...255).map { ColorParts(index: $0).lab }
}

/// Red, green and blue, 0 to 255.
struct ColorParts: Hashable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour xterm shows for an index of its palette.
  init(index: Int) {
    switch index {
    case 0...15:
      let value = Self.firstSixteen[index]
      self.init(
        red: UInt8(value >> 16 & 0xff), green: UInt8(value >> 8 & 0xff), blue: UInt8(value & 0xff))
    case 16...231:
      let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
      let cube = index - 16
      self.init(red: steps[cube / 36], green: steps[cube / 6 % 6], blue: steps[cube % 6])
    default:
      let grey = UInt8(min(max(8 + (index - 232) * 10, 0), 255))
      self.init(red: grey, green: grey, blue: grey)
    }
  }

  private static let firstSixteen: [UInt32] = [
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
  ]

  private static func linear(_ part: UInt8) -> Double {
    let share = Double(part) / 255
    return share <= 0.04045 ? share / 12.92 : power24((share + 0.055) / 1.055)
  }

  /// Relative luminance as WCAG defines it.
  var luminance: Double {
    0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
  }

  /// The contrast of two colours as WCAG defines it, 1 to 21.
  func contrast(with other: ColorParts) -> Double {
    let (bright, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (bright + 0.05) / (dark + 0.05)
  }

  /// The place in OKLab (Ottosson 2020), where distances are as large as they look.
  var lab: OKLab {
    let (r, g, b) = (Self.linear(red), Self.linear(green), Self.linear(blue))
    let long = cubeRoot(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b)
    let middle = cubeRoot(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b)
    let short = cubeRoot(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b)
    return OKLab(
      lightness: 0.210_454_255_3 * long + 0.793_617_785_0 * middle - 0.004_072_046_8 * short,
      green: 1.977_998_495_1 * long - 2.428_592_205_0 * middle + 0.450_593_709_9 * short,
      blue: 0.025_904_037_1 * long + 0.782_771_766_2 * middle - 0.808_675_766_0 * short)
  }
}

/// A colour in a space where distances are as large as they look.
struct OKLab: Hashable {
  let lightness: Double
  let green: Double
  let blue: Double

  func distance(to other: OKLab) -> Double {
    let (l, a, b) = (lightness - other.lightness, green - other.green, blue - other.blue)
    return (l * l + a * a + b * b).squareRoot()
  }
}

// This module imports nothing, not even the C library's mathematics.

/// The third root of a share between 0 and 1, by Newton's method.
private func cubeRoot(_ value: Double) -> Double {
  guard value > 0 else { return 0 }
  var root = 1.0
  for _ in 0..<60 {
    let next = (2 * root + value / (root * root)) / 3
    if next == root { break }
    root = next
  }
  return root
}

/// `value` to the power 2.4 = 12/5, for shares between 0 and 1.
private func power24(_ value: Double) -> Double {
  // x^2.4 = x² · (x²)^(1/5): the fifth root by Newton's method.
  guard value > 0 else { return 0 }
  let square = value * value
  var root = 1.0
  for _ in 0..<80 {
    let next = (4 * root + square / (root * root * root * root)) / 5
    if next == root { break }
    root = next
  }
  return square * root
}
