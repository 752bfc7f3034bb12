// A raw record as fields, and back: a changed field is written in the record's own way, and all other
// bytes stay as they are.

internal import Foundation
internal import Records

/// How the records of one snapshot are written.
struct RecordText: Hashable, Sendable {
  /// The names of the fields.
  var names: [String]
  var form: RecordForm

  init(names: [String], form: RecordForm) {
    self.names = names
    self.form = form
  }

  /// `dialect`: what `RecordForm.note(on:)` gave; nil if it is not known.
  init?(names: [String], dialect: String?) {
    guard !names.isEmpty, let form = RecordForm(note: dialect) else { return nil }
    self.init(names: names, form: form)
  }

  /// The name of a field, also of one that the header does not name.
  func name(of field: Int) -> String {
    field < names.count ? names[field] : "field \(field + 1)"
  }

  /// The values of a record as people read them; nil if its fields cannot be told apart.
  func values(_ raw: [UInt8]) -> [String]? {
    switch form {
    case .delimited(let text): text.split(raw).map(\.text)
    case .fixed(let layout): FixedText(layout).values(raw)
    case .json(let paths): RecordForm.values(raw, at: paths)
    }
  }

  /// The record with one field changed; what it lacks in front of it is added empty.
  ///
  /// No value at all is `null` in JSON, and elsewhere as good as an empty one.
  func setting(_ field: Int, to value: String?, in raw: [UInt8]) throws(EngineError) -> [UInt8] {
    let name = name(of: field)
    switch form {
    case .delimited(let text): return try text.setting(field, name, to: value ?? "", in: raw)
    case .fixed(let layout):
      return try FixedText(layout).setting(field, name, to: value ?? "", in: raw)
    case .json(let paths):
      guard paths.indices.contains(field), var edit = JSONEdit(raw) else {
        throw EngineError(.queue(.unwritable(field: name, .notJSON)))
      }
      do throws(JSONEditError) {
        try edit.set(value, at: paths[field])
      } catch {
        throw EngineError(.queue(.unwritable(field: name, .noPlace)))
      }
      return edit.bytes
    }
  }
}

/// How snapshots are written, each read from the state file's notes once.
struct RecordTexts {
  private struct Notes: Hashable { var header: String?, dialect: String? }

  private var known: [Notes: RecordText?] = [:]

  mutating func text(header: String?, dialect: String?) -> RecordText? {
    let notes = Notes(header: header, dialect: dialect)
    if let text = known[notes] { return text }
    let text = RecordText(names: fromJSON(header) ?? [], dialect: dialect)
    known[notes] = .some(text)
    return text
  }
}

/// What a record's fields are told apart by.
enum RecordForm: Hashable, Sendable {
  case delimited(DelimitedText)
  case json([JSONPath])
  case fixed(FixedWidth)

  /// Of delimited text the two numbers delimiter, and quote or -1; of other formats `Places`.
  init?(note: String?) {
    if let numbers = fromJSON(note, as: [Int].self), numbers.count == 2 {
      self = .delimited(
        DelimitedText(
          delimiter: UInt8(clamping: numbers[0]),
          quote: numbers[1] < 0 ? nil : UInt8(clamping: numbers[1])))
    } else if let form = fromJSON(note, as: Places.self)?.form {
      self = form
    } else {
      return nil
    }
  }

  /// How the records of a source are split, for the state file.
  static func note(on source: SourceSpec) -> String? {
    switch source.format {
    case .delimited:
      jsonText([Int(source.dialect.delimiter), source.dialect.quote.map(Int.init) ?? -1])
    case .jsonLines, .json: jsonText(Places(paths: source.paths.map(\.text)))
    case .rows: jsonText(Places(keys: source.paths.map(\.text)))
    case .fixed(let layout):
      jsonText(
        Places(unit: layout.unit.rawValue, fields: layout.fields.map { [$0.start, $0.width] }))
    }
  }

  private struct Places: Codable {
    var paths: [String]?
    var keys: [String]?
    var unit: String?
    var fields: [[Int]]?

    var form: RecordForm? {
      if let keys { return .json(keys.map { JSONPath(key: $0) }) }
      if let paths {
        return .json(paths.map { text in (try? JSONPath(text)) ?? JSONPath(key: text) })
      }
      guard let unit = unit.flatMap(FixedWidth.Unit.init), let fields else { return nil }
      let places = fields.filter { $0.count == 2 && $0[0] >= 0 && $0[1] >= 0 }
        .map { FixedField(start: $0[0], width: $0[1]) }
      return .fixed(FixedWidth(fields: places, unit: unit, padsShortLines: true))
    }
  }

  /// Finds the fields of raw records, one after the other.
  func scanner(width: Int) -> any RecordScanner {
    switch self {
    case .delimited(let text):
      CSVScanner(
        dialect: Dialect(
          delimiter: text.delimiter, quote: text.quote, hasHeader: false, skipBlankLines: false),
        width: width)
    case .json(let paths): JSONArrayScanner(paths: paths, isBare: true)
    case .fixed(let layout):
      FixedWidthScanner(layout: layout, dialect: Dialect(skipBlankLines: false))
    }
  }

  fileprivate static func values(_ raw: [UInt8], at paths: [JSONPath]) -> [String]? {
    guard !paths.isEmpty else { return nil }
    var scanner = JSONArrayScanner(paths: paths, isBare: true)
    let batch = RecordBatch(
      width: paths.count, columns: [], capacity: 2, byteCapacity: max(64, raw.count + 1))
    batch.begin(position: .start)
    _ = raw.withUnsafeBufferPointer { batch.fill(from: $0) }
    scanner.scan(batch, isLast: true)
    guard batch.count == 1, batch.isReadable(0) else { return nil }
    return paths.indices.map { String(decoding: batch.field($0, of: 0), as: UTF8.self) }
  }
}
