// One declared column of a source: where it comes from and what its values must be.

/// A declared column.
public struct ColumnSpec: Hashable, Sendable {
  /// What happens to the letters of a text.
  public enum LetterCase: String, CaseIterable, Hashable, Sendable {
    /// Left as they are.
    case keep
    /// ASCII letters made upper case.
    case upper
    /// ASCII letters made lower case.
    case lower
  }

  /// The name inside the pipeline.
  public var name: String
  /// The name in the file's header.
  public var from: String
  /// The field in the file, from 1; wins over `from`.
  public var position: Int?
  /// What the values are.
  public var type: ValueType
  /// Formats of dates and timestamps, the first that fits wins; none means ISO.
  public var formats: [DateFormat]
  /// Spellings of "no value", compared byte for byte after trimming.
  public var nulls: [[UInt8]]
  /// Whether "no value" is a fault.
  public var isRequired: Bool
  /// The least value allowed.
  public var minimum: Bound?
  /// The greatest value allowed.
  public var maximum: Bound?
  /// What the whole text must look like, after trimming and change of case.
  public var pattern: BytePattern?
  /// Whether blanks and tabs around the value are dropped.
  ///
  /// Numbers, dates and booleans are always read without them.
  public var trims: Bool
  /// What happens to the letters of a text.
  public var letterCase: LetterCase
  /// Whether an object or array of JSON is a text too: as it is written.
  public var takesNested: Bool
  /// Spellings of true, compared without regard to ASCII case.
  public var trueWords: [[UInt8]]
  /// Spellings of false, compared without regard to ASCII case.
  public var falseWords: [[UInt8]]
  /// The decimal mark; nil means the point.
  public var decimalMark: UInt8?
  /// The mark between groups of three digits; nil means that there is none.
  public var thousandsMark: UInt8?

  /// Creates a column; `from` is the name if it is not given.
  public init(
    name: String, from: String? = nil, position: Int? = nil, type: ValueType,
    formats: [DateFormat] = [], nulls: [[UInt8]] = [[]], isRequired: Bool = false,
    minimum: Bound? = nil, maximum: Bound? = nil, pattern: BytePattern? = nil,
    trims: Bool = false, letterCase: LetterCase = .keep, takesNested: Bool = false,
    trueWords: [[UInt8]] = ColumnSpec.defaultTrueWords,
    falseWords: [[UInt8]] = ColumnSpec.defaultFalseWords,
    decimalMark: UInt8? = nil, thousandsMark: UInt8? = nil
  ) {
    self.name = name
    self.from = from ?? name
    self.position = position
    self.type = type
    self.formats = formats
    self.nulls = nulls
    self.isRequired = isRequired
    self.minimum = minimum
    self.maximum = maximum
    self.pattern = pattern
    self.trims = trims
    self.letterCase = letterCase
    self.takesNested = takesNested
    self.trueWords = trueWords
    self.falseWords = falseWords
    self.decimalMark = decimalMark
    self.thousandsMark = thousandsMark
  }

  /// `true`, `t`, `yes`, `y`, `1`.
  public static let defaultTrueWords = ["true", "t", "yes", "y", "1"].map { Array($0.utf8) }
  /// `false`, `f`, `no`, `n`, `0`.
  public static let defaultFalseWords = ["false", "f", "no", "n", "0"].map { Array($0.utf8) }
}

/// A least or greatest value, already typed.
public struct Bound: Hashable, Sendable {
  /// The value as a slot of the column's type.
  public var slot: Int64
  /// The value as it was written, for messages.
  public var text: String

  /// Creates a bound from a typed value.
  public init(slot: Int64, text: String) {
    self.slot = slot
    self.text = text
  }
}

extension ColumnSpec {
  /// Reads a bound as a pipeline file writes it: numbers with a point, dates and timestamps in ISO
  /// form or in the column's own formats.
  /// - Returns: Nil if it is not a value of the column's type, or the column is text.
  public func bound(_ text: String) -> Bound? {
    guard type != .text else { return nil }
    var plain = self
    plain.formats = []
    plain.decimalMark = nil
    plain.thousandsMark = nil
    let candidates = [plain, self].map { ColumnCast(spec: $0, field: 0, column: 0) }
    return Array(text.utf8).withUnsafeBufferPointer { bytes in
      candidates.lazy.compactMap { $0.slot(of: bytes) }.first.map { Bound(slot: $0, text: text) }
    }
  }
}
