// The directory of a zip archive, and which of its files a source means.
//
// Only the directory at the end of an archive counts, as the format says. Sizes and places in it are
// claims: each is checked against the archive before it is used.

import Glibc

/// One file of an archive, as its directory tells.
struct ZipEntry: Hashable {
  var name: String
  var method: Int
  var isEncrypted: Bool
  var crc: UInt32
  var packedSize: Int
  var size: Int
  /// Where its own header stands.
  var headerOffset: Int
}

/// Reads the directory of an archive.
struct ZipArchive {
  let file: OpenFile
  let byteCount: Int
  let uri: String

  /// What stands between the name of an archive and that of a file in it.
  static let separator = "!/"

  /// Whether bytes begin as an archive does.
  static func isZip(_ file: OpenFile) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 4, alignment: 1) { start in
      guard let count = try? file.read(into: start, at: 0), count == 4 else { return false }
      return start[0] == 0x50 && start[1] == 0x4B
        && (start[2] == 3 && start[3] == 4 || start[2] == 5 && start[3] == 6)
    }
  }

  /// All files of the archive, in the order of its directory; folders are left out.
  func entries() throws(FetchProblem) -> [ZipEntry] {
    let end = try endRecord()
    let count = number(end, 10, 2)
    let size = number(end, 12, 4)
    let offset = number(end, 16, 4)
    guard count != 0xFFFF, size != 0xFFFF_FFFF, offset != 0xFFFF_FFFF else {
      throw .zipUnsupported(uri: uri, detail: "it is in the zip64 form")
    }
    guard number(end, 4, 2) == 0, number(end, 6, 2) == 0 else {
      throw .zipUnsupported(uri: uri, detail: "it is one part of several")
    }
    guard offset + size <= byteCount else { throw corrupt("its directory lies behind its end") }
    let directory = try bytes(at: offset, count: size)
    var entries: [ZipEntry] = []
    var place = 0
    for _ in 0..<count {
      guard place + 46 <= directory.count, number(directory, place, 4) == 0x0201_4B50 else {
        throw corrupt("its directory breaks off at entry \(entries.count + 1)")
      }
      let nameLength = number(directory, place + 28, 2)
      let next =
        place + 46 + nameLength + number(directory, place + 30, 2)
        + number(directory, place + 32, 2)
      guard next <= directory.count else {
        throw corrupt("its directory breaks off at entry \(entries.count + 1)")
      }
      let name = String(
        decoding: directory[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
      let entry = ZipEntry(
        name: name, method: number(directory, place + 10, 2),
        isEncrypted: number(directory, place + 8, 2) & 1 != 0,
        crc: UInt32(truncatingIfNeeded: number(directory, place + 16, 4)),
        packedSize: number(directory, place + 20, 4), size: number(directory, place + 24, 4),
        headerOffset: number(directory, place + 42, 4))
      if !name.hasSuffix("/") { entries.append(entry) }
      place = next
    }
    return entries
  }

  /// Where the packed bytes of a file begin.
  func dataOffset(of entry: ZipEntry) throws(FetchProblem) -> Int {
    let sizes = [entry.packedSize, entry.size, entry.headerOffset]
    guard !sizes.contains(0xFFFF_FFFF) else {
      throw .zipUnsupported(
        uri: uri, detail: "\(ContractProblem.quoted(entry.name)) is in the zip64 form")
    }
    if entry.isEncrypted {
      throw .zipUnsupported(
        uri: uri, detail: "\(ContractProblem.quoted(entry.name)) is encrypted")
    }
    guard [0, 8].contains(entry.method), entry.method == 8 || entry.size == entry.packedSize else {
      throw .zipUnsupported(
        uri: uri,
        detail: "\(ContractProblem.quoted(entry.name)) is packed by method \(entry.method),"
          + " known are 0 and 8")
    }
    let wrongPlace = "\(ContractProblem.quoted(entry.name)) is not where its directory says"
    guard entry.headerOffset + 30 <= byteCount else { throw corrupt(wrongPlace) }
    let header = try bytes(at: entry.headerOffset, count: 30)
    let start = entry.headerOffset + 30 + number(header, 26, 2) + number(header, 28, 2)
    guard number(header, 0, 4) == 0x0403_4B50, start + entry.packedSize <= byteCount else {
      throw corrupt(wrongPlace)
    }
    return start
  }

  /// The files that a source means.
  ///
  /// `member`: the whole path of a file, or a pattern; one without a slash is compared with the last
  /// part of paths. Without it the archive must hold one file. What macOS adds about its files
  /// (`__MACOSX`, `._…`, `.DS_Store`) is never meant.
  static func chosen(
    _ member: String?, of all: [ZipEntry], uri: String
  ) throws(FetchProblem) -> [ZipEntry] {
    let entries = all.filter { !isMetadata($0.name) }
    let names = entries.map(\.name)
    guard let member else {
      guard entries.count == 1 else { throw .memberUnclear(uri: uri, members: names) }
      return entries
    }
    let exact = entries.filter { $0.name.utf8.elementsEqual(member.utf8) }
    // Of a name that stands there twice the last one counts, as when it is unpacked.
    if let last = exact.last { return [last] }
    var found: [ZipEntry] = []
    for entry in entries where member.contains(where: { "*?[".contains($0) }) {
      let name = member.contains("/") ? entry.name : lastPart(of: entry.name)
      guard fnmatch(member, name, FNM_PATHNAME | FNM_PERIOD) == 0 else { continue }
      found.removeAll { $0.name == entry.name }
      found.append(entry)
    }
    guard !found.isEmpty else { throw .memberMissing(uri: uri, member: member, members: names) }
    return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func isMetadata(_ name: String) -> Bool {
    let parts = name.split(separator: "/")
    let last = parts.last ?? ""
    return parts.contains("__MACOSX") || last.hasPrefix("._") || last == ".DS_Store"
  }

  private static func lastPart(of name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }

  /// The record at the end, which may have a remark behind it.
  private func endRecord() throws(FetchProblem) -> [UInt8] {
    let count = min(byteCount, 22 + 0xFFFF)
    guard count >= 22 else { throw corrupt("it is cut short, its directory is missing") }
    let tail = try bytes(at: byteCount - count, count: count)
    for place in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[place] == 0x50 && number(tail, place, 4) == 0x0605_4B50
      && place + 22 + number(tail, place + 20, 2) <= tail.count
    {
      return Array(tail[place..<(place + 22)])
    }
    throw corrupt("it is cut short, its directory is missing")
  }

  private func corrupt(_ detail: String) -> FetchProblem { .zipCorrupt(uri: uri, detail: detail) }

  private func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << ($1 * 8) }
  }

  private func bytes(at offset: Int, count: Int) throws(FetchProblem) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 1)
    defer { buffer.deallocate() }
    var filled = 0
    while filled < count {
      let got: Int
      do throws(SystemFault) {
        got = try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<count]),
          at: offset + filled)
      } catch {
        throw .readBroke(path: uri, reason: SystemReason(error))
      }
      guard got > 0 else { throw corrupt("it is cut short") }
      filled += got
    }
    return Array(buffer[..<count])
  }
}
