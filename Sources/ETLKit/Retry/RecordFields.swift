// The fields of one raw record by name, for people to look at. Loading never uses this.

internal import Foundation
internal import Records

/// Splits a raw record for display.
enum RecordFields {
  /// The fields with their names and faults; none if the file's header is not known.
  ///
  /// The dialect is what `note(on:)` gave.
  static func split(
    raw: Data, header: [String], dialect: String?, faults: [RecordFault]
  ) -> [RecordField] {
    guard !header.isEmpty, let values = values(raw, dialect) else { return [] }
    return values.enumerated().map { index, value in
      let name = index < header.count ? header[index] : "field \(index + 1)"
      let fault = faults.first { fault in
        fault.position.map { $0 == index + 1 } ?? (fault.column == name)
      }
      return RecordField(name: name, value: value, fault: fault.map(FaultText.sentence))
    }
  }

  /// How a record of a source is split, for the state file: of delimited text the two numbers
  /// delimiter, and quote or -1; of other formats where the fields stand.
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

    /// Finds the records of raw bytes; nil if the note is not ours.
    var scanner: (scanner: any RecordScanner, width: Int)? {
      if let all = paths ?? keys {
        let steps = all.map { text in
          keys != nil ? JSONPath(key: text) : (try? JSONPath(text)) ?? JSONPath(key: text)
        }
        return (JSONArrayScanner(paths: steps, isBare: true), steps.count)
      }
      guard let unit = unit.flatMap(FixedWidth.Unit.init), let fields else { return nil }
      let places = fields.filter { $0.count == 2 && $0[0] >= 0 && $0[1] >= 0 }
        .map { FixedField(start: $0[0], width: $0[1]) }
      let layout = FixedWidth(fields: places, unit: unit, padsShortLines: true)
      return (
        FixedWidthScanner(layout: layout, dialect: Dialect(skipBlankLines: false)), places.count
      )
    }
  }

  private static func values(_ raw: Data, _ dialect: String?) -> [String]? {
    if let text = RecordText(names: [""], dialect: dialect) {
      return text.split([UInt8](raw)).map(\.text)
    }
    guard let found = fromJSON(dialect, as: Places.self)?.scanner else { return nil }
    var scanner = found.scanner
    let width = found.width
    let batch = RecordBatch(
      width: width, columns: [], capacity: 1, byteCapacity: max(64, raw.count + 1))
    batch.begin(position: .start)
    _ = Array(raw).withUnsafeBufferPointer { batch.fill(from: $0) }
    scanner.scan(batch, isLast: true)
    guard batch.count == 1, batch.badCount == 0 || width > 0 && batch.fieldCount(of: 0) > 0 else {
      return nil
    }
    return (0..<width).map { String(decoding: batch.field($0, of: 0), as: UTF8.self) }
  }
}
