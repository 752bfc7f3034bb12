// The unpacked bytes of a blob, front to back, and single records again by their offset.

/// Reads a stored source; one thread at a time.
///
/// `@unchecked Sendable`: it cannot be copied, so one owner has its file and its inflater, and
/// hands them on together.
public struct BlobReader: ~Copyable, @unchecked Sendable {
  /// What is read.
  public let snapshot: Snapshot
  /// Whether the blob is unpacked while it is read.
  public let isPacked: Bool
  /// How many bytes of the blob were used, for progress against `snapshot.byteCount`.
  public private(set) var packedPosition = 0
  /// How many unpacked bytes were given.
  public private(set) var position = 0

  private let file: OpenFile
  private let packing: Packing
  private let inflater: Inflater?
  private let member: ZipMember?
  private let decoder: TextDecoder?
  private let declared: TextEncoding?
  private var rawPosition = 0

  /// Opens the blob of a snapshot.
  ///
  /// With `byName` a name that ends in `.gz` is unpacked, unless the bytes are plain already, as
  /// they are when a web server packs for the way only.
  public init(_ snapshot: Snapshot, packing: Packing) throws(EngineError) {
    try self.init(snapshot, packing, declared: nil, isDecoded: false)
  }

  /// Opens the blob of a snapshot as its source declares, to be read as UTF-8.
  ///
  /// Offsets are those of the UTF-8 text, not of the bytes in the file.
  public init(_ snapshot: Snapshot, source: SourceSpec) throws(EngineError) {
    try self.init(
      snapshot, source.packing, declared: source.encoding, isDecoded: source.format != .rows)
  }

  private init(
    _ snapshot: Snapshot, _ packing: Packing, declared: TextEncoding?, isDecoded: Bool
  ) throws(EngineError) {
    let opened = try EngineError.fetching(stage: snapshot.source) {
      () throws(FetchProblem) in try Self.open(snapshot, packing)
    }
    let member = try EngineError.fetching(stage: snapshot.source) { () throws(FetchProblem) in
      try Self.member(of: snapshot, opened.0, packing)
    }
    self.snapshot = snapshot
    file = opened.0
    self.packing = packing
    self.declared = declared
    decoder = isDecoded ? TextDecoder(declared: declared) : nil
    self.member = member
    isPacked = opened.isPacked || member != nil
    inflater = opened.isPacked && member == nil ? Inflater() : nil
  }

  private static func open(
    _ snapshot: Snapshot, _ packing: Packing
  ) throws(FetchProblem) -> (OpenFile, isPacked: Bool) {
    let file: OpenFile
    let status: FileStatus
    do throws(SystemFault) {
      file = try OpenFile(reading: snapshot.blobPath)
      status = try file.status()
    } catch {
      throw .blobMissing(path: snapshot.blobPath, uri: snapshot.uri)
    }
    guard status.kind == .regular, status.size == snapshot.byteCount else {
      throw .blobDamaged(
        path: snapshot.blobPath, expected: snapshot.byteCount, found: status.size)
    }
    file.expectSequentialReads()
    return switch packing {
    case .none, .zip: (file, false)
    case .gzip: (file, true)
    case .byName: (file, isNamedGzip(snapshot) && (status.size == 0 || startsAsGzip(file)))
    }
  }

  /// Reads unpacked bytes; 0 is the end.
  ///
  /// - Throws: `fetch` with an archive problem if the packed bytes are cut short or contradict
  ///   themselves; what was read before must then not be published.
  public mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(EngineError) -> Int {
    let count: Int
    if let decoder {
      count = try readDecoded(decoder, into: buffer)
    } else {
      count = try readRaw(into: buffer)
    }
    position += count
    return count
  }

  private mutating func readRaw(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(EngineError) -> Int {
    do throws(FetchProblem) { return try readNext(into: buffer) } catch {
      throw EngineError(.fetch(error), stage: snapshot.source)
    }
  }

  private mutating func readDecoded(
    _ decoder: TextDecoder, into buffer: UnsafeMutableRawBufferPointer
  ) throws(EngineError) -> Int {
    while !buffer.isEmpty {
      let count = decoder.take(into: buffer)
      if count > 0 { return count }
      if decoder.isFinished { return 0 }
      // From the second block on UTF-8 is read without a copy.
      if decoder.isPlain { return try readRaw(into: buffer) }
      let given = try readRaw(into: decoder.input)
      do throws(TextDecoder.MarkProblem) { try decoder.decode(count: given) } catch {
        throw EngineError(
          .contract(
            .encodingMark(declared: error.declared, found: error.found, place: snapshot.uri)),
          stage: snapshot.source)
      }
    }
    return 0
  }

  /// The file of an archive that a snapshot stands for, if it does.
  private static func member(
    of snapshot: Snapshot, _ file: OpenFile, _ packing: Packing
  ) throws(FetchProblem) -> ZipMember? {
    guard packing == .zip || packing == .byName, let name = snapshot.archiveMember,
      packing == .zip || ZipArchive.isZip(file)
    else { return nil }
    return try ZipMember(
      name, in: ZipArchive(file: file, byteCount: snapshot.byteCount, uri: snapshot.uri))
  }

  /// The zero bytes found behind the packed data, as some tape and backup programs leave them.
  public var paddingBytes: Int { inflater?.padding ?? 0 }

  /// The same bytes again: a record by its offset in the unpacked stream, shorter at its end.
  ///
  /// Costs a read of a plain blob, and unpacking from the front of a packed one.
  public func bytes(at offset: Int, count: Int) throws(EngineError) -> [UInt8] {
    if isPacked || decoder != nil { return try unpackedBytes(at: offset, count: count) }
    return try EngineError.fetching(stage: snapshot.source) { () throws(FetchProblem) in
      try plainBytes(at: offset, count: count)
    }
  }

  private mutating func readNext(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(FetchProblem) -> Int {
    var raw = rawPosition
    defer { rawPosition = raw }
    if let member {
      let count = try member.read(into: buffer)
      packedPosition = member.packedPosition
      return count
    }
    guard let inflater else {
      let count = try Self.read(file, into: buffer, at: raw, of: snapshot)
      raw += count
      packedPosition = raw
      return count
    }
    let count = try Self.unpack(inflater, file, into: buffer, from: &raw, of: snapshot)
    packedPosition = inflater.packedPosition
    return count
  }

  private func plainBytes(at offset: Int, count: Int) throws(FetchProblem) -> [UInt8] {
    let found = max(0, min(count, snapshot.byteCount - offset))
    var bytes = [UInt8](repeating: 0, count: found)
    var filled = 0
    while filled < found {
      filled += try bytes.withUnsafeMutableBufferPointer { (all) throws(FetchProblem) in
        try Self.read(
          file,
          into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: all[filled...])),
          at: offset + filled,
          of: snapshot)
      }
    }
    return bytes
  }

  private func unpackedBytes(at offset: Int, count: Int) throws(EngineError) -> [UInt8] {
    var again = try BlobReader(
      snapshot, packing, declared: declared, isDecoded: decoder != nil)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { block.deallocate() }
    var bytes: [UInt8] = []
    var position = 0
    while bytes.count < count {
      let given = try again.read(into: block)
      guard given > 0 else { break }
      let start = max(offset, position) - position
      let end = min(offset + count, position + given) - position
      if start < end { bytes += block[start..<end] }
      position += given
    }
    return bytes
  }

  private static func unpack(
    _ inflater: Inflater, _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer,
    from raw: inout Int, of snapshot: Snapshot
  ) throws(FetchProblem) -> Int {
    try inflater.read(into: buffer) { fault in
      FetchProblem(fault, uri: snapshot.uri, packed: snapshot.byteCount)
    } refill: { (input) throws(FetchProblem) in
      let count = try read(file, into: input, at: raw, of: snapshot)
      raw += count
      return count
    }
  }

  /// Reads from the blob; an end before its known length is damage.
  private static func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int,
    of snapshot: Snapshot
  ) throws(FetchProblem) -> Int {
    let wanted = min(buffer.count, snapshot.byteCount - offset)
    guard wanted > 0 else { return 0 }
    let count: Int
    do throws(SystemFault) {
      count = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
    } catch {
      throw .readBroke(path: snapshot.blobPath, reason: SystemReason(error))
    }
    guard count > 0 else {
      throw .blobDamaged(path: snapshot.blobPath, expected: snapshot.byteCount, found: offset)
    }
    return count
  }

  private static func isNamedGzip(_ snapshot: Snapshot) -> Bool {
    [snapshot.member, snapshot.uri].contains { name in
      let path = name.prefix { $0 != "?" && $0 != "#" }
      return path.lowercased().hasSuffix(".gz")
    }
  }

  private static func startsAsGzip(_ file: OpenFile) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 2, alignment: 1) { start in
      guard let count = try? file.read(into: start, at: 0) else { return false }
      return count == 2 && start[0] == 0x1f && start[1] == 0x8b
    }
  }
}

extension FetchProblem {
  init(_ fault: Inflater.Fault, uri: String, packed: Int) {
    switch fault {
    case .notGzip: self = .notGzip(uri: uri)
    case .cut: self = .archiveCut(uri: uri, packed: packed)
    case .corrupt(let offset, let detail):
      self = .archiveCorrupt(uri: uri, offset: offset, detail: detail)
    }
  }
}
