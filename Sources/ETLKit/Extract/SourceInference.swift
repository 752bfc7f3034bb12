// Proposes the source block for a file: YAML to paste, the evidence for each guess as remarks.
//
// Looks at the first few megabytes only and decides nothing that they leave open. The same bytes give
// the same text.

import Foundation
import Records

/// Proposes how a file can be read.
public struct SourceInference {
  /// The most unpacked bytes that are looked at.
  public static let mostBytes = 4 << 20
  /// The most records that are looked at.
  static let mostRecords = 20_000

  private let path: String
  private let source: String
  private var start: [UInt8] = []
  private var isWhole = true
  private var format: [(key: String, value: String)] = []
  private var remarks: [String] = []

  /// Reads the start of a file and proposes a source for it.
  ///
  /// - Parameters:
  ///   - file: where the file is.
  ///   - shown: the path that the proposal says.
  /// - Returns: The block, as it can be pasted into a pipeline file.
  /// - Throws: `fetch` or `contract` if the file cannot be read or is no text.
  public static func propose(file: String, shownAs shown: String) throws(EngineError) -> String {
    var inference = SourceInference(path: shown)
    return try inference.propose(file)
  }

  private init(path: String) {
    self.path = path
    let base = path.split(separator: "/").last.map(String.init) ?? path
    let letters = base.prefix { $0 != "." }.lowercased().unicodeScalars.map { scalar in
      scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        ? String(scalar) : "_"
    }
    let name = letters.joined()
    source = name.first?.isLetter == true ? name : "source" + (name.isEmpty ? "" : "_\(name)")
  }

  private mutating func propose(_ file: String) throws(EngineError) -> String {
    try read(file)
    if let kind = ContentKind.told(by: start) {
      throw EngineError(
        .contract(
          .notText(kind, firstLine: "", place: path, expected: "text")))
    }
    // A record that is cut off by our own limit tells nothing.
    if !isWhole { start = Array(start[...(start.lastIndex(of: 0x0A) ?? start.count - 1)]) }
    let first = start.first { $0 > 0x20 }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), let columns = jsonColumns() {
      return text(columns)
    }
    let columns = delimitedColumns()
    return text(columns)
  }

  // MARK: Bytes

  private mutating func read(_ file: String) throws(EngineError) {
    guard let status = FileStatus.at(file) else {
      throw EngineError(.fetch(.notFound(path: path)))
    }
    if status.kind == .folder { throw EngineError(.fetch(.isFolder(path: path))) }
    var snapshot = Snapshot(
      source: source, uri: path, sha256: [], byteCount: status.size, blobPath: file)
    let nowhere = TextMark(line: 1, column: 1)
    var spec = SourceSpec(name: Located(source, at: nowhere), location: .files(path: path))
    if let opened = try? OpenFile(reading: file), ZipArchive.isZip(opened) {
      let archive = ZipArchive(file: opened, byteCount: status.size, uri: path)
      let entry = try EngineError.fetching { () throws(FetchProblem) in
        let all = try archive.entries()
        return try ZipArchive.chosen(all.count == 1 ? nil : "*.csv", of: all, uri: path)
      }
      if let first = entry.first {
        snapshot = snapshot.member(first.name)
        spec.packing = .zip
        format += [("packing", "zip"), ("member", InferredText.quoted(first.name))]
        remarks.append("the file \(InferredText.shown(first.name)) of a zip archive")
      }
    }
    try fill(snapshot, spec)
    decideEncoding(&spec)
    if spec.encoding != nil { try fill(snapshot, spec) }
  }

  private mutating func fill(_ snapshot: Snapshot, _ spec: SourceSpec) throws(EngineError) {
    start = []
    var reader = try BlobReader(snapshot, source: spec)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { block.deallocate() }
    isWhole = false
    while start.count < Self.mostBytes {
      let count = try reader.read(into: block)
      if count == 0 {
        isWhole = true
        break
      }
      start += block[..<count]
    }
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
  }

  private mutating func decideEncoding(_ spec: inout SourceSpec) {
    var text = String()
    let isCut = !isWhole
    let bytes = isCut ? Array(start.dropLast(4)) : start
    if let valid = String(validating: bytes, as: UTF8.self) {
      text = valid
      let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
      remarks.append(
        isASCII ? "encoding: ASCII only" : "encoding: valid UTF-8, or UTF-16 by its mark")
      return
    }
    // Cut inside a letter by our limit is no proof of another encoding.
    let place = bytes.firstIndex { $0 >= 0x80 } ?? 0
    let encoding: TextEncoding =
      bytes.contains { (0x80...0x9F).contains($0) } ? .windows1252 : .latin1
    spec.encoding = encoding
    format.append(("encoding", encoding.rawValue))
    remarks.append(
      "encoding: not UTF-8 (first byte above 127 at offset \(place)); latin-1 and windows-1252 both"
        + " can be read: look at the letters before you trust \(encoding.rawValue)")
  }

  // MARK: Formats

  private typealias Column = (
    name: String, keys: [(key: String, value: String)], evidence: [String]
  )

  private mutating func delimitedColumns() -> [Column] {
    let guess = InferredDialect(start)
    var dialect = guess.dialect
    var keys: [(key: String, value: String)] = [
      ("type", guess.delimiterWord == "tab" ? "tsv" : "csv")
    ]
    let isTabs = guess.delimiterWord == "tab"
    if isTabs, start.contains(UInt8(ascii: "\"")) { keys.append(("quote", "'\"'")) }
    if !isTabs, guess.delimiterWord != "comma" { keys.append(("delimiter", guess.delimiterWord)) }
    if dialect.skippedLines > 0 { keys.append(("skip", "\(dialect.skippedLines)")) }
    if dialect.comment != nil { keys.append(("comment", "'#'")) }
    keys += [("header", "\(dialect.hasHeader)"), ("nulls", "['']")]
    format = keys + format
    remarks += guess.evidence
    if guess.width == 1 {
      remarks.append("one field a record: if fields stand at fixed places, see type: fixed")
    }
    let header =
      dialect.hasHeader
      ? start.withUnsafeBufferPointer { CSVHeader.read($0, dialect: dialect, isLast: true) } : nil
    let names = header?.names ?? []
    let width = dialect.hasHeader ? max(1, names.count) : guess.width
    dialect.maximumRecordBytes = 1 << 20
    let columns = gathered(CSVScanner(dialect: dialect, width: width), width: width)
    return named(names, columns, hasHeader: dialect.hasHeader)
  }

  private mutating func jsonColumns() -> [Column]? {
    let lines = start.split(separator: 0x0A).filter { $0.contains { $0 > 0x20 } }
    let objects = lines.prefix(1_000).map { line in
      (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
    }
    let found = objects.compactMap { $0 }
    var records: [[String: Any]] = found
    var scanner: (([JSONPath]) -> any RecordScanner)?
    // A single object that holds an array of them is a document.
    let isDocument = found.count == 1 && found[0].values.contains { $0 is [[String: Any]] }
    if !found.isEmpty, found.count * 2 > objects.count, !isDocument {
      remarks.append("an object a line in \(found.count) of \(objects.count) lines")
      format = [("type", "json_lines")] + format
      scanner = { JSONLinesScanner(paths: $0) }
    } else if let document = document() {
      let keys = (document as? [String: Any])?.filter {
        ($0.value as? [[String: Any]])?.isEmpty == false
      }
      let key = keys?.keys.min()
      guard
        let array = (document as? [[String: Any]]) ?? key.flatMap({ keys?[$0] as? [[String: Any]] })
      else { return nil }
      records = Array(array.prefix(1_000))
      let path = key.map { JSONPath(key: $0) }
      format = [("type", "json")] + (key.map { [("at", InferredText.quoted($0))] } ?? []) + format
      remarks.append(
        "one document with an array of \(array.count) objects" + (key.map { " at \($0)" } ?? ""))
      scanner = { JSONArrayScanner(paths: $0, array: path) }
    }
    guard let scanner else { return nil }
    var names: [String] = []
    for record in records { Self.collect(record, "", depth: 0, into: &names) }
    guard !names.isEmpty else { return nil }
    let paths = names.map { (try? JSONPath($0)) ?? JSONPath(key: $0) }
    return named(names, gathered(scanner(paths), width: paths.count), hasHeader: true)
  }

  /// The JSON document, or what of its array is there.
  private func document() -> Any? {
    if let whole = try? JSONSerialization.jsonObject(with: Data(start)) { return whole }
    guard !isWhole, start.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") else { return nil }
    var end = start.count
    for _ in 0..<20 {
      guard let brace = start[..<end].lastIndex(of: UInt8(ascii: "}")) else { return nil }
      end = brace
      let closed = Data(start[...brace] + [UInt8(ascii: "]")])
      if let array = try? JSONSerialization.jsonObject(with: closed) { return array }
    }
    return nil
  }

  /// The paths of values that are neither objects nor inside arrays, in the order of their names.
  private static func collect(
    _ object: [String: Any], _ prefix: String, depth: Int, into names: inout [String]
  ) {
    for key in object.keys.sorted() {
      let isPlain = !key.isEmpty && !key.contains { ".[/".contains($0) }
      let path =
        isPlain || depth > 0
        ? prefix + key : "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
      if let inner = object[key] as? [String: Any], isPlain, depth < 3, !inner.isEmpty {
        collect(inner, path + ".", depth: depth + 1, into: &names)
      } else if !names.contains(path), isPlain || depth == 0 {
        names.append(path)
      }
    }
  }

  /// The values of all columns.
  private func gathered(_ first: some RecordScanner, width: Int) -> [ColumnEvidence] {
    var scanner: any RecordScanner = first
    var columns = [ColumnEvidence](repeating: ColumnEvidence(), count: width)
    let batch = RecordBatch(
      width: width, columns: [], capacity: Self.mostRecords, byteCapacity: max(64, start.count))
    batch.begin(position: .start)
    _ = start.withUnsafeBufferPointer { batch.fill(from: $0) }
    scanner.scan(batch, isLast: true)
    for record in 0..<batch.count where !batch.bad[record] {
      for field in 0..<width {
        if batch.fieldIsNull(field, of: record) {
          columns[field].emptyCount += 1
          continue
        }
        if batch.fieldIsNested(field, of: record) { columns[field].isNested = true }
        let isJSON = !(scanner is CSVScanner)
        if isJSON, batch.fieldIsQuoted(field, of: record) { columns[field].hasJSONText = true }
        columns[field].add(Array(batch.field(field, of: record)))
      }
    }
    return columns
  }

  // MARK: Names and text

  private func named(
    _ names: [String], _ columns: [ColumnEvidence], hasHeader: Bool
  ) -> [Column] {
    var taken: Set<String> = []
    return columns.enumerated().map { index, column in
      let found = index < names.count ? names[index] : ""
      let guess = column.inferred()
      var keys = guess.keys
      var name = found.replacing("/", with: found.hasPrefix("/") ? "" : "/")
      if name.isEmpty { name = "column_\(index + 1)" }
      let isClean = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      if !isClean { name = "column_\(index + 1)" }
      let isTwice = names.count { $0 == found } > 1
      while taken.contains(name.lowercased()) { name += "_\(index + 1)" }
      taken.insert(name.lowercased())
      if hasHeader, found.isEmpty || isTwice {
        keys.append(("position", "\(index + 1)"))
      } else if hasHeader, name != found {
        keys.append(("from", InferredText.quoted(found)))
      }
      return (name, keys, guess.evidence)
    }
  }

  private func text(_ columns: [Column]) -> String {
    let size = isWhole ? "all" : "the first"
    var lines = [
      "# Proposed from \(size) \(start.count) bytes of \(InferredText.shown(path)). Read the remarks.",
      "sources:", "  \(source):", "    type: file", "    path: \(InferredText.quoted(path))",
    ]
    lines += remarks.map { "    # \($0)" }
    let pairs = format.map { "\($0.key): \($0.value)" }
    lines.append("    format: {\(pairs.joined(separator: ", "))}")
    lines.append("    columns:")
    for column in columns {
      lines.append("      # \(column.evidence.joined(separator: "; "))")
      lines.append("      \(InferredText.quoted(column.name)): \(InferredText.map(column.keys))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
