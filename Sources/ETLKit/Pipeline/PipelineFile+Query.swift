// Reads the steps that are queries. Touches nothing.

import Records

extension PipelineFile {
  static func query(_ fields: PipelineFields, name: String) -> SQLSpec? {
    let from = fields.stages("from", by: name)
    let query = fields.text("query")
    let columns = queryColumns(fields)
    guard !from.isEmpty, let query, !columns.isEmpty else { return nil }
    return SQLSpec(from: from, query: query, columns: columns)
  }

  private static func queryColumns(_ fields: PipelineFields) -> [SQLSpec.Column] {
    let reader = fields.reader
    return fields.columnEntries("columns").compactMap { entry in
      if case .scalar(let text, _) = entry.value.content {
        return type(text, entry.value, at: entry.key.mark, reader).map {
          SQLSpec.Column(name: entry.key, type: $0)
        }
      }
      guard
        let column = PipelineFields(entry.value, .queryColumn, at: entry.key.mark, reader: reader)
      else { return nil }
      let isRequired = column.boolean("required") ?? false
      let type = column.node("type").flatMap {
        Self.type(scalarText($0), $0, at: column.mark(of: "type"), reader)
      }
      return type.map { SQLSpec.Column(name: entry.key, type: $0, isRequired: isRequired) }
    }
  }
}
