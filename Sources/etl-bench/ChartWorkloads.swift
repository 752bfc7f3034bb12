// Drawing charts: many points, many series, many frames.

import Cells
import Charts

extension Workload {
  static func chartWorkloads(points: Int) -> [Workload] {
    let input = ChartInput(points: points)
    let bytes = points * 16
    return [
      Workload(name: "chart.build", bytes: bytes, units: points) { input.building() },
      Workload(name: "chart.line", bytes: bytes, units: points) { input.drawing(.line) },
      Workload(name: "chart.bar", bytes: bytes, units: points) { input.drawing(.bar) },
      Workload(name: "chart.histogram", bytes: bytes, units: points) { input.binning() },
      Workload(name: "chart.six", bytes: 120 * 40 * 16, units: 120 * 40) {
        ChartInput(points: 1_000, series: 6).drawing(.line)
      },
    ]
  }
}

/// Random walks by the minute, the same ones every time.
struct ChartInput {
  private let x: ChartColumn
  private let series: [ChartColumn]

  init(points: Int, series count: Int = 1) {
    x = ChartColumn(
      name: "time", kind: .temporal(dateOnly: false),
      values: (0..<points).map { Double($0 * 60) })
    var state: UInt64 = 42
    series = (0..<count).map { number in
      var place = 0.0
      let values = (0..<points).map { _ -> Double? in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        place += Double(Int(state >> 33) % 2_001 - 1_000)
        return place
      }
      return ChartColumn(name: "walk \(number)", kind: .number(isInteger: true), values: values)
    }
  }

  /// Makes the view: every value read once.
  func building() -> () -> Int {
    { [x, series] in ChartView(title: "walk", x: x, series: series, mark: .line).positionCount }
  }

  /// Makes the view and counts its bins.
  func binning() -> () -> Int {
    { [x, series] in
      ChartView(title: "walk", x: x, series: series, mark: .histogram).positionCount
    }
  }

  /// Draws a frame of 120x40 of a view that is there already.
  func drawing(_ mark: ChartMark) -> () -> Int {
    let view = ChartView(title: "walk", x: x, series: series, mark: mark)
    return {
      var grid = CellGrid(size: CellSize(columns: 120, rows: 40))
      view.draw(in: CellRect(size: grid.size), on: &grid)
      return grid.area.columns * grid.area.rows
    }
  }
}
