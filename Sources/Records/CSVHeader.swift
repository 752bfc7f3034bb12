// The first record of a file as names.

/// The names in the first record of a delimited file.
public struct CSVHeader: Hashable, Sendable {
  /// The names as written, from the left; nameless fields at the end are left out.
  public var names: [String]
  /// How many nameless fields there were at the end: commas too many.
  public var namelessCount: Int
  /// The physical line it begins on.
  public var line: Int
  /// Where the first data record begins.
  public var end: InputPosition
  /// What is wrong with it as a whole, if it cannot be read.
  public var fault: RecordFault.Code?

  /// How many fields a record of this file has.
  public var width: Int { names.count }

  /// The fields of that name, from 0; names are matched exactly.
  public func positions(of name: String) -> [Int] {
    names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
  }

  /// Reads the header from the first bytes of an input; a byte order mark is passed over.
  /// - Parameters:
  ///   - bytes: from the start of the input.
  ///   - dialect: how they are read.
  ///   - isLast: whether the input ends with them.
  /// - Returns: Nil if more bytes are needed, or if there are no more and none held a record.
  public static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, dialect: Dialect, isLast: Bool
  ) -> CSVHeader? {
    let reference = CSVReference(Array(bytes), dialect: dialect, most: 1)
    guard let record = reference.records.first, let end = reference.ends.first else { return nil }
    // A line end at the very end may be half of one, and a quote half of two.
    guard isLast || end.offset < bytes.count else { return nil }
    let names = record.fields.map { String(decoding: reference.text(of: $0), as: UTF8.self) }
    let used = names.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    return CSVHeader(
      names: Array(names[..<used]), namelessCount: names.count - used,
      line: record.lines.lowerBound,
      end: InputPosition(offset: end.offset, line: end.line, record: 0), fault: record.fault)
  }
}
