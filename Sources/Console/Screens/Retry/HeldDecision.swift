// The question before a load that is held back is published or dropped: what it is, what would
// change, and why it is done, which is kept with the operator's name.

import Cells
import ETLKit

struct HeldDecision: Hashable, Sendable {
  enum Verb: String, Hashable, Sendable {
    case publish, drop
  }

  let load: HeldLoad
  let verb: Verb
  /// Why.
  var field = TextField()
  /// What publishing would change, once that is counted.
  private var forecast: RunForecast?
  private var problem: String?

  init(_ verb: Verb, _ load: HeldLoad) {
    self.verb = verb
    self.load = load
  }

  var questions: [Question] { verb == .publish ? [.publication(load.run)] : [] }

  var effect: Effect {
    switch verb {
    case .publish: .publish(load, note: field.text)
    case .drop: .drop(load, note: field.text)
    }
  }

  mutating func take(_ answer: Answer) {
    switch answer {
    case .publication(let forecast): (self.forecast, problem) = (forecast, nil)
    case .failed(_, let error): problem = error.what
    default: break
    }
  }

  // MARK: Drawing

  func draw(over area: CellRect, on grid: inout CellGrid) {
    let width = min(area.columns, 72)
    let inside = max(1, width - 4)
    let lines = self.lines.flatMap { text, ink in
      TextFlow.wrap(text, columns: inside).map { [Piece($0, ink)] }
    }
    let box = Popup.draw(
      "\(verb.rawValue) the load of run \(load.run), \(load.pipeline)", over: area, columns: width,
      rows: lines.count + 2, on: &grid)
    for (offset, pieces) in lines.prefix(box.rows).enumerated() {
      TextFlow.draw(
        pieces, column: box.column, row: box.row + offset, columns: box.columns, on: &grid)
    }
  }

  func drawPrompt(in line: CellRect, on grid: inout CellGrid) {
    field.draw(
      lead: " why \(verb.rawValue)? ",
      placeholder: "a note, then \(Key.enter.name(grid.glyphs)); esc cancels",
      in: line, on: &grid)
  }

  /// What would happen comes first: on a small screen the rest may not fit.
  private var lines: [(String, Ink)] {
    switch verb {
    case .publish:
      outcome + [
        ("The limit on rejects is left aside, the checks are not.", .muted), (load.sizes, .muted),
        (load.reason, .muted),
      ]
    case .drop:
      [
        (
          load.onlyHere == 0
            ? "No waiting record goes with it."
            : "\(Figures.count(load.onlyHere, "waiting record")) that only this load brought "
              + "\(load.onlyHere == 1 ? "leaves" : "leave") the queue; edited ones stay.", .popup
        ),
        ("The table stays as it is, and no undo brings the load back.", .popup),
        ("The next run reads what the sources have then.", .muted), (load.sizes, .muted),
        (load.reason, .muted),
      ]
    }
  }

  private var outcome: [(String, Ink)] {
    if let problem { return [("It cannot be counted what would change: \(problem)", .invalid)] }
    guard let summary = forecast?.summary else {
      return [("counting what would change…", .popup)]
    }
    var parts = ["insert \(Figures.count(summary.inserted))"]
    for (verb, count) in [("update", summary.updated), ("delete", summary.deleted)] where count > 0
    {
      parts.append("\(verb) \(Figures.count(count))")
    }
    if summary.unchanged > 0 {
      parts.append("leave \(Figures.count(summary.unchanged)) as they are")
    }
    let rows = "It would " + parts.joined(separator: ", ") + "; "
    let rejects = "\(Figures.count(summary.rejected, "record")) would be rejected."
    guard let error = summary.error else { return [(rows + rejects, .popup)] }
    return [("It would fail: \(error.what)", .invalid)]
  }
}

extension HeldLoad {
  /// Its size: `2 files, 1.2 MB: 1,204 records read, 31 rejected`.
  var sizes: String {
    "\(Figures.count(files, "file")), \(ByteText.text(bytes)): "
      + "\(Figures.count(read, "record")) read, \(Figures.count(rejected)) rejected"
  }
}

extension ConsoleState {
  mutating func take(_ key: Key, _ decision: HeldDecision) -> [Effect] {
    var decision = decision
    switch key {
    case .escape:
      overlay = nil
      say("nothing was done; the load is still held back")
      return []
    case .enter:
      guard decision.field.text.contains(where: { !$0.isWhitespace }) else {
        return []  // The prompt's own words say what is wanted.
      }
      overlay = nil
      return [decision.effect]
    default: _ = decision.field.take(key)
    }
    overlay = .decide(decision)
    return []
  }
}
