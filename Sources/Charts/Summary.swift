// The row above a plot: what a single series comes to, or which line is which.

import Cells

/// The parts of the summary row.
struct Summary {
  private struct Part {
    var sample: Int?
    var text: String
  }

  private var parts: [Part] = []
  private let isBars: Bool

  /// The summary of some series; empty if labels stand beside the lines already.
  init(view: ChartView, series: [Int], hasEndLabels: Bool, isBars: Bool = false) {
    self.isBars = isBars
    let data = view.data
    if series.count == 1, let only = series.first {
      let series = data.series[only]
      let entries = data.entries(in: view.validWindow)
      guard let (least, most, last) = Self.extremes(series.values, entries) else { return }
      func part(_ word: String, _ entry: Int) -> Part {
        // Of several rows at the last place, none is the latest: their range is.
        let value =
          entry == last
          ? view.valueText(series, data.entries(at: data.position(of: entry)))
          : series.text(series.values[entry])
        return Part(text: "\(word) \(value) (\(data.nameOfEntry(entry)))")
      }
      parts.append(part("\(series.name)  latest", last))
      guard series.values[least] < series.values[most] else { return }
      if most != last { parts.append(part("peak", most)) }
      if least != last, series.values[least] != 0 { parts.append(part("low", least)) }
    } else if !hasEndLabels {
      parts = series.map { Part(sample: $0, text: data.series[$0].name) }
    }
  }

  var isEmpty: Bool { parts.isEmpty }

  /// The entries of the least, the largest and the last value.
  private static func extremes(
    _ values: [Double], _ entries: Range<Int>
  ) -> (least: Int, most: Int, last: Int)? {
    guard let first = entries.first(where: { !values[$0].isNaN }) else { return nil }
    var found = (least: first, most: first, last: first)
    var least = values[first]
    var most = least
    for entry in first..<entries.upperBound {
      let value = values[entry]
      if value < least { (least, found.least) = (value, entry) }
      if value > most { (most, found.most) = (value, entry) }
    }
    found.last = entries.last { !values[$0].isNaN } ?? first
    return found
  }

  func draw(in area: CellRect, on grid: inout CellGrid) {
    var column = area.column
    for (index, part) in parts.enumerated() {
      let gap = index == 0 ? 0 : 3
      let sample =
        part.sample.map { Self.sample($0, isBars: isBars, isUnicode: grid.glyphs.isUnicode) } ?? ""
      let width = gap + cellWidth(of: part.text) + (sample.isEmpty ? 0 : cellWidth(of: sample) + 1)
      // Whole parts only; the first is shortened rather than lost.
      guard index == 0 || column + width <= area.endColumn else {
        guard part.sample != nil else { break }
        grid.write(
          " +\(parts.count - index)", column: column, row: area.row,
          columns: area.endColumn - column, style: CellStyle(.muted))
        break
      }
      column += gap
      if !sample.isEmpty {
        column +=
          grid.write(
            sample, column: column, row: area.row, columns: area.endColumn - column,
            style: CellStyle(.series(part.sample ?? 0))) + 1
      }
      column += grid.writeShortened(
        part.text, column: column, row: area.row, columns: area.endColumn - column,
        style: CellStyle(.muted))
    }
  }

  /// A piece of a line or bar as it looks in the plot.
  static func sample(_ series: Int, isBars: Bool, isUnicode: Bool) -> String {
    if isBars { return String(repeating: BarPieces.body(series, isUnicode: isUnicode), count: 2) }
    guard isUnicode else { return String(LinePanel.signs[series % LinePanel.signs.count]) }
    guard series < Texture.allCases.count else {
      return String(Character(Unicode.Scalar(UInt8(97 + series))))
    }
    return Self.samples[series]
  }

  private static let samples = ["⠤⠤⠤", "⠤ ⠤", "⠄⠄⠄", "⠤⠤ ", "⠤ ⠄"]
}

extension ChartData {
  /// The name of the position an entry belongs to.
  func nameOfEntry(_ entry: Int) -> String {
    guard entry >= 0, entry < places.count else { return "" }
    switch placeKind {
    case .time(let dateOnly): return instantText(places[entry], dateOnly: dateOnly)
    case .number: return exactText(places[entry])
    case .rows: return name(at: entry)
    }
  }
}
