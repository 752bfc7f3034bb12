// How a console changes: overlays first, then the screen in front, then the common commands.

import Cells
import ETLKit

extension ConsoleState {
  /// Changes the state by one action; what must be done outside comes back.
  public mutating func apply(_ action: Action) -> [Effect] {
    var effects: [Effect] = []
    switch action {
    case .input(let input): effects = take(input)
    case .answer(let question, let answer): take(question, answer)
    case .finished(.ask(let question), .answer(let answer)): take(question, answer)
    case .finished(.ask(let question), .refused(let error)):
      take(question, .failed(question, error))
    case .finished(let effect, let outcome): finish(effect, outcome)
    case .changed: forget()
    case .tick(let now): self.now = max(now, self.now)
    }
    settle()
    return effects + askWhatIsMissing()
  }

  /// Fits everything to the size.
  mutating func settle() {
    let body = Chrome(size: size).body
    withFront { $0.settle(in: body) }
  }

  // MARK: Inputs

  private mutating func take(_ input: Input) -> [Effect] {
    switch input {
    case .key(let key): return take(key)
    case .paste(let text):
      paste(text)
      return []
    case .resize(let size):
      self.size = CellSize(columns: max(1, size.columns), rows: max(1, size.rows))
      return []
    case .resumed:
      forget()  // The terminal paints itself again; what is shown may be hours old.
      return []
    case .hangup, .terminate: return leave()
    }
  }

  private mutating func paste(_ text: String) {
    switch overlay {
    case .filter(var prompt):
      prompt.field.paste(text)
      setFilter(prompt.field.text)
      overlay = .filter(prompt)
    case .palette(var palette):
      palette.field.paste(text)
      overlay = .palette(palette)
    case .help(var help):
      help.field.paste(text)
      overlay = .help(help)
    case .field(var prompt):
      prompt.field.paste(text)
      overlay = .field(prompt)
    case .fix(var fix) where fix.isTyping:
      fix.field.paste(text)
      overlay = .fix(fix)
    case .decide(var decision):
      decision.field.paste(text)
      overlay = .decide(decision)
    case .confirm, .fix, nil:
      refuse("pasted text does nothing here; / or : takes it")
    }
  }

  private mutating func take(_ key: Key) -> [Effect] {
    toast = nil
    switch overlay {
    case .filter(let prompt): return take(key, prompt)
    case .palette(let palette): return take(key, palette)
    case .help(let help): return take(key, help)
    case .confirm(let confirmation): return take(key, confirmation)
    case .field(let prompt): return take(key, prompt)
    case .fix(let fix): return take(key, fix)
    case .decide(let decision): return take(key, decision)
    case nil: break
    }
    guard let command = Commands.find(key, on: screen) else {
      refuse("\(key.name(glyphs)) does nothing on this screen; ? shows what does")
      return []
    }
    return perform(command)
  }

  /// Performs a command, or says why not.
  mutating func perform(_ command: Command) -> [Effect] {
    if case .no(let reason) = command.isAvailable(self) {
      refuse(reason)
      return []
    }
    return command.perform(&self)
  }

  private mutating func take(_ key: Key, _ confirmation: ConfirmBox) -> [Effect] {
    var confirmation = confirmation
    switch confirmation.take(key) {
    case .stays:
      overlay = .confirm(confirmation)
      return []
    case .cancelled:
      overlay = nil
      say("nothing was done")
      return []
    case .confirmed:
      overlay = nil
      return confirmation.effects
    }
  }

  mutating func setFilter(_ text: String) {
    let now = now
    withFront { $0.setFilter(Filter(text), at: now) }
  }

  /// Leaves, with one line about what goes on.
  mutating func leave() -> [Effect] {
    isLeaving = true
    let running = status?.running ?? 0
    let goodbye =
      running == 0
      ? "nothing is running"
      : "\(Figures.count(running, "run")) \(running == 1 ? "goes" : "go") on; etl-tui runs shows \(running == 1 ? "it" : "them")"
    return [.quit(goodbye: goodbye)]
  }

  // MARK: Questions

  /// What must be known for the screen in front.
  var questions: [Question] {
    var questions = [.status] + inFront().questions()
    switch overlay {
    case .field(let prompt): questions.append(prompt.question)
    case .fix(let fix): questions += fix.questions
    case .decide(let decision): questions += decision.questions
    default: break
    }
    return questions
  }

  private mutating func askWhatIsMissing() -> [Effect] {
    guard !isLeaving else { return [] }
    let wanted = questions
    known.formIntersection(wanted)
    return wanted.compactMap { question in
      guard !known.contains(question), pending.insert(question).inserted else { return nil }
      return .ask(question)
    }
  }

  /// The state file moved: what was known is old, but for what only the end of a run changes.
  private mutating func forget() {
    known = known.filter(isSettledWithRuns)
    again.formUnion(pending)
  }

  /// Loaded tables, and which runs a pipeline has had.
  private func isSettledWithRuns(_ question: Question) -> Bool {
    switch question {
    case .rows, .runs(pipeline: .some, limit: _), .trial, .fix, .publication: true
    default: false
    }
  }

  private mutating func take(_ question: Question, _ answer: Answer) {
    pending.remove(question)
    if again.remove(question) == nil { known.insert(question) }
    switch answer {
    case .failed(_, let error):
      known.insert(question)  // Asked again when something changes, not in a circle.
      refuse(error.what)
    case .status(let status):
      if status.running != self.status?.running {
        known = known.filter { !isSettledWithRuns($0) }
      }
      self.status = status
    default: break
    }
    take(question, answer, into: overlay)
    let now = now
    overview.take(question, answer, at: now)
    runs.take(question, answer, at: now)
    run.take(question, answer, at: now)
    retry.take(question, answer, at: now)
    record.take(question, answer, at: now)
    charts.take(question, answer, at: now)
  }
}
