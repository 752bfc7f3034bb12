// What can happen to a console.

public import Cells
public import ETLKit

/// Something that happened; the only way a console changes.
public enum Action: Hashable, Sendable {
  /// A key, a paste, a new size.
  case input(Input)
  /// The answer to a question.
  case answer(Question, Answer)
  /// An effect was carried out, or refused.
  case finished(Effect, EffectOutcome)
  /// The state file moved.
  case changed
  /// What time it is.
  case tick(Timestamp)
}
