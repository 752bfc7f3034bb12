// Reads the checks of a pipeline file. Touches nothing.

import Records

extension PipelineFile {
  static func checks(_ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader) -> [CheckSpec] {
    guard case .list(let items) = node.content else {
      reader.tell(
        "value.type", "\"checks\" expects a list, found \(node.found)",
        at: node.isNothing ? mark : node.mark, "begin each check with \"- name: …\"")
      return []
    }
    let checks = items.compactMap { check($0, reader) }
    var seen: [String: TextMark] = [:]
    for check in checks {
      if let first = seen[check.name.value] {
        reader.tell(
          "name.duplicate",
          "there is a check \(quoted(check.name.value)) already, on line \(first.line)",
          at: check.name.mark, "give one of them another name")
      } else {
        seen[check.name.value] = check.name.mark
      }
    }
    return checks
  }

  private static func check(_ node: YAMLNode, _ reader: PipelineReader) -> CheckSpec? {
    guard let type = typeWord(of: node, known: KeyTable.checkTypes),
      KeyTable.checkTypes.contains(type.value)
    else {
      // The table of no type asks for the keys that all checks have, and tells the type.
      let fields = PipelineFields(node, .anyCheck, at: node.mark, reader: reader)
      _ = fields?.choice("type")
      _ = fields?.stage("step", by: nil)
      return nil
    }
    guard
      let fields = PipelineFields(node, .check(type.value), at: node.mark, reader: reader)
    else { return nil }
    _ = fields.choice("type")
    let name = fields.name("name")
    let step =
      type.value == "sql" ? Located("load", at: fields.mark) : fields.stage("step", by: nil)
    let kind = Self.kind(type.value, fields)
    let rejectsRows = fields.choice("rows") == "reject"
    let severity = fields.choice("severity", as: Severity.self)
    let warnIf = failureLimit("warn_if", fields)
    let errorIf = failureLimit("error_if", fields)
    guard let name, let step, let kind else { return nil }
    var spec = CheckSpec(
      name: name, step: step, kind: kind, severity: severity ?? (rejectsRows ? .warn : .error),
      warnIf: warnIf, errorIf: errorIf)
    if case .freshness(_, _, nil) = kind { spec.severity = .warn }
    spec.rejectsRows = rejectsRows
    return spec
  }

  private static func kind(_ type: String, _ fields: PipelineFields) -> CheckSpec.Kind? {
    switch type {
    case "row_count":
      let minimum = fields.integer("min")
      let maximum = fields.integer("max")
      let drop = fields.percent("max_drop")
      if !fields.has("min"), !fields.has("max"), !fields.has("max_drop") {
        tellNoBound("min, max or max_drop", fields)
      }
      if let minimum, let maximum, minimum > maximum {
        fields.reader.tell(
          "value.range", "\"min\" \(minimum) is greater than \"max\" \(maximum)",
          at: fields.mark(of: "min"), "exchange them")
      }
      return .rowCount(minimum: minimum, maximum: maximum, maximumDrop: drop)
    case "unique": return .unique(columns: fields.names("columns"))
    case "not_null": return fields.text("column").map { .notNull(column: $0) }
    case "between":
      let column = fields.text("column")
      let minimum = bound("min", fields)
      let maximum = bound("max", fields)
      if !fields.has("min"), !fields.has("max") { tellNoBound("min or max", fields) }
      return column.map { .between(column: $0, minimum: minimum, maximum: maximum) }
    case "monotonic":
      let column = fields.text("column")
      let order = fields.text("order_by")
      guard let column, let order else { return nil }
      return .monotonic(column: column, orderBy: order)
    case "expression": return fields.expression("expect").map { .expression($0) }
    default: return laterKind(type, fields)
    }
  }

  static func tellNoBound(_ keys: String, _ fields: PipelineFields) {
    fields.reader.tell(
      "key.missing", "\(fields.table.title) needs one of the keys \(keys)", at: fields.mark)
  }

  /// A bound is an expression, so a bare date would be a subtraction.
  private static func bound(_ key: String, _ fields: PipelineFields) -> Located<String>? {
    guard let text = fields.text(key) else { return nil }
    if Bound(text.value, of: .date) != nil {
      fields.reader.tell(
        "value.form", "\(quoted(text.value)) would be read as a subtraction", at: text.mark,
        "write date('\(text.value)')")
      return nil
    }
    fields.reader.checkExpression(text)
    return text
  }

  private static func failureLimit(_ key: String, _ fields: PipelineFields) -> Located<String>? {
    guard let text = fields.text(key) else { return nil }
    do throws(ExpressionDiagnostic) {
      _ = try CheckLimit.parse(text.value)
    } catch {
      fields.reader.tell(
        "value.type",
        "\"\(key)\" expects a limit such as failures > 10 or failures > 0.5%: \(error.message)",
        at: fields.reader.source.mark(of: error.span, in: text.value, at: text.mark))
      return nil
    }
    return text
  }
}

extension KeyTable {
  /// The keys of all types of checks, for a check whose type is not known.
  static let anyCheck: KeyTable = {
    var keys: [KeySpec] = []
    for key in checkTypes.flatMap({ check($0).keys })
    where !keys.contains(where: { $0.name == key.name }) {
      let isRequired = ["name", "type", "step"].contains(key.name)
      keys.append(
        KeySpec(key.name, key.expects, required: isRequired, support: key.support, key.help))
    }
    return KeyTable(title: "a check", keys: keys)
  }()
}
