// One expression that mends all records of a cause: previewed record by record, applied as one act.

internal import Foundation
internal import GRDB
internal import Records

/// What an expression would make of the records of a cause.
public struct FixPreview: Hashable, Sendable {
  /// One record.
  public struct Item: Hashable, Sendable {
    /// The entry.
    public var id: RejectID
    /// The field's value now.
    public var before: String
    /// Its value afterwards; nil if the expression does not apply.
    public var after: String?
    /// Why it would not be loaded afterwards, or why the expression does not apply; nil if it would.
    public var problem: String?

    /// Makes a value from its parts.
    public init(id: RejectID, before: String, after: String?, problem: String? = nil) {
      self.id = id
      self.before = before
      self.after = after
      self.problem = problem
    }
  }

  /// The cause.
  public var reason: ReasonID
  /// Its words.
  public var cause: String
  /// The field that is set.
  public var field: String
  /// The expression as it was understood.
  public var expression: String
  /// The records, oldest first.
  public var items: [Item]
  /// What to store to apply it.
  public var edits: [RecordEdit]
  /// How many would be loaded.
  public var passing: Int
  /// Why that could not be found out, in words.
  public var problem: ErrorText?

  /// Makes a value from its parts.
  public init(
    reason: ReasonID, cause: String, field: String, expression: String, items: [Item] = [],
    edits: [RecordEdit] = [], passing: Int = 0, problem: ErrorText? = nil
  ) {
    self.reason = reason
    self.cause = cause
    self.field = field
    self.expression = expression
    self.items = items
    self.edits = edits
    self.passing = passing
    self.problem = problem
  }

  /// How it stands in the journal.
  public var note: String { "\(field) := \(expression)" }
}

/// `field := expression`, as it is typed.
public struct FixText: Hashable, Sendable {
  /// The field to set.
  public var field: String
  /// The expression.
  public var expression: String

  /// Reads it; `=` alone would be a comparison.
  public init(parsing text: String) throws(EngineError) {
    guard let sign = text.firstRange(of: ":=") else {
      throw EngineError(.queue(.badSet(text, expected: "field := expression")))
    }
    func trimmed(_ part: Substring) -> String {
      part.trimmingCharacters(in: .whitespaces)
    }
    field = trimmed(text[..<sign.lowerBound])
    if field.hasPrefix("\""), field.hasSuffix("\""), field.count > 2 {
      field = String(field.dropFirst().dropLast())
    }
    expression = trimmed(text[sign.upperBound...])
    guard !field.isEmpty, !expression.isEmpty else {
      throw EngineError(.queue(.badSet(text, expected: "field := expression")))
    }
  }
}

extension WorkspaceReader {
  /// The most records that one expression mends at a time.
  public static let fixLimit = 10_000

  /// What an expression would make of the open records of a cause; writes nothing.
  ///
  /// Names are the fields of the file, as texts; if the expression does not fit texts, as the types
  /// their columns declare, for the records where they can be read so.
  public func fix(
    reason: ReasonID, _ fix: FixText
  ) async throws(EngineError) -> FixPreview {
    let found = try read(nil) { database -> (String, [RejectID])? in
      guard
        let cause = try String.fetchOne(
          database, sql: "SELECT text FROM reason WHERE id=?", arguments: [reason])
      else { return nil }
      return (
        cause,
        try Int64.fetchAll(
          database,
          sql: """
            SELECT id FROM reject WHERE reason_id=? AND state IN ('waiting','scheduled','dead')
            ORDER BY id LIMIT ?
            """, arguments: [reason, WorkspaceReader.fixLimit])
      )
    }
    guard let (cause, ids) = found, !ids.isEmpty else {
      throw EngineError(.queue(.unknownReason(reason)))
    }
    let bases = try draftBases(ids)
    var preview = FixPreview(
      reason: reason, cause: cause, field: fix.field, expression: fix.expression)
    var programs: [FixKey: FixProgram] = [:]
    for basis in bases {
      preview.items.append(try item(basis, fix, &programs, &preview))
    }
    try await judge(&preview, bases)
    return preview
  }

  /// One record; its edit goes into the preview.
  private func item(
    _ basis: DraftBasis, _ fix: FixText, _ programs: inout [FixKey: FixProgram],
    _ preview: inout FixPreview
  ) throws(EngineError) -> FixPreview.Item {
    guard let text = basis.text, !basis.isCut, let values = text.values(basis.stored) else {
      return FixPreview.Item(
        id: basis.id, before: "", after: nil, problem: "its fields cannot be told apart")
    }
    let key = FixKey(pipeline: basis.pipeline, source: basis.source, text: text)
    if programs[key] == nil {
      programs[key] = try FixProgram(fix, text: text, source: try source(of: basis))
    }
    guard let program = programs[key] else { preconditionFailure("it was just made") }
    let before = program.field < values.count ? values[program.field] : ""
    guard values.count <= text.names.count else {
      return FixPreview.Item(
        id: basis.id, before: before, after: nil, problem: "it has too many fields")
    }
    switch program.value(basis.stored) {
    case .failure(let why):
      return FixPreview.Item(id: basis.id, before: before, after: nil, problem: why.words)
    case .success(let after):
      let raw: [UInt8]
      do throws(EngineError) {
        raw = try text.setting(program.field, to: after, in: basis.stored)
      } catch {
        return FixPreview.Item(
          id: basis.id, before: before, after: nil, problem: error.text.what)
      }
      if raw != basis.stored {
        preview.edits.append(
          RecordEdit(basis.id, raw: raw == basis.original ? nil : raw, basis: basis.stored))
      }
      return FixPreview.Item(id: basis.id, before: before, after: after ?? "")
    }
  }

  private func source(of basis: DraftBasis) throws(EngineError) -> SourceSpec {
    let pipeline = try workspace.pipeline(named: basis.pipeline)
    guard let source = pipeline.sources.first(where: { $0.name.value == basis.source }) else {
      throw EngineError(.queue(.noFields(basis.id)))
    }
    return source
  }

  /// Tries the mended records, all in one go.
  private func judge(_ preview: inout FixPreview, _ bases: [DraftBasis]) async throws(EngineError) {
    guard let pipeline = bases.first?.pipeline else { return }
    let stored = Dictionary(bases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var records: [RejectID: [UInt8]] = [:]
    for item in preview.items where item.after != nil {
      records[item.id] = stored[item.id]?.stored
    }
    for edit in preview.edits { records[edit.id] = edit.raw ?? stored[edit.id]?.original }
    guard !records.isEmpty else { return }
    let trial = try await trial(of: records, pipeline: pipeline)
    preview.problem = trial.problem
    for index in preview.items.indices where preview.items[index].after != nil {
      switch trial.fates[preview.items[index].id] {
      case .loaded?: preview.passing += 1
      case .leftOut(let why)?: preview.items[index].problem = why
      case .rejected(_, let faults)?: preview.items[index].problem = faults.first ?? ""
      case nil: preview.items[index].problem = trial.problem?.what
      }
    }
  }
}

private struct FixKey: Hashable {
  var pipeline: String, source: String, text: RecordText
}

/// A fix bound to the fields of one file.
private final class FixProgram {
  struct Failure: Error { var words: String }

  let field: Int
  private let text: RecordText
  private let program: ExpressionProgram
  private let casts: [ColumnCast]
  private let batch: RecordBatch

  init(_ fix: FixText, text: RecordText, source: SourceSpec) throws(EngineError) {
    self.text = text
    let match = try ContractCheck.match(names: text.names, source: source, place: "the queue")
    let declared = zip(source.columns.map(\.value), match.fields).compactMap { spec, field in
      field.map { (spec: spec, field: $0) }
    }
    // Names in the file come first; declared names that differ are known too.
    var names: [String: Int] = [:]
    for (spec, field) in declared { names[spec.name] = field }
    for (place, name) in text.names.enumerated() where !name.isEmpty { names[name] = place }
    guard let field = names[fix.field] else {
      throw EngineError(.queue(.unknownField(fix.field, known: text.names)))
    }
    self.field = field
    let plain = (0..<text.names.count).map { place in
      ColumnCast(
        spec: ColumnSpec(name: text.name(of: place), type: .text, nulls: []), field: place,
        column: place)
    }
    // The types alone: what the value must be is judged afterwards.
    let typed = plain.map { cast -> ColumnCast in
      guard var spec = declared.first(where: { $0.field == cast.field })?.spec else { return cast }
      (spec.minimum, spec.maximum, spec.pattern, spec.isRequired) = (nil, nil, nil, false)
      return ColumnCast(spec: spec, field: cast.field, column: cast.column)
    }
    let parsed = try FixProgram.parse(fix.expression, names, plain, typed)
    program = ExpressionProgram(parsed.expression)
    casts = parsed.casts
    batch = RecordBatch(
      width: text.names.count, columns: casts.map(\.spec.type) + [parsed.expression.type],
      capacity: 2, byteCapacity: 64 << 10)
  }

  private static func parse(
    _ text: String, _ names: [String: Int], _ plain: [ColumnCast], _ typed: [ColumnCast]
  ) throws(EngineError) -> (expression: TypedExpression, casts: [ColumnCast]) {
    func scope(_ casts: [ColumnCast]) -> ExpressionScope {
      ExpressionScope(
        columns: names.mapValues { (column: $0, type: casts[$0].spec.type, isNullable: true) })
    }
    do throws(ExpressionDiagnostic) {
      let tree = try ExpressionTree.parse(text)
      if let expression = try? tree.typed(in: scope(plain)) { return (expression, plain) }
      return (try tree.typed(in: scope(typed)), typed)
    } catch {
      throw EngineError(
        .queue(
          .expression(
            error.message + (error.suggestion.map { ", did you mean \($0)?" } ?? ""), text: text,
            column: error.span.lowerBound + 1)))
    }
  }

  /// The field's new text for a record with these bytes.
  func value(_ raw: [UInt8]) -> Result<String?, Failure> {
    batch.begin(position: .start)
    let bytes = raw + [0x0A]
    guard bytes.withUnsafeBufferPointer({ batch.fill(from: $0) }) == bytes.count else {
      return .failure(Failure(words: "it is too long"))
    }
    var scanner = text.form.scanner(width: text.names.count)
    scanner.scan(batch, isLast: true)
    guard batch.count == 1, batch.isReadable(0) else {
      return .failure(Failure(words: "its fields cannot be told apart"))
    }
    batch.bad[0] = false
    batch.badCount = 0
    for cast in casts where program.expression.columns.contains(cast.column) {
      cast.cast(batch)
      if batch.bad[0] {
        let name = text.name(of: cast.field)
        return .failure(Failure(words: "\(name) cannot be read as \(cast.spec.type.name)"))
      }
    }
    program.evaluate(batch, into: casts.count)
    guard !batch.bad[0] else {
      let words = program.fault(batch, 0).map(FaultText.sentence) ?? "the expression fails"
      return .failure(Failure(words: words))
    }
    guard !batch.columns[casts.count].nulls[0] else { return .success(nil) }
    return .success(SlotText.string(batch, 0, casts.count))
  }
}
