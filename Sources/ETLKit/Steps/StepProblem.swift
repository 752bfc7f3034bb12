// Why a step could not go on: facts, and their words.

/// A promise about rows that was broken.
public enum StepProblem: Hashable, Sendable {
  /// A key that must be unique on a side is not.
  case duplicateKey(side: String, key: String, promise: String, lines: [Int], place: String)
  /// A key was not found, and the lookup says `missing: fail`.
  case missingKey(side: String, key: String, line: Int, place: String)
  /// A column's name is no date, or one for a day that `other` stands for too.
  case columnName(String, formats: [String], other: String?, place: String)
  /// Two rows have different values for one column of a pivot's row, and it says `several: fail`.
  case severalValues(key: String, lines: [Int], place: String)
  /// A name is none of a pivot's columns, and it says `unknown: fail`.
  case unknownName(String, column: String, line: Int, place: String)
  /// SQLite could not give the rows of a query.
  case query(String, place: String)
  /// A record would go to the queue, but no step before says which record stands behind the row.
  case noRecord(String)
  /// The sum of what became of the rows is not the number of rows that came in.
  case unbalanced(stage: String, rowsIn: Int, accounted: Int)

  /// The words.
  var text: ErrorText {
    switch self {
    case .duplicateKey(let side, let key, let promise, let lines, let place):
      ErrorText(
        "key \(key) stands \(lines.count) times in \(side), lines "
          + "\(lines.map(String.init).joined(separator: " and ")); \(promise) was promised",
        code: "join.cardinality", places: [place],
        fix: "remove one of the lines, or join on more columns")
    case .missingKey(let side, let key, let line, let place):
      ErrorText(
        "key \(key) is not in \(side), and the lookup says missing: fail", code: "lookup.missing",
        places: ["\(place):\(line)"], fix: "add the key to \(side), or say missing: reject")
    case .columnName(let name, let formats, let other?, let place):
      ErrorText(
        "the columns \(quoted(other)) and \(quoted(name)) stand for the same day in the form "
          + formats.joined(separator: ", "), code: "unpivot.name", places: [place],
        fix: "rename one of them in the file")
    case .columnName(let name, let formats, nil, let place):
      ErrorText(
        "the column \(quoted(name)) is no date in the form \(formats.joined(separator: ", "))",
        code: "unpivot.name", places: [place],
        fix: "add its form to the step's formats, or leave it out by the source's match")
    case .severalValues(let key, let lines, let place):
      ErrorText(
        "there are different values for \(key), lines "
          + "\(lines.map(String.init).joined(separator: " and "))"
          + ", and the pivot says several: fail", code: "pivot.several", places: [place],
        fix: "remove one of the lines, or say several: reject, first or last")
    case .unknownName(let name, let column, let line, let place):
      ErrorText(
        "\(column) is \(quoted(name)), none of the pivot's columns, and it says unknown: fail",
        code: "pivot.unknown", places: ["\(place):\(line)"],
        fix: "add it to columns, or say unknown: reject or drop")
    case .query(let detail, let place):
      ErrorText("the query failed: \(detail)", code: "sql.failed", places: [place])
    case .noRecord(let what):
      ErrorText(
        "\(what), and the query before does not say which record stands behind the row",
        code: "sql.no_record",
        fix: "let the query give a column \(SQLSpec.record), which every table in it has, so that "
          + "the record goes to the queue")
    case .unbalanced(let stage, let rowsIn, let accounted):
      ErrorText(
        "\(rowsIn) rows went into \(stage), \(accounted) are accounted for",
        code: "engine.unbalanced",
        fix: "this is a mistake in the program, nothing was loaded; please report it")
    }
  }
}
