// A map of a pipeline file against its table of keys: unknown and missing keys are told once, values
// are read by what their key expects. Touches nothing.

import Records

/// The keys and values of one map.
struct PipelineFields {
  let reader: PipelineReader
  let table: KeyTable
  /// Where the map's owner stands, for what is missing in it.
  let mark: TextMark
  private var fields: [String: YAMLField] = [:]

  /// Takes a map; nil, and told, if the node is none.
  init?(_ node: YAMLNode, _ table: KeyTable, at mark: TextMark, reader: PipelineReader) {
    self.init(table, at: mark, reader: reader)
    guard case .map(let all) = node.content else {
      reader.tell(
        "value.type", "\(table.title) expects keys and values, found \(node.found)",
        at: node.isNothing ? mark : node.mark)
      return nil
    }
    for field in all { take(field) }
    for key in table.keys where key.isRequired && fields[key.name] == nil {
      reader.tell(
        "key.missing", "\(table.title) needs the key \"\(key.name)\"", at: mark,
        "\(key.name): \(key.help)")
    }
  }

  /// A map that was not written.
  init(_ table: KeyTable, at mark: TextMark, reader: PipelineReader) {
    self.reader = reader
    self.table = table
    self.mark = mark
  }

  /// Fields of a map that were read before: mistakes in their names are not told again.
  static func quiet(
    _ node: YAMLNode, _ table: KeyTable, _ reader: PipelineReader
  ) -> PipelineFields? {
    guard case .map(let all) = node.content else { return nil }
    var fields = PipelineFields(table, at: node.mark, reader: reader)
    for field in all where table[field.key.value]?.support == .built {
      fields.fields[field.key.value] = field
    }
    return fields
  }

  private mutating func take(_ field: YAMLField) {
    let name = field.key.value
    guard let key = table[name] else {
      reader.tell(
        "key.unknown", "\(table.title) has no key \(quoted(name))", at: field.key.mark,
        NearestName.suggestion(for: name, among: table.keys.map(\.name))
          ?? "known here: " + table.keys.map(\.name).joined(separator: ", "))
      return
    }
    switch key.support {
    case .built: fields[name] = field
    case .ignored:
      reader.tell(
        "key.ignored", "\"\(name)\" has no effect in this version", at: field.key.mark,
        severity: .warning)
    case .elsewhere(let place):
      reader.tell(
        "key.elsewhere", "\(table.title) has no key \(quoted(name))", at: field.key.mark,
        "write " + place)
    }
  }

  /// The mark of a key, or of the map's owner.
  func mark(of key: String) -> TextMark { fields[key]?.key.mark ?? mark }

  /// Whether the key was written.
  func has(_ key: String) -> Bool { fields[key] != nil }

  /// The entries of a map of columns, names checked; empty, and told, if it is none.
  func columnEntries(_ key: String) -> [YAMLField] {
    guard let node = node(key) else { return [] }
    guard case .map(let entries) = node.content else {
      tellType(node, key)
      return []
    }
    if entries.isEmpty {
      reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark(of: key))
    }
    reader.checkColumnNames(entries.map(\.key))
    return entries
  }

  /// The value of a key, whatever it is.
  func node(_ key: String) -> YAMLNode? { fields[key]?.value }

  /// The map under a key; an empty one if it was not written.
  func map(_ key: String, _ table: KeyTable) -> PipelineFields {
    guard let field = fields[key] else {
      return PipelineFields(table, at: mark, reader: reader)
    }
    return PipelineFields(field.value, table, at: field.key.mark, reader: reader)
      ?? PipelineFields(table, at: field.key.mark, reader: reader)
  }

  /// The value of a key by a reader of its text; told, and nil, if the reader says no.
  func read<Value>(_ key: String, _ parse: (String) -> Value?) -> Located<Value>? {
    guard let field = fields[key] else { return nil }
    guard let text = scalar(field.value, of: key), let value = parse(text.value) else {
      if case .scalar = field.value.content, !field.value.isNothing { tellType(field.value, key) }
      return nil
    }
    return Located(value, at: text.mark)
  }

  func text(_ key: String) -> Located<String>? {
    read(key) { $0.isEmpty ? nil : $0 }
  }

  func name(_ key: String) -> Located<String>? {
    guard let text = text(key) else { return nil }
    return reader.checkedName(text) ? text : nil
  }

  func integer(_ key: String) -> Int? {
    read(key) { text -> Int? in
      guard let value = ScalarText.integer(text) else { return nil }
      if case .integer(let least)? = table[key]?.expects, value < least { return nil }
      return value
    }?.value
  }

  func boolean(_ key: String) -> Bool? { read(key, ScalarText.boolean)?.value }
  func real(_ key: String) -> Double? { read(key, ScalarText.real)?.value }
  func seconds(_ key: String) -> Int? { read(key, ScalarText.seconds)?.value }
  func duration(_ key: String) -> Duration? { read(key, ScalarText.duration)?.value }
  func size(_ key: String) -> Int? { read(key, ScalarText.size)?.value }
  func percent(_ key: String) -> Double? { read(key, ScalarText.percent)?.value }
  func rate(_ key: String) -> Int? { read(key, ScalarText.rate)?.value }

  /// A sign; `.some(nil)` for `none`.
  func sign(_ key: String) -> UInt8?? {
    guard let read = read(key, ScalarText.sign) else { return nil }
    return .some(read.value)
  }

  /// One of the words that the table lists.
  func choice(_ key: String) -> String? {
    guard case .choice(let words)? = table[key]?.expects else { return text(key)?.value }
    return read(key) { words.contains($0) ? $0 : nil }?.value
  }

  /// One of the cases of a type whose raw values are the words.
  func choice<Choice: RawRepresentable<String>>(_ key: String, as type: Choice.Type) -> Choice? {
    choice(key).flatMap(Choice.init(rawValue:))
  }

  /// An expression whose words are checked.
  func expression(_ key: String) -> Located<String>? {
    guard let text = text(key) else { return nil }
    reader.checkExpression(text)
    return text
  }

  /// The name of a stage; whether it exists is looked at when all are known.
  func stage(_ key: String, by user: String?) -> Located<String>? {
    guard let text = text(key) else { return nil }
    reader.refer(to: text, by: user)
    return text
  }

  /// The text of a scalar that must not be nothing; told otherwise.
  func scalar(_ node: YAMLNode, of key: String) -> Located<String>? {
    guard case .scalar(let text, _) = node.content, !node.isNothing else {
      tellType(node, key)
      return nil
    }
    return Located(text, at: node.mark)
  }

  /// Says that a value is not what its key expects.
  func tellType(_ node: YAMLNode, _ key: String) {
    let expects = table[key]?.expects ?? .text
    reader.tell(
      "value.type", "\"\(key)\" expects \(expects.words), found \(node.found)",
      at: node.isNothing ? mark(of: key) : node.mark, expects.suggestion(for: node))
  }
}

extension PipelineReader {
  /// Whether a text can be a name; told otherwise.
  func checkedName(_ name: Located<String>) -> Bool {
    guard !ScalarText.isName(name.value) else { return true }
    tell(
      "name.form",
      "a name has letters, digits, _ and -, and begins with a letter; found \(quoted(name.value))",
      at: name.mark, ScalarText.name(like: name.value).map { "write \($0)" })
    return false
  }
}
