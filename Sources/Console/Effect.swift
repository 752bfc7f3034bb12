// What a console wants done, as data. Only the runner in the executable does it.

public import ETLKit

/// Records of the retry queue.
public enum RetrySelection: Hashable, Sendable {
  /// These.
  case records([RejectID])
  /// All that failed for one cause, also those never shown.
  case cause(ReasonID)
  /// All of a pipeline.
  case pipeline(String)
}

/// Something to be done outside of the console's state.
public enum Effect: Hashable, Sendable {
  /// Answer a question.
  case ask(Question)
  /// Start a run of a pipeline, detached.
  case run(pipeline: String)
  /// Mark records as asked for and start runs of their pipelines.
  case retry(RetrySelection)
  /// Take records out of the queue; can be undone.
  case discard(RetrySelection, note: String?)
  /// Change fields of a record.
  case edit(RejectID, [FieldChange])
  /// Change all records of a cause as previewed, in one step.
  case fix(FixPreview)
  /// Delete records for good; so many were agreed to.
  case purge(RetrySelection, count: Int)
  /// Load what was held back; the note says why.
  case publish(HeldLoad, note: String)
  /// Give up what was held back; the note says why.
  case drop(HeldLoad, note: String)
  /// Take the newest discard, edit or fix back.
  case undo
  /// Do again what was taken back last.
  case redo
  /// Ask a run to stop.
  case cancel(RunID)
  /// Put text where the operator can paste it from.
  case copy(String)
  /// Leave the terminal to the shell until continued.
  case suspend
  /// Paint the screen again, whole.
  case repaint
  /// Leave; the line stays in the scrollback.
  case quit(goodbye: String)
}

/// How an effect went: facts, the console has the words.
public enum EffectOutcome: Hashable, Sendable {
  /// An answer to `ask`.
  case answer(Answer)
  /// Done, to so many records where it is about records.
  case done(count: Int)
  /// These pipelines were started, with so many records asked for.
  case started(pipelines: [String], records: Int)
  /// An act was taken back or done again; what it was, in words, and on how many records.
  case restored(what: String, count: Int)
  /// Not done, and why.
  case refused(ErrorText)
}

/// Does what the console asks for.
public protocol EffectRunner: Sendable {
  /// What time it is.
  func now() -> Timestamp
  /// One element whenever the state file moved.
  func changes() -> AsyncStream<Void>
  /// Carries out one effect.
  func perform(_ effect: Effect) async -> EffectOutcome
}
