// Standing bars: slots side by side, each from the zero line to its value.

import Cells

/// The pieces bars are made of.
enum BarPieces {
  private static let blocks: [Character] = ["█", "▒", "▓", "░"]
  private static let plain: [Character] = ["#", "o", "=", "+"]

  /// The full cell of a series, different for each of four.
  static func body(_ series: Int, isUnicode: Bool) -> Character {
    isUnicode ? blocks[series % blocks.count] : plain[series % plain.count]
  }
}

/// Slots of bars fitted into a number of columns.
struct BarSlots {
  let slotCount: Int
  let seriesCount: Int
  /// Groups drawn: one a slot, or several slots a group where columns are short.
  let groupCount: Int
  let groupColumns: Int
  let barColumns: Int

  init(slots: Int, series: Int, columns: Int, hasGaps: Bool) {
    slotCount = max(slots, 0)
    seriesCount = max(min(series, columns), 1)
    let least = seriesCount > 1 ? seriesCount + 1 : 1
    let capacity = max(columns / least, 1)
    guard slotCount > 0, slotCount <= capacity else {
      groupCount = min(capacity, slotCount)
      groupColumns = least
      barColumns = 1
      return
    }
    groupCount = slotCount
    groupColumns = min(columns / slotCount, (hasGaps ? 8 : 12) * seriesCount + 1)
    let isGapped = hasGaps && groupColumns > 1 || seriesCount > 1
    barColumns = max((groupColumns - (isGapped ? 1 : 0)) / seriesCount, 1)
  }

  /// Columns all groups take.
  var columns: Int { groupCount * groupColumns }

  /// The slots a group stands for.
  func slots(of group: Int) -> Range<Int> {
    guard groupCount > 0 else { return 0..<0 }
    return (group * slotCount / groupCount)..<((group + 1) * slotCount / groupCount)
  }

  /// The group of a slot.
  func group(of slot: Int) -> Int {
    guard slotCount > 0 else { return 0 }
    // The inverse of `slots(of:)`: the last group that does not begin after the slot.
    let guess = min(max(slot * groupCount / slotCount, 0), groupCount - 1)
    return guess + 1 < groupCount && slots(of: guess + 1).lowerBound <= slot ? guess + 1 : guess
  }

  /// The middle column of a slot's bars.
  func cell(of slot: Int) -> Int {
    group(of: slot) * groupColumns + (barColumns * seriesCount - 1) / 2
  }
}

/// Draws standing bars.
struct BarPainter {
  let frame: PlotFrame
  let slots: BarSlots
  /// The inks of the series.
  let series: [Int]
  let isAlone: Bool

  /// Dot rows of a cell: eighths, or halves in ASCII.
  static func dotsUp(isUnicode: Bool) -> Int { isUnicode ? 8 : 2 }

  /// Draws a bar for each group and series, to the largest and the smallest of its slots.
  func draw(on grid: inout CellGrid, highlight: Int?, value: (_ slot: Int, _ series: Int) -> Double)
  {
    for group in 0..<slots.groupCount {
      for number in 0..<slots.seriesCount {
        var most = 0.0
        var least = 0.0
        for slot in slots.slots(of: group) {
          let value = value(slot, number)
          guard !value.isNaN else { continue }
          most = max(most, value)
          least = min(least, value)
        }
        let first = group * slots.groupColumns + number * slots.barColumns
        for column in first..<(first + slots.barColumns) where column < frame.plot.columns {
          drawBar(column, most, least, number, isLit: group == highlight, on: &grid)
        }
      }
    }
  }

  private func drawBar(
    _ column: Int, _ most: Double, _ least: Double, _ number: Int, isLit: Bool,
    on grid: inout CellGrid
  ) {
    let isUnicode = grid.glyphs.isUnicode
    let up = Self.dotsUp(isUnicode: isUnicode)
    let scale = frame.ticks.scale
    let zero = min(max(scale.dot(0), 0), scale.dotRows)
    let top = min(scale.dot(most), scale.dotRows - 1)
    // What has begun shows, below zero too.
    let bottom = max(least < 0 ? min(scale.dot(least), zero - 1) : zero, 0)
    let body = BarPieces.body(series[number], isUnicode: isUnicode)
    let ink: Ink = isAlone ? .bar : .series(series[number])
    let style = CellStyle(isLit ? .crosshair : ink, on: .background, isLit ? .bold : [])
    let x = frame.plot.column + column
    for row in 0..<frame.plot.rows {
      let base = row * up
      if most > 0, top >= base, zero < base + up {
        let filled = min(top - base + 1, up)
        grid[x, frame.gridRow(row)] = Cell(piece(filled, of: up, body, isUnicode), style: style)
      } else if least < 0, bottom < base + up, base < zero {
        let filled = min(base + up - bottom, up)
        let half: Character = isUnicode ? "▀" : body
        grid[x, frame.gridRow(row)] = Cell(filled * 4 > up * 3 ? body : half, style: style)
      }
    }
  }

  private func piece(_ filled: Int, of up: Int, _ body: Character, _ isUnicode: Bool) -> Character {
    guard filled < up else { return body }
    guard isUnicode else { return body == "#" ? "=" : body }
    let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
    // Shaded bars have no eighths; they round to whole cells, and what has begun shows.
    return body == "█" ? levels[min(max(filled - 1, 0), 6)] : body
  }
}
