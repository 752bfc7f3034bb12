// What was wrong with a record, as facts. Words are made elsewhere.

/// One fault of one record.
public struct RecordFault: Hashable, Sendable {
  /// The kinds of faults, as the state file and exports write them.
  public enum Code: String, CaseIterable, Hashable, Sendable {
    case parseQuote = "parse.quote"
    case parseFieldsMissing = "parse.fields_missing"
    case parseFieldsExtra = "parse.fields_extra"
    case parseEncoding = "parse.encoding"
    case parseTooLong = "parse.too_long"
    case parseJSON = "parse.json"
    case castText = "cast.text"
    case castInt = "cast.int"
    case castReal = "cast.real"
    case castDecimal = "cast.decimal"
    case castDate = "cast.date"
    case castTimestamp = "cast.timestamp"
    case castBool = "cast.bool"
    case castRange = "cast.range"
    case castPattern = "cast.pattern"
    case castRequired = "cast.required"
    case exprOverflow = "expr.overflow"
    case exprDivZero = "expr.div_zero"
    case exprNull = "expr.null"
    case exprType = "expr.type"
    case joinUnmatched = "join.unmatched"
    case joinCardinality = "join.cardinality"
    case lookupMissing = "lookup.missing"
    case dedupeConflict = "dedupe.conflict"
    case pivotUnknown = "pivot.unknown"
    case checkRow = "check.row"
    case loadUnique = "load.unique"
    case loadNotNull = "load.not_null"
    case loadCheck = "load.check"
    case loadForeignKey = "load.fk"
  }

  /// What kind of fault it is.
  public var code: Code
  /// The declared name of the column, if one is to blame.
  public var column: String?
  /// The field in the file, from 1.
  public var position: Int?
  /// The bytes to blame, inside the raw record.
  public var range: Range<Int>?
  /// The value found, escaped and capped.
  public var value: String?
  /// What it should have been: `min 0`, `yyyy-MM-dd`, `[A-Z]{3}`, `4 fields`.
  public var rule: String?

  /// Creates a fault.
  public init(
    code: Code, column: String? = nil, position: Int? = nil, range: Range<Int>? = nil,
    value: String? = nil, rule: String? = nil
  ) {
    self.code = code
    self.column = column
    self.position = position
    self.range = range
    self.value = value
    self.rule = rule
  }
}
