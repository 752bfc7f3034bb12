// Names beside the ends of lines, moved apart where ends lie together.

import Cells

/// The labels at the ends of several lines.
struct EndLabels {
  private struct Label {
    var series: Int
    var sample: String
    var text: String
    var value: Double
  }

  private var labels: [Label] = []
  /// Columns the labels take, with a blank before; 0 if there is a legend instead.
  private(set) var width = 0

  /// Labels if there are several series and enough columns.
  init(view: ChartView, series: [Int], columns: Int, isUnicode: Bool) {
    guard series.count > 1, columns >= 60 else { return }
    let end = view.data.entries(in: view.validWindow).upperBound
    for index in series {
      let data = view.data.series[index]
      // The last value in the window, so that a zoom labels what it shows.
      guard let last = data.values[..<end].last(where: { !$0.isNaN }) else { continue }
      let sample = Summary.sample(index, isBars: false, isUnicode: isUnicode)
      labels.append(
        Label(
          series: index, sample: sample, text: "\(sample) \(data.name) \(shortText(last))",
          value: last))
    }
    if widest > columns / 4 {
      for index in labels.indices {
        labels[index].text =
          "\(labels[index].sample) \(view.data.series[labels[index].series].name)"
      }
    }
    width = widest > columns / 4 || labels.isEmpty ? 0 : widest + 2
  }

  private var widest: Int { labels.map { cellWidth(of: $0.text) }.max() ?? 0 }

  /// Draws the labels right of the plot, near their lines.
  func draw(beside frame: PlotFrame, on grid: inout CellGrid) {
    let up = DotCanvas.dotsUp(isUnicode: grid.glyphs.isUnicode)
    let top = max(frame.plot.rows - 1, 0)
    let wanted = labels.map {
      Double(min(max(floorDivide(frame.ticks.scale.dot($0.value), up), 0), top))
    }
    let rows = spread(wanted, highest: top)
    for (index, label) in labels.enumerated() {
      guard let row = rows[index] else { continue }
      let isMoved = abs(Double(row) - wanted[index]) > 1
      if isMoved {
        grid.write(
          grid.glyphs.isUnicode ? "╴" : "-", column: frame.plot.endColumn, row: frame.gridRow(row),
          style: CellStyle(.series(label.series)))
      }
      grid.writeShortened(
        label.text, column: frame.plot.endColumn + 1, row: frame.gridRow(row), columns: width - 1,
        style: CellStyle(.series(label.series)))
    }
  }
}

/// Rows for labels, each as near as possible to where it is wanted, no two on the same one.
///
/// Neighbours that collide are pooled into a block centred on their mean. Labels beyond the number
/// of rows get none.
func spread(_ wanted: [Double], highest: Int) -> [Int?] {
  struct Block {
    var members: [Int]
    var mean: Double
    var start: Double { mean - Double(members.count - 1) / 2 }
    var end: Double { start + Double(members.count) }
  }
  var result = [Int?](repeating: nil, count: wanted.count)
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }.prefix(
    max(highest + 1, 0))
  var blocks: [Block] = []
  func clamped(_ block: Block) -> Block {
    var block = block
    let half = Double(block.members.count - 1) / 2
    block.mean = min(max(block.mean, half), max(Double(highest) - half, half))
    return block
  }
  for index in order {
    blocks.append(clamped(Block(members: [index], mean: wanted[index])))
    while blocks.count > 1, blocks[blocks.count - 2].end > blocks[blocks.count - 1].start {
      let upper = blocks.removeLast()
      let lower = blocks.removeLast()
      let members = lower.members + upper.members
      // Each member pulls its block to where it wants its own place to be.
      let pulls = members.enumerated().map {
        wanted[$1] - Double($0) + Double(members.count - 1) / 2
      }
      blocks.append(
        clamped(Block(members: members, mean: pulls.reduce(0, +) / Double(pulls.count))))
    }
  }
  var next = 0
  for block in blocks {
    var row = max(Int(block.start.rounded()), next)
    for member in block.members {
      result[member] = min(row, max(highest, 0))
      row += 1
    }
    next = row
  }
  return result
}
