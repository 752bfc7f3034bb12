// A mended export on its way back: rows found again by `_id`, what differs becomes edits of one act.

internal import Foundation

/// What a file of mended records comes to.
public struct QueueImport: Hashable, Sendable {
  /// A row that is not taken.
  public struct Skipped: Hashable, Sendable {
    /// The entry, if the row names one.
    public var id: RejectID?
    /// The line of the file.
    public var line: Int
    /// Why, in words.
    public var why: String

    /// Makes a value from its parts.
    public init(id: RejectID?, line: Int, why: String) {
      self.id = id
      self.line = line
      self.why = why
    }
  }

  /// What to store, as one act.
  public var edits: [RecordEdit]
  /// How many rows are as they were exported.
  public var unchanged: Int
  /// The rows that are not taken.
  public var skipped: [Skipped]

  /// Makes a value from its parts.
  public init(edits: [RecordEdit] = [], unchanged: Int = 0, skipped: [Skipped] = []) {
    self.edits = edits
    self.unchanged = unchanged
    self.skipped = skipped
  }
}

extension WorkspaceReader {
  /// Compares a mended export with the queue; writes nothing.
  ///
  /// Takes both formats of `export`, told apart by the first byte; CSV also with semicolons or tabs,
  /// as spreadsheets write it. Columns that are missing stay as they are.
  public func readImport(_ bytes: [UInt8], path: String) throws(EngineError) -> QueueImport {
    var result = QueueImport()
    var seen: Set<RejectID> = []
    let rows = try ImportRow.all(bytes, path: path)
    let bases = Dictionary(
      try draftBases(rows.compactMap(\.id)).map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    for row in rows {
      func skip(_ id: RejectID?, _ why: String) {
        result.skipped.append(QueueImport.Skipped(id: id, line: row.line, why: why))
      }
      if let why = row.problem {
        skip(nil, why)
        continue
      }
      guard let id = row.id else {
        skip(nil, "it has no _id")
        continue
      }
      guard seen.insert(id).inserted else {
        skip(id, "record \(id) stands in the file twice")
        continue
      }
      guard let basis = bases[id] else {
        skip(id, "there is no record \(id)")
        continue
      }
      if let mark = row.values["_mark"], !mark.isEmpty, mark != QueueExport.mark(basis.stored) {
        skip(id, "record \(id) changed after it was exported")
        continue
      }
      do throws(EngineError) {
        let raw = try row.raw(of: basis)
        guard raw != basis.stored else {
          result.unchanged += 1
          continue
        }
        try basis.requireEditable()
        result.edits.append(
          RecordEdit(id, raw: raw == basis.original ? nil : raw, basis: basis.stored))
      } catch {
        skip(id, error.text.what)
      }
    }
    return result
  }
}

/// One row of a mended export.
private struct ImportRow {
  var line: Int
  var values: [String: String] = [:]
  var problem: String?

  /// The entry it names.
  var id: RejectID? { values["_id"].flatMap { RejectID($0) } }

  /// The record's bytes as the row has them; fields that show the same stay byte for byte.
  func raw(of basis: DraftBasis) throws(EngineError) -> [UInt8] {
    let now = basis.stored.asText
    if let raw = values["_raw"], !raw.isEmpty {
      return raw == now ? basis.stored : Array(raw.utf8)
    }
    guard let text = basis.text, let fields = text.values(basis.stored) else {
      return basis.stored
    }
    var changes: [FieldChange] = []
    for (place, name) in text.names.enumerated() {
      guard let value = values[name], text.names.firstIndex(of: name) == place else { continue }
      if value != (place < fields.count ? fields[place] : "") {
        changes.append(FieldChange(name, value))
      }
    }
    return changes.isEmpty ? basis.stored : try basis.setting(changes, rules: nil)
  }

  static func all(_ bytes: [UInt8], path: String) throws(EngineError) -> [ImportRow] {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let first = bytes.first(where: { $0 > 0x20 }) else {
      throw EngineError(.queue(.file("the file is empty", path: path, line: nil)))
    }
    return first == UInt8(ascii: "{") ? json(bytes) : try csv(bytes, path: path)
  }

  private static func json(_ bytes: ArraySlice<UInt8>) -> [ImportRow] {
    var rows: [ImportRow] = []
    var line = 0
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      guard part.contains(where: { $0 > 0x20 }) else { continue }
      var row = ImportRow(line: line)
      do {
        row.values = try JSONDecoder().decode([String: ImportValue].self, from: Data(part))
          .compactMapValues(\.text)
      } catch {
        row.problem = "it is not a JSON object of texts and numbers"
      }
      rows.append(row)
    }
    return rows
  }

  private static func csv(
    _ bytes: ArraySlice<UInt8>, path: String
  ) throws(EngineError) -> [ImportRow] {
    let header = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    let delimiter =
      [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].max { a, b in
        header.count { $0 == a } < header.count { $0 == b }
      } ?? UInt8(ascii: ",")
    let text = DelimitedText(delimiter: delimiter)
    var rows: [ImportRow] = []
    var names: [String]?
    for record in records(bytes) {
      let values = text.split(Array(record.bytes)).map(\.text)
      guard let names else {
        guard values.contains("_id") else {
          throw EngineError(.queue(.file("the header has no _id", path: path, line: 1)))
        }
        names = values
        continue
      }
      var row = ImportRow(line: record.line)
      if values.count != names.count {
        row.problem = "it has \(values.count) fields, \(names.count) expected"
      }
      for (name, value) in zip(names, values) where row.values[name] == nil {
        row.values[name] = value
      }
      rows.append(row)
    }
    return rows
  }

  /// The records of a text with quotes; a line break inside quotes ends none.
  private static func records(
    _ bytes: ArraySlice<UInt8>
  ) -> [(line: Int, bytes: ArraySlice<UInt8>)] {
    var records: [(line: Int, bytes: ArraySlice<UInt8>)] = []
    var (line, first, start, isQuoted) = (1, 1, bytes.startIndex, false)
    func end(at index: Int) {
      var record = bytes[start..<index]
      if record.last == 0x0D { record = record.dropLast() }
      if !record.isEmpty { records.append((first, record)) }
    }
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard bytes[index] == 0x0A else { continue }
      line += 1
      guard !isQuoted else { continue }
      end(at: index)
      (start, first) = (index + 1, line)
    }
    end(at: bytes.endIndex)
    return records
  }
}

/// A value of a JSON row, as text.
private struct ImportValue: Decodable {
  var text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      text = nil
    } else if let word = try? container.decode(String.self) {
      text = word
    } else if let truth = try? container.decode(Bool.self) {
      text = truth ? "true" : "false"
    } else if let number = try? container.decode(Int64.self) {
      text = String(number)
    } else {
      text = String(try container.decode(Double.self))
    }
  }
}
