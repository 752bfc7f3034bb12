// Reads the steps that need all their rows. Touches nothing.

import Records

extension PipelineFile {
  static func gathering(
    _ type: String, _ fields: PipelineFields, name: String
  ) -> StepSpec.Kind? {
    switch type {
    case "dedupe":
      let from = fields.stage("from", by: name)
      let key = fields.names("key")
      let order = fields.names("order")
      let keep = fields.choice("keep", as: DedupeSpec.Keep.self)
      return from.map {
        .dedupe(DedupeSpec(from: $0, key: key, keep: keep ?? .first, order: order))
      }
    case "union":
      let inputs = fields.stages("from", by: name)
      if let only = inputs.first, inputs.count == 1 {
        fields.reader.tell(
          "value.empty", "a union needs two stages or more, found only \(quoted(only.value))",
          at: only.mark, "write from: [\(only.value), another]")
      }
      return inputs.isEmpty ? nil : .union(from: inputs)
    case "aggregate":
      let from = fields.stage("from", by: name)
      let by = fields.names("by")
      let set = fields.textsByName("set").map {
        ColumnExpression(name: $0.name, expression: $0.text)
      }
      if let node = fields.node("set"), case .map(let entries) = node.content, entries.isEmpty {
        fields.reader.tell(
          "value.empty", "\"set\" must not be empty", at: fields.mark(of: "set"))
      }
      fields.reader.checkColumnNames(by + set.map(\.name))
      for column in set { fields.reader.checkExpression(column.expression) }
      return from.map { .aggregate(from: $0, by: by, set: set) }
    case "unpivot": return unpivot(fields, name: name).map { .unpivot($0) }
    case "pivot": return pivot(fields, name: name).map { .pivot($0) }
    case "sql": return query(fields, name: name).map { .sql($0) }
    default: return nil
    }
  }

  private static func pivot(_ fields: PipelineFields, name: String) -> PivotSpec? {
    let from = fields.stage("from", by: name)
    let by = fields.names("by")
    let nameColumn = fields.text("name_from")
    let value = fields.text("value_from")
    let columns = selected(fields, "columns")
    fields.reader.checkColumnNames(by + columns.map(\.name))
    let several = fields.choice("several", as: PivotSpec.Several.self)
    let unknown = fields.choice("unknown", as: PivotSpec.Unknown.self)
    guard let from, let nameColumn, let value else { return nil }
    return PivotSpec(
      from: from, by: by, name: nameColumn, value: value, columns: columns,
      several: several ?? .reject, unknown: unknown ?? .reject)
  }

  private static func unpivot(_ fields: PipelineFields, name: String) -> UnpivotSpec? {
    let from = fields.stage("from", by: name)
    let columns = fields.names("columns")
    let nameColumn = fields.text("name")
    let value = fields.text("value")
    let nulls = fields.choice("nulls")
    var formats: [DateFormat] = []
    for format in fields.texts("formats") ?? [] {
      do {
        formats.append(try DateFormat(pattern: format.value))
      } catch {
        fields.reader.tell(
          "column.format", error.words,
          at: fields.reader.source.mark(of: error.range, in: format.value, at: format.mark),
          error.suggestion.map { "write \($0)" })
      }
    }
    guard let from, let nameColumn, let value else { return nil }
    fields.reader.checkColumnNames([nameColumn, value])
    return UnpivotSpec(
      from: from, columns: columns, name: nameColumn, formats: formats, value: value,
      keepsNulls: nulls != "drop")
  }
}
