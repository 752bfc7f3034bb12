// One block of input, the records in it, and their typed columns. All storage is reused.
//
// Knows nothing of any format: scanners find the records, casts fill the columns.

/// A block of records on its way from bytes to rows.
///
/// Owned by one thread at a time and handed over through a queue. After the first few rounds a
/// batch allocates nothing: `begin` forgets the contents and keeps the storage.
public final class RecordBatch: @unchecked Sendable {
  /// Fields a record has in the file.
  public let width: Int
  /// The typed columns; more than the file's fields if the plan derives some.
  public let columns: [Column]
  /// The most records a batch can hold, at most 65,535.
  public let capacity: Int
  /// Records found or added so far.
  public internal(set) var count = 0
  /// The records still in play, ascending; the first `selectedCount` count.
  public let selection: UnsafeMutablePointer<UInt16>
  /// How many of `selection` count.
  public var selectedCount = 0
  /// One flag a record: something is wrong with it; the slow path finds out what.
  public let bad: UnsafeMutablePointer<Bool>
  /// How many records are bad; kept by `markBad`.
  public var badCount = 0
  /// Where the first byte stands.
  public internal(set) var position = InputPosition.start

  /// Input first, then derived text.
  @usableFromInline var bytes: UnsafeMutablePointer<UInt8>
  var bytesAllocated: Int
  /// How much input may be read before a scan; grows only for records longer than it.
  var inputCapacity: Int
  /// How much input is worth reading; less than there is room if records are short.
  var inputGoal = Int.max
  /// How much of `bytes` is input.
  public internal(set) var inputCount = 0
  /// How much of `bytes` is in use, derived text included.
  var bytesCount = 0
  /// How much of the input the scanner is done with; the rest is carried over.
  var consumedCount = 0
  /// Where scanning goes on: after the last record that was found.
  var nextPosition = InputPosition.start

  /// `start << 32 | end` inside `bytes`, one a record.
  let bounds: UnsafeMutablePointer<UInt64>
  /// `start << 32 | count` inside `bytes`, `width` a record; the count carries `FieldFlag`s.
  @usableFromInline let fields: UnsafeMutablePointer<UInt64>
  /// Fields found; of a broken record how many bytes are in front of what broke it.
  let fieldCounts: UnsafeMutablePointer<UInt32>
  /// First line, relative to `position`, and how many lines follow it: `line << 32 | more`.
  let lines: UnsafeMutablePointer<UInt64>
  /// What the scanner found wrong.
  let structures: UnsafeMutablePointer<RecordStructure>
  /// Places of rows that were added, if any were; allocated when first needed.
  var ownPlaces: UnsafeMutablePointer<RecordPlace>?
  /// Rows before this one were scanned, the others added.
  var scannedCount = 0

  /// Allocates a batch.
  /// - Parameters:
  ///   - width: fields a record has in the file.
  ///   - columns: the types of the typed columns.
  ///   - capacity: the most records, at most 65,535.
  ///   - byteCapacity: how much input is read at a time.
  public init(
    width: Int, columns: [ValueType], capacity: Int = 4_096, byteCapacity: Int = 256 << 10
  ) {
    precondition(width >= 0 && (1...65_535).contains(capacity))
    let byteCapacity = max(byteCapacity, 1)
    self.width = width
    self.capacity = capacity
    self.columns = columns.map { Column(type: $0, capacity: capacity) }
    inputCapacity = byteCapacity
    bytesAllocated = byteCapacity + RecordBatch.padding
    bytes = .allocate(capacity: bytesAllocated)
    bytes.initialize(repeating: 0, count: bytesAllocated)
    selection = .allocate(capacity: capacity)
    selection.initialize(repeating: 0, count: capacity)
    bad = .allocate(capacity: capacity)
    bad.initialize(repeating: false, count: capacity)
    bounds = .allocate(capacity: capacity)
    bounds.initialize(repeating: 0, count: capacity)
    fields = .allocate(capacity: max(1, capacity * width))
    fields.initialize(repeating: 0, count: max(1, capacity * width))
    fieldCounts = .allocate(capacity: capacity)
    fieldCounts.initialize(repeating: 0, count: capacity)
    lines = .allocate(capacity: capacity)
    lines.initialize(repeating: 0, count: capacity)
    structures = .allocate(capacity: capacity)
    structures.initialize(repeating: .sound, count: capacity)
  }

  deinit {
    bytes.deallocate()
    selection.deallocate()
    bad.deallocate()
    bounds.deallocate()
    fields.deallocate()
    fieldCounts.deallocate()
    lines.deallocate()
    structures.deallocate()
    ownPlaces?.deallocate()
  }

  /// Eight bytes may be read at once at any place that holds one.
  static let padding = 16
}

/// What a scanner found wrong with a whole record.
enum RecordStructure: UInt8 {
  case sound, fieldsMissing, fieldsExtra, brokenQuote, brokenJSON, tooLong
}

/// Marks inside the count of a field.
enum FieldFlag {
  static let doubledQuotes: UInt64 = 1 << 31
  static let quoted: UInt64 = 1 << 30
  /// No value, whatever the declared spellings of null are.
  static let null: UInt64 = 1 << 29
  /// A string whose escapes are still in it; only while a record is being read.
  static let escaped: UInt64 = 1 << 28
  /// The JSON text of an object or array; only of what is not `quoted`.
  static let nested: UInt64 = 1 << 28
  static let countMask: UInt64 = (1 << 28) - 1
}
