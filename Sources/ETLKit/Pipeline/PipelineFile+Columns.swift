// Reads the declared columns of a source. Touches nothing.

import Records

extension PipelineFile {
  static func columns(
    _ fields: PipelineFields, placing: ColumnPlacing, nulls: [[UInt8]], trims: Bool
  ) -> [Located<ColumnSpec>] {
    let reader = fields.reader
    return fields.columnEntries("columns").enumerated().compactMap { index, entry in
      var spec = ColumnSpec(name: entry.key.value, type: .text, nulls: nulls, trims: trims)
      if placing == .positions { spec.position = index + 1 }
      return column(entry, spec, placing, reader).map { Located($0, at: entry.key.mark) }
    }
  }

  private static func column(
    _ entry: YAMLField, _ standard: ColumnSpec, _ placing: ColumnPlacing, _ reader: PipelineReader
  ) -> ColumnSpec? {
    var spec = standard
    let name = entry.key.value
    if name.isEmpty || name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      reader.tell(
        "name.form", "a column has a name without control signs, found \(quoted(name))",
        at: entry.key.mark)
    }
    if case .scalar(let text, _) = entry.value.content {
      guard let type = type(text, entry.value, at: entry.key.mark, reader) else { return nil }
      if placing == .paths { _ = path(entry.key, "from", reader) }
      spec.type = type
      spec.trims = spec.trims && type == .text
      return spec
    }
    guard
      let fields = PipelineFields(entry.value, .column, at: entry.key.mark, reader: reader)
    else { return nil }
    let type = fields.node("type").flatMap {
      Self.type(scalarText($0), $0, at: fields.mark(of: "type"), reader)
    }
    place(&spec, fields, entry.key, placing)
    if let nulls = fields.texts("nulls") { spec.nulls = nulls.map { Array($0.value.utf8) } }
    spec.isRequired = fields.boolean("required") ?? false
    guard let type else { return nil }
    spec.type = type
    refuseForeignKeys(fields, type)
    texts(&spec, fields)
    formats(&spec, fields)
    numbers(&spec, fields)
    bounds(&spec, fields)
    return spec
  }

  static func scalarText(_ node: YAMLNode) -> String {
    if case .scalar(let text, _) = node.content { text } else { "" }
  }

  static func type(
    _ text: String, _ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader
  ) -> ValueType? {
    if let type = ValueType(written: text) { return type }
    let known = ["text", "int", "real", "decimal", "bool", "date", "timestamp"]
    let word = ValueType.otherWords[text.lowercased()] ?? NearestName.of(text, among: known)
    var suggestion = word.map { "did you mean \"\($0 == "decimal" ? "decimal(12,2)" : $0)\"?" }
    if text.hasPrefix("decimal") {
      suggestion = "write decimal(12,2): at most 18 digits, 2 of them behind the point"
    }
    reader.tell(
      "value.type", "\"type\" expects \(KeyExpectation.valueType.words), found \(node.found)",
      at: node.isNothing ? mark : node.mark, suggestion)
    return nil
  }

  private static func place(
    _ spec: inout ColumnSpec, _ fields: PipelineFields, _ name: Located<String>,
    _ placing: ColumnPlacing
  ) {
    refuseForeignPlaces(fields, placing)
    let from = fields.text("from")
    if placing == .paths { _ = path(from ?? name, "from", fields.reader) }
    if let from {
      spec.from = from.value
      if placing == .positions {
        fields.reader.tell(
          "value.conflict", "\"from\" needs a header, and the format says header: false",
          at: fields.mark(of: "from"), "write position: \(spec.position ?? 1)")
      } else if fields.has("position") {
        fields.reader.tell(
          "value.conflict", "a column has \"from\" or \"position\", not both",
          at: fields.mark(of: "position"), "remove one of them")
      }
    }
    if let position = fields.integer("position") { spec.position = position }
  }

  /// Keys that say where a value stands, in a format in which values are found in another way.
  private static func refuseForeignPlaces(_ fields: PipelineFields, _ placing: ColumnPlacing) {
    let (fitting, format): ([String], String) =
      switch placing {
      case .header, .positions: (["from", "position"], "delimited text")
      case .paths: (["from", "nested"], "JSON")
      case .database: (["from"], "a database")
      case .places: (["start", "width"], "a line of fixed fields")
      }
    for key in ["from", "position", "start", "width", "nested"]
    where fields.has(key) && !fitting.contains(key) {
      fields.reader.tell(
        "key.unfit", "\"\(key)\" does not fit a column of \(format)", at: fields.mark(of: key),
        "remove it")
    }
  }

  /// Keys that say nothing about a type are mistakes, not decoration.
  private static func refuseForeignKeys(_ fields: PipelineFields, _ type: ValueType) {
    let fitting: Set<String> =
      switch type {
      case .text: ["pattern", "trim", "upper", "lower", "nested"]
      case .integer, .real, .decimal: ["min", "max", "decimal", "thousands"]
      case .boolean: ["true", "false"]
      case .date, .timestamp: ["min", "max", "formats"]
      }
    for key in [
      "formats", "min", "max", "pattern", "trim", "upper", "lower", "true", "false", "decimal",
      "thousands", "nested",
    ] where fields.has(key) && !fitting.contains(key) {
      fields.reader.tell(
        "key.unfit", "\"\(key)\" does not fit a column of type \(type.name)",
        at: fields.mark(of: key), "remove it")
    }
  }

  private static func texts(_ spec: inout ColumnSpec, _ fields: PipelineFields) {
    spec.trims = fields.boolean("trim") ?? (spec.trims && spec.type == .text)
    spec.takesNested = fields.boolean("nested") ?? false
    let isUpper = fields.boolean("upper") ?? false
    let isLower = fields.boolean("lower") ?? false
    if isUpper, isLower {
      fields.reader.tell(
        "value.conflict", "a text is \"upper\" or \"lower\", not both",
        at: fields.mark(of: "lower"),
        "remove one of them")
    }
    spec.letterCase = isUpper ? .upper : isLower ? .lower : .keep
    if let words = fields.texts("true") { spec.trueWords = words.map { Array($0.value.utf8) } }
    if let words = fields.texts("false") { spec.falseWords = words.map { Array($0.value.utf8) } }
    guard spec.type == .text, let pattern = fields.text("pattern") else { return }
    do {
      spec.pattern = try BytePattern(pattern.value)
    } catch {
      fields.reader.tell(
        "column.pattern", error.words,
        at: fields.reader.source.mark(of: error.range, in: pattern.value, at: pattern.mark),
        error.advice)
    }
  }

  private static func formats(_ spec: inout ColumnSpec, _ fields: PipelineFields) {
    // Elsewhere the key itself is the mistake.
    guard spec.type == .date || spec.type == .timestamp else { return }
    for format in fields.texts("formats") ?? [] {
      do {
        spec.formats.append(try DateFormat(pattern: format.value))
      } catch {
        fields.reader.tell(
          "column.format", error.words,
          at: fields.reader.source.mark(of: error.range, in: format.value, at: format.mark),
          error.suggestion.map { "write \($0)" })
      }
    }
  }

  private static func numbers(_ spec: inout ColumnSpec, _ fields: PipelineFields) {
    if let mark = fields.sign("decimal") { spec.decimalMark = mark }
    if let mark = fields.sign("thousands") { spec.thousandsMark = mark }
    // A whole number has no decimal mark to mistake it for.
    let decimal = spec.decimalMark ?? (spec.type == .integer ? nil : UInt8(ascii: "."))
    if let thousands = spec.thousandsMark, thousands == decimal {
      fields.reader.tell(
        "value.conflict", "the decimal mark and the mark between thousands are the same",
        at: fields.mark(of: "thousands"))
    }
  }

  private static func bounds(_ spec: inout ColumnSpec, _ fields: PipelineFields) {
    let type = spec.type
    func bound(_ key: String) -> Bound? {
      guard let text = fields.text(key) else { return nil }
      if let bound = Bound(text.value, of: type) { return bound }
      fields.reader.tell(
        "value.type", "\"\(key)\" expects \(type.exampleWords), found \(quoted(text.value))",
        at: text.mark)
      return nil
    }
    switch type {
    case .text, .boolean: return
    case .integer, .real, .decimal, .date, .timestamp: break
    }
    spec.minimum = bound("min")
    spec.maximum = bound("max")
    if let low = spec.minimum, let high = spec.maximum, low.isGreater(than: high, type) {
      fields.reader.tell(
        "value.range", "\"min\" \(low.text) is greater than \"max\" \(high.text)",
        at: fields.mark(of: "min"), "exchange them")
    }
  }
}
