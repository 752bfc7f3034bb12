// The keys of steps and checks.

extension KeyTable {
  /// The types of steps that are built.
  static let stepTypes = [
    "filter", "select", "map", "join", "lookup", "dedupe", "union", "aggregate", "unpivot",
    "pivot", "sql",
  ]
  /// The keys of a step of one type.
  static func step(_ type: String) -> KeyTable {
    let from = KeySpec("from", .stage, required: true, "the stage it reads")
    let keys =
      switch type {
      case "filter":
        [
          from,
          KeySpec("where", .expression, required: true, "kept are records of which it is true"),
        ]
      case "select":
        [
          from,
          KeySpec("columns", .pairs, required: true, "the columns that stay, or new_name: name"),
        ]
      case "map":
        [from, KeySpec("set", .textsByName, required: true, "columns and their expressions")]
      case "join":
        [
          KeySpec("left", .stage, required: true, "the side that leads"),
          KeySpec("right", .stage, required: true, "the side whose columns come along"),
          KeySpec("keys", .pairs, required: true, "what must be equal"),
          KeySpec(
            "kind", .choice(JoinSpec.Kind.allCases.map(\.rawValue)),
            "which records without a partner stay"),
          KeySpec(
            "cardinality", .choice(JoinSpec.Cardinality.allCases.map(\.rawValue)),
            "how many partners a record may have"),
          KeySpec(
            "unmatched_left", .choice(["drop", "report", "reject", "keep"]),
            "records of the left without a partner"),
          KeySpec(
            "unmatched_right", .choice(["drop", "report", "reject", "keep"]),
            "records of the right without a partner"),
        ]
      case "lookup":
        [
          from,
          KeySpec("in", .stage, required: true, "the stage that is looked into"),
          KeySpec("keys", .pairs, required: true, "what must be equal: mine: theirs"),
          KeySpec("add", .pairs, "the columns to add, or new_name: name"),
          KeySpec(
            "missing", .choice(["reject", "null", "drop", "fail"]),
            "records that are not found"),
        ]
      case "dedupe":
        [
          from,
          KeySpec("key", .names, required: true, "no two records that stay agree in all of them"),
          KeySpec("keep", .choice(["first", "last"]), "which record of a key stays"),
          KeySpec("order", .names, "the columns that order the records; else the files do"),
        ]
      case "union":
        [KeySpec("from", .names, required: true, "the stages, all with the same columns")]
      case "aggregate":
        [
          from,
          KeySpec("by", .names, "the columns that make a group; without it all are one"),
          KeySpec(
            "set", .textsByName, required: true,
            "columns and what they are: "
              + AggregateFunction.allCases.map(\.rawValue).joined(separator: ", ")),
        ]
      case "unpivot":
        [
          from,
          KeySpec(
            "columns", .names, required: true,
            "the columns that become rows, or the name of a source's rest"),
          KeySpec("name", .column, required: true, "the new column for the columns' names"),
          KeySpec("formats", .texts, "date patterns, if the names are dates"),
          KeySpec("value", .column, required: true, "the new column for the columns' values"),
          KeySpec("nulls", .choice(["keep", "drop"]), "what becomes of a column without a value"),
        ]
      case "pivot":
        [
          from,
          KeySpec("by", .names, required: true, "the columns that make a row"),
          KeySpec(
            "name_from", .column, required: true,
            "the column that says to which column a value goes"),
          KeySpec("value_from", .column, required: true, "the column that has the values"),
          KeySpec(
            "columns", .pairs, required: true,
            "the new columns: names as name_from has them, or new_name: name"),
          KeySpec(
            "several", .choice(PivotSpec.Several.allCases.map(\.rawValue)),
            "records with different values for one column of a row"),
          KeySpec(
            "unknown", .choice(PivotSpec.Unknown.allCases.map(\.rawValue)),
            "records whose name is none of the columns"),
        ]
      case "sql":
        [
          KeySpec("from", .names, required: true, "the stages that the query has as tables"),
          KeySpec("query", .text, required: true, "one SELECT in the language of SQLite"),
          KeySpec(
            "columns", .map, required: true, "the columns that the query gives, with their types"),
        ]
      default: [KeySpec]()
      }
    return KeyTable(
      title: "a step of type \(type)",
      keys: [KeySpec("type", .choice(stepTypes), required: true, "what the step does")] + keys + [
        KeySpec("description", .text, "for readers"),
        KeySpec("wake", .text, support: .ignored, "which change tries waiting records again"),
      ])
  }

  /// The keys of a column that a query gives.
  static let queryColumn = KeyTable(
    title: "a column of a query",
    keys: [
      KeySpec("type", .valueType, required: true, "what the column holds"),
      KeySpec("required", .boolean, "whether null is refused"),
      KeySpec("description", .text, "for readers"),
    ])
}
