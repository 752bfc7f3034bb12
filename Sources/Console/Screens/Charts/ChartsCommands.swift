// What can be done with charts, and with the lists they are chosen from.

import Cells
import Charts
import ETLKit

enum ChartsCommands {
  static let table: [Command] = [
    Command(
      "open chart", keys: [.enter],
      help: "Goes from a table to its columns, and from the columns to their chart.",
      hint: "open",
      isAvailable: { state in
        let charts = state.charts
        if charts.isShowing { return .no(because: "this is the chart; o opens another") }
        if charts.tables.current == nil { return .no(because: "no table was loaded yet") }
        if charts.focus == .columns, charts.columns.current == nil {
          return .no(because: "no column is selected")
        }
        return .yes
      }
    ) { state in
      if state.charts.focus == .tables {
        state.charts.focus = .columns
      } else {
        state.charts.open()
      }
      return []
    },
    Command(
      "choose column", keys: [.character(" ")],
      help: "Puts the column on the chart, or takes it off; on a chart, hides the series.",
      hint: "choose",
      isAvailable: { state in
        guard state.charts.isShowing else { return inColumns(state) }
        return state.charts.chart?.focused == nil
          ? .no(because: "no series stands out; ↓ goes to one") : .yes
      }
    ) { state in
      if state.charts.isShowing {
        if case .stayed(let reason) = state.charts.toggleSeries() { state.refuse(reason) }
      } else {
        _ = state.charts.columns.apply(.mark)
      }
      return []
    },
    Command(
      "choose axis", keys: [.character("x")],
      help: "Puts the column along the axis, or none.", hint: "axis", isAvailable: inColumns
    ) { state in
      let name = state.charts.columns.current?.name
      state.charts.xColumn = state.charts.xColumn == name ? nil : name
      return []
    },
    along("point right", [.right, .character("l")], "Moves to the next point.", 1, "move"),
    along("point left", [.left, .character("h")], "Moves to the point before.", -1, nil),
    Command(
      "next kind of chart", keys: [.character("t")],
      help: "Shows the same data as the next fitting chart, or as a table.", hint: "type",
      isAvailable: onChart
    ) { state in
      state.charts.change { chart in
        let marks = ChartView.fittingMarks(x: chart.x, series: chart.series)
        guard let place = marks.firstIndex(of: chart.mark) else { return }
        var next = ChartView(
          title: chart.title, x: chart.x, series: chart.series,
          mark: marks[(place + 1) % marks.count])
        next.showsTitle = false
        // The same positions: the cursor stays where it is.
        if next.positionCount == chart.positionCount {
          next.cursor = chart.cursor
          next.window = chart.window
          next.hidden = chart.hidden
          next.focused = chart.focused
        }
        chart = next
      }
      return []
    },
    zoom("zoom in", ["+"], "Shows half as much, around the cursor.", "zoom") { $0.zoom(by: 2) },
    zoom("zoom out", ["-"], "Shows twice as much, around the cursor.", nil) { $0.zoom(by: 0.5) },
    zoom("fit all", ["0"], "Shows all of it.", nil) { $0.window = nil },
    zoom("pan left", ["<"], "Moves the window to the left.", nil) { $0.pan(by: -1) },
    zoom("pan right", [">"], "Moves the window to the right.", nil) { $0.pan(by: 1) },
    Command(
      "open another", keys: [.character("o")], help: "Chooses another table.", hint: "open other",
      isAvailable: onChart
    ) { state in
      state.charts.focus = .tables
      return []
    },
    Command(
      "change columns", keys: [.character("c")], help: "Chooses other columns of the table.",
      hint: "columns", isAvailable: onChart
    ) { state in
      state.charts.focus = .columns
      return []
    },
    Command(
      "copy read-out", keys: [.character("y")],
      help: "Copies the values at the cursor.",
      isAvailable: { state in
        state.charts.chart?.cursor == nil
          ? .no(because: "no point is selected; ← and → move to one") : .yes
      }
    ) { state in
      state.charts.chart.map { [.copy($0.readout)] } ?? []
    },
  ]

  private static let onChart: @Sendable (ConsoleState) -> Availability = { state in
    state.charts.isShowing && state.charts.chart != nil
      ? .yes : .no(because: "no chart is open; ⏎ on a column opens one")
  }

  private static let inColumns: @Sendable (ConsoleState) -> Availability = { state in
    guard !state.charts.isShowing else { return .no(because: "c goes back to the columns") }
    if state.charts.focus != .columns { return .no(because: "⏎ goes to the columns first") }
    return state.charts.columns.current == nil ? .no(because: "no column is selected") : .yes
  }

  private static func along(
    _ name: String, _ keys: [Key], _ help: String, _ step: Int, _ hint: String?
  ) -> Command {
    Command(name, keys: keys, help: help, hint: hint) { state in
      if state.charts.isShowing {
        if case .stayed(let reason) = state.charts.moveAlong(.by(step)) { state.refuse(reason) }
      } else if step > 0 {
        if state.charts.focus == .tables {
          state.charts.focus = .columns
        } else if state.charts.columns.current != nil {
          state.charts.open()
        }
      } else {
        state.backOut()
      }
      return []
    }
  }

  private static func zoom(
    _ name: String, _ keys: [Character], _ help: String, _ hint: String?,
    _ change: @escaping @Sendable (inout ChartView) -> Void
  ) -> Command {
    Command(
      name, keys: keys.map { .character($0) }, help: help, hint: hint, isAvailable: onChart
    ) { state in
      state.charts.change(change)
      return []
    }
  }
}

extension ChartView {
  /// Shows a part as large as the whole window divided by the factor, around the cursor.
  mutating func zoom(by factor: Double) {
    let all = 0..<positionCount
    guard all.count > 1 else { return }
    let old = window ?? all
    let count = max(2, min(all.count, Int((Double(old.count) / factor).rounded())))
    guard count < all.count else {
      window = nil
      return
    }
    let middle = cursor ?? (old.lowerBound + old.count / 2)
    // What stood under the cursor stays there, as far as the ends allow.
    let share = Double(middle - old.lowerBound) / Double(max(1, old.count))
    let start = middle - Int((share * Double(count)).rounded())
    let first = max(0, min(start, all.count - count))
    window = first..<(first + count)
  }

  /// Moves the window by a quarter of itself.
  mutating func pan(by direction: Int) {
    guard let old = window else { return }
    let step = direction * max(1, old.count / 4)
    let first = max(0, min(old.lowerBound + step, positionCount - old.count))
    let next = first..<(first + old.count)
    window = next
    cursor = cursor.map { max(next.lowerBound, min($0, next.upperBound - 1)) }
  }
}
