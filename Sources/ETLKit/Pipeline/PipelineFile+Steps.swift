// Reads the steps of a pipeline file. Touches nothing.

extension PipelineFile {
  static func steps(_ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader) -> [StepSpec] {
    named(node, "steps", at: mark, reader).compactMap { name, node in
      step(name, node, reader)
    }
  }

  private static func step(
    _ name: Located<String>, _ node: YAMLNode, _ reader: PipelineReader
  ) -> StepSpec? {
    let type = typeWord(of: node, known: KeyTable.stepTypes)
    guard let type, KeyTable.stepTypes.contains(type.value) else {
      referBlindly(from: node, user: name.value, reader)
      tellType(type, node, name, reader)
      return nil
    }
    guard
      let fields = PipelineFields(node, .step(type.value), at: name.mark, reader: reader)
    else { return nil }
    _ = fields.choice("type")
    return kind(type.value, fields, name: name.value).map { StepSpec(name: name, kind: $0) }
  }

  /// A step that cannot be read still uses what it names; otherwise its inputs would seem unused.
  private static func referBlindly(
    from node: YAMLNode, user: String, _ reader: PipelineReader
  ) {
    guard case .map(let fields) = node.content else { return }
    for field in fields where ["from", "left", "right", "in"].contains(field.key.value) {
      let nodes = if case .list(let items) = field.value.content { items } else { [field.value] }
      for node in nodes {
        guard case .scalar(let text, _) = node.content else { continue }
        reader.refer(to: Located(text, at: node.mark), by: user)
      }
    }
  }

  private static func tellType(
    _ type: Located<String>?, _ node: YAMLNode, _ name: Located<String>, _ reader: PipelineReader
  ) {
    guard case .map(let all) = node.content else {
      reader.tell(
        "value.type", "a step expects keys and values, found \(node.found)",
        at: node.isNothing ? name.mark : node.mark)
      return
    }
    if let field = all.first(where: { $0.key.value == "type" }) {
      reader.tell(
        "value.type",
        "\"type\" expects \(KeyExpectation.choice(KeyTable.stepTypes).words), found"
          + " \(field.value.found)", at: field.value.isNothing ? field.key.mark : field.value.mark)
    } else {
      reader.tell(
        "key.missing", "a step needs the key \"type\"", at: name.mark,
        "type: " + KeyTable.stepTypes.joined(separator: ", "))
    }
  }

  private static func kind(
    _ type: String, _ fields: PipelineFields, name: String
  ) -> StepSpec.Kind? {
    switch type {
    case "filter":
      let from = fields.stage("from", by: name)
      let condition = fields.expression("where")
      guard let from, let condition else { return nil }
      return .filter(from: from, condition: condition)
    case "select":
      let from = fields.stage("from", by: name)
      let columns = selected(fields, "columns")
      fields.reader.checkColumnNames(columns.map(\.name))
      return from.map { .select(from: $0, columns: columns) }
    case "map":
      let from = fields.stage("from", by: name)
      let set = fields.textsByName("set").map {
        ColumnExpression(name: $0.name, expression: $0.text)
      }
      if let node = fields.node("set"), case .map(let entries) = node.content, entries.isEmpty {
        fields.reader.tell(
          "value.empty", "\"set\" must not be empty", at: fields.mark(of: "set"))
      }
      fields.reader.checkColumnNames(set.map(\.name))
      for column in set { fields.reader.checkExpression(column.expression) }
      return from.map { .map(from: $0, set: set) }
    case "join": return join(fields, name: name).map { .join($0) }
    case "lookup": return lookup(fields, name: name).map { .lookup($0) }
    case "dedupe", "union", "aggregate", "unpivot", "pivot", "sql":
      return gathering(type, fields, name: name)
    default: return nil
    }
  }

  static func selected(_ fields: PipelineFields, _ key: String) -> [SelectedColumn] {
    fields.pairs(key).map { SelectedColumn(name: $0.first, from: $0.second) }
  }

  private static func keys(_ fields: PipelineFields) -> [KeyPair] {
    fields.pairs("keys").map { KeyPair(left: $0.first, right: $0.second) }
  }

  private static func join(_ fields: PipelineFields, name: String) -> JoinSpec? {
    let left = fields.stage("left", by: name)
    let right = fields.stage("right", by: name)
    let keys = Self.keys(fields)
    let kind = fields.choice("kind", as: JoinSpec.Kind.self) ?? .inner
    let cardinality = fields.choice("cardinality", as: JoinSpec.Cardinality.self)
    let unmatchedLeft = fields.choice("unmatched_left", as: JoinSpec.UnmatchedPolicy.self)
    let unmatchedRight = fields.choice("unmatched_right", as: JoinSpec.UnmatchedPolicy.self)
    checkPolicy(unmatchedLeft, keeps: kind.keepsLeft, kind, side: "left", fields)
    checkPolicy(unmatchedRight, keeps: kind.keepsRight, kind, side: "right", fields)
    guard let left, let right else { return nil }
    return JoinSpec(
      left: left, right: right, keys: keys, kind: kind, cardinality: cardinality,
      unmatchedLeft: unmatchedLeft, unmatchedRight: unmatchedRight)
  }

  /// What happens to records without a partner follows from the kind of join, or fits it.
  private static func checkPolicy(
    _ policy: JoinSpec.UnmatchedPolicy?, keeps: Bool, _ kind: JoinSpec.Kind, side: String,
    _ fields: PipelineFields
  ) {
    guard let policy, keeps != (policy == .keep) else { return }
    let key = "unmatched_\(side)"
    let article = kind == .inner || kind == .anti ? "an" : "a"
    if !keeps {
      let whose = kind == .inner ? "" : " of the \(side)"
      let other =
        switch (kind, side) {
        case (.left, _), (.right, _): "full"
        default: side
        }
      fields.reader.tell(
        "value.conflict",
        "\(article) \(kind.rawValue) join keeps no records\(whose) without a partner",
        at: fields.mark(of: key), "write kind: \(other), or another policy")
    } else {
      let whose =
        kind == .anti ? "the records of the left without a partner" : "all records of the \(side)"
      let other =
        switch kind {
        case .full: side == "left" ? "right" : "left"
        case .anti: "semi"
        default: "inner"
        }
      fields.reader.tell(
        "value.conflict", "\(article) \(kind.rawValue) join keeps \(whose)",
        at: fields.mark(of: key), "write kind: \(other), or \(key): keep")
    }
  }

  private static func lookup(_ fields: PipelineFields, name: String) -> LookupSpec? {
    let from = fields.stage("from", by: name)
    let side = fields.stage("in", by: name)
    let keys = Self.keys(fields)
    let add = selected(fields, "add")
    fields.reader.checkColumnNames(add.map(\.name))
    let missing = fields.choice("missing", as: LookupSpec.MissPolicy.self)
    guard let from, let side else { return nil }
    return LookupSpec(
      from: from, side: side, keys: keys, add: add, missing: missing ?? .reject)
  }
}
