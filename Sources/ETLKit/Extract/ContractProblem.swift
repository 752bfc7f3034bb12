// Why a source does not have the agreed shape: facts, and their words.

public import Records

/// How a source differs from what its pipeline declares.
public enum ContractProblem: Hashable, Sendable {
  /// Declared columns are not in the header.
  case missingColumns([String], found: [String], source: String, place: String)
  /// A column is declared at a position that the file does not have.
  case missingPosition(column: String, position: Int, width: Int, place: String)
  /// A name that a column asks for stands in the header more than once.
  case sameName(String, positions: [Int], column: String, place: String)
  /// The header has columns that are not declared, and that must not be.
  case newColumns([String], place: String)
  /// The file holds nothing.
  case empty(place: String)
  /// The first record cannot be read as a header.
  case headerUnreadable(RecordFault.Code, line: Int, place: String)
  /// The file is something else than delimited text.
  case notText(ContentKind, firstLine: String, place: String)

  /// The words.
  var text: ErrorText {
    switch self {
    case .missingColumns(let missing, let found, _, let place):
      Self.text(ofMissing: missing, found, place)
    case .missingPosition(let column, let position, let width, let place):
      ErrorText(
        "column \(Self.quoted(column)) is declared at position \(position), "
          + "the first record has \(width) field\(width == 1 ? "" : "s")",
        code: "contract.missing_column", places: [place],
        fix: "correct the position, or the delimiter in format")
    case .sameName(let name, let positions, let column, let place):
      ErrorText(
        "the header has \(Self.quoted(name)) at the positions "
          + positions.map(String.init).joined(separator: " and ")
          + ", so it is open which one column \(Self.quoted(column)) is",
        code: "contract.same_name", places: [place],
        fix: "write position: \(positions.first ?? 1) in place of from")
    case .newColumns(let names, let place):
      ErrorText(
        "the header has \(names.count == 1 ? "a column that is" : "columns that are") "
          + "not declared: \(Self.list(names))",
        code: "contract.new_column", places: [place],
        fix: "declare \(names.count == 1 ? "it" : "them"), or write contract: new_column: warn")
    case .empty(let place):
      ErrorText(
        "the file is empty, a header was expected", code: "contract.empty", places: [place],
        fix: "check what writes it, then run again")
    case .headerUnreadable(let code, let line, let place):
      ErrorText(
        code == .parseQuote
          ? "a quote opens in the header and does not close"
          : "the header is longer than a record may be",
        code: "contract.header", places: ["\(place):\(line)"],
        fix: "correct the file, or the quote and delimiter in format")
    case .notText(let kind, let firstLine, let place):
      ErrorText(
        "the file is \(kind.rawValue); delimited text was expected"
          + (firstLine.isEmpty ? "" : "; it begins with \(firstLine)"),
        code: "contract.not_text", places: [place], fix: kind.fix(place))
    }
  }

  private static func text(
    ofMissing missing: [String], _ found: [String], _ place: String
  ) -> ErrorText {
    let nearest = missing.compactMap { name in
      NearestName.of(name, among: found).map { (name, $0) }
    }
    var fix = "correct the columns, or write contract: missing_column: warn to load without"
    if let (name, near) = nearest.first {
      fix =
        name.utf8.elementsEqual(near.utf8)
        ? fix : "did you mean \(quoted(near))? write from: \(shown(near)) for \(quoted(name))"
    }
    let one = missing.count == 1
    return ErrorText(
      "the header has no \(one ? "column" : "columns") \(list(missing)); it has \(list(found))",
      code: "contract.missing_column", places: [place], fix: fix)
  }

  /// Names in quotes, at most twelve.
  static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "no names" }
    let shown = names.prefix(12).map(quoted).joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }

  static func quoted(_ name: String) -> String { "\"\(shown(name))\"" }

  /// A name from a file as it may be shown.
  static func shown(_ name: String) -> String {
    var name = name
    return name.withUTF8 { TextBytes.escaped($0, cap: 60) }
  }
}
