// One file of a zip archive, unpacked as a stream; its length and checksum are proven at the end.

internal import CZlib

/// Unpacks one file of an archive, for one thread at a time.
final class ZipMember {
  private let archive: ZipArchive
  private let entry: ZipEntry
  private let dataOffset: Int
  private let zlib: InflateStream
  private var taken = 0
  private var given = 0
  private var sum: UInt
  private var isOver = false

  /// Packed bytes used so far.
  var packedPosition: Int { dataOffset + taken }

  /// Opens the file of that name.
  init(_ name: String, in archive: ZipArchive) throws(FetchProblem) {
    let all = try archive.entries()
    guard let entry = all.last(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      throw .memberMissing(uri: archive.uri, member: name, members: all.map(\.name))
    }
    self.archive = archive
    self.entry = entry
    dataOffset = try archive.dataOffset(of: entry)
    zlib = InflateStream(.raw)
    sum = crc32(0, nil, 0)
  }

  /// Unpacks into a buffer; 0 is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FetchProblem) -> Int {
    guard !buffer.isEmpty, !isOver else { return 0 }
    let count = entry.method == 0 ? try copy(into: buffer) : try inflate(into: buffer)
    if count > 0, let start = buffer.baseAddress {
      sum = crc32(sum, start.assumingMemoryBound(to: UInt8.self), UInt32(count))
    }
    given += count
    guard given <= entry.size else { throw corrupt("is longer than its directory says") }
    if isOver {
      guard given == entry.size else { throw corrupt("is shorter than its directory says") }
      guard UInt32(truncatingIfNeeded: sum) == entry.crc else {
        throw corrupt("does not have the checksum in its directory")
      }
    }
    return count
  }

  private func copy(into buffer: UnsafeMutableRawBufferPointer) throws(FetchProblem) -> Int {
    let count = try refill(buffer)
    isOver = taken == entry.packedSize
    return count
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(FetchProblem) -> Int {
    let capacity = min(buffer.count, 1 << 30)
    zlib.state.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    zlib.state.pointee.avail_out = UInt32(capacity)
    while zlib.state.pointee.avail_out > 0 {
      if zlib.state.pointee.avail_in == 0, taken < entry.packedSize {
        let count = try refill(zlib.input)
        zlib.state.pointee.next_in = zlib.input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        zlib.state.pointee.avail_in = UInt32(count)
      }
      let result = CZlib.inflate(zlib.state, Z_NO_FLUSH)
      if result == Z_STREAM_END {
        isOver = true
        break
      }
      if result == Z_BUF_ERROR, zlib.state.pointee.avail_in == 0, taken == entry.packedSize {
        throw corrupt("is cut short")
      }
      guard result == Z_OK || result == Z_BUF_ERROR else {
        throw corrupt(zlib.state.pointee.msg.map { String(cString: $0) } ?? "code \(result)")
      }
    }
    return capacity - Int(zlib.state.pointee.avail_out)
  }

  /// The next packed bytes.
  private func refill(_ buffer: UnsafeMutableRawBufferPointer) throws(FetchProblem) -> Int {
    let wanted = min(buffer.count, entry.packedSize - taken)
    guard wanted > 0 else { return 0 }
    let count: Int
    do throws(SystemFault) {
      count = try archive.file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: dataOffset + taken)
    } catch {
      throw .readBroke(path: archive.uri, reason: SystemReason(error))
    }
    guard count > 0 else { throw corrupt("is cut short") }
    taken += count
    return count
  }

  private func corrupt(_ what: String) -> FetchProblem {
    .zipCorrupt(uri: archive.uri, detail: "\(ContractProblem.quoted(entry.name)) \(what)")
  }
}
