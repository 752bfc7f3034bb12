// Many columns of a file declared at once, by the form of their names. Touches nothing.

public import Records

/// Columns that a file has any number of, such as one a day.
public struct RestSpec: Hashable, Sendable {
  /// The name under which a step takes them all.
  public var name: Located<String>
  /// What the names of the columns in the file are.
  public var match: BytePattern
  /// What each of them holds.
  public var column: ColumnSpec

  /// Makes a rest.
  public init(name: Located<String>, match: BytePattern, column: ColumnSpec) {
    self.name = name
    self.match = match
    self.column = column
  }

  /// The columns of a file that belong to it, none of them declared by itself.
  func members(of names: [String], declared: [Int?]) -> [RestMember] {
    let taken = Set(declared.compactMap { $0 })
    return names.enumerated().compactMap { field, name in
      taken.contains(field) || !match.matches(name) ? nil : RestMember(name: name, field: field)
    }
  }
}

/// One column of a rest in one file.
struct RestMember: Hashable, Sendable {
  var name: String
  /// Its field, from 0.
  var field: Int
}

extension PipelineFile {
  /// Reads the key `rest` of a source.
  static func withRest(
    _ source: SourceSpec, _ node: YAMLNode, _ reader: PipelineReader
  ) -> SourceSpec {
    guard let field = node["rest"],
      let fields = PipelineFields(field.value, .rest, at: field.key.mark, reader: reader)
    else { return source }
    var source = source
    let nulls = node["format"]?.value["nulls"]?.value.texts.map { Array($0.utf8) }
    let columns = columns(
      fields, placing: .header, nulls: nulls ?? [[]],
      trims: node["format"]?.value["trim"]?.value.texts == ["true"])
    if source.format != .delimited || !source.dialect.hasHeader {
      reader.tell(
        "value.conflict", "\"rest\" needs a file with a header", at: field.key.mark,
        "declare the columns one by one")
    }
    if let second = columns.dropFirst().first {
      reader.tell(
        "value.conflict",
        "\"rest\" declares one kind of column, found \(quoted(second.value.name))",
        at: second.mark, "columns of another type need names of their own")
    }
    guard let text = fields.text("match"), let column = columns.first else { return source }
    if let same = source.columns.first(where: { $0.value.name == column.value.name }) {
      reader.tell(
        "column.duplicate",
        "there is a column \(quoted(column.value.name)) already, at"
          + " \(same.mark.line):\(same.mark.column)", at: column.mark,
        "give one of them another name")
    }
    if column.value.from != column.value.name || column.value.position != nil {
      reader.tell(
        "key.unfit", "the columns of a rest are found by \"match\"", at: column.mark,
        "remove from and position")
    }
    do {
      source.rest = RestSpec(
        name: Located(column.value.name, at: column.mark), match: try BytePattern(text.value),
        column: column.value)
    } catch {
      reader.tell(
        "column.pattern", error.words,
        at: reader.source.mark(of: error.range, in: text.value, at: text.mark), error.advice)
    }
    return source
  }
}

extension KeyTable {
  static let rest = KeyTable(
    title: "rest",
    keys: [
      KeySpec(
        "match", .text, required: true, "a regular expression for the whole name of a column"),
      KeySpec(
        "columns", .map, required: true, "one name for all of them, with their type"),
    ])
}

extension YAMLNode {
  /// The field of a map.
  subscript(key: String) -> YAMLField? {
    guard case .map(let fields) = content else { return nil }
    return fields.first { $0.key.value == key }
  }

  /// A text or the texts of a list.
  fileprivate var texts: [String] {
    switch content {
    case .scalar(let text, _): [text]
    case .list(let items): items.flatMap(\.texts)
    case .map: []
    }
  }
}
