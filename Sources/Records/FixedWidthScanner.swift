// One record a line, each field at its place in the line.

/// Where one field stands in its line, in bytes or characters.
public struct FixedField: Hashable, Sendable {
  /// The place of its first sign, from 0.
  public var start: Int
  /// How many signs it has.
  public var width: Int

  /// Creates a field.
  public init(start: Int, width: Int) {
    self.start = start
    self.width = width
  }

  /// The place behind its last sign.
  public var end: Int { start + width }
}

/// How lines of fixed width are read.
public struct FixedWidth: Hashable, Sendable {
  /// What a place is counted in.
  public enum Unit: String, CaseIterable, Hashable, Sendable {
    /// Unicode scalars: a letter that is composed of two counts twice.
    case characters
    /// Bytes of the text in UTF-8.
    case bytes
  }

  /// The fields, in the order of the declared columns.
  public var fields: [FixedField]
  /// What a place is counted in.
  public var unit: Unit
  /// How long every line has to be; nil takes any that holds the fields.
  public var lineWidth: Int?
  /// Whether a line that is too short stands for one with blanks at its end.
  public var padsShortLines: Bool

  /// Creates a layout.
  public init(
    fields: [FixedField], unit: Unit = .characters, lineWidth: Int? = nil,
    padsShortLines: Bool = false
  ) {
    self.fields = fields
    self.unit = unit
    self.lineWidth = lineWidth
    self.padsShortLines = padsShortLines
  }

  /// How long a line has to be at least.
  var leastWidth: Int { lineWidth ?? fields.map(\.end).max() ?? 0 }
}

/// Finds the records of lines of fixed width.
///
/// The rules:
/// - Every line is a record; lines of blanks only are passed over and counted.
/// - A line that ends before the last field does has fields missing; one longer than the declared
///   width of a line, unless only blanks follow, has too many.
/// - Blanks around a field belong to it; its column trims them.
public struct FixedWidthScanner: RecordScanner {
  /// How lines are read.
  public let layout: FixedWidth
  /// Empty lines passed over so far.
  public var blankLines: Int { cutter.blankLines }
  /// Lines of remarks passed over so far.
  public var commentLines: Int { cutter.commentLines }

  private var cutter: LineCutter

  /// Creates a scanner at the start of an input.
  /// - Parameters:
  ///   - layout: where the fields stand.
  ///   - dialect: its lines to skip, comments, blank lines and longest record count.
  public init(layout: FixedWidth, dialect: Dialect = Dialect()) {
    self.layout = layout
    cutter = LineCutter(maximumRecordBytes: dialect.maximumRecordBytes)
    cutter.skippedLines = dialect.skippedLines
    cutter.comment = dialect.comment
    cutter.keepsBlankLines = !dialect.skipBlankLines
  }

  /// Hands over what a batch could not use: the next batch begins where this one ended.
  public func carry(from batch: RecordBatch, into next: RecordBatch) {
    batch.carryTail(into: next, maximumRecordBytes: cutter.maximumRecordBytes)
  }

  /// Finds the complete records of the batch's raw bytes.
  public mutating func scan(_ batch: RecordBatch, isLast: Bool) {
    precondition(batch.width == layout.fields.count)
    let layout = layout
    cutter.scan(batch, isLast: isLast) { range, line, isTooLong in
      if isTooLong {
        batch.commit(range, line: line, .tooLong, fieldCount: 0)
      } else {
        FixedWidthScanner.read(batch, range, line: line, layout)
      }
    }
  }

  private static func read(
    _ batch: RecordBatch, _ range: Range<Int>, line: Int, _ layout: FixedWidth
  ) {
    let bytes = UnsafeBufferPointer(
      start: UnsafePointer(batch.bytes) + range.lowerBound, count: range.count)
    let isPlain = layout.unit == .bytes || TextBytes.isASCII(padded: bytes)
    let fields = batch.fields + batch.count * layout.fields.count
    var found = 0
    for (index, field) in layout.fields.enumerated() {
      let start = isPlain ? min(field.start, bytes.count) : offset(of: field.start, in: bytes)
      let end = isPlain ? min(field.end, bytes.count) : offset(of: field.end, in: bytes)
      fields[index] = CSVBytes.pack(range.lowerBound + start, end - start)
      if isPlain ? field.end <= bytes.count : hasCharacters(field.end, in: bytes) { found += 1 }
    }
    let length = isPlain ? bytes.count : length(of: bytes)
    var structure = RecordStructure.sound
    if length < layout.leastWidth, !layout.padsShortLines {
      structure = .fieldsMissing
      found = min(found, layout.fields.count)
    } else if let width = layout.lineWidth, length > width {
      let rest = bytes[(isPlain ? width : offset(of: width, in: bytes))...]
      if !rest.allSatisfy(TextBytes.isBlank) { structure = .fieldsExtra }
    }
    batch.commit(range, line: line, structure, fieldCount: found)
  }

  private static func isLead(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

  /// The byte at which a character begins, or the end.
  private static func offset(of character: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var left = character
    for (index, byte) in bytes.enumerated() where isLead(byte) {
      if left == 0 { return index }
      left -= 1
    }
    return bytes.count
  }

  private static func length(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.count(where: isLead)
  }

  private static func hasCharacters(_ count: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    length(of: bytes) >= count
  }
}
