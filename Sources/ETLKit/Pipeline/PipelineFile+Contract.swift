// Reads what happens when a file is not as agreed. Touches nothing.

import Records

extension PipelineFile {
  /// `hasHeader`: whether the file itself names its columns; `columns`: what is declared.
  static func contract(
    _ fields: PipelineFields, hasHeader: Bool, columns: [Located<ColumnSpec>]
  ) -> Contract {
    let standard = Contract()
    let missing = mode("missing_column", fields) ?? standard.missingColumn
    let new = mode("new_column", fields) ?? standard.newColumn
    let drift = mode("type_drift", fields)
    let bad = mode("bad_value", fields)
    if fields.has("type_drift"), fields.has("bad_value") {
      fields.reader.tell(
        "value.conflict", "\"bad_value\" is another name of \"type_drift\"",
        at: fields.mark(of: "bad_value"), "remove it")
    }
    if new == .evolve, !hasHeader {
      fields.reader.tell(
        "value.conflict", "only a file with a header names new columns",
        at: fields.mark(of: "new_column"), "write warn or ignore")
    }
    for key in ["type_drift", "bad_value"] where (drift ?? bad) == .evolve && fields.has(key) {
      guard !columns.isEmpty, !columns.contains(where: { $0.value.type == .integer }) else { break }
      fields.reader.tell(
        "value.conflict", "only a column of type int can become another type, real",
        at: fields.mark(of: key), "write reject or fail")
    }
    return Contract(
      missingColumn: missing, newColumn: new, typeDrift: drift ?? bad ?? standard.typeDrift)
  }

  /// A mode; one that means nothing for its key is told with the reason.
  private static func mode(_ key: String, _ fields: PipelineFields) -> Contract.Mode? {
    guard case .choice(let words)? = fields.table[key]?.expects, let node = fields.node(key),
      case .scalar(let text, _) = node.content, let mode = Contract.Mode(rawValue: text),
      !words.contains(text)
    else { return fields.choice(key, as: Contract.Mode.self) }
    fields.reader.tell(
      "value.type", "\"\(key)\" cannot be \(text): \(reason(key, mode))", at: node.mark,
      "write " + words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""))
    return nil
  }

  private static func reason(_ key: String, _ mode: Contract.Mode) -> String {
    switch (key, mode) {
    case ("missing_column", .evolve): "a table never loses a column"
    case ("missing_column", _): "all records lack the column, none is to blame"
    case ("new_column", _): "all records have the column, none is to blame"
    default: "a value that is not of its type cannot be loaded, and must not be lost"
    }
  }
}
