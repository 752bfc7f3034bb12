// The header of a file against the columns that its source declares.
//
// Names are compared exactly, without a byte order mark and without blanks and tabs around them.

import Records

/// How a file's fields stand to the declared columns.
public struct ContractMatch: Hashable, Sendable {
  /// The names in the file's header; without a header the fields' positions.
  public var names: [String]
  /// For each declared column its field in the file, from 0; nil where the file may lack it.
  public var fields: [Int?]
  /// What is worth a remark.
  public var notes: [String]
  /// Names in the header that nothing declares.
  var new: [String] = []

  /// How many fields a record of the file has.
  public var width: Int { names.count }
}

/// Checks files against what is declared for them.
public enum ContractCheck {
  /// Reads the first bytes of a fetched file and binds its fields.
  ///
  /// Throws `contract` if the file is something else, or lacks what it must have.
  public static func match(
    _ snapshot: Snapshot, source: SourceSpec
  ) throws(EngineError) -> ContractMatch {
    let (start, isWhole) = try firstBytes(of: snapshot, source, count: 64 << 10)
    do throws(ContractFault) {
      if let kind = ContentKind.told(by: start) {
        throw ContractFault(
          .notText(
            kind, firstLine: kind.isReadable ? firstLine(start) : "", place: snapshot.uri,
            expected: source.format.expected))
      }
    } catch {
      throw EngineError(.contract(error.problem), stage: source.name.value)
    }
    guard source.format == .delimited else {
      return try match(start, isWhole, snapshot, source)
    }
    guard let header = try header(start, isWhole, snapshot, source) else {
      return try emptyMatch(snapshot, source)
    }
    if let fault = header.fault, source.dialect.hasHeader {
      throw EngineError(
        .contract(.headerUnreadable(fault, line: header.line, place: snapshot.uri)),
        stage: source.name.value)
    }
    guard source.dialect.hasHeader else {
      return try positional(width: header.names.count + header.namelessCount, source, snapshot.uri)
    }
    var match = try match(names: header.names, source: source, place: snapshot.uri)
    if isWhole, start[min(start.count, header.end.offset)...].allSatisfy({ $0 == 10 || $0 == 13 }) {
      match.notes.append("the file has a header and no records")
    }
    return match
  }

  /// Binds names that are known already.
  public static func match(
    names: [String], source: SourceSpec, place: String
  ) throws(EngineError) -> ContractMatch {
    guard source.dialect.hasHeader else {
      return try positional(width: names.count, source, place)
    }
    do throws(ContractFault) {
      return try named(names, source, place)
    } catch {
      throw EngineError(.contract(error.problem), stage: source.name.value)
    }
  }

  struct ContractFault: Error {
    var problem: ContractProblem
    init(_ problem: ContractProblem) { self.problem = problem }
  }

  static func named(
    _ names: [String], _ source: SourceSpec, _ place: String
  ) throws(ContractFault) -> ContractMatch {
    let contract = source.contract
    var match = ContractMatch(names: names, fields: [], notes: [])
    var missing: [String] = []
    for column in source.columns.map(\.value) {
      var positions = column.position.map { [$0 - 1] } ?? self.positions(of: column.from, in: names)
      if let position = column.position, position > names.count, contract.missingColumn == .fail {
        throw ContractFault(
          .missingPosition(
            column: column.name, position: position, width: names.count, place: place))
      }
      positions.removeAll { !names.indices.contains($0) }
      if positions.isEmpty, !source.evolved.contains(column.name) { missing.append(column.from) }
      guard positions.count <= 1 else {
        throw ContractFault(
          .sameName(
            column.from, positions: positions.map { $0 + 1 }, column: column.name, place: place))
      }
      match.fields.append(positions.first)
    }
    if !missing.isEmpty, contract.missingColumn == .fail {
      throw ContractFault(
        .missingColumns(missing, found: names, source: source.name.value, place: place))
    }
    let used = Set(match.fields.compactMap { $0 })
    let new = names.indices.filter { index in
      !used.contains(index) && !names[index].isEmpty
        && source.rest?.match.matches(names[index]) != true
    }.map { names[$0] }
    if !new.isEmpty, contract.newColumn == .fail {
      throw ContractFault(.newColumns(new, place: place))
    }
    match.new = new
    if !missing.isEmpty, contract.missingColumn != .ignore {
      match.notes.append(
        "the header has no \(ContractProblem.list(missing)): read as empty")
    }
    if !new.isEmpty, contract.newColumn == .warn {
      match.notes.append("the header has \(ContractProblem.list(new)), not declared")
    }
    return match
  }

  private static func positional(
    width: Int, _ source: SourceSpec, _ place: String
  ) throws(EngineError) -> ContractMatch {
    var match = ContractMatch(names: (0..<width).map { "\($0 + 1)" }, fields: [], notes: [])
    var missing: [String] = []
    for (index, column) in source.columns.map(\.value).enumerated() {
      let position = column.position ?? index + 1
      if position <= width {
        match.fields.append(position - 1)
      } else if source.contract.missingColumn == .fail {
        throw EngineError(
          .contract(
            .missingPosition(
              column: column.name, position: position, width: width, place: place)),
          stage: source.name.value)
      } else {
        match.fields.append(nil)
        missing.append(column.name)
      }
    }
    if !missing.isEmpty, source.contract.missingColumn != .ignore {
      match.notes.append(
        "the first record has no field for \(ContractProblem.list(missing)): read as empty")
    }
    return match
  }

  /// A file without any record: a mistake with a header, nothing to do without.
  private static func emptyMatch(
    _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(EngineError) -> ContractMatch {
    guard !source.dialect.hasHeader else {
      throw EngineError(.contract(.empty(place: snapshot.uri)), stage: source.name.value)
    }
    let width =
      source.columns.enumerated()
      .map { $1.value.position ?? $0 + 1 }.max() ?? 0
    var match = try positional(width: width, source, snapshot.uri)
    match.notes.append("the file is empty")
    return match
  }

  /// Where a name stands: as it is, else without the blanks around the header's names.
  private static func positions(of name: String, in names: [String]) -> [Int] {
    let exact = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
    if !exact.isEmpty { return exact }
    return names.indices.filter { trimmed(names[$0]).elementsEqual(trimmed(name)) }
  }

  private static func trimmed(_ name: String) -> [UInt8] {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    return Array(name.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }

  private static func header(
    _ start: [UInt8], _ isWhole: Bool, _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(EngineError) -> CSVHeader? {
    var (bytes, isLast) = (start, isWhole)
    let most = source.dialect.maximumRecordBytes
    while true {
      let header = bytes.withUnsafeBufferPointer {
        CSVHeader.read($0, dialect: source.dialect, isLast: isLast)
      }
      if let header { return header }
      if isLast { return nil }
      guard bytes.count <= most else {
        throw EngineError(
          .contract(.headerUnreadable(.parseTooLong, line: 1, place: snapshot.uri)),
          stage: source.name.value)
      }
      (bytes, isLast) = try firstBytes(of: snapshot, source, count: bytes.count * 4)
    }
  }

  static func firstBytes(
    of snapshot: Snapshot, _ source: SourceSpec, count: Int
  ) throws(EngineError) -> (bytes: [UInt8], isWhole: Bool) {
    var reader = try BlobReader(snapshot, source: source)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { block.deallocate() }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let given = try reader.read(into: block)
      if given == 0 { return (bytes, true) }
      bytes += block[..<given]
    }
    return (bytes, false)
  }

  private static func firstLine(_ bytes: [UInt8]) -> String {
    let line = Array(bytes.drop { $0 <= 0x20 }.prefix { $0 != 0x0a && $0 != 0x0d })
    return "\"" + line.withUnsafeBufferPointer { TextBytes.escaped($0, cap: 60) } + "\""
  }
}

extension ContentKind {
  /// Whether its first line tells a person something.
  fileprivate var isReadable: Bool {
    switch self {
    case .page, .xml, .pointer: true
    default: false
    }
  }
}
