// Reads the sources of a pipeline file. Touches nothing.

import Records

extension PipelineFile {
  static func sources(_ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader)
    -> [SourceSpec]
  {
    named(node, "sources", at: mark, reader).compactMap { name, node in
      source(name, node, reader).map {
        withRedaction(withWatermark(withRest($0, node, reader), node, reader), node, reader)
      }
    }
  }

  /// The entries of a map of stages; every name is checked and declared.
  static func named(
    _ node: YAMLNode, _ key: String, at mark: TextMark, _ reader: PipelineReader
  ) -> [(name: Located<String>, node: YAMLNode)] {
    guard case .map(let fields) = node.content else {
      reader.tell(
        "value.type", "\"\(key)\" expects names with keys and values, found \(node.found)",
        at: node.isNothing ? mark : node.mark)
      return []
    }
    if fields.isEmpty { reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark) }
    for field in fields where reader.checkedName(field.key) {
      if ["load", "checks", "notify"].contains(field.key.value) {
        reader.tell(
          "name.reserved", "\(quoted(field.key.value)) is the name of a stage that is always there",
          at: field.key.mark, "choose another name")
      }
      reader.declare(field.key)
    }
    return fields.map { ($0.key, $0.value) }
  }

  private static func source(
    _ name: Located<String>, _ node: YAMLNode, _ reader: PipelineReader
  ) -> SourceSpec? {
    let type = typeWord(of: node, known: KeyTable.sourceTypes)
    if let type, KeyTable.laterSourceTypes.contains(type.value) {
      reader.tell(
        "value.unsupported", "sources of type \(type.value) are not supported yet", at: type.mark,
        "supported: " + KeyTable.sourceTypes.joined(separator: ", "))
      return nil
    }
    let table = type.map { KeyTable.source($0.value) } ?? KeyTable.anySource
    guard let fields = PipelineFields(node, table, at: name.mark, reader: reader) else {
      return nil
    }
    _ = fields.choice("type")
    let read = format(fields, type?.value ?? "")
    let location = Self.location(type?.value ?? "", fields)
    // Where the place is not known, the columns are all the same.
    var spec = SourceSpec(
      name: name, location: location ?? .standardInput, format: read.format, dialect: read.dialect,
      encoding: read.encoding, packing: read.packing, member: read.member, columns: read.columns,
      contract: contract(
        fields.map("contract", .contract),
        hasHeader: read.format == .delimited && read.dialect.hasHeader, columns: read.columns),
      fetch: fetch(fields.map("fetch", .fetch)), prefilter: fields.expression("prefilter"),
      throttle: fields.rate("throttle"), maximumDrop: fields.percent("max_drop"))
    if fields.has("freshness") {
      spec.freshness = SourceSpec.freshnessCheck(of: name, fields.map("freshness", .freshness))
    }
    return spec
  }

  private static func withRedaction(
    _ source: SourceSpec, _ node: YAMLNode, _ reader: PipelineReader
  ) -> SourceSpec {
    guard let fields = PipelineFields.quiet(node, .anySource, reader) else { return source }
    var source = source
    source.redacted = fields.names("redact")
    let known = source.columns.map(\.value.name)
    for name in source.redacted where !known.contains(name.value) {
      reader.tell(
        "column.unknown", "\(source.name.value) has no column \(quoted(name.value))",
        at: name.mark,
        NearestName.suggestion(for: name.value, among: known)
          ?? "it has \(known.joined(separator: ", "))")
    }
    return source
  }

  /// The value of `type`, or the known word that was probably meant.
  static func typeWord(of node: YAMLNode, known: [String]) -> Located<String>? {
    guard case .map(let fields) = node.content,
      let field = fields.first(where: { $0.key.value == "type" }),
      case .scalar(let text, _) = field.value.content
    else { return nil }
    let all = known + KeyTable.laterSourceTypes
    let word = all.contains(text) ? text : NearestName.of(text, among: known)
    return word.map { Located($0, at: field.value.mark) }
  }

  private static func location(_ type: String, _ fields: PipelineFields) -> SourceLocation? {
    switch type {
    case "file", "files":
      guard let path = fields.text("path") else { return nil }
      if type == "file", path.value.contains("*") {
        fields.reader.tell(
          "value.form", "a source of type file reads one file, found a pattern", at: path.mark,
          "write type: files")
      }
      _ = fields.choice("order")
      return .files(path: path.value)
    case "stdin": return .standardInput
    case "http":
      let headers = fields.textsByName("headers")
      let url = fields.read("url") { text in
        ["http://", "https://"].contains { text.hasPrefix($0) && text.count > $0.count }
          ? text : nil
      }
      guard let url else { return nil }
      return .http(
        url: url.value,
        headers: Dictionary(headers.map { ($0.name.value, $0.text.value) }) { first, _ in first })
    case "github":
      let repository = fields.read("repo") { text -> String? in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts.contains("") ? text : nil
      }
      let ref = fields.text("ref")
      guard let path = fields.text("path"), let repository else { return nil }
      return .github(
        repository: repository.value, ref: ref?.value ?? "HEAD", path: path.value)
    case "sqlite": return database(fields)
    default: return nil
    }
  }

  private static func database(_ fields: PipelineFields) -> SourceLocation? {
    let table = fields.text("table")
    let query = fields.text("query")
    if let query, table != nil {
      fields.reader.tell(
        "value.conflict", "a database is read by \"table\" or \"query\", not both", at: query.mark,
        "remove one of them")
    } else if table == nil, query == nil, !fields.has("table"), !fields.has("query") {
      fields.reader.tell(
        "key.missing", "a source of type sqlite needs the key \"table\" or \"query\"",
        at: fields.mark, "table: the table or view that is read")
    }
    guard let path = fields.text("path"), let text = table ?? query else { return nil }
    return .sqlite(
      path: path.value, rows: table != nil ? .table(text.value) : .query(text.value))
  }

  private static func fetch(_ fields: PipelineFields) -> FetchSpec {
    let standard = FetchSpec()
    return FetchSpec(
      isConditional: fields.boolean("conditional") ?? standard.isConditional,
      timeout: fields.duration("timeout") ?? standard.timeout,
      maximumBytes: fields.size("max_bytes") ?? standard.maximumBytes,
      keepSeconds: fields.seconds("keep"),
      maximumRedirects: fields.integer("max_redirects") ?? standard.maximumRedirects,
      backoff: backoff(fields.map("retries", .backoff), standard: standard.backoff))
  }
}

extension KeyTable {
  /// The keys of all types of sources, for a source whose type is not known.
  static let anySource: KeyTable = {
    var keys: [KeySpec] = []
    for key in sourceTypes.flatMap({ source($0).keys })
    where !keys.contains(where: { $0.name == key.name }) {
      let isRequired = key.name == "type" || key.name == "columns"
      keys.append(
        KeySpec(
          key.name, key.expects, required: isRequired, support: key.support, key.help))
    }
    return KeyTable(title: "a source", keys: keys)
  }()
}
