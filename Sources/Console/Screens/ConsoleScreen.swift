// What every screen can do. A screen is three files: its state, its commands, and how it is drawn.

import Cells
import ETLKit

/// Where the panes of a screen lie.
struct PaneLayout: Hashable, Sendable {
  /// The panes, in tab order.
  var areas: [(name: PaneName, area: CellRect)] = []
  var dividers: [CellRect] = []
  /// Whether panes stand side by side.
  var isSplit: Bool { !dividers.isEmpty }

  func area(_ name: PaneName) -> CellRect {
    areas.first { $0.name == name }?.area ?? CellRect(column: 0, row: 0, columns: 0, rows: 0)
  }

  func has(_ name: PaneName) -> Bool { !area(name).isEmpty }

  mutating func add(_ name: PaneName, _ area: CellRect) {
    if !area.isEmpty { areas.append((name, area)) }
  }

  static func == (one: PaneLayout, other: PaneLayout) -> Bool {
    one.dividers == other.dividers
      && one.areas.elementsEqual(other.areas) { $0.name == $1.name && $0.area == $1.area }
  }

  func hash(into hasher: inout Hasher) {
    for (name, area) in areas {
      hasher.combine(name)
      hasher.combine(area)
    }
  }
}

/// What drawing needs to know beside a screen's own state.
struct DrawContext {
  let now: Timestamp
}

protocol ConsoleScreen: Hashable, Sendable {
  /// The pane that keys go to.
  var focus: PaneName { get set }
  var isZoomed: Bool { get set }
  /// The path behind "etl › …".
  var crumbs: [String] { get }
  /// The panes that can have the focus.
  var focusable: [PaneName] { get }
  func panes(in body: CellRect) -> PaneLayout
  /// What it must know to be drawn.
  func questions() -> [Question]
  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp)
  /// Moves in the focused pane.
  mutating func move(_ motion: Motion) -> MotionResult
  /// The filter of the focused list; nil where there is no list.
  var filter: Filter? { get }
  mutating func setFilter(_ filter: Filter, at now: Timestamp)
  /// What filters of the focused list can name, with values and how often they occur.
  func facts(at now: Timestamp) -> [Fact]
  var hasMarks: Bool { get }
  /// Goes back one step inside the screen; false at its beginning.
  mutating func goBack() -> Bool
  /// Fits lists to their panes.
  mutating func settle(_ layout: PaneLayout)
  mutating func moveFocus(by step: Int, in body: CellRect) -> Bool
  func draw(_ layout: PaneLayout, _ context: DrawContext, on grid: inout CellGrid)
}

extension ConsoleScreen {
  /// The panes as they stand: all, or the zoomed one alone.
  func layout(in body: CellRect) -> PaneLayout {
    guard isZoomed else { return panes(in: body) }
    var layout = PaneLayout()
    layout.add(focus, body)
    return layout
  }

  /// Moves the focus on if its pane is gone, and fits the lists.
  mutating func settle(in body: CellRect) {
    guard !body.isEmpty else { return }
    var layout = layout(in: body)
    if !layout.has(focus), let first = focusable.first(where: layout.has) ?? focusable.first {
      focus = first
      layout = self.layout(in: body)
    }
    settle(layout)
  }

  mutating func goBack() -> Bool { false }

  mutating func moveFocus(by step: Int, in body: CellRect) -> Bool {
    let order = focusable.filter(panes(in: body).has)
    guard order.count > 1, let place = order.firstIndex(of: focus) else { return false }
    focus = order[(place + step + order.count) % order.count]
    return true
  }
}

extension Listing {
  /// Fits to a pane with a rule and, mostly, a header.
  mutating func settle(in area: CellRect, header: Int = 1, jumps: Bool) {
    let inside = area.rows - 1
    settle(height: inside > 1 ? inside - header : inside, jumps: jumps)
  }

  /// "31 of 31", with the filter if there is one.
  func note(_ extra: String = "") -> String {
    var parts: [String] = []
    if !marks.isEmpty { parts.append("\(Figures.count(marks.count)) marked") }
    if rangeStart != nil { parts.append("range open") }
    if !extra.isEmpty { parts.append(extra) }
    parts.append("\(Figures.count(shown.count)) of \(Figures.count(rows.count))")
    if !filter.isEmpty { parts.append("/ \(filter.text)") }
    return parts.joined(separator: "   ")
  }

  func allFacts(at now: Timestamp) -> [Fact] { rows.flatMap { $0.facts(at: now) } }
}
