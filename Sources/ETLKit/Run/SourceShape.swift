// The header of a file against the columns its source declares.

import Records

/// The columns of one file.
struct SourceShape {
  /// The file's column names.
  var names: [String]
  /// For each declared column, its field in the file.
  var fields: [Int?]
  /// Remarks worth a line.
  var notes: [String]

  /// Reads a file's header.
  static func read(_ snapshot: Snapshot, source: SourceSpec) throws(EngineError) -> SourceShape {
    var reader = try BlobReader(snapshot, packing: source.packing)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var count = 0
    while true {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      let got = room.isEmpty ? 0 : try reader.read(into: room)
      count += got
      let bytes = UnsafeBufferPointer(rebasing: buffer.bindMemory(to: UInt8.self)[..<count])
      if let header = CSVHeader.read(bytes, dialect: source.dialect, isLast: got == 0) {
        return try bind(names: header.names, source: source, place: snapshot.uri)
      }
      if got == 0 { return try bind(names: [], source: source, place: snapshot.uri) }
    }
  }

  /// Finds the declared columns among names.
  static func bind(
    names: [String], source: SourceSpec, place: String
  ) throws(EngineError) -> SourceShape {
    let fields = source.columns.map { names.firstIndex(of: $0.value.from) }
    let missing = zip(source.columns, fields).filter { $1 == nil }.map { $0.0.value.from }
    guard missing.isEmpty || source.contract.missingColumn != .fail else {
      throw EngineError(
        .contract(
          .missingColumns(missing, found: names, source: source.name.value, place: place)),
        stage: source.name.value)
    }
    return SourceShape(
      names: names, fields: fields, notes: missing.map { "column \($0) is not in \(place)" })
  }
}
