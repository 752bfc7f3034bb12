// Why a load with many rejects was stopped: facts, and their words.

/// More records were rejected than a pipeline accepts.
public struct LimitProblem: Hashable, Sendable {
  /// What was passed.
  public enum Bound: Hashable, Sendable {
    /// A number of records.
    case rejects(Int)
    /// A share (0…1) of a source's records; `read` is how many there were until then.
    case share(Double, source: String, read: Int)
  }

  /// Something many of the records have in common.
  public struct Cause: Hashable, Sendable {
    /// In words.
    public var text: String
    /// How many records.
    public var count: Int
  }

  /// What was passed.
  public var bound: Bound
  /// The rejects found until then; of the source alone, if the bound is one of a source.
  public var rejected: Int
  /// The most frequent causes of all rejects, at most three.
  public var causes: [Cause]
  /// How many records have other causes.
  public var others: Int
  /// What becomes of the load.
  public var action: RejectLimit.Action
  /// The pipeline.
  public var pipeline: String
  /// The run.
  public var run: RunID
  /// The file and line of the limit; nil for the one that holds without a word.
  public var place: String?

  /// The words.
  var text: ErrorText {
    var reasons = causes.map { "\($0.count) × \($0.text)" }
    if others > 0 { reasons.append("\(others) × something else") }
    let end =
      switch action {
      case .fail: "nothing was published"
      case .quarantine: "the load is held back"
      }
    return ErrorText(
      "\(found): \(reasons.joined(separator: ", ")); \(end)", code: code,
      places: place.map { [$0] } ?? [], fix: fix)
  }

  private var code: String {
    switch bound {
    case .rejects: "limit.rejects"
    case .share: "limit.percent"
    }
  }

  private var found: String {
    switch bound {
    case .rejects(let most):
      "\(rejected) record\(were) rejected, \(most == 0 ? "none is" : "at most \(most) are") accepted"
    case .share(let most, let source, let read):
      "\(rejected) of \(read) records of \(source)\(rejected == 1 ? " was" : " were") rejected, "
        + "at most \(CheckRunner.percent(most)) are accepted"
    }
  }

  private var were: String { rejected == 1 ? " was" : "s were" }

  private var fix: String {
    switch action {
    case .quarantine:
      "etl-tui retry quarantine publish \(run) --note WHY, or drop it in the same way"
    case .fail where place == nil:
      "etl-tui retry list \(pipeline) shows them; more are accepted with "
        + "retry: {limit: {rejects: N}}"
    case .fail: "etl-tui retry list \(pipeline) shows them"
    }
  }
}
