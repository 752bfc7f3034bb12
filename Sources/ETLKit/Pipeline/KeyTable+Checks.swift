// The keys of checks.

extension KeyTable {
  /// The types of checks.
  static let checkTypes = [
    "row_count", "unique", "not_null", "between", "accepted", "pattern", "monotonic", "expression",
    "foreign_key", "freshness", "compare", "sql",
  ]

  /// The keys of a check of one type.
  static func check(_ type: String) -> KeyTable {
    let step = KeySpec("step", .stage, required: true, "the stage whose rows are checked")
    return KeyTable(
      title: "a check of type \(type)",
      keys: [
        KeySpec("name", .name, required: true, "the check's name"),
        KeySpec("type", .choice(checkTypes), required: true, "what is checked"),
      ] + (type == "sql" ? [] : [step]) + ownKeys(type)
        + (type == "freshness"
          ? []
          : [
            KeySpec(
              "severity", .choice(["warn", "error"]),
              "error: nothing is published; error if not given, warn with rows: reject")
          ])
        + (["freshness", "compare"].contains(type)
          ? []
          : [
            KeySpec("warn_if", .text, "from which number of failures on it warns: failures > 10"),
            KeySpec("error_if", .text, "from which number on it is an error: failures > 0.5%"),
          ])
        + (rowTypes.contains(type)
          ? [
            KeySpec(
              "rows", .choice(["keep", "reject"]),
              "reject: the rows that fail go to the queue and are not loaded")
          ] : []) + [KeySpec("description", .text, "for readers")])
  }

  /// The types that blame single rows.
  static let rowTypes: Set = [
    "unique", "not_null", "between", "accepted", "pattern", "expression", "foreign_key",
  ]

  private static func ownKeys(_ type: String) -> [KeySpec] {
    let column = KeySpec("column", .column, required: true, "the column that is looked at")
    return switch type {
    case "row_count":
      [
        KeySpec("min", .integer(atLeast: 0), "the fewest rows"),
        KeySpec("max", .integer(atLeast: 0), "the most rows"),
        KeySpec("max_drop", .percent, "how many fewer rows than last time are accepted"),
      ]
    case "unique":
      [KeySpec("columns", .names, required: true, "no two rows agree in all of them")]
    case "not_null":
      [KeySpec("column", .column, required: true, "the column that must have a value")]
    case "between":
      [
        column, KeySpec("min", .expression, "the least value"),
        KeySpec("max", .expression, "the greatest value"),
      ]
    case "accepted":
      [column, KeySpec("values", .texts, required: true, "the values it may have")]
    case "pattern":
      [
        column,
        KeySpec("pattern", .text, required: true, "a regular expression for the whole value"),
      ]
    case "monotonic":
      [
        KeySpec("column", .column, required: true, "the column that must never fall"),
        KeySpec("order_by", .column, required: true, "the column that orders the rows"),
      ]
    case "expression":
      [KeySpec("expect", .expression, required: true, "what must be true of every row")]
    case "foreign_key":
      [
        KeySpec("keys", .pairs, required: true, "columns here, and those they must be found in"),
        KeySpec("in", .stage, "the source or step that has them"),
        KeySpec("table", .column, "the destination's table that has them, as it was before"),
      ]
    case "freshness": freshness.keys
    case "compare":
      [
        KeySpec(
          "measure", .choice(CheckSpec.Measure.allCases.map(\.rawValue)), required: true,
          "what is compared with the last load"),
        KeySpec("column", .column, "the column of a sum or null_share"),
        KeySpec(
          "max_change", .percent, "the largest change; of a null_share in points"),
        KeySpec("max_drop", .percent, "the largest fall"),
        KeySpec("max_rise", .percent, "the largest rise"),
      ]
    case "sql":
      [
        KeySpec(
          "query", .text, required: true,
          "a SELECT over the destination as it would be; each row it gives is a failure")
      ]
    default: []
    }
  }

  /// The keys that say how old the newest record may be, of a check or of a source.
  static let freshness = KeyTable(
    title: "freshness",
    keys: [
      KeySpec("column", .column, required: true, "the date or time whose newest value counts"),
      KeySpec("warn_after", .duration, "the age at which it warns"),
      KeySpec("error_after", .duration, "the age at which nothing is published"),
    ])
}
