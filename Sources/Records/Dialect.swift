// How the bytes of a delimited file are to be read.

/// The dialect of a delimited text file.
///
/// Line ends are not part of it: LF, CRLF and CR all end a record outside quotes, in any mixture.
public struct Dialect: Hashable, Sendable {
  /// The byte between fields.
  public var delimiter: UInt8
  /// The byte around fields that hold delimiters or line breaks; nil reads quotes as text.
  public var quote: UInt8?
  /// Whether the first record holds the names.
  public var hasHeader: Bool
  /// Whether empty lines are passed over and counted; otherwise each is a record of one empty field.
  public var skipBlankLines: Bool
  /// The longest record, without its line end; also how far an open quote may reach.
  public var maximumRecordBytes: Int
  /// How many lines at the start belong neither to the header nor to the records.
  public var skippedLines: Int
  /// Lines that begin with this byte are passed over and counted, quotes in them are not looked at.
  public var comment: UInt8?

  /// Creates a dialect; the default is RFC 4180 with a header.
  public init(
    delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""),
    hasHeader: Bool = true, skipBlankLines: Bool = true, maximumRecordBytes: Int = 16 << 20,
    skippedLines: Int = 0, comment: UInt8? = nil
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.hasHeader = hasHeader
    self.skipBlankLines = skipBlankLines
    self.maximumRecordBytes = maximumRecordBytes
    self.skippedLines = skippedLines
    self.comment = comment
  }
}
