// The slow path: every fault of one record, as facts. Its cost is in proportion to bad records only.

/// Explains bad records.
public struct RecordExplainer: Sendable {
  private let casts: [ColumnCast]
  private let width: Int
  private let names: [String]

  /// Creates an explainer for the columns of a source.
  /// - Parameters:
  ///   - casts: the declared columns and their fields in the file, from 0.
  ///   - width: how many fields a record should have.
  ///   - names: the names in the file's header, or none.
  public init(casts: [(spec: ColumnSpec, field: Int)], width: Int, names: [String]) {
    self.casts = casts.sorted { $0.field < $1.field }
      .map { ColumnCast(spec: $0.spec, field: $0.field, column: 0) }
    self.width = width
    self.names = names
  }

  /// All faults of a record, in field order; none if it is sound.
  ///
  /// A record whose fields cannot be told apart, or are too few or too many, has that one fault:
  /// its values may stand under the wrong names. Of the latter the value is how many there are.
  public func faults(of record: Int, in batch: RecordBatch) -> [RecordFault] {
    if let fault = structuralFault(of: record, in: batch) { return [fault] }
    return casts.compactMap { fault(of: $0, record, batch) }
  }

  private func structuralFault(of record: Int, in batch: RecordBatch) -> RecordFault? {
    let raw = batch.raw(record)
    let found = batch.fieldCount(of: record)
    let expected = width == 1 ? "1 field" : "\(width) fields"
    switch batch.structures[record] {
    case .sound: return nil
    case .brokenQuote:
      let start = min(Int(batch.fieldCounts[record]), raw.count)
      return RecordFault(
        code: .parseQuote, range: start..<raw.count, value: escaped(raw, from: start))
    case .brokenJSON:
      let start = min(Int(batch.fieldCounts[record]), raw.count)
      return RecordFault(
        code: .parseJSON, range: start..<raw.count, value: escaped(raw, from: start),
        rule: "one JSON object")
    case .tooLong:
      return RecordFault(
        code: .parseTooLong, range: 0..<raw.count, value: escaped(raw, from: 0),
        rule: "\(raw.count) bytes")
    case .fieldsMissing:
      return RecordFault(
        code: .parseFieldsMissing, position: found + 1, range: raw.count..<raw.count,
        value: "\(found)",
        rule: expected + (found < names.count ? ", \(names[found]) is missing" : ""))
    case .fieldsExtra:
      return RecordFault(
        code: .parseFieldsExtra, position: width + 1,
        range: startOfExtraFields(record, batch)..<raw.count, value: "\(found)", rule: expected)
    }
  }

  /// Behind the last field that counts: its closing quote, blanks and the delimiter.
  private func startOfExtraFields(_ record: Int, _ batch: RecordBatch) -> Int {
    guard width > 0, let start = batch.raw(record).baseAddress,
      let last = batch.field(width - 1, of: record).baseAddress
    else { return 0 }
    let raw = batch.raw(record)
    var index = last - start + batch.field(width - 1, of: record).count
    if batch.fieldIsQuoted(width - 1, of: record) {
      index += 1
      while index < raw.count, TextBytes.isBlank(raw[index]) { index += 1 }
    }
    return min(index + 1, raw.count)
  }

  private func fault(of cast: ColumnCast, _ record: Int, _ batch: RecordBatch) -> RecordFault? {
    guard cast.field < batch.width else { return nil }
    let field = batch.field(cast.field, of: record)
    let spec = cast.spec
    if batch.fieldIsNull(cast.field, of: record) {
      guard spec.isRequired else { return nil }
      return RecordFault(
        code: .castRequired, column: spec.name, position: cast.field + 1, rule: "required")
    }
    let value = changed(
      field, cast, hasDoubledQuotes: batch.fieldHasDoubledQuotes(cast.field, of: record))
    let isNested = batch.fieldIsNested(cast.field, of: record)
    return value.withUnsafeBufferPointer { value in
      let isRefused = isNested && spec.type == .text && !spec.takesNested
      guard let code = isRefused ? .castText : cast.fault(of: value) else { return nil }
      var range: Range<Int>?
      if let start = batch.raw(record).baseAddress, let from = field.baseAddress {
        // A string with escapes was copied: its bytes are not those of the record.
        let low = from - start
        if low >= 0, low + field.count <= batch.raw(record).count {
          range = low..<low + field.count
        }
      }
      return RecordFault(
        code: code, column: spec.name, position: cast.field + 1, range: range,
        value: TextBytes.escaped(field), rule: rule(code, cast, value))
    }
  }

  /// The value as the cast sees it.
  private func changed(
    _ field: UnsafeBufferPointer<UInt8>, _ cast: ColumnCast, hasDoubledQuotes: Bool
  ) -> [UInt8] {
    var value: [UInt8] = []
    if hasDoubledQuotes, cast.spec.type == .text, let base = field.baseAddress {
      let quote = base[-1]
      var index = 0
      while index < field.count {
        value.append(field[index])
        index += field[index] == quote ? 2 : 1
      }
    } else {
      value = Array(field)
    }
    if cast.spec.trims || cast.spec.type != .text {
      value = value.withUnsafeBufferPointer { Array(TextBytes.trimmed($0)) }
    }
    guard cast.spec.type == .text, !value.withUnsafeBufferPointer(cast.isNull) else { return value }
    switch cast.spec.letterCase {
    case .keep: return value
    case .upper: return value.map(TextBytes.upper)
    case .lower: return value.map(TextBytes.lower)
    }
  }

  /// What the value should have been.
  private func rule(
    _ code: RecordFault.Code, _ cast: ColumnCast, _ value: UnsafeBufferPointer<UInt8>
  ) -> String? {
    let spec = cast.spec
    switch code {
    case .castRequired: return "required"
    case .castText: return "text, no object or array"
    case .castPattern: return spec.pattern?.text
    case .parseEncoding: return "UTF-8"
    case .castRange:
      if let bound = cast.brokenBound(of: value) {
        return (bound.isMinimum ? "min " : "max ") + bound.text
      }
      return spec.type == .integer ? "64-bit integer" : spec.type.name
    case .castDate, .castTimestamp:
      if spec.formats.isEmpty {
        return spec.type == .date ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss"
      }
      return spec.formats.map(\.pattern).joined(separator: " or ")
    case .castBool:
      return (spec.trueWords + spec.falseWords).map { String(decoding: $0, as: UTF8.self) }
        .joined(separator: " ")
    default:
      var rule = spec.type.name
      if let mark = spec.decimalMark { rule += ", decimal mark " + sign(mark) }
      if let mark = spec.thousandsMark { rule += ", thousands mark " + sign(mark) }
      return rule
    }
  }

  private func sign(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }

  private func escaped(_ raw: UnsafeBufferPointer<UInt8>, from start: Int) -> String {
    TextBytes.escaped(UnsafeBufferPointer(rebasing: raw[start...]))
  }
}
