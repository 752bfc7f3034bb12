// Dots inside cells: braille, two by four, or ASCII, one column of three levels.

/// The dots of a plot, for every series apart.
struct DotCanvas: Sendable {
  let columns: Int
  let rows: Int
  let seriesCount: Int
  let isUnicode: Bool
  private var bits: [UInt8]

  init(columns: Int, rows: Int, seriesCount: Int, isUnicode: Bool) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
    self.seriesCount = max(seriesCount, 0)
    self.isUnicode = isUnicode
    bits = [UInt8](repeating: 0, count: self.columns * self.rows * self.seriesCount)
  }

  /// Dot columns of a cell.
  static func dotsAcross(isUnicode: Bool) -> Int { isUnicode ? 2 : 1 }
  /// Dot rows of a cell.
  static func dotsUp(isUnicode: Bool) -> Int { isUnicode ? 4 : 3 }

  var dotColumns: Int { columns * Self.dotsAcross(isUnicode: isUnicode) }
  var dotRows: Int { rows * Self.dotsUp(isUnicode: isUnicode) }

  // Bits from the lowest dot up.
  private static let left: [UInt8] = [0x40, 0x04, 0x02, 0x01]
  private static let right: [UInt8] = [0x80, 0x20, 0x10, 0x08]

  private func bit(_ column: Int, _ row: Int) -> UInt8 {
    guard isUnicode else { return 1 << UInt8(row % 3) }
    return column % 2 == 0 ? Self.left[row % 4] : Self.right[row % 4]
  }

  private func index(_ series: Int, _ column: Int, _ row: Int) -> Int {
    (series * rows + row) * columns + column
  }

  /// Sets a dot; rows count from the bottom, dots outside are ignored.
  mutating func set(_ series: Int, column: Int, row: Int) {
    guard column >= 0, row >= 0, column < dotColumns, row < dotRows, series < seriesCount else {
      return
    }
    let across = Self.dotsAcross(isUnicode: isUnicode)
    let up = Self.dotsUp(isUnicode: isUnicode)
    bits[index(series, column / across, row / up)] |= bit(column, row)
  }

  /// Whether a dot is set.
  func isSet(_ series: Int, column: Int, row: Int) -> Bool {
    guard column >= 0, row >= 0, column < dotColumns, row < dotRows, series < seriesCount else {
      return false
    }
    let across = Self.dotsAcross(isUnicode: isUnicode)
    let up = Self.dotsUp(isUnicode: isUnicode)
    return bits[index(series, column / across, row / up)] & bit(column, row) != 0
  }

  /// The dots a series has in a cell; the row counts from the bottom.
  func dots(_ series: Int, column: Int, row: Int) -> UInt8 {
    guard column >= 0, row >= 0, column < columns, row < rows, series < seriesCount else {
      return 0
    }
    return bits[index(series, column, row)]
  }

  /// The dots of all series in a cell.
  func dots(column: Int, row: Int) -> UInt8 {
    var all: UInt8 = 0
    for series in 0..<seriesCount { all |= dots(series, column: column, row: row) }
    return all
  }

  /// The braille glyph of some dots.
  static func braille(_ dots: UInt8) -> Character {
    guard dots != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots)) else { return " " }
    return Character(scalar)
  }

  /// The ASCII glyph of some levels: the line's own height where it is flat.
  static func level(_ dots: UInt8, isSteep: Bool) -> Character {
    guard dots != 0 else { return " " }
    guard !isSteep, dots != 7 else { return "*" }
    return dots & 4 != 0 ? "^" : dots & 2 != 0 ? "-" : "_"
  }
}

/// How a series differs from others where there is no colour.
enum Texture: Int, CaseIterable, Sendable {
  case solid, dash, dot, longDash, dashDot

  init(series: Int) {
    self = Self.allCases[series % Self.allCases.count]
  }

  /// Dots drawn and left out in turn.
  private var pattern: [Int] {
    switch self {
    case .solid: []
    case .dash: [4, 2]
    case .dot: [1, 1]
    case .longDash: [8, 3]
    case .dashDot: [6, 2, 1, 2]
    }
  }

  /// Whether the dot at a distance along the path is drawn.
  func isOn(_ phase: Int) -> Bool {
    let pattern = pattern
    let length = pattern.reduce(0, +)
    guard length > 0 else { return true }
    var rest = phase % length
    for (index, part) in pattern.enumerated() {
      if rest < part { return index % 2 == 0 }
      rest -= part
    }
    return true
  }
}

/// Who colours a cell that several series share.
///
/// The one that waited longest since it last had one; so lines on top of each other alternate like
/// the strands of a rope, and none is out of sight for long.
struct CellOwners: Sendable {
  private var waited: [Int]

  init(seriesCount: Int) { waited = [Int](repeating: 0, count: max(seriesCount, 0)) }

  /// Chooses among the series that have dots in a cell.
  mutating func owner(among present: [Int]) -> Int? {
    guard let first = present.first else { return nil }
    guard present.count > 1 else {
      waited[first] = 0
      return first
    }
    var owner = first
    for series in present where waited[series] > waited[owner] { owner = series }
    for series in present { waited[series] += 1 }
    waited[owner] = 0
    return owner
  }
}
