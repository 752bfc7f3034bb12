// The cursor of a chart: along its axis, and across its series.

import Cells
import Charts
import ETLKit

extension ChartsState {
  /// Up and down go through the rows of a table, and through the series of a chart.
  mutating func moveAcross(_ step: Int) -> MotionResult {
    guard let chart, chart.mark != .table else { return moveAlong(.by(step)) }
    guard chart.series.count > 1 else {
      return .stayed(because: "there is one series only; ← and → move along it")
    }
    // One place more than there are series: none stands out.
    let places = chart.series.count + 1
    let next = ((chart.focused.map { $0 + 1 } ?? 0) + step + places) % places
    change { $0.focused = next == 0 ? nil : next - 1 }
    return .moved
  }

  /// Hides the series that stands out, or shows it again.
  mutating func toggleSeries() -> MotionResult {
    guard let focused = chart?.focused else {
      return .stayed(because: "no series stands out; ↓ goes to one")
    }
    change { chart in
      if chart.hidden.remove(focused) == nil { chart.hidden.insert(focused) }
    }
    return .moved
  }

  /// Moves the cursor over the chart's positions, inside its window.
  mutating func moveAlong(_ motion: Motion) -> MotionResult {
    guard var chart, chart.positionCount > 0 else {
      return .stayed(because: "there is nothing on the chart")
    }
    let count = chart.positionCount
    let window = chart.window ?? 0..<count
    let place = chart.cursor ?? window.lowerBound
    let target: Int
    switch motion {
    case .by(let step): target = chart.cursor == nil && step > 0 ? place : place + step
    case .first: target = 0
    case .last: target = count - 1
    case .halfPage(let direction): target = place + direction * max(1, window.count / 10)
    case .page(let direction): target = place + direction * max(1, window.count / 4)
    case .problem(let direction):
      let marks = chart.landmarks
      guard
        let mark = direction > 0
          ? marks.first(where: { $0 > place }) : marks.last(where: { $0 < place })
      else { return .stayed(because: "no other peak, low or gap on this side") }
      target = mark
    default: return .stayed(because: "a chart has no such rows; t shows its table")
    }
    let cursor = max(0, min(target, count - 1))
    chart.cursor = cursor
    // The window follows the cursor, by as little as needed.
    if chart.window != nil {
      let start =
        cursor < window.lowerBound
        ? cursor : cursor >= window.upperBound ? cursor - window.count + 1 : window.lowerBound
      chart.window = start..<(start + window.count)
    }
    change { $0 = chart }
    return .moved
  }
}
