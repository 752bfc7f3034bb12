// The canonical text of what a pipeline means: the same for two files that load the same, however
// they are written. A plan hash is taken over it, so that a comment never reloads. Touches nothing.

import Records

/// Writes the meaning of a pipeline.
enum PipelineMeaning {
  /// One line for each thing that influences what is loaded.
  ///
  /// Names, owners, descriptions, how a file is fetched, throttles and retry rules are left out.
  static func text(_ pipeline: Pipeline) -> String {
    var lines = ["meaning 1", line("timezone", [("is", pipeline.timezone)])]
    for (name, value) in pipeline.variables.sorted(by: { $0.key < $1.key }) {
      lines.append(line("var \(name)", [("is", value)]))
    }
    for source in pipeline.sources.sorted(by: { $0.name.value < $1.name.value }) {
      lines += self.lines(of: source)
    }
    for step in pipeline.steps.sorted(by: { $0.name.value < $1.name.value }) {
      lines.append(line("step \(step.name.value)", parts(of: step.kind)))
    }
    for check in pipeline.checks.sorted(by: { $0.name.value < $1.name.value }) {
      lines.append(line("check \(check.name.value)", parts(of: check)))
    }
    for load in pipeline.loads {
      lines.append(
        line(
          pipeline.stage(of: load),
          [
            ("from", load.from.value), ("database", load.database.value),
            ("table", load.table.value), ("mode", load.mode.rawValue),
          ] + load.key.map { ("key", $0.value) } + (load.hasLineage ? [("lineage", "true")] : [])
            + (load.onVanish == .keep ? [] : [("on_vanish", load.onVanish.rawValue)])
            + load.indexes.flatMap { [("index", "")] + $0.map { ("column", $0.value) } }
            + load.uniques.flatMap { [("unique", "")] + $0.map { ("column", $0.value) } }))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of source: SourceSpec) -> [String] {
    let dialect = source.dialect
    let head =
      parts(of: source.location) + [
        ("packing", source.packing.rawValue), ("delimiter", String(dialect.delimiter)),
        ("quote", dialect.quote.map { String($0) } ?? "none"),
        ("header", String(dialect.hasHeader)), ("skip_blank", String(dialect.skipBlankLines)),
        ("max_record", String(dialect.maximumRecordBytes)),
        ("skip", String(dialect.skippedLines)),
        ("comment", dialect.comment.map { String($0) } ?? ""),
        ("encoding", source.encoding?.rawValue ?? ""), ("member", source.member ?? ""),
        ("missing_column", source.contract.missingColumn.rawValue),
        ("new_column", source.contract.newColumn.rawValue),
        ("bad_value", source.contract.typeDrift.rawValue),
        ("prefilter", source.prefilter?.value ?? ""),
        ("max_drop", source.maximumDrop.map { String($0) } ?? ""),
      ] + parts(of: source.format)
      + (source.watermark.map { [("watermark", $0.column.value), ("lag", String($0.lag))] } ?? [])
    return [line("source \(source.name.value)", head)]
      + source.columns.map {
        line("column \(source.name.value).\($0.value.name)", parts(of: $0.value))
      }
      + (source.rest.map { rest in
        [line("rest \(source.name.value)", [("match", rest.match.text)] + parts(of: rest.column))]
      } ?? [])
  }

  private static func parts(of location: SourceLocation) -> [(String, String)] {
    switch location {
    case .files(let path): [("files", path)]
    case .standardInput: [("stdin", "")]
    case .http(let url, let headers):
      [("url", url)] + headers.sorted { $0.key < $1.key }.map { ("header \($0.key)", $0.value) }
    case .github(let repository, let ref, let path):
      [("repo", repository), ("ref", ref), ("path", path)]
    case .sqlite(let path, .table(let table)): [("sqlite", path), ("table", table)]
    case .sqlite(let path, .query(let query)): [("sqlite", path), ("query", query)]
    }
  }

  private static func parts(of format: RecordFormat) -> [(String, String)] {
    switch format {
    case .delimited: [("format", "delimited")]
    case .jsonLines: [("format", "json_lines")]
    case .json(let array): [("format", "json"), ("at", array?.text ?? "")]
    case .rows: [("format", "rows")]
    case .fixed(let layout):
      [
        ("format", "fixed"), ("unit", layout.unit.rawValue),
        ("width", layout.lineWidth.map { String($0) } ?? ""),
        ("pads", String(layout.padsShortLines)),
      ] + layout.fields.map { ("field", "\($0.start)+\($0.width)") }
    }
  }

  private static func parts(of column: ColumnSpec) -> [(String, String)] {
    func texts(_ name: String, _ values: [[UInt8]]) -> [(String, String)] {
      values.map { (name, String(decoding: $0, as: UTF8.self)) }
    }
    return [
      ("from", column.from), ("position", column.position.map { String($0) } ?? ""),
      ("type", column.type.name), ("required", String(column.isRequired)),
      ("min", column.minimum.map { String($0.slot) } ?? ""),
      ("max", column.maximum.map { String($0.slot) } ?? ""),
      ("pattern", column.pattern?.text ?? ""), ("trim", String(column.trims)),
      ("nested", String(column.takesNested)),
      ("case", column.letterCase.rawValue),
      ("decimal", column.decimalMark.map { String($0) } ?? ""),
      ("thousands", column.thousandsMark.map { String($0) } ?? ""),
    ] + column.formats.map { ("format", $0.pattern) } + texts("null", column.nulls)
      + texts("true", column.trueWords) + texts("false", column.falseWords)
  }

  private static func parts(of kind: StepSpec.Kind) -> [(String, String)] {
    func columns(_ name: String, _ columns: [SelectedColumn]) -> [(String, String)] {
      columns.flatMap { [(name, $0.name.value), ("of", $0.from.value)] }
    }
    func keys(_ keys: [KeyPair]) -> [(String, String)] {
      keys.flatMap { [("key", $0.left.value), ("with", $0.right.value)] }
    }
    switch kind {
    case .filter(let from, let condition):
      return [("filter", from.value), ("where", condition.value)]
    case .select(let from, let selected):
      return [("select", from.value)] + columns("column", selected)
    case .map(let from, let set):
      return [("map", from.value)]
        + set.flatMap { [("set", $0.name.value), ("to", $0.expression.value)] }
    case .join(let join):
      return [
        ("join", join.left.value), ("right", join.right.value), ("kind", join.kind.rawValue),
        ("cardinality", join.cardinality.rawValue),
        ("unmatched_left", join.unmatchedLeft.rawValue),
        ("unmatched_right", join.unmatchedRight.rawValue),
      ] + keys(join.keys)
    case .lookup(let lookup):
      return [
        ("lookup", lookup.from.value), ("in", lookup.side.value),
        ("missing", lookup.missing.rawValue),
      ] + keys(lookup.keys) + columns("add", lookup.add)
    case .dedupe(let dedupe):
      return [("dedupe", dedupe.from.value), ("keep", dedupe.keep.rawValue)]
        + dedupe.key.map { ("key", $0.value) } + dedupe.order.map { ("order", $0.value) }
    case .unpivot(let unpivot):
      return [
        ("unpivot", unpivot.from.value), ("name", unpivot.name.value),
        ("value", unpivot.value.value), ("nulls", unpivot.keepsNulls ? "keep" : "drop"),
      ] + unpivot.columns.map { ("column", $0.value) }
        + unpivot.formats.map { ("format", $0.pattern) }
    case .pivot(let pivot):
      return [
        ("pivot", pivot.from.value), ("name", pivot.name.value), ("value", pivot.value.value),
        ("several", pivot.several.rawValue), ("unknown", pivot.unknown.rawValue),
      ] + pivot.by.map { ("by", $0.value) } + columns("column", pivot.columns)
    case .sql(let sql):
      return sql.from.map { ("sql", $0.value) } + [("query", sql.query.value)]
        + sql.columns.flatMap {
          [
            ("column", $0.name.value), ("type", $0.type.name),
            ("required", String($0.isRequired)),
          ]
        }
    case .union(let inputs): return inputs.map { ("union", $0.value) }
    case .aggregate(let from, let by, let set):
      return [("aggregate", from.value)] + by.map { ("by", $0.value) }
        + set.flatMap { [("set", $0.name.value), ("to", $0.expression.value)] }
    }
  }

  private static func parts(of check: CheckSpec) -> [(String, String)] {
    let kind: [(String, String)] =
      switch check.kind {
      case .rowCount(let minimum, let maximum, let drop):
        [
          ("row_count", minimum.map { String($0) } ?? ""),
          ("max", maximum.map { String($0) } ?? ""), ("drop", drop.map { String($0) } ?? ""),
        ]
      case .unique(let columns): columns.map { ("unique", $0.value) }
      case .notNull(let column): [("not_null", column.value)]
      case .between(let column, let minimum, let maximum):
        [("between", column.value), ("min", minimum?.value ?? ""), ("max", maximum?.value ?? "")]
      case .monotonic(let column, let order): [("monotonic", column.value), ("by", order.value)]
      case .expression(let expression): [("expression", expression.value)]
      case .accepted(let column, let values):
        [("accepted", column.value)] + values.map { ("value", $0.value) }
      case .pattern(let column, let pattern): [("pattern", column.value), ("is", pattern.value)]
      case .foreignKey(let keys, let reference):
        keys.flatMap { [("foreign_key", $0.left.value), ("to", $0.right.value)] }
          + [reference.meaning]
      case .freshness(let column, let warnAfter, let errorAfter):
        [
          ("freshness", column.value), ("warn_after", warnAfter.map { String($0) } ?? ""),
          ("error_after", errorAfter.map { String($0) } ?? ""),
        ]
      case .compare(let measure, let column, let limits):
        [
          ("compare", measure.rawValue), ("column", column?.value ?? ""),
          ("change", limits.change.map { String($0) } ?? ""),
          ("drop", limits.drop.map { String($0) } ?? ""),
          ("rise", limits.rise.map { String($0) } ?? ""),
        ]
      case .sql(let query): [("sql", query.value)]
      }
    return [("step", check.step.value)] + kind + [
      ("severity", check.severity.rawValue), ("warn_if", check.warnIf?.value ?? ""),
      ("error_if", check.errorIf?.value ?? ""),
    ] + (check.rejectsRows ? [("rows", "reject")] : [])
  }

  /// A line that can be read back in one way only: quotes and backslashes inside values escaped.
  private static func line(_ head: String, _ parts: [(String, String)]) -> String {
    var result = escaped(head)
    for (name, value) in parts { result += " \(escaped(name))=\"\(escaped(value))\"" }
    return result
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension CheckSpec.Reference {
  fileprivate var meaning: (String, String) {
    switch self {
    case .stage(let stage): ("in", stage.value)
    case .table(let table): ("table", table.value)
    }
  }
}
