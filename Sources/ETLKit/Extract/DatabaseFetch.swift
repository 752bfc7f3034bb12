// Rows of an SQLite file, read in one snapshot and spooled as text, so that they can be read again.
//
// The text is JSON lines in UTF-8: first the names of the columns as an array, then an object a row.
// Integers keep every digit, reals are the shortest text that reads back as the same number, blobs are
// hexadecimal digits, null is null.

internal import GRDBSQLite

/// Spools rows of a database into a blob store.
struct DatabaseFetch: Sendable {
  /// Where blobs go.
  var store: BlobStore
  /// The most bytes that are spooled.
  var maximumBytes: Int
  /// Called while it reads, with the bytes so far; false stops.
  var goesOn: @Sendable (_ received: Int) -> Bool

  /// Spools what is asked for; nothing is written to the database.
  func spool(
    _ path: String, shownAs place: String, rows: DatabaseRows
  ) throws(FetchFailure) -> StoredBlob {
    switch FileStatus.at(path)?.kind {
    case nil: throw .problem(.notFound(path: place))
    case .folder?: throw .problem(.isFolder(path: place))
    default: break
    }
    var handle: OpaquePointer?
    defer { sqlite3_close_v2(handle) }
    guard
      sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
      let handle
    else { throw Self.failure(handle, place) }
    sqlite3_busy_timeout(handle, 5_000)
    let statement = try prepare(handle, rows, place)
    defer { sqlite3_finalize(statement) }
    return try spool(statement, handle, place)
  }

  private func prepare(
    _ handle: OpaquePointer, _ rows: DatabaseRows, _ place: String
  ) throws(FetchFailure) -> OpaquePointer {
    switch rows {
    case .table(let table):
      let name =
        "\""
        + table.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\""
      // Views and tables without row numbers have their own order.
      let all = "SELECT * FROM \(name)"
      if let (ordered, _) = Self.statement(handle, all + " ORDER BY rowid") { return ordered }
      guard let (plain, _) = Self.statement(handle, all) else {
        throw Self.failure(handle, place)
      }
      return plain
    case .query(let query):
      guard let (statement, rest) = Self.statement(handle, query) else {
        if sqlite3_errcode(handle) == SQLITE_OK { throw .problem(.notOneSelect(path: place)) }
        throw Self.failure(handle, place)
      }
      guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0,
        rest.allSatisfy({ $0 <= 0x20 || $0 == UInt8(ascii: ";") })
      else {
        sqlite3_finalize(statement)
        throw .problem(.notOneSelect(path: place))
      }
      return statement
    }
  }

  /// A prepared statement and what stands behind it; nil if there is none.
  private static func statement(
    _ handle: OpaquePointer, _ sql: String
  ) -> (OpaquePointer, rest: [UInt8])? {
    let bytes = Array(sql.utf8) + [0]
    return bytes.withUnsafeBufferPointer { text in
      text.withMemoryRebound(to: CChar.self) { text in
        var statement: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        guard
          sqlite3_prepare_v2(handle, text.baseAddress, Int32(text.count), &statement, &tail)
            == SQLITE_OK, let statement
        else { return nil }
        let used = tail.flatMap { tail in text.baseAddress.map { tail - $0 } } ?? text.count
        return (statement, rest: text[used...].map { UInt8(bitPattern: $0) }.filter { $0 != 0 })
      }
    }
  }

  private func spool(
    _ statement: OpaquePointer, _ handle: OpaquePointer, _ place: String
  ) throws(FetchFailure) -> StoredBlob {
    do throws(FetchProblem) {
      let writer = try BlobWriter(in: store)
      let names = (0..<sqlite3_column_count(statement)).map { column in
        sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
      }
      let keys = names.map { name in
        var key: [UInt8] = []
        JSONBytes.append(text: Array(name.utf8), to: &key)
        return key
      }
      var text: [UInt8] = [UInt8(ascii: "[")]
      text += keys.joined(separator: [UInt8(ascii: ",")])
      text += [UInt8(ascii: "]"), 0x0A]
      var isStopped = false
      while !isStopped {
        let result = sqlite3_step(statement)
        if result == SQLITE_DONE { break }
        guard result == SQLITE_ROW else { throw Self.problem(handle, place) }
        Self.append(statement, keys, to: &text)
        guard text.count >= BlobStore.blockSize else { continue }
        try flush(&text, to: writer, place)
        isStopped = !goesOn(writer.byteCount)
      }
      try flush(&text, to: writer, place)
      if !isStopped { return try writer.finish() }
    } catch {
      throw .problem(error)
    }
    throw .cancelled
  }

  private func flush(
    _ text: inout [UInt8], to writer: BlobWriter, _ place: String
  ) throws(FetchProblem) {
    var problem: FetchProblem?
    text.withUnsafeBytes { bytes in
      do throws(FetchProblem) { try writer.append(bytes) } catch { problem = error }
    }
    if let problem { throw problem }
    text.removeAll(keepingCapacity: true)
    guard writer.byteCount <= maximumBytes else {
      throw .tooLarge(url: place, limit: maximumBytes, announced: nil)
    }
  }

  private static func append(
    _ statement: OpaquePointer, _ keys: [[UInt8]], to text: inout [UInt8]
  ) {
    for (index, key) in keys.enumerated() {
      text.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      text += key
      text.append(UInt8(ascii: ":"))
      append(statement, Int32(index), to: &text)
    }
    text += [UInt8(ascii: "}"), 0x0A]
  }

  private static func append(
    _ statement: OpaquePointer, _ column: Int32, to text: inout [UInt8]
  ) {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER:
      text += "\(sqlite3_column_int64(statement, column))".utf8
    case SQLITE_FLOAT:
      let value = sqlite3_column_double(statement, column)
      // JSON has no infinity; a number that is too large to read says the same and is refused.
      text += (value.isFinite ? "\(value)" : value < 0 ? "-1e999" : "1e999").utf8
    case SQLITE_TEXT:
      let start = sqlite3_column_text(statement, column)
      let count = Int(sqlite3_column_bytes(statement, column))
      JSONBytes.append(text: UnsafeBufferPointer(start: start, count: count), to: &text)
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, column)
      let count = Int(sqlite3_column_bytes(statement, column))
      text.append(UInt8(ascii: "\""))
      text += BlobStore.hexadecimal(Array(UnsafeRawBufferPointer(start: start, count: count))).utf8
      text.append(UInt8(ascii: "\""))
    default:
      text += "null".utf8
    }
  }

  private static func failure(_ handle: OpaquePointer?, _ place: String) -> FetchFailure {
    .problem(problem(handle, place))
  }

  private static func problem(_ handle: OpaquePointer?, _ place: String) -> FetchProblem {
    let code = sqlite3_errcode(handle) & 0xFF
    let detail = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "code \(code)"
    return .database(
      path: place, detail: detail, isBusy: code == SQLITE_BUSY || code == SQLITE_LOCKED)
  }
}

/// Texts as JSON writes them.
enum JSONBytes {
  /// Appends a string between quotes; bytes outside ASCII stay as they are, also wrong ones.
  static func append(text: some Sequence<UInt8>, to target: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    target.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): target += [UInt8(ascii: "\\"), byte]
      case 0x0A: target += "\\n".utf8
      case 0x0D: target += "\\r".utf8
      case 0x09: target += "\\t".utf8
      case 0..<0x20: target += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: target.append(byte)
      }
    }
    target.append(UInt8(ascii: "\""))
  }
}

extension SourceFetcher {
  /// Spools the rows of a database.
  func database(
    _ path: String, _ rows: DatabaseRows, _ source: SourceSpec,
    _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> Snapshot {
    let name = source.name.value
    let full = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    let fetch = DatabaseFetch(store: store, maximumBytes: source.fetch.maximumBytes) { received in
      report(FetchProgress(source: name, member: path, received: received, expected: nil))
      return !Task.isCancelled
    }
    let blob = try await retrying(source.fetch.backoff, name, path, report) {
      () throws(FetchFailure) in
      try fetch.spool(full, shownAs: path, rows: rows)
    }
    return Snapshot(
      source: name, uri: path, sha256: blob.sha256, byteCount: blob.byteCount,
      blobPath: blob.path, outcome: blob.isNew ? .fetched : .sameContent)
  }
}
