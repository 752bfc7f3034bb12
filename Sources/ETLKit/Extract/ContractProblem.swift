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
  /// A value is not of its column's type, and must be; the fault in words.
  case typeDrift(String, line: Int, place: String)
  /// A column becomes real, and one of its numbers would lose digits.
  case notExact(column: String, value: String, line: Int, place: String)
  /// A column cannot become real, and why; the value that asks for it, if a file brings one.
  case cannotWiden(column: String, value: String?, line: Int?, place: String, reason: String)
  /// The file holds nothing.
  case empty(place: String)
  /// The first record cannot be read as a header.
  case headerUnreadable(RecordFault.Code, line: Int, place: String)
  /// The file as a whole is not what its format promises.
  case input(InputProblem, place: String)
  /// JSON lines were declared, and the file is one array.
  case arrayForLines(place: String)
  /// One JSON document was declared, and the file begins with an object.
  case objectForArray(place: String)
  /// No record of the file has anything at any declared path.
  case noPaths([String], records: Int, place: String)
  /// The declared encoding and the mark at the start of the file contradict each other.
  case encodingMark(declared: TextEncoding, found: TextEncoding?, place: String)
  /// The file is something else than delimited text.
  case notText(ContentKind, firstLine: String, place: String, expected: String = "delimited text")

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
    case .typeDrift(let fault, let line, let place):
      ErrorText(
        "\(fault); nothing was published", code: "contract.type_drift",
        places: ["\(place):\(line)"],
        fix: "mend the file, or write contract: type_drift: reject to load the other records")
    case .notExact(let column, let value, let line, let place):
      ErrorText(
        "\(column) is real because of a fraction, and \"\(value)\" would lose digits as real; "
          + "nothing was published",
        code: "contract.type_drift", places: ["\(place):\(line)"],
        fix: "write contract: type_drift: reject to load the other records")
    case .cannotWiden(let column, let value, let line, let place, let reason):
      ErrorText(
        (value.map { "\(column) is \"\($0)\" and " } ?? "\(column) ")
          + "cannot become real: \(reason)",
        code: "contract.type_drift", places: [line.map { "\(place):\($0)" } ?? place],
        fix: "declare it as real, or write contract: type_drift: reject")
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
    case .input(let problem, let place): Self.text(of: problem, place)
    case .arrayForLines(let place):
      ErrorText(
        "the file is one JSON array, an object a line was expected", code: "contract.json",
        places: [place], fix: "write format: type: json")
    case .objectForArray(let place):
      ErrorText(
        "the file begins with an object, a JSON array was expected", code: "contract.json",
        places: [place],
        fix: "write type: json_lines if every line is a record, or at: with the path of the array")
    case .noPaths(let paths, let records, let place):
      ErrorText(
        "none of the first \(records) records has anything at \(Self.list(paths))",
        code: "contract.missing_column", places: [place],
        fix: "correct from: of the columns, such as a.b[0]")
    case .encodingMark(let declared, let found, let place):
      ErrorText(
        found.map {
          "\(declared.rawValue) is declared, and the file begins with the mark of \($0.rawValue)"
        } ?? "\(declared.rawValue) is declared, and the file has no byte order mark that tells how",
        code: "contract.encoding", places: [place],
        fix: found == nil
          ? "write encoding: utf-16le, or utf-16be" : "remove encoding: the mark says it")
    case .notText(let kind, let firstLine, let place, let expected):
      ErrorText(
        "the file is \(kind.rawValue); \(expected) was expected"
          + (firstLine.isEmpty ? "" : "; it begins with \(firstLine)"),
        code: "contract.not_text", places: [place], fix: kind.fix(place))
    }
  }

  private static func text(of problem: InputProblem, _ place: String) -> ErrorText {
    switch problem {
    case .cut:
      ErrorText(
        "the JSON document ends before its array does", code: "contract.cut", places: [place],
        fix: "get a whole copy of it; nothing of this one was loaded")
    case .noArray:
      ErrorText(
        "there is no JSON array where the records should stand", code: "contract.json",
        places: [place], fix: "correct at: in format, the path of the array")
    case .textBehind(let line):
      ErrorText(
        "something follows the end of the JSON array", code: "contract.json",
        places: ["\(place):\(line)"],
        fix: "a file of one value a line is json_lines; else correct what writes it")
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
