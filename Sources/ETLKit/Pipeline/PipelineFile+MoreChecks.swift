// Reads the checks that compare with a list, another table or stage, the clock, the last load, or
// that are a SELECT. Touches nothing.

import Records

extension PipelineFile {
  static func laterKind(_ type: String, _ fields: PipelineFields) -> CheckSpec.Kind? {
    switch type {
    case "accepted":
      let values = fields.texts("values") ?? []
      if values.isEmpty, case .list(let items)? = fields.node("values")?.content, items.isEmpty {
        fields.reader.tell(
          "value.empty", "\"values\" must not be empty", at: fields.mark(of: "values"))
      }
      guard let column = fields.text("column"), !values.isEmpty else { return nil }
      return .accepted(column: column, values: values)
    case "pattern":
      let column = fields.text("column")
      guard let pattern = fields.text("pattern"), let column else { return nil }
      do throws(PatternError) {
        _ = try BytePattern(pattern.value)
      } catch {
        fields.reader.tell(
          "column.pattern", error.words,
          at: fields.reader.source.mark(of: error.range, in: pattern.value, at: pattern.mark),
          error.advice)
        return nil
      }
      return .pattern(column: column, pattern)
    case "foreign_key": return foreignKey(fields)
    case "freshness": return freshness(fields)
    case "compare": return compare(fields)
    case "sql": return query(fields).map { .sql($0) }
    default: return nil
    }
  }

  /// How old the newest value may be, of a check or of a source.
  static func freshness(_ fields: PipelineFields) -> CheckSpec.Kind? {
    let warnAfter = fields.seconds("warn_after")
    let errorAfter = fields.seconds("error_after")
    if !fields.has("warn_after"), !fields.has("error_after") {
      tellNoBound("warn_after or error_after", fields)
    }
    if let warnAfter, let errorAfter, warnAfter > errorAfter {
      fields.reader.tell(
        "value.range", "\"warn_after\" is longer than \"error_after\"",
        at: fields.mark(of: "warn_after"), "exchange them")
    }
    return fields.text("column").map {
      .freshness(column: $0, warnAfter: warnAfter, errorAfter: errorAfter)
    }
  }

  private static func foreignKey(_ fields: PipelineFields) -> CheckSpec.Kind? {
    let keys = fields.pairs("keys").map { KeyPair(left: $0.first, right: $0.second) }
    let stage = fields.stage("in", by: nil)
    let table = fields.text("table")
    if let table, fields.has("in") {
      fields.reader.tell(
        "value.conflict", "keys are found \"in\" a stage or in a \"table\", not both",
        at: table.mark, "remove one of them")
    } else if !fields.has("in"), !fields.has("table") {
      tellNoBound("in or table", fields)
    }
    guard !keys.isEmpty,
      let reference = stage.map(CheckSpec.Reference.stage) ?? table.map({ .table($0) })
    else { return nil }
    return .foreignKey(keys: keys, among: reference)
  }

  private static func compare(_ fields: PipelineFields) -> CheckSpec.Kind? {
    let measure = fields.choice("measure", as: CheckSpec.Measure.self)
    let column = fields.text("column")
    let limits = CheckSpec.ChangeLimits(
      change: fields.percent("max_change"), drop: fields.percent("max_drop"),
      rise: fields.percent("max_rise"))
    if !["max_change", "max_drop", "max_rise"].contains(where: fields.has) {
      tellNoBound("max_change, max_drop or max_rise", fields)
    }
    guard let measure else { return nil }
    if measure == .rows, let column {
      fields.reader.tell(
        "value.conflict", "rows are counted without a column", at: column.mark, "remove it")
    } else if measure != .rows, !fields.has("column") {
      fields.reader.tell(
        "key.missing", "a \(measure.rawValue) needs the key \"column\"", at: fields.mark,
        "column: the column that is measured")
      return nil
    }
    return .compare(measure, column: column, limits)
  }

  /// The text of a SELECT; that it only reads is asked of SQLite later.
  private static func query(_ fields: PipelineFields) -> Located<String>? {
    guard let text = fields.text("query") else { return nil }
    let word = text.value.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }
    guard ["select", "with", "values"].contains(word.lowercased()) else {
      fields.reader.tell(
        "value.form",
        "a check reads and changes nothing: \"query\" expects a SELECT, found "
          + quoted(String(word)), at: text.mark, "write select …")
      return nil
    }
    return text
  }
}

extension SourceSpec {
  /// The freshness of a source as a check on its records.
  static func freshnessCheck(
    of name: Located<String>, _ fields: PipelineFields
  ) -> CheckSpec? {
    guard let kind = PipelineFile.freshness(fields) else { return nil }
    var spec = CheckSpec(
      name: Located("freshness of \(name.value)", at: fields.mark), step: name, kind: kind)
    if case .freshness(_, _, nil) = kind { spec.severity = .warn }
    return spec
  }
}
