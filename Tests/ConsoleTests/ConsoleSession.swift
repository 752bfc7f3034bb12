// Drives a console by keys against a fake workspace, and remembers what it wanted done.

import Cells
import Console
import ETLKit

struct ConsoleSession {
  private(set) var state: ConsoleState
  /// All effects but questions, in order.
  private(set) var effects: [Effect] = []
  /// All questions, in order.
  private(set) var questions: [Question] = []
  var workspace: FakeWorkspace
  /// How an effect ends; nothing comes back if this gives nil.
  var outcome: (Effect) -> EffectOutcome? = { effect in
    switch effect {
    case .run(let pipeline): .started(pipelines: [pipeline], records: 0)
    case .retry(.records(let ids)): .started(pipelines: ["covid"], records: ids.count)
    case .retry: .started(pipelines: ["covid"], records: 31)
    case .discard(.records(let ids), _): .done(count: ids.count)
    case .discard: .done(count: 31)
    case .edit: .done(count: 1)
    case .fix(let preview): .done(count: preview.edits.count)
    case .purge(_, let count): .done(count: count)
    case .publish(let load, _): .started(pipelines: [load.pipeline], records: 0)
    case .drop: .done(count: 1)
    case .undo, .redo: .restored(what: "discarded 3 records", count: 3)
    case .cancel, .copy: .done(count: 1)
    default: nil
    }
  }

  init(
    _ workspace: FakeWorkspace = FakeWorkspace(), columns: Int = 80, rows: Int = 24,
    glyphs: Glyphs = .unicode
  ) {
    self.workspace = workspace
    state = ConsoleState(
      now: Sample.now, size: CellSize(columns: columns, rows: rows), glyphs: glyphs)
    act(.tick(Sample.now))
  }

  /// Applies an action, then answers until nothing is open.
  mutating func act(_ action: Action) {
    var waiting = [action]
    while !waiting.isEmpty {
      for effect in state.apply(waiting.removeFirst()) {
        if case .ask(let question) = effect {
          questions.append(question)
          waiting.append(.answer(question, workspace.answer(question)))
        } else {
          effects.append(effect)
          if let outcome = outcome(effect) { waiting.append(.finished(effect, outcome)) }
        }
      }
    }
  }

  mutating func press(_ keys: String) {
    for key in Key.sequence(keys) { act(.input(.key(key))) }
  }

  mutating func resize(_ columns: Int, _ rows: Int) {
    act(.input(.resize(CellSize(columns: columns, rows: rows))))
  }

  mutating func forgetEffects() { effects = [] }

  var frame: CellGrid { state.frame(state.size) }
  var text: String { frame.text }
  var lines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
  var lastLine: String { lines.last ?? "" }
}
