// A list with a cursor, a filter and marks: the interface of every screen.
//
// The cursor stays on its row when rows come and go. Geometry comes in through `settle`.

import ETLKit

/// A row that can stand in a list.
protocol ListRow: Hashable, Sendable {
  associatedtype RowID: Hashable & Sendable
  var rowID: RowID { get }
  /// Whether `{` and `}` stop here.
  var isProblem: Bool { get }
  /// What filters can ask for.
  func facts(at now: Timestamp) -> [Fact]
}

/// How the cursor of a list moves, and what is done to its rows.
enum Motion: Hashable, Sendable {
  case by(Int), first, last
  case halfPage(Int), page(Int)
  case problem(Int), match(Int)
  case mark, markAll, markRange, clearMarks
}

/// What a motion came to.
enum MotionResult: Hashable, Sendable {
  case moved
  case stayed(because: String)
}

struct Listing<Row: ListRow>: Hashable, Sendable {
  /// All rows, as answered.
  private(set) var rows: [Row] = []
  /// Those the filter leaves.
  private(set) var shown: [Row] = []
  private(set) var index = 0
  private(set) var top = 0
  private(set) var height = 1
  private(set) var filter = Filter.none
  private(set) var marks: Set<Row.RowID> = []
  private(set) var rangeStart: Row.RowID?
  /// Whether an answer has come.
  private(set) var isLoaded = false
  private var now = Timestamp.zero

  var current: Row? { shown.indices.contains(index) ? shown[index] : nil }
  var isEmpty: Bool { shown.isEmpty }

  /// Rows under marks, in order; else the one at the cursor.
  var chosen: [Row] {
    marks.isEmpty ? current.map { [$0] } ?? [] : rows.filter { marks.contains($0.rowID) }
  }

  // MARK: Contents

  mutating func replace(with rows: [Row], at now: Timestamp) {
    isLoaded = true
    self.rows = rows
    self.now = now
    marks.formIntersection(rows.lazy.map(\.rowID))
    refresh()
  }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    guard filter != self.filter else { return }
    self.filter = filter
    self.now = now
    refresh()
  }

  /// Puts the cursor on a row, if it is there.
  mutating func select(_ id: Row.RowID) {
    if let place = shown.firstIndex(where: { $0.rowID == id }) { index = place }
  }

  private mutating func refresh() {
    let selected = current?.rowID
    shown = filter.isEmpty ? rows : rows.filter { filter.matches($0.facts(at: now)) }
    if let selected, let place = shown.firstIndex(where: { $0.rowID == selected }) {
      index = place
    }
    index = max(0, min(index, shown.count - 1))
  }

  // MARK: Geometry

  /// Fits the window to a height.
  ///
  /// Beside other panes it jumps by half a page, because a terminal
  /// cannot scroll part of a line; a full-width list moves by one row.
  mutating func settle(height: Int, jumps: Bool) {
    let height = max(1, height)
    // At a new size the window depends on the cursor alone, not on the sizes in between.
    if height != self.height { top = 0 }
    self.height = height
    let reserve = jumps ? self.height / 2 : 0
    if index < top { top = index - reserve }
    if index >= top + self.height { top = index - self.height + 1 + reserve }
    top = max(0, min(top, shown.count - self.height))
    if index < top { top = index }
    if index >= top + self.height { top = index - self.height + 1 }
  }

  // MARK: Motions

  mutating func apply(_ motion: Motion) -> MotionResult {
    guard !shown.isEmpty else { return .stayed(because: "the list is empty") }
    switch motion {
    case .by(let rows): return move(to: index + rows)
    case .first: return move(to: 0)
    case .last: return move(to: shown.count - 1)
    case .halfPage(let direction): return move(to: index + direction * max(1, height / 2))
    case .page(let direction): return move(to: index + direction * max(1, height - 1))
    case .problem(let direction):
      return search(direction, otherwise: "no other problem in this list", \.isProblem)
    case .match(let direction):
      guard !filter.isEmpty else { return .stayed(because: "no filter is set; / sets one") }
      return search(direction, otherwise: "no other match") { _ in true }
    case .mark: return markHere()
    case .markAll:
      marks = Set(shown.lazy.map(\.rowID))
      return .moved
    case .markRange: return markRange()
    case .clearMarks:
      guard !marks.isEmpty || rangeStart != nil else {
        return .stayed(because: "nothing is marked")
      }
      marks = []
      rangeStart = nil
      return .moved
    }
  }

  private mutating func move(to target: Int) -> MotionResult {
    index = max(0, min(target, shown.count - 1))
    return .moved
  }

  private mutating func search(
    _ direction: Int, otherwise reason: String, _ isWanted: (Row) -> Bool
  ) -> MotionResult {
    var place = index + direction
    while shown.indices.contains(place) {
      if isWanted(shown[place]) {
        index = place
        return .moved
      }
      place += direction
    }
    return .stayed(because: reason)
  }

  private mutating func markHere() -> MotionResult {
    guard let row = current else { return .stayed(because: "the list is empty") }
    if marks.remove(row.rowID) == nil { marks.insert(row.rowID) }
    return move(to: index + 1)
  }

  private mutating func markRange() -> MotionResult {
    guard let row = current else { return .stayed(because: "the list is empty") }
    guard let start = rangeStart,
      let first = shown.firstIndex(where: { $0.rowID == start })
    else {
      rangeStart = row.rowID
      return .moved
    }
    for place in min(first, index)...max(first, index) { marks.insert(shown[place].rowID) }
    rangeStart = nil
    return .moved
  }
}
