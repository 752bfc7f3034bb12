// Files without a header row against what is declared: JSON, rows of a database, fixed width.

import Foundation
import Records

extension ContractCheck {
  /// Binds the fields of a file that is not delimited text.
  static func match(
    _ start: [UInt8], _ isWhole: Bool, _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(EngineError) -> ContractMatch {
    do throws(ContractFault) {
      switch source.format {
      case .delimited, .fixed: return declared(source, isEmpty: start.isEmpty)
      case .rows: return try rows(start, snapshot, source)
      case .jsonLines:
        if firstSign(start) == UInt8(ascii: "["), !isLineOfObjects(start) {
          throw ContractFault(.arrayForLines(place: snapshot.uri))
        }
        return try sampled(start, isWhole, snapshot, source)
      case .json(let array):
        if let first = firstSign(start), array == nil, first != UInt8(ascii: "[") {
          throw ContractFault(
            first == UInt8(ascii: "{")
              ? .objectForArray(place: snapshot.uri) : .input(.noArray, place: snapshot.uri))
        }
        return try sampled(start, isWhole, snapshot, source)
      }
    } catch {
      throw EngineError(.contract(error.problem), stage: source.name.value)
    }
  }

  /// Every column at its own place.
  private static func declared(_ source: SourceSpec, isEmpty: Bool) -> ContractMatch {
    ContractMatch(
      names: source.columns.map(\.value.from), fields: Array(source.columns.indices),
      notes: isEmpty ? ["the file is empty"] : [])
  }

  /// The names that the database gave stand in the first line.
  private static func rows(
    _ start: [UInt8], _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(ContractFault) -> ContractMatch {
    let line = Data(start.prefix { $0 != 0x0A })
    let names = (try? JSONDecoder().decode([String].self, from: line)) ?? []
    let found = try named(names, source, snapshot.uri)
    var match = declared(source, isEmpty: false)
    match.fields = zip(match.fields, found.fields).map { $1 == nil ? nil : $0 }
    match.notes = found.notes
    return match
  }

  /// JSON has no header: what its first records hold is looked at instead.
  ///
  /// A path at which none of them has a value gets a note, for a record may lack it; if that is so
  /// for all paths, the file is something else.
  private static func sampled(
    _ start: [UInt8], _ isWhole: Bool, _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(ContractFault) -> ContractMatch {
    var match = declared(source, isEmpty: firstSign(start) == nil)
    var scanner = source.scanner(width: match.width)
    let batch = RecordBatch(
      width: match.width, columns: [], capacity: 1_000, byteCapacity: max(64, start.count))
    batch.begin(position: .start)
    _ = start.withUnsafeBufferPointer { batch.fill(from: $0) }
    scanner.scan(batch, isLast: isWhole)
    if case .noArray? = scanner.problem {
      throw ContractFault(.input(.noArray, place: snapshot.uri))
    }
    let sound = (0..<batch.count).filter { !batch.bad[$0] }
    guard !sound.isEmpty, source.contract.missingColumn != .ignore else { return match }
    let missing = match.names.indices.filter { field in
      sound.allSatisfy { batch.fieldIsNull(field, of: $0) }
    }
    let names = missing.map { match.names[$0] }
    if missing.count == match.width, source.contract.missingColumn == .fail {
      throw ContractFault(.noPaths(names, records: sound.count, place: snapshot.uri))
    }
    if !names.isEmpty {
      let records =
        sound.count == 1 ? "the first record has" : "the first \(sound.count) records have"
      match.notes.append("\(records) nothing at \(ContractProblem.list(names))")
    }
    return match
  }

  /// The first byte that is neither blank nor of a mark.
  private static func firstSign(_ start: [UInt8]) -> UInt8? {
    start.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
  }

  /// Whether some line begins with an object all the same: then one line is bad, not the file.
  private static func isLineOfObjects(_ start: [UInt8]) -> Bool {
    let lines = start.split(separator: 0x0A).prefix(100)
    let objects = lines.count { $0.first { $0 > 0x20 } == UInt8(ascii: "{") && $0.last != 0x2C }
    return objects * 2 > lines.count
  }
}

extension RecordFormat {
  /// What a file should be, in words.
  var expected: String {
    switch self {
    case .delimited: "delimited text"
    case .jsonLines, .json, .rows: "JSON"
    case .fixed: "text"
    }
  }
}
