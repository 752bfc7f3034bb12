// What the console says when something was done, or was refused.

import ETLKit

extension ConsoleState {
  mutating func finish(_ effect: Effect, _ outcome: EffectOutcome) {
    switch outcome {
    case .refused(let error):
      refuse(error.fix.map { "\(error.what); \($0)" } ?? error.what)
    case .started(let pipelines, let records):
      let names = pipelines.joined(separator: ", ")
      if case .publish(let load, _) = effect {
        tell("publishing the load of run \(load.run); it goes on without the console")
      } else if case .retry = effect {
        tell("\(Figures.count(records, "record")) asked for; started \(names)")
      } else {
        tell("started \(names); it goes on without the console")
      }
    case .done(let count): tell(words(effect, count))
    case .restored(let what, let count): tell(restored(effect, what, count))
    case .answer: break
    }
    switch effect {
    case .retry, .discard, .edit, .fix, .purge, .undo, .redo, .run, .cancel, .publish, .drop:
      known = []
    default: break
    }
    if case .done = outcome {
      switch effect {
      case .discard, .purge: retry.clearMarks()
      default: break
      }
    }
    if case .started = outcome {
      if case .retry = effect { retry.clearMarks() }
    }
  }

  private func restored(_ effect: Effect, _ what: String, _ count: Int) -> String {
    let verb = effect == .undo ? "undone: " : "done again: "
    let key = effect == .undo ? "U does it again" : "u undoes"
    let none = count == 0 ? ", but it had changed since; nothing is other than before" : ""
    return "\(verb)\(what)\(none) · \(key)"
  }

  private func words(_ effect: Effect, _ count: Int) -> String {
    switch effect {
    case .discard: "\(Figures.count(count)) discarded · u undoes"
    case .edit(let id, _): "record \(id) edited · r reruns · u undoes"
    case .fix: "\(Figures.count(count, "record")) edited alike · u undoes"
    case .purge: "\(Figures.count(count)) purged"
    case .undo, .redo: "\(Figures.count(count, "record")) changed"
    case .retry: "\(Figures.count(count, "record")) asked for; the next run takes them"
    case .cancel(let run): "run \(run) was asked to stop"
    case .copy: "copied"
    case .publish(let load, _): "the load of run \(load.run) is published"
    case .drop(let load, _): "the load of run \(load.run) is dropped"
    case .run(let pipeline): "started \(pipeline)"
    case .ask, .suspend, .repaint, .quit: ""
    }
  }
}
