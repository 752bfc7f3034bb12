// What the console says when something was done, or was refused.

import ETLKit

extension ConsoleState {
  mutating func finish(_ effect: Effect, _ outcome: EffectOutcome) {
    switch outcome {
    case .refused(let error):
      refuse(error.fix.map { "\(error.what); \($0)" } ?? error.what)
    case .started(let pipelines, let records):
      let names = pipelines.joined(separator: ", ")
      if case .retry = effect {
        tell("\(Figures.count(records, "record")) asked for; started \(names)")
      } else {
        tell("started \(names); it goes on without the console")
      }
    case .done(let count): tell(words(effect, count))
    case .answer: break
    }
    switch effect {
    case .retry, .discard, .undoDiscard, .run, .cancel: known = []
    default: break
    }
    if case .done = outcome {
      if case .discard = effect { retry.clearMarks() }
    }
    if case .started = outcome {
      if case .retry = effect { retry.clearMarks() }
    }
  }

  private func words(_ effect: Effect, _ count: Int) -> String {
    switch effect {
    case .discard: "\(Figures.count(count)) discarded · u undoes"
    case .undoDiscard: "\(Figures.count(count, "record")) back in the queue"
    case .retry: "\(Figures.count(count, "record")) asked for; the next run takes them"
    case .cancel(let run): "run \(run) was asked to stop"
    case .copy: "copied"
    case .run(let pipeline): "started \(pipeline)"
    case .ask, .suspend, .repaint, .quit: ""
    }
  }
}
