// Why a source does not have the agreed shape: facts, and their words.

/// How a source differs from what its pipeline declares.
public enum ContractProblem: Hashable, Sendable {
  /// Declared columns are not in the header.
  case missingColumns([String], found: [String], source: String, place: String)

  /// The words.
  var text: ErrorText {
    switch self {
    case .missingColumns(let missing, let found, let source, let place):
      ErrorText(
        "source \(source) has no column \(missing.joined(separator: ", ")); "
          + "its header is \(found.joined(separator: ", "))",
        code: "contract.missing_column", places: [place])
    }
  }
}
