// Where bytes and records stand in their input.

/// A position between two records of an input.
public struct InputPosition: Hashable, Sendable {
  /// Bytes before it, in the unpacked stream.
  public var offset: Int
  /// The physical line that starts here; the first is 1.
  public var line: Int
  /// Records before it; the header is not one.
  public var record: Int

  /// Creates a position; the default is the start of the input.
  public init(offset: Int = 0, line: Int = 1, record: Int = 0) {
    self.offset = offset
    self.line = line
    self.record = record
  }

  /// The first byte of an input.
  public static let start = InputPosition()
}

/// Where one record lies in its input.
public struct RecordPlace: Hashable, Sendable {
  /// Counted from 1; the header is not a record.
  public var number: Int
  /// The first physical line; the header is line 1.
  public var line: Int
  /// The last physical line; greater than `line` if a quoted field holds line breaks.
  public var lastLine: Int
  /// The first byte, in the unpacked stream.
  public var offset: Int
  /// Bytes, without the line end.
  public var length: Int

  /// Creates a place.
  public init(number: Int, line: Int, lastLine: Int, offset: Int, length: Int) {
    self.number = number
    self.line = line
    self.lastLine = lastLine
    self.offset = offset
    self.length = length
  }
}
