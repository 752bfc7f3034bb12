// What a file is that was expected to be delimited text, told from its first bytes.

/// Something that is no delimited text.
public enum ContentKind: String, Hashable, Sendable, CaseIterable {
  /// Packed with gzip.
  case gzip = "packed with gzip"
  /// A zip archive.
  case zip = "a zip archive"
  /// An Excel workbook.
  case workbook = "an Excel workbook"
  /// Packed with bzip2.
  case bzip2 = "packed with bzip2"
  /// Packed with xz.
  case xz = "packed with xz"
  /// Packed with zstd.
  case zstd = "packed with zstd"
  /// A 7z archive.
  case sevenZip = "a 7z archive"
  /// A Parquet file.
  case parquet = "a Parquet file"
  /// An SQLite database.
  case database = "an SQLite database"
  /// A PDF document.
  case pdf = "a PDF document"
  /// Bytes that are no text.
  case binary = "binary data"
  /// An HTML page.
  case page = "a web page (HTML)"
  /// An XML document.
  case xml = "an XML document"
  /// The stand-in for a file that is kept elsewhere.
  case pointer = "a Git LFS pointer, three lines that stand for a large file kept elsewhere"

  /// The kind of a file that begins so; nil if it may be delimited text.
  ///
  /// A NUL makes it binary in the first line, or as every 64th byte: one NUL in the data is for the
  /// record it stands in.
  static func told(by start: some Collection<UInt8>) -> ContentKind? {
    let bytes = Array(start)
    for (magic, kind) in magics where bytes.starts(with: magic) {
      return kind == .zip && isWorkbook(bytes) ? .workbook : kind
    }
    let firstLine = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
    if firstLine.contains(0) { return .binary }
    if bytes.count(where: { $0 == 0 }) * 64 > bytes.count { return .binary }
    return markup(bytes)
  }

  private static let magics: [([UInt8], ContentKind)] = [
    ([0x1f, 0x8b], .gzip), ([0x50, 0x4b, 3, 4], .zip), ([0x50, 0x4b, 5, 6], .zip),
    (Array("BZh".utf8) + [0x31, 0x41], .bzip2), (Array("BZh9".utf8) + [0x31, 0x41], .bzip2),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .xz), ([0x28, 0xb5, 0x2f, 0xfd], .zstd),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .sevenZip), (Array("PAR1".utf8), .parquet),
    (Array("SQLite format 3\0".utf8), .database), (Array("%PDF-".utf8), .pdf),
    ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], .workbook),
  ]

  private static func isWorkbook(_ bytes: [UInt8]) -> Bool {
    ["[Content_Types].xml", "xl/"].contains { bytes.prefix(4_096).contains($0.utf8) }
  }

  private static func markup(_ bytes: [UInt8]) -> ContentKind? {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let rest = bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0)
    let start = String(decoding: rest.drop { $0 <= 0x20 }.prefix(64), as: UTF8.self).lowercased()
    if start.hasPrefix("version https://git-lfs.github.com/spec/") { return .pointer }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return .page }
    if start.hasPrefix("<?xml") { return .xml }
    return nil
  }

  /// What to do about it.
  func fix(_ place: String) -> String {
    switch self {
    case .gzip: "declare it in format: packing: gzip"
    case .zip: "declare it in format: packing: zip"
    case .sevenZip: "unpack it first, and read the file inside"
    case .bzip2, .xz, .zstd: "unpack it first, or have it packed with gzip"
    case .workbook: "save its sheet as CSV in UTF-8"
    case .parquet: "export it as CSV"
    case .database: "read it with type: sqlite"
    case .pdf, .binary: "check that this is the file you mean: file \(place)"
    case .page, .xml: "open the address in a browser: it may want a login, or have moved"
    case .pointer: "fetch the file itself: git lfs pull, or the address of its download"
    }
  }
}

extension Collection<UInt8> {
  /// Whether these bytes hold others somewhere.
  fileprivate func contains(_ other: some Collection<UInt8>) -> Bool {
    indices.contains { self[$0...].starts(with: other) }
  }
}
