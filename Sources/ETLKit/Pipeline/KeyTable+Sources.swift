// The keys of sources, their formats and columns.

import Records

extension KeyTable {
  /// The types of sources that are built.
  static let sourceTypes = ["file", "files", "stdin", "http", "github", "sqlite"]
  /// The types that the language has and this version does not read.
  static let laterSourceTypes = ["postgres", "s3", "folder", "zip"]

  /// The keys of a source of one type.
  static func source(_ type: String) -> KeyTable {
    let place =
      switch type {
      case "file":
        [KeySpec("path", .text, required: true, "the file, relative to the workspace")]
      case "files":
        [
          KeySpec("path", .text, required: true, "a pattern such as incoming/day_*.csv"),
          KeySpec("order", .choice(["name"]), "the order the files are read in"),
        ]
      case "http":
        [
          KeySpec("url", .url, required: true, "where the file is, http:// or https://"),
          KeySpec("headers", .textsByName, "headers of the request"),
        ]
      case "github":
        [
          KeySpec("repo", .repository, required: true, "the repository, owner/name"),
          KeySpec("ref", .text, "a branch, tag or commit; the default branch if not given"),
          KeySpec("path", .text, required: true, "the file inside the repository"),
        ]
      case "sqlite":
        [
          KeySpec("path", .text, required: true, "the database, relative to the workspace"),
          KeySpec("table", .text, "the table or view that is read"),
          KeySpec("query", .text, "a SELECT whose rows are read, in place of a table"),
        ]
      default: [KeySpec]()
      }
    let format = [KeySpec("format", .map, "how records are written")]
    let rest = KeySpec("rest", .map, "columns that there are any number of, such as one a day")
    return KeyTable(
      title: "a source of type \(type)",
      keys: [KeySpec("type", .choice(sourceTypes), required: true, "where the bytes come from")]
        + place + [
          KeySpec("columns", .map, required: true, "the columns that are read, by name")
        ] + (type == "sqlite" ? [] : [rest] + format) + [
          KeySpec("fetch", .map, "how the file is fetched"),
          KeySpec("contract", .map, "what happens when the file is not as agreed"),
          KeySpec(
            "prefilter", .expression, "a condition on the raw text; other records are passed over"),
          KeySpec("redact", .names, "columns whose values the queue and the log must not keep"),
          KeySpec("throttle", .rate, "the most rows a second"),
          KeySpec("max_drop", .percent, "how many fewer rows than last time are accepted"),
          KeySpec("description", .text, "for readers"),
          KeySpec("freshness", .map, "how old the newest record may be"),
          KeySpec("watermark", .map, "only records that are newer than last time are read"),
        ])
  }

  /// The formats that are built.
  static let formatTypes = ["csv", "tsv", "fixed", "json_lines", "json"]

  static let format = KeyTable(
    title: "format",
    keys: [
      KeySpec("type", .choice(formatTypes), "what a record is; csv if not given"),
      KeySpec("header", .boolean, "whether the first record holds the names; true if not given"),
      KeySpec("delimiter", .sign, "the sign between fields; comma if not given"),
      KeySpec(
        "quote", .sign,
        "the sign around fields; none reads quotes as text, as tsv does if not given"
      ),
      KeySpec(
        "skip", .integer(atLeast: 0), "lines at the start that are neither header nor record"),
      KeySpec("comment", .sign, "the sign that makes a line a remark"),
      KeySpec("trim", .boolean, "blanks around texts are dropped; fixed does so if not given"),
      KeySpec("at", .text, "where the array of records stands in a JSON document"),
      KeySpec(
        "unit", .choice(FixedWidth.Unit.allCases.map(\.rawValue)),
        "what fixed places are counted in; characters if not given"),
      KeySpec("width", .integer(atLeast: 1), "how long a line of fixed fields is"),
      KeySpec(
        "short", .choice(["reject", "pad"]), "what a line is that ends before its last field"),
      KeySpec("nulls", .texts, "spellings of no value, for all columns"),
      KeySpec("blank", .choice(["skip", "record"]), "what an empty line is"),
      KeySpec("packing", .choice(Packing.allCases.map(\.rawValue)), "how the file is packed"),
      KeySpec("member", .text, "the files of a zip archive: a path in it, or a pattern"),
      KeySpec("max_record", .size, "the longest record"),
      KeySpec(
        "encoding", .choice(TextEncoding.allCases.map(\.rawValue)),
        "how letters are written; utf-8 if not given, or utf-16 by its mark"),
    ])

  static let watermark = KeyTable(
    title: "watermark",
    keys: [
      KeySpec("column", .column, required: true, "the column whose greatest value is kept"),
      KeySpec("lag", .text, "how late records may come: 3d, or a number for a column of type int"),
    ])

  static let fetch = KeyTable(
    title: "fetch",
    keys: [
      KeySpec("conditional", .boolean, "ask only for a file that changed"),
      KeySpec("timeout", .duration, "how long the server may be silent"),
      KeySpec("max_bytes", .size, "the most that is taken"),
      KeySpec("keep", .duration, "how long fetched files are kept"),
      KeySpec("max_redirects", .integer(atLeast: 0), "redirects that are followed"),
      KeySpec("retries", .map, "waits between attempts"),
    ])

  static let contract = KeyTable(
    title: "contract",
    keys: [
      KeySpec(
        "missing_column", .choice(["fail", "warn", "ignore"]), "a column is not in the file"),
      KeySpec(
        "new_column", .choice(["fail", "warn", "ignore", "evolve"]),
        "the file has another column; evolve loads it as text"),
      KeySpec(
        "type_drift", .choice(["reject", "fail", "evolve"]),
        "a value is not of its column's type; evolve makes int real where fractions come"),
      KeySpec("bad_value", .choice(["reject", "fail", "evolve"]), "another name of type_drift"),
    ])

  static let column = KeyTable(
    title: "a column",
    keys: [
      KeySpec("type", .valueType, required: true, "what the values are"),
      KeySpec(
        "from", .text, "the name in the file, if it is another; in JSON a path such as a.b[0]"),
      KeySpec("position", .integer(atLeast: 1), "the field in the file, from 1"),
      KeySpec("start", .integer(atLeast: 1), "the first place of a fixed field, from 1"),
      KeySpec("width", .integer(atLeast: 1), "how many places a fixed field has"),
      KeySpec("nested", .boolean, "whether an object or array of JSON is a text too"),
      KeySpec("formats", .texts, "date patterns such as yyyy-MM-dd; the first that fits wins"),
      KeySpec("required", .boolean, "whether no value is a fault"),
      KeySpec("min", .text, "the least value"),
      KeySpec("max", .text, "the greatest value"),
      KeySpec("nulls", .texts, "spellings of no value"),
      KeySpec("pattern", .text, "a regular expression for the whole value"),
      KeySpec("trim", .boolean, "blanks around a text are dropped"),
      KeySpec("upper", .boolean, "letters become upper case"),
      KeySpec("lower", .boolean, "letters become lower case"),
      KeySpec("true", .texts, "spellings of true"),
      KeySpec("false", .texts, "spellings of false"),
      KeySpec("decimal", .sign, "the decimal mark; a point if not given"),
      KeySpec("thousands", .sign, "the mark between groups of three digits; none if not given"),
      KeySpec("description", .text, "for readers"),
      KeySpec(
        "redact", .anything, support: .elsewhere("redact: [column] beside the source's columns"),
        "the value is hidden"),
      KeySpec(
        "default", .anything,
        support: .elsewhere("a step of type map, set: {column: coalesce(column, 0)}"),
        "what stands in for no value"),
    ])
}
