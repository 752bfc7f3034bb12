// A record on somebody's desk: its fields as the file had them, as they are now, and what the rules say.
//
// Values in, values out: nothing is stored here. `StateFile.edit` stores what `edit` gives.

internal import Foundation
internal import GRDB
internal import Records

/// A value for a field of a record.
public struct FieldChange: Hashable, Sendable {
  /// The field's name in the file, or the declared column's.
  public var field: String
  /// The value, without quotes.
  public var value: String

  /// Makes a change.
  public init(_ field: String, _ value: String) {
    self.field = field
    self.value = value
  }

  /// Reads `field=value`; the value may be empty and may hold further signs.
  public init(parsing text: String) throws(EngineError) {
    guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
      throw EngineError(.queue(.badSet(text, expected: "field=value")))
    }
    self.init(String(text[..<sign]), String(text[text.index(after: sign)...]))
  }
}

/// A queue record with the changes somebody makes, judged by the rules of its source.
public struct RecordDraft: Hashable, Sendable {
  /// One field.
  public struct Field: Hashable, Sendable {
    /// Its name in the file.
    public var name: String
    /// Its value in the file.
    public var original: String
    /// Its value now.
    public var value: String
    /// What it must be, as the pipeline declares it: `int`; nil if no column reads it.
    public var type: String?
    /// The value as the pipeline understands it; nil if it does not.
    public var parsed: String?
    /// What is wrong with it, in words.
    public var problem: String?

    /// Whether it is another value than in the file.
    public var isEdited: Bool { value != original }

    /// Makes a value from its parts.
    public init(
      name: String, original: String, value: String, type: String? = nil, parsed: String? = nil,
      problem: String? = nil
    ) {
      self.name = name
      self.original = original
      self.value = value
      self.type = type
      self.parsed = parsed
      self.problem = problem
    }
  }

  /// The entry.
  public var id: RejectID
  /// Its pipeline.
  public var pipeline: String
  /// Its source.
  public var source: String
  /// The fields; none if they cannot be told apart.
  public var fields: [Field]
  /// What is wrong with the record as a whole, in words.
  public var problems: [String]
  /// The bytes of the file.
  public var original: [UInt8]
  /// The bytes as they are stored now.
  public var stored: [UInt8]
  /// The bytes as this draft has them.
  public var raw: [UInt8]

  /// Makes a value from its parts.
  public init(
    id: RejectID, pipeline: String, source: String, fields: [Field] = [], problems: [String] = [],
    original: [UInt8], stored: [UInt8], raw: [UInt8]
  ) {
    self.id = id
    self.pipeline = pipeline
    self.source = source
    self.fields = fields
    self.problems = problems
    self.original = original
    self.stored = stored
    self.raw = raw
  }

  /// How many rules do not hold.
  public var problemCount: Int { problems.count + fields.count { $0.problem != nil } }

  /// What to store; nil if nothing differs from what is stored.
  public var edit: RecordEdit? {
    raw == stored ? nil : RecordEdit(id, raw: raw == original ? nil : raw, basis: stored)
  }

  /// The command that makes the same changes, for a shell.
  public var command: String {
    let changed = fields.filter(\.isEdited)
    if raw == original { return "etl-tui retry edit \(id) --undo" }
    let isWhole =
      changed.isEmpty || changed.contains { $0.value.unicodeScalars.contains { $0.value < 0x20 } }
    guard !isWhole else { return "etl-tui retry edit \(id) --raw \(shellWord(raw.asText))" }
    return "etl-tui retry edit \(id)"
      + changed.map { " --set \(shellWord("\($0.name)=\($0.value)"))" }.joined()
  }
}

extension [UInt8] {
  var asText: String { String(decoding: self, as: UTF8.self) }
}

/// A text as one word of a shell.
func shellWord(_ text: String) -> String {
  let plain =
    !text.isEmpty
    && text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "=_-./:,+@%".unicodeScalars.contains($0)
    }
  return plain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}

/// An entry as a draft is made from it.
struct DraftBasis {
  var id: RejectID
  var pipeline: String
  var source: String
  var state: RejectState
  var original: [UInt8]
  var stored: [UInt8]
  var isCut: Bool
  var isRedacted: Bool
  var byteCount: Int
  var text: RecordText?

  init(row: Row, texts: inout RecordTexts) {
    let original: Data = row["raw"]
    let edited: Data? = row["edited_raw"]
    id = row["id"]
    pipeline = row["pipeline"]
    source = row["source"]
    state = RejectState(rawValue: row["state"]) ?? .waiting
    self.original = [UInt8](original)
    stored = [UInt8](edited ?? original)
    let cut: Int = row["raw_truncated"]
    isCut = edited == nil && cut > 0
    isRedacted = edited == nil && cut == 2
    byteCount = row["byte_length"]
    text = texts.text(header: row["header_json"], dialect: row["dialect_json"])
  }

  /// Throws if the entry cannot be edited now.
  func requireEditable() throws(EngineError) {
    switch state {
    case .waiting, .scheduled, .dead: break
    case .claimed: throw EngineError(.queue(.beingTried(id)))
    case .loaded, .superseded, .discarded:
      throw EngineError(.queue(.closed(id, state: state)))
    }
  }

  /// The bytes with fields changed.
  func setting(
    _ changes: [FieldChange], rules: RecordRules?
  ) throws(EngineError) -> [UInt8] {
    guard let text else { throw EngineError(.queue(.noFields(id))) }
    guard !isRedacted else { throw EngineError(.queue(.redacted(id))) }
    guard !isCut else { throw EngineError(.queue(.cut(id, bytes: byteCount))) }
    var raw = stored
    for change in changes {
      let field = try field(change.field, text, rules)
      // An empty text is no number and no date: no value is meant.
      let isText = rules?.columns(of: field).first.map { $0.type == .text } ?? true
      let value = change.value.isEmpty && !isText ? nil : change.value
      raw = try text.setting(field, to: value, in: raw)
    }
    return raw
  }

  /// A field by its name in the file, or else by the column that reads it.
  func field(
    _ name: String, _ text: RecordText, _ rules: RecordRules?
  ) throws(EngineError) -> Int {
    if let place = text.names.firstIndex(of: name) { return place }
    let columns = text.names.indices.first { place in
      rules?.columns(of: place).contains { $0.name == name } ?? false
    }
    guard let columns else {
      throw EngineError(.queue(.unknownField(name, known: text.names)))
    }
    return columns
  }

  /// The draft with these bytes, judged.
  func draft(_ raw: [UInt8], rules: RecordRules?) -> RecordDraft {
    var draft = RecordDraft(
      id: id, pipeline: pipeline, source: source, original: original, stored: stored, raw: raw)
    guard let text else { return draft }
    let before = text.values(original) ?? []
    let verdict = rules?.judge(raw) ?? ([], [:])
    draft.fields = (text.values(raw) ?? []).enumerated().map { index, value in
      RecordDraft.Field(
        name: text.name(of: index), original: index < before.count ? before[index] : "",
        value: value)
    }
    for index in draft.fields.indices {
      guard let column = rules?.columns(of: index).first else { continue }
      draft.fields[index].type = column.type.name
      draft.fields[index].parsed = verdict.1[column.name]
    }
    for fault in verdict.0 {
      let isStructure = fault.column == nil
      if !isStructure, let place = fault.position, draft.fields.indices.contains(place - 1) {
        draft.fields[place - 1].problem = FaultText.sentence(fault)
      } else {
        draft.problems.append(FaultText.sentence(fault))
      }
    }
    return draft
  }
}

extension WorkspaceReader {
  /// A record as a draft, with changes that are not stored, judged by the rules of its source.
  ///
  /// `changes` are fields with other values than those stored; `raw` is the whole record instead.
  public func draft(
    of id: RejectID, setting changes: [FieldChange] = [], raw: [UInt8]? = nil
  ) throws(EngineError) -> RecordDraft {
    let basis = try draftBases([id]).first
    guard let basis else { throw EngineError(.queue(.unknownRecord(id))) }
    let rules = try self.rules(of: basis)
    if !changes.isEmpty || raw != nil { try basis.requireEditable() }
    if let raw { return basis.draft(raw.last == 0x0A ? Array(raw.dropLast()) : raw, rules: rules) }
    guard !changes.isEmpty else { return basis.draft(basis.stored, rules: rules) }
    return basis.draft(try basis.setting(changes, rules: rules), rules: rules)
  }

  /// The rules for a record; nil if its fields cannot be told apart or its source is gone.
  func rules(of basis: DraftBasis) throws(EngineError) -> RecordRules? {
    guard let text = basis.text,
      let source = try workspace.pipeline(named: basis.pipeline).sources
        .first(where: { $0.name.value == basis.source })
    else { return nil }
    return try RecordRules(source, names: text.names)
  }

  /// Entries as drafts are made from them, in the order asked for.
  func draftBases(_ ids: [RejectID]) throws(EngineError) -> [DraftBasis] {
    try read([]) { database in
      let statement = try database.cachedStatement(sql: ReaderSQL.draft)
      var texts = RecordTexts()
      return try ids.compactMap { id in
        try Row.fetchOne(statement, arguments: [id]).map { DraftBasis(row: $0, texts: &texts) }
      }
    }
  }
}
