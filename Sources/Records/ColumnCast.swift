// Fields to one typed column. The fast path only says that something is wrong; RecordExplainer
// asks `judge` the same question again to learn what.

/// Fills one column of a batch from one field of its records.
public struct ColumnCast: Sendable {
  /// The declaration.
  public let spec: ColumnSpec
  /// The field in the file, from 0.
  public let field: Int
  /// The column in the batch, from 0.
  public let column: Int

  let marks: NumberBytes.Marks
  private let emptyIsNull: Bool
  private let otherNulls: [[UInt8]]
  private let trueWords: [[UInt8]]
  private let falseWords: [[UInt8]]
  private let isBounded: Bool

  /// Creates a cast.
  /// - Parameters:
  ///   - spec: the declaration.
  ///   - field: the field in the file, from 0.
  ///   - column: the column in the batch, from 0; its type must be the declaration's.
  public init(spec: ColumnSpec, field: Int, column: Int) {
    self.spec = spec
    self.field = field
    self.column = column
    marks = NumberBytes.Marks(
      decimal: spec.decimalMark ?? UInt8(ascii: "."), thousands: spec.thousandsMark)
    emptyIsNull = spec.nulls.contains([])
    otherNulls = spec.nulls.filter { !$0.isEmpty }
    trueWords = spec.trueWords.map { $0.map(TextBytes.lower) }
    falseWords = spec.falseWords.map { $0.map(TextBytes.lower) }
    isBounded = spec.minimum != nil || spec.maximum != nil
  }

  /// Casts the field of all selected records that are not bad yet.
  ///
  /// A value that does not fit marks its record bad and leaves its slot without meaning.
  /// Allocates nothing, except for reals of more than nineteen digits or with large exponents.
  public func cast(_ batch: RecordBatch) {
    precondition(batch.columns[column].type == spec.type && field < batch.width)
    switch spec.type {
    case .text: castText(batch)
    case .integer:
      if marks.thousands == nil {
        run(batch) { outcome(NumberBytes.integer($0), .castInt) }
      } else {
        run(batch) { outcome(NumberBytes.integer($0, marks: marks), .castInt) }
      }
    case .date:
      if spec.formats.isEmpty {
        run(batch) { DateBytes.days(iso: $0).map { .value($0) } ?? .fault(.castDate) }
      } else {
        run(batch) { date($0) }
      }
    case .real, .decimal, .boolean, .timestamp: run(batch) { parse($0) }
    }
  }

  @inline(__always)
  private func run(
    _ batch: RecordBatch, _ parse: (UnsafeBufferPointer<UInt8>) -> CastOutcome
  ) {
    let target = batch.columns[column]
    let slots = target.slots
    let nulls = target.nulls
    let bytes = UnsafePointer(batch.bytes)
    let fields = batch.fields + field
    let width = batch.width
    let bad = batch.bad
    let selection = batch.selection
    let hasPattern = spec.pattern != nil
    for index in 0..<batch.selectedCount {
      let record = Int(selection[index])
      if bad[record] { continue }
      let packed = fields[record &* width]
      let value = TextBytes.trimmed(
        UnsafeBufferPointer(
          start: bytes + Int(truncatingIfNeeded: packed >> 32),
          count: Int(truncatingIfNeeded: packed & FieldFlag.countMask)))
      if packed & FieldFlag.null != 0 || isNull(value) {
        nulls[record] = true
        if spec.isRequired { batch.markBad(record) }
        continue
      }
      guard case .value(let slot) = parse(value), !isBounded || isWithinBounds(slot),
        !hasPattern || matchesPattern(value)
      else {
        batch.markBad(record)
        continue
      }
      slots[record] = slot
      nulls[record] = false
    }
  }

  /// What is wrong with a value; nil if nothing is.
  ///
  /// A text is already changed as declared.
  func fault(of value: UnsafeBufferPointer<UInt8>) -> RecordFault.Code? {
    if isNull(value) { return spec.isRequired ? .castRequired : nil }
    if spec.type == .text {
      if !TextBytes.isValidUTF8(value) { return .parseEncoding }
      return matchesPattern(value) ? nil : .castPattern
    }
    switch parse(value) {
    case .fault(let code): return code
    case .value(let slot):
      if !isWithinBounds(slot) { return .castRange }
      return matchesPattern(value) ? nil : .castPattern
    }
  }

  /// Whether some bytes are a value of the column, or one of its spellings of no value.
  public func accepts(_ value: some Sequence<UInt8>) -> Bool {
    Array(value).withUnsafeBufferPointer { bytes in
      fault(of: spec.trims || spec.type != .text ? TextBytes.trimmed(bytes) : bytes) == nil
    }
  }

  /// The typed value of some bytes; nil if they are none.
  func slot(of value: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard case .value(let slot) = parse(TextBytes.trimmed(value)) else { return nil }
    return slot
  }

  /// Whether a value is a number of its kind, but below or above what is allowed.
  func brokenBound(of value: UnsafeBufferPointer<UInt8>) -> (isMinimum: Bool, text: String)? {
    guard case .value(let slot) = parse(value) else { return nil }
    if let minimum = spec.minimum, !isAboveMinimum(slot) { return (true, minimum.text) }
    if let maximum = spec.maximum, !isBelowMaximum(slot) { return (false, maximum.text) }
    return nil
  }

  @inline(__always)
  func isNull(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    if value.isEmpty { return emptyIsNull }
    if otherNulls.isEmpty { return false }
    for null in otherNulls where TextBytes.equal(value, null) { return true }
    return false
  }

  func matchesPattern(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    spec.pattern?.matches(value) ?? true
  }

  /// A typed value out of bytes that are neither null nor blank.
  private func parse(_ value: UnsafeBufferPointer<UInt8>) -> CastOutcome {
    switch spec.type {
    case .text: return .value(0)
    case .integer: return outcome(NumberBytes.integer(value, marks: marks), .castInt)
    case .real:
      switch NumberBytes.real(value, marks: marks) {
      case .value(let number): return .value(Int64(bitPattern: number.bitPattern))
      case .malformed: return .fault(.castReal)
      case .outOfRange: return .fault(.castRange)
      }
    case .decimal(let precision, let scale):
      return outcome(
        NumberBytes.decimal(value, precision: precision, scale: scale, marks: marks), .castDecimal)
    case .boolean:
      for word in trueWords where TextBytes.equalIgnoringCase(value, lowercase: word) {
        return .value(1)
      }
      for word in falseWords where TextBytes.equalIgnoringCase(value, lowercase: word) {
        return .value(0)
      }
      return .fault(.castBool)
    case .date: return date(value)
    case .timestamp: return timestamp(value)
    }
  }

  @inline(__always)
  private func outcome(
    _ number: NumberBytes.Outcome<Int64>, _ code: RecordFault.Code
  ) -> CastOutcome {
    switch number {
    case .value(let value): .value(value)
    case .malformed: .fault(code)
    case .outOfRange: .fault(.castRange)
    }
  }

  /// The day as it is written; a time behind it is read and dropped.
  private func date(_ value: UnsafeBufferPointer<UInt8>) -> CastOutcome {
    if spec.formats.isEmpty {
      return DateBytes.days(iso: value).map { .value($0) } ?? .fault(.castDate)
    }
    for format in spec.formats {
      if let found = DateBytes.parse(value, as: format) { return .value(found.days) }
    }
    return .fault(.castDate)
  }

  private func timestamp(_ value: UnsafeBufferPointer<UInt8>) -> CastOutcome {
    if spec.formats.isEmpty {
      return DateBytes.microseconds(iso: value).map { .value($0) } ?? .fault(.castTimestamp)
    }
    for format in spec.formats {
      if let found = DateBytes.parse(value, as: format) {
        return .value(found.days * CivilDate.microsecondsPerDay + found.microseconds)
      }
    }
    return .fault(.castTimestamp)
  }

  private func isWithinBounds(_ slot: Int64) -> Bool {
    isAboveMinimum(slot) && isBelowMaximum(slot)
  }

  private func isAboveMinimum(_ slot: Int64) -> Bool {
    guard let minimum = spec.minimum, spec.type != .text else { return true }
    return spec.type == .real ? real(slot) >= real(minimum.slot) : slot >= minimum.slot
  }

  private func isBelowMaximum(_ slot: Int64) -> Bool {
    guard let maximum = spec.maximum, spec.type != .text else { return true }
    return spec.type == .real ? real(slot) <= real(maximum.slot) : slot <= maximum.slot
  }

  private func real(_ slot: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: slot)) }
}

/// What a field turned out to be.
enum CastOutcome {
  case value(Int64)
  case fault(RecordFault.Code)
}
