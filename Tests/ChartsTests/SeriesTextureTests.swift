// Lines told apart where there is no colour.

import Cells
import TestSupport
import Testing

@testable import Charts

@Suite struct `Several lines` {
  @Test func `differ in their dots without colour`() {
    let patterns = (0..<5).map { series -> [Bool] in
      var canvas = DotCanvas(columns: 60, rows: 1, seriesCount: 1, isUnicode: true)
      var path = LinePath(series: 0, texture: Texture(series: series))
      var summary = ColumnSummary()
      (summary.first, summary.last, summary.least, summary.most) = (0, 0, 0, 0)
      (summary.firstEntry, summary.lastEntry) = (0, 0)
      path.draw(
        Array(repeating: summary, count: 120),
        scale: ValueScale(low: 0, pitch: 1, dotRows: 4), on: &canvas)
      return (0..<120).map { canvas.isSet(0, column: $0, row: 0) }
    }
    #expect(Set(patterns).count == 5)
  }

  @Test(arguments: [2, 3, 4])
  func `take turns where they lie on each other`(count: Int) {
    var owners = CellOwners(seriesCount: count)
    var waited = [Int](repeating: 0, count: count)
    for _ in 0..<100 {
      let owner = owners.owner(among: Array(0..<count))
      for series in 0..<count { waited[series] = series == owner ? 0 : waited[series] + 1 }
      #expect(waited.allSatisfy { $0 <= 3 })
    }
  }

  @Test func `never lose a dot to another`() {
    var canvas = DotCanvas(columns: 1, rows: 1, seriesCount: 2, isUnicode: true)
    canvas.set(0, column: 0, row: 0)
    canvas.set(1, column: 1, row: 3)
    #expect(DotCanvas.braille(canvas.dots(column: 0, row: 0)) == "⡈")
  }

  @Test func `have labels that do not share a row`() {
    forAll(cases: 2_000) { random in
      let highest = Int.random(in: 0...30, using: &random)
      let wanted = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        Double(Int.random(in: 0...highest, using: &random))
      }
      let rows = spread(wanted, highest: highest).compactMap { $0 }
      if rows.count != min(wanted.count, highest + 1) {
        return "\(wanted) up to \(highest): \(rows)"
      }
      return Set(rows).count == rows.count && rows.allSatisfy { (0...highest).contains($0) }
        ? nil : "\(wanted) up to \(highest): \(rows)"
    }
  }

  @Test func `can be hidden and brought to the front`() {
    let series = ["one", "two"].map { ChartFixtures.whole($0, [1, 2, 3]) }
    var chart = ChartView(title: "", x: ChartFixtures.days(3), series: series, mark: .line)
    chart.focused = 1
    let grid = chart.grid(80, 24)
    let inks = (0..<24).flatMap { row in (4..<50).map { grid[$0, row].style.ink } }
    #expect(inks.count { $0 == .series(1) } > inks.count { $0 == .series(0) })
    chart.hidden = [0]
    #expect(!chart.text(80, 24).contains("⠤⠤⠤ one"))
    chart.hidden = [0, 1]
    #expect(chart.text(80, 24).contains("all series are hidden"))
  }

  @Test func `get an axis each where one would flatten the smaller`() {
    let series = [
      ChartFixtures.whole("large", (0..<50).map { Double($0 * 100_000) }),
      ChartFixtures.whole("small", (0..<50).map { Double($0) }),
    ]
    let chart = ChartView(title: "two", x: ChartFixtures.days(50), series: series, mark: .line)
    let text = chart.text(80, 24)
    #expect(text.contains(" large  latest 4,900,000 "))
    #expect(text.contains(" small  latest 49 "))
    #expect(text.contains("each on its own scale"))
  }
}
