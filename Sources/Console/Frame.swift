// The whole screen: title, tabs, the screen in front, hints, and what lies over it.

public import Cells
import ETLKit

/// The rows around a screen: three of them, fewer when it gets short.
struct Chrome: Hashable, Sendable {
  let title: CellRect
  let tabs: CellRect
  let body: CellRect
  let hints: CellRect
  /// Only one line of state fits.
  let isStatusLine: Bool

  init(size: CellSize) {
    var rest = CellRect(size: size)
    let nothing = CellRect(column: 0, row: 0, columns: 0, rows: 0)
    isStatusLine = size.columns < 20 || size.rows < 4
    guard !isStatusLine else {
      (title, tabs, hints, body) = (rest.top(1), nothing, nothing, nothing)
      return
    }
    title = size.rows >= 10 ? rest.top(1) : nothing
    rest = rest.dropTop(title.rows)
    tabs = size.rows >= 16 ? rest.top(1) : nothing
    rest = rest.dropTop(tabs.rows)
    hints = rest.bottom(1)
    body = rest.dropBottom(1)
  }
}

extension ConsoleState {
  /// The screen as cells.
  public func frame(_ size: CellSize) -> CellGrid {
    var state = self
    if size != self.size {
      state.size = size
      state.settle()
    }
    var grid = CellGrid(size: size, glyphs: glyphs)
    state.draw(on: &grid)
    return grid
  }

  private func draw(on grid: inout CellGrid) {
    let chrome = Chrome(size: size)
    guard !chrome.isStatusLine else {
      TextFlow.draw(
        statusLine, column: 0, row: 0, columns: grid.size.columns, on: &grid)
      grid.cursor = CellPoint(column: 0, row: 0)
      return
    }
    drawTitle(in: chrome.title, on: &grid)
    drawTabs(in: chrome.tabs, on: &grid)
    let front = inFront()
    let layout = front.layout(in: chrome.body)
    front.draw(layout, DrawContext(now: now), on: &grid)
    for divider in layout.dividers { Panel.divide(divider, on: &grid) }
    drawHints(in: chrome.hints, on: &grid)
    switch overlay {
    case .help(let help): help.draw(self, over: chrome.body, on: &grid)
    case .palette(let palette): palette.draw(self, over: chrome.body, on: &grid)
    case .confirm(let confirmation): confirmation.draw(over: chrome.body, on: &grid)
    case .fix(let fix): fix.draw(over: chrome.body, on: &grid)
    case .decide(let decision): decision.draw(over: chrome.body, on: &grid)
    case .filter, .field, nil: break
    }
  }

  // MARK: Title

  private func drawTitle(in line: CellRect, on grid: inout CellGrid) {
    guard !line.isEmpty else { return }
    let clock = Civil(now)
    let time = (status?.running ?? 0) > 0 ? clock.clock : clock.minutes
    var right = world(hasWords: line.columns >= 140)
    if !right.isEmpty { right.append(Piece("   ")) }
    right.append(Piece(time + "Z", .muted))
    let rightWidth = right.reduce(0) { $0 + cellWidth(of: $1.text) }
    let end = line.endColumn - 1
    if rightWidth + 2 < line.columns {
      TextFlow.draw(
        right, column: end - rightWidth, row: line.row, columns: rightWidth, on: &grid)
    }
    // Where one is matters more than how one came: the first crumbs go first.
    let room = max(0, line.columns - rightWidth - 4)
    var crumbs = ["etl"] + inFront().crumbs.map { String($0.prefix(size.columns)) }
    while crumbs.count > 1, cellWidth(of: crumbs.joined(separator: " › ")) > room {
      crumbs.removeFirst()
    }
    grid.writeShortened(
      crumbs.joined(separator: " › "), column: line.column + 1, row: line.row, columns: room,
      style: CellStyle(.crumb, on: .background, .bold))
  }

  /// `▸2 ↻37 ✗1`, only what is not zero; the answer to "is anything wrong, is anything moving".
  private func world(hasWords: Bool) -> [Piece] {
    guard let status else { return [] }
    let parts: [(Int, StateLook.Word, String)] = [
      (status.running, .running, "running"), (status.toRetry, .retrying, "to retry"),
      (status.failed, .failed, "failed"), (status.held, .held, "held back"),
    ]
    var pieces: [Piece] = []
    for (count, word, name) in parts where count > 0 {
      let look = StateLook(word)
      if !pieces.isEmpty { pieces.append(Piece(hasWords ? "  " : " ")) }
      let text = "\(look.sign(glyphs))\(Figures.count(count))" + (hasWords ? " \(name)" : "")
      pieces.append(Piece(text, look.ink, word == .failed || word == .held ? .bold : []))
    }
    if pieces.isEmpty { pieces.append(Piece("\(glyphs.ok) all well", .ok)) }
    return pieces
  }

  /// All there is room for below 20 columns or 4 rows.
  private var statusLine: [Piece] {
    var pieces = world(hasWords: false)
    if let fraction = overview.slowestFraction {
      pieces.append(Piece(" \(Figures.percent(fraction))", .running))
    }
    return pieces.isEmpty ? [Piece("etl", .muted)] : pieces
  }

  // MARK: Tabs

  private func drawTabs(in line: CellRect, on grid: inout CellGrid) {
    guard !line.isEmpty else { return }
    var pieces: [Piece] = []
    for (index, tab) in ScreenName.tabs.enumerated() {
      var text = "\(index + 1) \(tab.title)"
      if tab == .retry, let count = status?.toRetry, count > 0 {
        text += " \(Figures.count(count))"
      }
      let isActive = tab == screen.tab
      pieces.append(
        isActive
          ? Piece("[\(text)]", .tabActive, .bold) : Piece(" \(text) ", .tab))
    }
    TextFlow.draw(pieces, column: line.column, row: line.row, columns: line.columns, on: &grid)
  }

  // MARK: Last row

  private func drawHints(in line: CellRect, on grid: inout CellGrid) {
    guard !line.isEmpty else { return }
    switch overlay {
    case .filter(let prompt):
      prompt.field.draw(
        lead: " /", placeholder: "word  field:value  age:>1d  !not  ~pattern", in: line,
        on: &grid)
      drawCompletions(prompt, in: line, on: &grid)
    case .palette:
      hint([(.enter, "run"), (.up, "choose"), (.escape, "close")], line, &grid)
    case .help:
      hint([(.enter, "do it"), (.up, "choose"), (.escape, "close")], line, &grid)
    case .field(let prompt): prompt.draw(in: line, on: &grid)
    case .fix(let fix):
      fix.isTyping
        ? fix.field.draw(
          lead: " fix ", placeholder: "field := expression", in: line, on: &grid)
        : hint(
          [(.enter, "edit them all"), (.character("e"), "change it"), (.escape, "cancel")], line,
          &grid)
    case .decide(let decision): decision.drawPrompt(in: line, on: &grid)
    case .confirm:
      hint([(.escape, "cancel"), (.character("y"), "do it")], line, &grid)
    case nil:
      if let toast {
        toast.draw(in: line, on: &grid)
      } else {
        KeyHints(hints: availableHints).draw(in: line, on: &grid)
      }
    }
  }

  private func drawCompletions(
    _ prompt: FilterPrompt, in line: CellRect, on grid: inout CellGrid
  ) {
    let offers = prompt.completions(of: inFront().facts(at: now)).prefix(4)
    let text = offers.joined(separator: "  ")
    let width = cellWidth(of: text)
    guard width > 0, cellWidth(of: prompt.field.text) + width + 12 < line.columns else { return }
    grid.writeRight(
      "tab  " + text, endingBefore: line.endColumn - 1, row: line.row, columns: width + 5,
      style: CellStyle(.placeholder))
  }

  private func hint(
    _ hints: [(Key, String)], _ line: CellRect, _ grid: inout CellGrid
  ) {
    var column = line.column + 1
    for (key, text) in hints where column < line.endColumn {
      column += TextFlow.draw(
        [Piece(key.name(glyphs), .key, .bold), Piece(" \(text)  ", .hint)], column: column,
        row: line.row, columns: line.endColumn - column, on: &grid)
    }
  }

  /// Those that can be had on this row.
  private var availableHints: [KeyHints.Hint] {
    Commands.all(on: screen).compactMap { command in
      guard let hint = command.hint, let key = command.keys.first,
        command.isAvailable(self) == .yes
      else { return nil }
      return KeyHints.Hint(key: key, text: hint)
    }
  }
}
