// Why a load was not published: facts, and their words.

/// A check or guard that did not hold.
public struct CheckProblem: Hashable, Sendable {
  /// The name of the check in the pipeline file.
  public var name: String
  /// What it found, in words with numbers: "412 rows, at least 500 expected".
  public var found: String
  /// The file and line of the check.
  public var place: String

  /// Makes a problem.
  public init(name: String, found: String, place: String) {
    self.name = name
    self.found = found
    self.place = place
  }

  /// The words.
  var text: ErrorText {
    ErrorText(
      "check \(name) did not hold: \(found); nothing was published", code: "check.set",
      places: [place])
  }
}
