// Reads how the records of a source are written. Touches nothing.

import Records

/// What `format` and the places of columns say.
struct ReadFormat {
  var format = RecordFormat.delimited
  var dialect = Dialect()
  var encoding: TextEncoding?
  var packing = Packing.byName
  var member: String?
  var columns: [Located<ColumnSpec>] = []
}

/// How columns are found in a record.
enum ColumnPlacing: Hashable {
  /// By the names in the header.
  case header
  /// By their order, or the position they state.
  case positions
  /// By paths inside a JSON object.
  case paths
  /// By the names that a database gives.
  case database
  /// By fixed places in a line.
  case places
}

extension PipelineFile {
  /// Reads the format and the columns of a source of some type.
  static func format(_ fields: PipelineFields, _ sourceType: String) -> ReadFormat {
    var read = ReadFormat()
    guard sourceType != "sqlite" else {
      read.format = .rows
      read.dialect.skippedLines = 1
      read.columns = columns(fields, placing: .database, nulls: [], trims: false)
      return read
    }
    let format = fields.map("format", .format)
    let type = format.choice("type") ?? "csv"
    refuseForeignKeys(format, type)
    read.dialect = dialect(format, type)
    read.encoding = format.choice("encoding", as: TextEncoding.self)
    read.packing = format.choice("packing", as: Packing.self) ?? .byName
    read.member = member(format, read.packing)
    let nulls = format.texts("nulls")?.map { Array($0.value.utf8) }
    let trims = format.boolean("trim")
    switch type {
    case "json_lines", "json":
      read.format = type == "json" ? .json(at: array(format)) : .jsonLines
      read.columns = columns(fields, placing: .paths, nulls: nulls ?? [], trims: false)
    case "fixed":
      read.columns = columns(fields, placing: .places, nulls: nulls ?? [[]], trims: trims ?? true)
      read.format = .fixed(fixedWidth(format, fields, read.columns))
    default:
      read.columns = columns(
        fields, placing: read.dialect.hasHeader ? .header : .positions, nulls: nulls ?? [[]],
        trims: trims ?? false)
    }
    return read
  }

  /// Keys of one format in another are mistakes, not decoration.
  private static func refuseForeignKeys(_ format: PipelineFields, _ type: String) {
    let lines = ["skip", "comment", "blank", "trim"]
    let all = lines + ["header", "delimiter", "quote", "at", "unit", "width", "short"]
    let fitting =
      switch type {
      case "json_lines": [String]()
      case "json": ["at"]
      case "fixed": lines + ["unit", "width", "short"]
      default: lines + ["header", "delimiter", "quote"]
      }
    for key in all where format.has(key) && !fitting.contains(key) {
      format.reader.tell(
        "key.unfit", "\"\(key)\" does not fit the format \(type)", at: format.mark(of: key),
        "remove it")
    }
  }

  private static func dialect(_ format: PipelineFields, _ type: String) -> Dialect {
    var dialect = Dialect()
    if type == "tsv" {
      dialect.delimiter = UInt8(ascii: "\t")
      dialect.quote = nil
    }
    if let hasHeader = format.boolean("header") { dialect.hasHeader = hasHeader }
    if let delimiter = format.sign("delimiter") {
      if let delimiter {
        dialect.delimiter = delimiter
      } else if let node = format.node("delimiter") {
        format.tellType(node, "delimiter")
      }
    }
    if let quote = format.sign("quote") { dialect.quote = quote }
    if let comment = format.sign("comment") { dialect.comment = comment }
    if let skip = format.integer("skip") { dialect.skippedLines = skip }
    if dialect.quote == dialect.delimiter {
      format.reader.tell(
        "value.conflict", "\"delimiter\" and \"quote\" are the same sign",
        at: format.mark(of: format.has("quote") ? "quote" : "delimiter"))
    }
    if let comment = dialect.comment, [dialect.delimiter, dialect.quote].contains(comment) {
      let other = comment == dialect.quote ? "quote" : "delimiter"
      format.reader.tell(
        "value.conflict", "\"comment\" and \"\(other)\" are the same sign",
        at: format.mark(of: "comment"))
    }
    if let blank = format.choice("blank") { dialect.skipBlankLines = blank == "skip" }
    if let longest = format.size("max_record") { dialect.maximumRecordBytes = longest }
    return dialect
  }

  private static func member(_ format: PipelineFields, _ packing: Packing) -> String? {
    guard let member = format.text("member") else { return nil }
    if packing == .gzip || packing == .none {
      format.reader.tell(
        "value.conflict",
        "\"member\" names a file of a zip archive, and the packing is"
          + " \(packing.rawValue)", at: format.mark(of: "member"), "write packing: zip")
    }
    return member.value
  }

  private static func array(_ format: PipelineFields) -> JSONPath? {
    format.text("at").flatMap { path($0, "at", format.reader) }
  }

  /// Reads a path inside JSON.
  static func path(
    _ text: Located<String>, _ key: String, _ reader: PipelineReader
  ) -> JSONPath? {
    do throws(JSONPathError) {
      return try JSONPath(text.value)
    } catch {
      let end = min(text.value.utf8.count, error.offset + 1)
      reader.tell(
        "column.path", error.words(key),
        at: reader.source.mark(of: min(error.offset, end)..<end, in: text.value, at: text.mark),
        "write a.b[0], or /a/b/0 for keys with dots and brackets in them")
      return nil
    }
  }

  /// The places of fixed fields; one that does not say begins where the one before ends.
  private static func fixedWidth(
    _ format: PipelineFields, _ fields: PipelineFields, _ columns: [Located<ColumnSpec>]
  ) -> FixedWidth {
    var layout = FixedWidth(
      fields: [], unit: format.choice("unit", as: FixedWidth.Unit.self) ?? .characters,
      lineWidth: format.integer("width"), padsShortLines: format.choice("short") == "pad")
    guard case .map(let entries)? = fields.node("columns")?.content else { return layout }
    var end = 0
    for column in columns {
      guard let entry = entries.first(where: { $0.key.value == column.value.name }) else {
        continue
      }
      var field = FixedField(start: end, width: 1)
      // What was told already is not told again.
      let quiet = PipelineFields.quiet(entry.value, .column, fields.reader)
      if let start = quiet?.integer("start") { field.start = start - 1 }
      if let width = quiet?.integer("width") {
        field.width = width
      } else if quiet?.has("width") != true {
        fields.reader.tell(
          "key.missing", "a column of a line of fixed fields needs the key \"width\"",
          at: entry.key.mark, "width: how many places a fixed field has")
      }
      if let lineWidth = layout.lineWidth, field.end > lineWidth {
        fields.reader.tell(
          "value.range", "the field ends at place \(field.end), a line has \(lineWidth)",
          at: entry.key.mark)
      }
      end = field.end
      layout.fields.append(field)
    }
    return layout
  }
}

extension JSONPathError {
  /// What is wrong with it.
  fileprivate func words(_ key: String) -> String {
    switch reason {
    case .empty: "\"\(key)\" has a key of no letters in its path"
    case .place: "\"\(key)\" has a bracket in its path that is no place such as [0]"
    case .tilde: "\"\(key)\" has a ~ in its pointer without 0 or 1 behind it"
    }
  }
}
